import { X } from 'lucide-react';
import { useRef, useState } from 'react';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Customer, Segment } from '@/api/types';
import { PickList } from '@/grid/cell-editors/pick-list';
import type { PickOption, PickSource } from '@/grid/types';
import { useT } from '@/i18n/use-t';
import { cutSearch } from '@/lib/search-text';
import { MEMBERS_AT_ONCE, useChangeMembers } from '@/record/segments';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Textarea } from '@/ui/input';
import { addressesIn } from './addresses';

export interface AddMembersDialogProps {
  open: boolean;
  segment: Segment;
  onClose: () => void;
}

const customers: PickSource = {
  name: 'customers to add',
  search: async (query, signal) => {
    const body = { limit: 30, ...(query === '' ? {} : { q: cutSearch(query) }) };
    const page = await unwrap(client.POST('/customers/query', { body, signal }));
    return page.items.map((customer) => ({
      id: customer.id,
      label: customer.fullName,
      hint: customer.company?.name ?? customer.contacts[0]?.value,
    }));
  },
};

const BATCH = 100;

/** Whom a static segment is to hold as well: found by name, or by a pasted list of addresses. */
export function AddMembersDialog({ open, segment, onClose }: AddMembersDialogProps) {
  const t = useT();
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t('segments.add.title', { name: segment.name })}
      keepOpen
    >
      {open ? <Form segment={segment} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Form({ segment, onClose }: Omit<AddMembersDialogProps, 'open'>) {
  const t = useT();
  const changeMembers = useChangeMembers();
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<readonly PickOption[]>([]);
  const [pasted, setPasted] = useState('');
  const [unknown, setUnknown] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const addresses = addressesIn(pasted);

  const holders = async () => {
    const found = new Map<string, string>();
    for (let start = 0; start < addresses.length; start += BATCH) {
      const value = addresses.slice(start, start + BATCH);
      const body = { filter: { field: 'email', op: 'in', value }, limit: 200 };
      const page = await unwrap(client.POST('/customers/query', { body }));
      for (const customer of page.items as Customer[])
        for (const contact of customer.contacts)
          if (contact.channel === 'email') found.set(contact.value.toLowerCase(), customer.id);
    }
    return found;
  };

  const add = async () => {
    if (busy) return;
    setProblem(null);
    setBusy(true);
    try {
      const found = await holders();
      const missing = addresses.filter((address) => !found.has(address));
      const wanted = addresses.flatMap((address) => found.get(address) ?? []);
      const ids = [...new Set([...chosen.map(({ id }) => id), ...wanted])];
      setUnknown(missing);
      if (ids.length === 0) {
        setProblem(missing.length > 0 ? null : t('segments.add.nobody'));
        return;
      }
      for (let start = 0; start < ids.length; start += MEMBERS_AT_ONCE)
        if (!(await changeMembers(segment, { add: ids.slice(start, start + MEMBERS_AT_ONCE) }))) return;
      setChosen([]);
      // Addresses of nobody stay in sight, so that they can be corrected.
      setPasted(missing.join('\n'));
      if (missing.length === 0) onClose();
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="flex flex-col gap-4">
      <div className="overflow-hidden rounded-md border border-line">
        <PickList
          ref={input}
          label={t('segments.add.find')}
          placeholder={t('segments.add.find')}
          source={customers}
          selected={chosen.map(({ id }) => id)}
          multiple
          onPick={(option) =>
            option &&
            setChosen((before) =>
              before.some(({ id }) => id === option.id)
                ? before.filter(({ id }) => id !== option.id)
                : [...before, option],
            )
          }
          onLeave={(leave) => leave === 'stay' && onClose()}
        />
      </div>
      {chosen.length > 0 ? (
        <ul aria-label={t('segments.add.chosen')} className="flex max-h-24 flex-wrap gap-1 overflow-y-auto">
          {chosen.map((option) => (
            <li
              key={option.id}
              className="inline-flex h-6 max-w-full items-center rounded-sm bg-sunken pl-1.5 text-xs"
            >
              <span className="truncate">{option.label}</span>
              <button
                type="button"
                aria-label={t('segments.add.drop', { name: option.label })}
                className="focus-inset flex size-6 items-center justify-center rounded-sm hover:bg-hover"
                onClick={() => setChosen((before) => before.filter(({ id }) => id !== option.id))}
              >
                <X aria-hidden className="size-3" />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <Field
        label={t('segments.add.addresses')}
        hint={t('segments.add.addressesHint', { count: addresses.length })}
        error={
          unknown.length > 0
            ? t('segments.add.unknown', { count: unknown.length, addresses: unknown.slice(0, 5).join(', ') })
            : null
        }
      >
        <Textarea
          rows={3}
          value={pasted}
          onChange={(event) => {
            setPasted(event.target.value);
            setUnknown([]);
          }}
        />
      </Field>
      {problem ? (
        <p role="alert" className="text-danger-fg text-sm">
          {problem}
        </p>
      ) : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t('common.action.cancel')}</Button>
        <Button variant="primary" loading={busy} onClick={() => void add()}>
          {t('segments.add.submit')}
        </Button>
      </div>
    </div>
  );
}
