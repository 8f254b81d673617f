import { useCallback, useMemo } from 'react';
import { useMe } from '@/api/bootstrap';
import type { Channel, Contact, Customer } from '@/api/types';
import { chips } from '@/grid/chips';
import type { GridColumn } from '@/grid/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { initials, toneOf } from '@/lib/initials';
import { useCustomColumns } from '@/record/custom-columns';
import { useAssignable, useBlocked } from '@/record/ownership';
import { ownerAct } from '@/record/permissions';
import { useCreateTagLabel } from '@/record/tag-editor';
import { voice } from '@/record/use-run-change';
import { useNames, useSources } from '@/record/use-sources';
import type { CustomerChanges } from './use-customer-changes';

export function primaryContact(customer: Customer, channel: Channel): Contact | undefined {
  const own = customer.contacts.filter((contact) => contact.channel === channel);
  return own.find((contact) => contact.isPrimary) ?? own[0];
}

/** The columns of the table. Ids are the names that the CSV export knows. */
export function useCustomerColumns(changes: CustomerChanges): readonly GridColumn<Customer>[] {
  const t = useT();
  const format = useFormat();
  const me = useMe();
  const names = useNames();
  const sources = useSources();
  const createTag = useCreateTagLabel();
  const blockedBy = useBlocked();
  const assignable = useAssignable(t('record.owner.onlyAdmin'));

  const own = useCustomColumns<Customer>(
    'customer',
    useCallback((customer) => blockedBy(customer.claimedById), [blockedBy]),
    useCallback(
      (customer, custom, silently) => changes.edit(customer, { custom }, {}, voice(silently)),
      [changes],
    ),
  );

  return useMemo(() => {
    const blocked = (customer: Customer) => blockedBy(customer.claimedById);
    const contact = (channel: Channel) => (customer: Customer) =>
      primaryContact(customer, channel)?.value ?? '';
    const time =
      (field: 'createdAt' | 'updatedAt' | 'lastActivityAt' | 'lastInboundAt' | 'lastOutboundAt') =>
      (customer: Customer): string => {
        const value = customer[field];
        return value === null ? '' : field === 'createdAt' ? format.date(value) : format.relativeShort(value);
      };
    const exact =
      (field: 'createdAt' | 'updatedAt' | 'lastActivityAt' | 'lastInboundAt' | 'lastOutboundAt') =>
      (customer: Customer): string | undefined => {
        const value = customer[field];
        return value === null ? undefined : format.dateTime(value);
      };
    const timeColumn = (
      id: 'createdAt' | 'updatedAt' | 'lastActivityAt' | 'lastInboundAt' | 'lastOutboundAt',
      optional = false,
    ): GridColumn<Customer> => ({
      id,
      header: t(`record.field.${id}`),
      width: id === 'createdAt' ? 104 : 112,
      optional,
      sortField: id,
      firstDescending: true,
      className: 'tabular-cell',
      text: time(id),
      title: exact(id),
    });
    const columns: GridColumn<Customer>[] = [
      {
        id: 'fullName',
        header: t('record.field.fullName'),
        width: 190,
        pinned: true,
        required: true,
        sortField: 'fullName',
        opens: true,
        text: (customer) => customer.fullName,
        title: (customer) => (customer.archivedAt ? t('record.archived.badge') : undefined),
        initials: (customer) => initials(customer.fullName),
        tone: (customer) => toneOf(customer.fullName),
        edit: {
          kind: 'text',
          maxLength: 200,
          blocked,
          get: (customer) => customer.fullName,
          check: (value) => (value === '' ? t('record.edit.required') : null),
          set: (customer, fullName, silently) => changes.edit(customer, { fullName }, {}, voice(silently)),
        },
      },
      { id: 'email', header: t('record.channel.email'), width: 170, text: contact('email') },
      {
        id: 'company.name',
        header: t('record.field.companyId'),
        width: 140,
        text: (customer) => customer.company?.name ?? '',
        edit: {
          kind: 'pick',
          blocked,
          options: sources.companies,
          placeholder: t('record.edit.find'),
          get: (customer) => customer.companyId,
          clear: t('record.company.clear'),
          create: (name) => t('record.company.create', { name }),
          set: (customer, option, silently) =>
            changes.setCompany(customer, option && { id: option.id, name: option.label }, voice(silently)),
          onCreate: (customer, name) => void changes.setNewCompany(customer, name),
        },
      },
      {
        id: 'owner.name',
        field: 'claimedById',
        header: t('record.field.claimedById'),
        width: 126,
        text: (customer) => (customer.claimedById === null ? '' : names.member(customer.claimedById)),
        edit: {
          kind: 'pick',
          options: assignable,
          placeholder: t('record.owner.choose'),
          blocked,
          get: (customer) => customer.claimedById,
          clear: t('record.owner.none'),
          set: (customer, option, silently) =>
            ownerAct(me, customer.claimedById, option?.id ?? null) === 'refused'
              ? undefined
              : changes.setOwner(customer, option?.id ?? null, voice(silently)),
        },
      },
      {
        id: 'tags',
        header: t('record.field.tags'),
        width: 175,
        text: (customer) => customer.tags.join(', '),
        title: (customer) => (customer.tags.length > 1 ? customer.tags.join(', ') : undefined),
        render: (customer, width) =>
          chips(
            customer.tags.map((tag) => ({ id: tag, label: tag, tone: names.tagColor(tag) })),
            width,
          ),
        edit: {
          kind: 'tags',
          options: {
            name: 'tag editor',
            all: () =>
              ('all' in sources.tags ? sources.tags.all() : []).map((option) =>
                names.isSystemTag(option.id) ? { ...option, disabled: t('record.tags.system') } : option,
              ),
          },
          placeholder: t('record.tags.find'),
          blocked,
          get: (customer) => customer.tags,
          toggle: (customer, name, on) => void changes.toggleTag(customer, name, on),
          create: createTag,
        },
      },
      {
        id: 'country',
        header: t('record.field.country'),
        width: 122,
        sortField: 'country',
        text: (customer) => (customer.country ? format.country(customer.country) : ''),
        edit: {
          kind: 'pick',
          blocked,
          options: sources.countries,
          placeholder: t('record.edit.find'),
          get: (customer) => customer.country,
          clear: t('record.country.clear'),
          set: (customer, option, silently) =>
            changes.edit(customer, { country: option?.id ?? null }, {}, voice(silently)),
        },
      },
      timeColumn('lastActivityAt'),
      timeColumn('createdAt'),
      {
        id: 'jobTitle',
        header: t('record.field.jobTitle'),
        width: 180,
        optional: true,
        sortField: 'jobTitle',
        text: (customer) => customer.jobTitle ?? '',
        edit: {
          kind: 'text',
          maxLength: 200,
          blocked,
          get: (customer) => customer.jobTitle ?? '',
          set: (customer, jobTitle, silently) =>
            changes.edit(customer, { jobTitle: jobTitle === '' ? null : jobTitle }, {}, voice(silently)),
        },
      },
      { id: 'phone', header: t('record.channel.phone'), width: 150, optional: true, text: contact('phone') },
      {
        id: 'linkedin',
        header: t('record.channel.linkedin'),
        width: 200,
        optional: true,
        text: contact('linkedin'),
      },
      {
        id: 'telegram',
        header: t('record.channel.telegram'),
        width: 140,
        optional: true,
        text: contact('telegram'),
      },
      {
        id: 'language',
        header: t('record.field.language'),
        width: 120,
        optional: true,
        sortField: 'language',
        text: (customer) => (customer.language ? format.language(customer.language) : ''),
        edit: {
          kind: 'pick',
          blocked,
          options: sources.languages,
          placeholder: t('record.edit.find'),
          get: (customer) => customer.language,
          clear: t('record.language.clear'),
          set: (customer, option, silently) =>
            changes.edit(customer, { language: option?.id ?? null }, {}, voice(silently)),
        },
      },
      {
        id: 'source',
        header: t('record.field.source'),
        width: 140,
        optional: true,
        text: (customer) => t(`record.source.${customer.source}`),
      },
      timeColumn('lastInboundAt', true),
      timeColumn('lastOutboundAt', true),
      timeColumn('updatedAt', true),
    ];
    return [...columns, ...own];
  }, [t, format, me, names, sources, createTag, blockedBy, assignable, changes, own]);
}

/** Two lines for phones: who, and how to reach them. */
export function useCustomerCard(): GridColumn<Customer> {
  const t = useT();
  const format = useFormat();
  return useMemo(
    () => ({
      id: 'card',
      header: t('record.field.fullName'),
      width: 300,
      required: true,
      opens: true,
      className: 'card',
      text: (customer) => customer.fullName,
      initials: (customer) => initials(customer.fullName),
      tone: (customer) => toneOf(customer.fullName),
      render: (customer) => (
        <>
          <span className="truncate">{customer.fullName}</span>
          <span className="text-right font-normal text-muted text-xs">
            {format.relativeShort(customer.lastActivityAt)}
          </span>
          <span className="col-span-2 truncate font-normal text-muted text-xs">
            {[customer.company?.name, primaryContact(customer, 'email')?.value ?? customer.contacts[0]?.value]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </>
      ),
    }),
    [t, format],
  );
}
