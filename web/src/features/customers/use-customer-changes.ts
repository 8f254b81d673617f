import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { mergeRecord } from '@/api/apply-patch';
import { useMe, useTags } from '@/api/bootstrap';
import { client, ifMatch, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { ApiError } from '@/api/errors';
import { noteWritten } from '@/api/own-writes';
import type {
  Company,
  Contact,
  ContactPatch,
  Customer,
  CustomerPatch,
  NewContact,
  NewTalk,
} from '@/api/types';
import { useT } from '@/i18n/use-t';
import { useFieldText } from '@/record/field-text';
import { inOrder, noteVersion } from '@/record/in-order';
import { ownerAct } from '@/record/permissions';
import { recordEdits } from '@/record/record-edits';
import { useAskClash } from '@/record/use-ask-clash';
import { useRunChange, type Voice } from '@/record/use-run-change';
import { useNames } from '@/record/use-sources';
import { toast } from '@/ui/toast';
import { customerCounts, customerKeys, customerQuery } from './api';

export type CustomerChanges = ReturnType<typeof useCustomerChanges>;

/**
 * Every change of a customer: shown at once, sent with the version it is based on, taken back when it fails, and undone
 * with one key. The answer is the same object as long as the component lives, so that the grid can hold on to it.
 */
export function useCustomerChanges() {
  const t = useT();
  const queryClient = useQueryClient();
  const me = useMe();
  const names = useNames();
  const tags = useTags();
  const { fieldLabel } = useFieldText('customer');
  const ask = useAskClash('customers');
  const run = useRunChange<Customer>({
    keys: customerKeys,
    aggregates: customerCounts,
    onDone: (item) => {
      void queryClient.invalidateQueries({ queryKey: ['customers', 'activity', item.id] });
      void queryClient.invalidateQueries({ queryKey: ['companies', 'activity'] });
    },
    onRefused: (error, customer) => {
      const taken =
        error instanceof ApiError && error.code === 'already_claimed' ? error.existing : undefined;
      if (taken === undefined) return false;
      toast.failed({ title: t('record.owner.taken', { name: taken.name }), description: errorText(error) });
      refreshing.current(customer.id);
      return true;
    },
  });
  const refreshing = useRef<(id: string) => void>(() => {});

  const latest = useRef({ t, me, names, tags, fieldLabel, ask });
  latest.current = { t, me, names, tags, fieldLabel, ask };

  return useMemo(() => {
    const now = () => latest.current;
    const path = (id: string) => ({ params: { path: { id } } });

    const noteActivity = (id: string) => {
      void queryClient.invalidateQueries({ queryKey: ['customers', 'activity', id] });
      void queryClient.invalidateQueries({ queryKey: ['companies', 'activity'] });
    };

    /** Reads a record anew and puts it wherever it is shown. */
    const refresh = async (id: string) => {
      const item = await unwrap(client.GET('/customers/{id}', path(id)));
      noteVersion(id, item.version);
      noteWritten(item);
      for (const queryKey of customerKeys) {
        queryClient.setQueriesData({ queryKey }, (data: unknown) => mergeRecord(data, item));
      }
      queryClient.setQueryData(customerQuery(id).queryKey, item);
      return item;
    };

    refreshing.current = (id) => void refresh(id).catch(() => undefined);

    /** The newest state of a record that the page knows; the given one may be some edits old. */
    const newest = (customer: Customer): Customer =>
      queryClient.getQueryData<Customer>(customerQuery(customer.id).queryKey) ?? customer;

    const { edit, setArchived } = recordEdits<Customer, CustomerPatch>({
      run,
      now,
      nameOf: (customer) => customer.fullName,
      linked: [{ id: 'companyId', shown: 'company' }],
      read: (id) => unwrap(client.GET('/customers/{id}', path(id))),
      send: (id, version, body) =>
        unwrap(client.PATCH('/customers/{id}', { ...path(id), headers: ifMatch(version), body })),
      archive: (id, archived) =>
        unwrap(client.POST(archived ? '/customers/{id}/archive' : '/customers/{id}/restore', path(id))),
      onArchived: () => void queryClient.invalidateQueries({ queryKey: ['customers', 'page'] }),
    });

    const setCompany = (
      customer: Customer,
      company: { id: string; name: string } | null,
      voice: Voice = 'loud',
    ) => edit(customer, { companyId: company?.id ?? null }, { company }, voice);

    /** Makes a company of a typed name and puts the customer there. */
    const setNewCompany = async (customer: Customer, name: string) => {
      let company: Company;
      try {
        company = await unwrap(client.POST('/companies', { body: { name } }));
      } catch (error) {
        toast.failed({ title: now().t('common.error.title'), description: errorText(error) });
        return;
      }
      void queryClient.invalidateQueries({ queryKey: ['companies'] });
      void queryClient.invalidateQueries({ queryKey: ['pick', 'companies'] });
      await setCompany(customer, company);
    };

    const setOwner = (
      given: Customer,
      to: string | null,
      voice: Voice = 'loud',
    ): Promise<Customer | null> => {
      const { t: say, me: self, names: who } = now();
      const customer = newest(given);
      const from = customer.claimedById;
      const act = ownerAct(self, from, to);
      if (act === 'none') return Promise.resolve(customer);
      const name = customer.fullName;
      const write = () =>
        inOrder(customer.id, undefined, () => {
          switch (act) {
            case 'claim':
              return unwrap(client.POST('/customers/{id}/claim', path(customer.id)));
            case 'unclaim':
              return unwrap(client.POST('/customers/{id}/unclaim', path(customer.id)));
            case 'release':
              return unwrap(client.POST('/customers/{id}/release', path(customer.id)));
            default:
              return unwrap(
                client.POST('/customers/{id}/reassign', { ...path(customer.id), body: { userId: to ?? '' } }),
              );
          }
        });
      return run(
        customer,
        { claimedById: to, claimedAt: to === null ? null : new Date().toISOString() },
        write,
        {
          done:
            act === 'claim'
              ? say('record.owner.claimed', { name })
              : act === 'reassign'
                ? say('record.owner.reassigned', { name, owner: who.member(to ?? '') })
                : say('record.owner.released', { name }),
          failed: say('record.owner.failed', { name }),
          undo: (item) => setOwner(item, from, 'silent'),
        },
        voice,
      );
    };

    const toggleTag = (
      given: Customer,
      tag: string,
      on: boolean,
      voice: Voice = 'loud',
    ): Promise<Customer | null> => {
      const { t: say, tags: library } = now();
      const customer = newest(given);
      if (customer.tags.includes(tag) === on) return Promise.resolve(customer);
      const name = customer.fullName;
      const place = { params: { path: { id: customer.id, name: tag } } };
      const write = async () => {
        const item = await inOrder(customer.id, undefined, () =>
          on
            ? unwrap(client.PUT('/customers/{id}/tags/{name}', place))
            : unwrap(client.DELETE('/customers/{id}/tags/{name}', place)),
        );
        // A new tag has got its colour from the server.
        if (on && !library.some((each) => each.name === tag)) {
          void queryClient.invalidateQueries({ queryKey: ['bootstrap'] });
        }
        return item;
      };
      const next = on ? [...customer.tags, tag].sort() : customer.tags.filter((each) => each !== tag);
      return run(
        customer,
        { tags: next },
        write,
        {
          done: say(on ? 'record.tags.added' : 'record.tags.removed', { tag, name }),
          failed: say('record.tags.failed', { name }),
          undo: (item) => toggleTag(item, tag, !on, 'silent'),
        },
        voice,
      );
    };

    /** Adds an address; throws what is wrong with it, for the form to show. */
    const addContact = async (customer: Customer, contact: NewContact, voice: Voice = 'loud') => {
      const made = await unwrap(
        client.POST('/customers/{id}/contacts', { ...path(customer.id), body: contact }),
      );
      const item = await refresh(customer.id);
      noteActivity(customer.id);
      if (voice === 'loud') {
        toast.undo({
          title: now().t('record.contact.added', { value: made.value }),
          undo: () => removeContact(item, made, 'silent'),
        });
      }
      return item;
    };

    const changeContact = async (
      customer: Customer,
      contact: Contact,
      patch: ContactPatch,
      voice: Voice = 'loud',
    ): Promise<Customer> => {
      const body: ContactPatch = {};
      for (const key of Object.keys(patch) as Array<keyof ContactPatch>) {
        if (patch[key] !== contact[key]) Object.assign(body, { [key]: patch[key] });
      }
      if (Object.keys(body).length === 0) return customer;
      const changed = await unwrap(
        client.PATCH('/contacts/{id}', { ...path(contact.id), headers: ifMatch(contact.version), body }),
      );
      const item = await refresh(customer.id);
      noteActivity(customer.id);
      if (voice === 'loud') {
        toast.undo({
          title: now().t('record.contact.changed', { value: changed.value }),
          undo: () =>
            changeContact(
              item,
              changed,
              { value: contact.value, label: contact.label, status: contact.status },
              'silent',
            ),
        });
      }
      return item;
    };

    const removeContact = async (customer: Customer, contact: Contact, voice: Voice = 'loud') => {
      const { t: say } = now();
      const write = async () => {
        await unwrap(client.DELETE('/contacts/{id}', path(contact.id)));
        return unwrap(client.GET('/customers/{id}', path(customer.id)));
      };
      return run(
        customer,
        { contacts: newest(customer).contacts.filter((each) => each.id !== contact.id) },
        () => inOrder(customer.id, undefined, write),
        {
          done: say('record.contact.removed', { value: contact.value }),
          failed: say('record.contact.failed'),
          undo: (item) => {
            const { channel, value, label, isPrimary } = contact;
            return addContact(item, { channel, value, isPrimary, ...(label ? { label } : {}) }, 'silent');
          },
        },
        voice,
      );
    };

    /** Makes an address the primary one of its channel; shown at once. */
    const makePrimary = (customer: Customer, contact: Contact) => {
      const contacts = newest(customer).contacts.map((each) =>
        each.channel === contact.channel ? { ...each, isPrimary: each.id === contact.id } : each,
      );
      const former = customer.contacts.find((each) => each.channel === contact.channel && each.isPrimary);
      const { t: say } = now();
      return run(
        customer,
        { contacts },
        () =>
          inOrder(customer.id, undefined, async () => {
            await unwrap(client.PATCH('/contacts/{id}', { ...path(contact.id), body: { isPrimary: true } }));
            return unwrap(client.GET('/customers/{id}', path(customer.id)));
          }),
        {
          done: say('record.contact.changed', { value: contact.value }),
          failed: say('record.contact.failed'),
          undo: async (item) => {
            const back = item.contacts.find((each) => each.id === former?.id);
            if (back) await changeContact(item, back, { isPrimary: true }, 'silent');
          },
        },
        'loud',
      );
    };

    /** Writes a call or a meeting down; throws what is wrong with it, for the form to show. */
    const logTalk = async (customer: Customer, talk: NewTalk) => {
      await unwrap(client.POST('/customers/{id}/activities', { ...path(customer.id), body: talk }));
      noteActivity(customer.id);
      // The times of the customer have moved; that they are not shown yet takes nothing back.
      refreshing.current(customer.id);
    };

    return {
      edit,
      setCompany,
      setNewCompany,
      setOwner,
      toggleTag,
      setArchived,
      addContact,
      changeContact,
      makePrimary,
      removeContact,
      logTalk,
      refresh,
    };
  }, [queryClient, run]);
}
