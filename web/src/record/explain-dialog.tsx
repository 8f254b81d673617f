import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { useSegments } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Explanation, Id } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { useDebounced } from '@/lib/debounce';
import { cutSearch } from '@/lib/search-text';
import { type ReadRule, RuleView, useReadRule } from '@/rules/rule-view';
import type { RuleNode } from '@/rules/tree';
import { useRuleCatalogue } from '@/rules/use-rule-catalogue';
import { Alert } from '@/ui/alert';
import { Button } from '@/ui/button';
import { Combobox, type ComboboxOption } from '@/ui/combobox';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Skeleton } from '@/ui/skeleton';
import { explainQuery, segmentQuery } from './segments';

export interface ExplainDialogProps {
  open: boolean;
  onClose: () => void;
  /** Asked for where it is not given. */
  segment?: { id: Id; name: string };
  customer?: { id: Id; fullName: string };
}

/** Why somebody is in a segment, or is not: each condition with what was found. */
export function ExplainDialog({ open, onClose, segment, customer }: ExplainDialogProps) {
  const t = useT();
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={
        segment
          ? t('segments.explain.titleOf', { name: segment.name })
          : t('segments.explain.title', { name: customer?.fullName ?? '' })
      }
      footer={<Button onClick={onClose}>{t('common.action.close')}</Button>}
    >
      {open ? <Content segment={segment} customer={customer} /> : null}
    </Dialog>
  );
}

function Content({ segment, customer }: Pick<ExplainDialogProps, 'segment' | 'customer'>) {
  const t = useT();
  const segments = useSegments();
  const [chosenSegment, setSegment] = useState<ComboboxOption | null>(null);
  const [chosenCustomer, setCustomer] = useState<ComboboxOption | null>(null);
  const segmentId = segment?.id ?? chosenSegment?.value;
  const customerId = customer?.id ?? chosenCustomer?.value;
  return (
    <div className="flex min-h-48 flex-col gap-4">
      {customer ? null : <CustomerField value={chosenCustomer} onChange={setCustomer} />}
      {segment ? null : (
        <Field label={t('segments.explain.segment')}>
          <Combobox
            value={chosenSegment}
            onValueChange={setSegment}
            options={segments.map(({ id, name }) => ({ value: id, label: name }))}
            placeholder={t('segments.explain.findSegment')}
            emptyText={t('segments.state.noMatch')}
          />
        </Field>
      )}
      {segmentId === undefined || customerId === undefined ? null : (
        <Answer key={`${segmentId} ${customerId}`} segmentId={segmentId} customerId={customerId} />
      )}
    </div>
  );
}

interface CustomerFieldProps {
  value: ComboboxOption | null;
  onChange: (value: ComboboxOption | null) => void;
}

function CustomerField({ value, onChange }: CustomerFieldProps) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const asked = useDebounced(typed.trim(), 150);
  const found = useQuery({
    queryKey: ['customers', 'find', asked],
    queryFn: async ({ signal }) => {
      const body = { limit: 20, ...(asked === '' ? {} : { q: cutSearch(asked) }) };
      return (await unwrap(client.POST('/customers/query', { body, signal }))).items;
    },
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
  return (
    <Field label={t('segments.explain.customer')}>
      <Combobox
        value={value}
        onValueChange={onChange}
        onSearch={setTyped}
        loading={found.isFetching}
        options={(found.data ?? []).map((customer) => ({
          value: customer.id,
          label: customer.fullName,
          hint: customer.company?.name ?? customer.contacts[0]?.value,
        }))}
        placeholder={t('segments.explain.findCustomer')}
        emptyText={t('segments.explain.nobody')}
      />
    </Field>
  );
}

function Answer({ segmentId, customerId }: { segmentId: Id; customerId: Id }) {
  const t = useT();
  const segment = useQuery(segmentQuery(segmentId));
  const explained = useQuery(explainQuery(segmentId, customerId));
  const error = segment.error ?? explained.error;
  if (error)
    return (
      <Alert
        action={
          <Button
            size="small"
            onClick={() => {
              void segment.refetch();
              void explained.refetch();
            }}
          >
            {t('common.action.retry')}
          </Button>
        }
      >
        {errorText(error)}
      </Alert>
    );
  if (segment.data === undefined || explained.data === undefined)
    return (
      <div role="status" aria-label={t('common.state.loading')} className="flex flex-col gap-2">
        <Skeleton className="h-9" />
        <Skeleton className="h-20" />
      </div>
    );
  const { member } = explained.data;
  const { kind, archivedAt, rule } = segment.data;
  return (
    <div className="flex flex-col gap-3">
      <p
        role="status"
        className={cn(
          'flex items-center gap-2 rounded-md px-3 py-2 font-medium text-sm',
          member ? 'bg-tint-green text-tint-green-fg' : 'bg-sunken text-fg',
        )}
      >
        {member ? <Check aria-hidden className="size-4" /> : <X aria-hidden className="size-4" />}
        {t(member ? 'segments.explain.in' : 'segments.explain.out')}
      </p>
      {archivedAt !== null ? (
        <p className="text-muted text-sm">{t('segments.explain.archived')}</p>
      ) : kind === 'static' ? (
        <p className="text-muted text-sm">
          {t(member ? 'segments.explain.staticIn' : 'segments.explain.staticOut')}
        </p>
      ) : (
        <Conditions rule={rule} explanation={explained.data} />
      )}
    </div>
  );
}

function Conditions({ rule, explanation }: { rule: unknown; explanation: Explanation }) {
  const t = useT();
  const read = useReadRule(useRuleCatalogue('customer'), rule);
  const byPath = new Map(explanation.conditions.map((each) => [each.path, each]));
  return (
    <RuleView
      rule={read}
      mark={(pointer, node) => {
        const found = byPath.get(pointer);
        if (found === undefined) return { before: null, after: null };
        const Icon = found.holds ? Check : X;
        return {
          before: (
            <span
              className={cn(
                'mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full',
                found.holds ? 'bg-tint-green text-tint-green-fg' : 'bg-tint-red text-tint-red-fg',
              )}
            >
              <Icon aria-hidden className="size-3" />
              <span className="sr-only">
                {t(found.holds ? 'segments.explain.holds' : 'segments.explain.fails')}
              </span>
            </span>
          ),
          after: (
            <span className="block text-muted text-xs">
              {t('segments.explain.found', { value: foundText(read, node, found.value, t) })}
            </span>
          ),
        };
      }}
    />
  );
}

const MOMENT = /^\d{4}-\d\d-\d\dT/;

/** What the customer has in the field of a condition. */
function foundText(
  { words, values }: ReadRule,
  node: RuleNode,
  value: unknown,
  t: ReturnType<typeof useT>,
): string {
  if (node.kind === 'activity') return t('segments.explain.events', { count: Number(value) || 0 });
  const field = node.kind === 'field' ? node.field : '';
  const text = (each: unknown): string => {
    if (typeof each === 'boolean') return t(each ? 'rule.value.yes' : 'rule.value.no');
    if (typeof each === 'number') return words.number(field, each);
    if (typeof each !== 'string') return JSON.stringify(each);
    return MOMENT.test(each) ? words.time(each) : values.nameOf(field, each);
  };
  const all = Array.isArray(value)
    ? value
    : value === null || value === undefined || value === ''
      ? []
      : [value];
  return all.length === 0
    ? t('segments.explain.nothing')
    : new Intl.ListFormat(words.locale, { type: 'conjunction' }).format(all.map(text));
}
