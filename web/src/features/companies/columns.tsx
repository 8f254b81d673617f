import { useCallback, useMemo } from 'react';
import { useBootstrap, useMe } from '@/api/bootstrap';
import type { Company, CompanyPatch, SizeBand } from '@/api/types';
import { fitChips } from '@/grid/fit-chips';
import type { GridColumn, TextEditorSpec } from '@/grid/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { initials, toneOf } from '@/lib/initials';
import { useCustomColumns } from '@/record/custom-columns';
import { useAssignable, useBlocked } from '@/record/ownership';
import { ownerAct } from '@/record/permissions';
import { voice } from '@/record/use-run-change';
import { useNames, useSources } from '@/record/use-sources';
import { sizeBands } from './size-bands';
import type { CompanyChanges } from './use-company-changes';

/** A whole number as people write it: with spaces, points or commas between thousands. */
export function parseWhole(text: string): number | null {
  const digits = text.replace(/[\s.,'\u00a0\u202f’]/g, '');
  return /^\d{1,12}$/.test(digits) ? Number(digits) : null;
}

export function useCompanyColumns(changes: CompanyChanges): readonly GridColumn<Company>[] {
  const t = useT();
  const format = useFormat();
  const me = useMe();
  const { currency } = useBootstrap().org;
  const names = useNames();
  const sources = useSources();
  const blockedBy = useBlocked();
  const assignable = useAssignable(t('companies.owner.onlyAdmin'));

  const own = useCustomColumns<Company>(
    'company',
    useCallback((company) => blockedBy(company.ownerId), [blockedBy]),
    useCallback(
      (company, custom, silently) => changes.edit(company, { custom }, {}, voice(silently)),
      [changes],
    ),
  );

  return useMemo(() => {
    const blocked = (company: Company) => blockedBy(company.ownerId);
    const text = (
      field: 'name' | 'legalName' | 'industry' | 'city' | 'website',
      required = false,
    ): TextEditorSpec<Company> => ({
      kind: 'text',
      maxLength: field === 'website' ? 2000 : 200,
      blocked,
      get: (company) => company[field] ?? '',
      check: (value) => (required && value === '' ? t('record.edit.required') : null),
      set: (company, value, silently) => {
        const patch: CompanyPatch =
          field === 'name' ? { name: value } : { [field]: value === '' ? null : value };
        return changes.edit(company, patch, {}, voice(silently));
      },
    });
    const columns: GridColumn<Company>[] = [
      {
        id: 'name',
        header: t('record.field.name'),
        width: 220,
        pinned: true,
        required: true,
        sortField: 'name',
        opens: true,
        className: 'square',
        text: (company) => company.name,
        initials: (company) => initials(company.name),
        tone: (company) => toneOf(company.name),
        edit: text('name', true),
      },
      {
        id: 'domains',
        header: t('record.field.domains'),
        width: 180,
        text: (company) => company.domains.join(', '),
        title: (company) => (company.domains.length > 1 ? company.domains.join(', ') : undefined),
        render: (company, width) => {
          const shown = fitChips(company.domains, width);
          return (
            <>
              {company.domains.slice(0, shown).join(', ')}
              {company.domains.length > shown ? (
                <span className="grid-more"> +{company.domains.length - shown}</span>
              ) : null}
            </>
          );
        },
      },
      {
        id: 'customerCount',
        header: t('record.field.customerCount'),
        width: 84,
        align: 'end',
        text: (company) => format.number(company.customerCount),
      },
      {
        id: 'industry',
        header: t('record.field.industry'),
        width: 140,
        sortField: 'industry',
        text: (company) => company.industry ?? '',
        edit: text('industry'),
      },
      {
        id: 'sizeBand',
        header: t('record.field.sizeBand'),
        width: 100,
        text: (company) => company.sizeBand ?? '',
        edit: {
          kind: 'pick',
          blocked,
          options: { name: 'size editor', all: () => sizeBands.map((band) => ({ id: band, label: band })) },
          placeholder: t('record.edit.find'),
          get: (company) => company.sizeBand,
          clear: t('record.edit.clear'),
          set: (company, option, silently) =>
            changes.edit(company, { sizeBand: (option?.id ?? null) as SizeBand | null }, {}, voice(silently)),
        },
      },
      {
        id: 'country',
        header: t('record.field.country'),
        width: 120,
        sortField: 'country',
        text: (company) => (company.country ? format.country(company.country) : ''),
        edit: {
          kind: 'pick',
          blocked,
          options: sources.countries,
          placeholder: t('record.edit.find'),
          get: (company) => company.country,
          clear: t('record.country.clear'),
          set: (company, option, silently) =>
            changes.edit(company, { country: option?.id ?? null }, {}, voice(silently)),
        },
      },
      {
        id: 'owner',
        field: 'ownerId',
        header: t('record.field.ownerId'),
        width: 140,
        text: (company) => (company.ownerId === null ? '' : names.member(company.ownerId)),
        edit: {
          kind: 'pick',
          blocked,
          options: assignable,
          placeholder: t('record.owner.choose'),
          get: (company) => company.ownerId,
          clear: t('companies.owner.none'),
          set: (company, option, silently) =>
            ownerAct(me, company.ownerId, option?.id ?? null) === 'refused'
              ? undefined
              : changes.edit(company, { ownerId: option?.id ?? null }, {}, voice(silently)),
        },
      },
      {
        id: 'createdAt',
        header: t('record.field.createdAt'),
        width: 115,
        sortField: 'createdAt',
        firstDescending: true,
        className: 'tabular-cell',
        text: (company) => format.date(company.createdAt),
        title: (company) => format.dateTime(company.createdAt),
      },
      {
        id: 'city',
        header: t('record.field.city'),
        width: 140,
        optional: true,
        sortField: 'city',
        text: (company) => company.city ?? '',
        edit: text('city'),
      },
      {
        id: 'parent.name',
        header: t('record.field.parentId'),
        width: 170,
        optional: true,
        text: (company) => company.parent?.name ?? '',
      },
      {
        id: 'employeeCount',
        header: t('record.field.employeeCount'),
        width: 110,
        optional: true,
        align: 'end',
        sortField: 'employeeCount',
        firstDescending: true,
        text: (company) => (company.employeeCount === null ? '' : format.number(company.employeeCount)),
        edit: {
          kind: 'text',
          blocked,
          get: (company) => (company.employeeCount === null ? '' : String(company.employeeCount)),
          check: (value) => (value !== '' && parseWhole(value) === null ? t('record.edit.number') : null),
          set: (company, value, silently) =>
            changes.edit(
              company,
              { employeeCount: value === '' ? null : parseWhole(value) },
              {},
              voice(silently),
            ),
        },
      },
      {
        id: 'annualRevenue',
        header: t('record.field.annualRevenue'),
        width: 150,
        optional: true,
        align: 'end',
        sortField: 'annualRevenue',
        firstDescending: true,
        text: (company) =>
          company.annualRevenue === null ? '' : format.money(company.annualRevenue, currency),
      },
      {
        id: 'legalName',
        header: t('record.field.legalName'),
        width: 190,
        optional: true,
        sortField: 'legalName',
        text: (company) => company.legalName ?? '',
        edit: text('legalName'),
      },
      {
        id: 'website',
        header: t('record.field.website'),
        width: 190,
        optional: true,
        text: (company) => company.website ?? '',
        edit: text('website'),
      },
      {
        id: 'updatedAt',
        header: t('record.field.updatedAt'),
        width: 115,
        optional: true,
        sortField: 'updatedAt',
        firstDescending: true,
        className: 'tabular-cell',
        text: (company) => format.relativeShort(company.updatedAt),
        title: (company) => format.dateTime(company.updatedAt),
      },
    ];
    return [...columns, ...own];
  }, [t, format, me, currency, names, sources, blockedBy, assignable, changes, own]);
}

/** Two lines for phones. */
export function useCompanyCard(): GridColumn<Company> {
  const t = useT();
  const format = useFormat();
  return useMemo(
    () => ({
      id: 'card',
      header: t('record.field.name'),
      width: 300,
      required: true,
      opens: true,
      className: 'card square',
      text: (company) => company.name,
      initials: (company) => initials(company.name),
      tone: (company) => toneOf(company.name),
      render: (company) => (
        <>
          <span className="truncate">{company.name}</span>
          <span className="tabular text-right font-normal text-muted text-xs">
            {t('companies.card.people', { count: company.customerCount })}
          </span>
          <span className="col-span-2 truncate font-normal text-muted text-xs">
            {[company.domains[0], company.industry, company.country ? format.country(company.country) : null]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </>
      ),
    }),
    [t, format],
  );
}
