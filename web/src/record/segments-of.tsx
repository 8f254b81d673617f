import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleHelp, ListChecks, Plus, X, Zap } from 'lucide-react';
import { useRef, useState } from 'react';
import { useSegments } from '@/api/bootstrap';
import type { Customer, CustomerSegment, SegmentRef } from '@/api/types';
import { PickList } from '@/grid/cell-editors/pick-list';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { useDebounced } from '@/lib/debounce';
import { ExplainDialog } from './explain-dialog';
import { PickPopover } from './inline-fields';
import { segmentsOfQuery, useChangeMembers } from './segments';

const none: readonly CustomerSegment[] = [];

interface SegmentsOfProps {
  customer: Customer;
  writable: boolean;
  onOpen: (id: string) => void;
}

/** The segments that a customer is in; static ones can be added and removed, all of them can be asked why. */
export function SegmentsOf({ customer, writable, onOpen }: SegmentsOfProps) {
  const t = useT();
  const format = useFormat();
  const queryClient = useQueryClient();
  const segments = useSegments();
  const changeMembers = useChangeMembers();
  const [adding, setAdding] = useState(false);
  const [explaining, setExplaining] = useState<{ segment?: SegmentRef } | null>(null);
  const input = useRef<HTMLInputElement>(null);
  // Who goes through records quickly asks about none of them.
  const settled = useDebounced(customer.id, 200);
  const query = segmentsOfQuery(customer);
  const { data: mine = none, isPending, isError } = useQuery({ ...query, enabled: settled === customer.id });
  const fixed = segments.filter(({ kind }) => kind === 'static');

  const toggle = async (segment: SegmentRef, on: boolean) => {
    const { queryKey } = query;
    await queryClient.cancelQueries({ queryKey });
    queryClient.setQueryData(queryKey, (known: CustomerSegment[] = []) =>
      on ? [...known, { ...segment, since: null }] : known.filter(({ id }) => id !== segment.id),
    );
    await changeMembers(segment, on ? { add: [customer.id] } : { remove: [customer.id] });
  };

  if (segments.length === 0) return <span className="text-faint">{t('segments.of.noneThere')}</span>;
  return (
    <>
      <ul className="flex min-w-0 flex-wrap items-center gap-1 py-1" aria-busy={isPending}>
        {mine.map((segment) => {
          const Icon = segment.kind === 'static' ? ListChecks : Zap;
          return (
            <li
              key={segment.id}
              className="inline-flex h-6 max-w-full items-center rounded-sm border border-line bg-surface font-medium text-fg text-xs"
            >
              <button
                type="button"
                className="focus-inset flex h-full min-w-0 items-center gap-1 rounded-sm px-1.5 hover:bg-hover"
                title={
                  segment.since === null
                    ? t(`segments.kind.${segment.kind}`)
                    : t('segments.of.since', {
                        kind: t(`segments.kind.${segment.kind}`),
                        when: format.dateTime(segment.since),
                      })
                }
                onClick={() => onOpen(segment.id)}
              >
                <Icon aria-hidden className="size-3 shrink-0 text-muted" />
                <span className="truncate">{segment.name}</span>
              </button>
              {segment.kind === 'dynamic' ? (
                <button
                  type="button"
                  aria-label={t('segments.of.why', { name: segment.name })}
                  title={t('segments.of.why', { name: segment.name })}
                  className="focus-inset flex h-full w-6 shrink-0 items-center justify-center rounded-sm text-muted hover:bg-hover pointer-coarse:w-9"
                  onClick={() => setExplaining({ segment })}
                >
                  <CircleHelp aria-hidden className="size-3" />
                </button>
              ) : writable ? (
                <button
                  type="button"
                  aria-label={t('segments.of.remove', { name: segment.name })}
                  title={t('segments.of.remove', { name: segment.name })}
                  className="focus-inset flex h-full w-6 shrink-0 items-center justify-center rounded-sm text-muted hover:bg-hover pointer-coarse:w-9"
                  onClick={() => void toggle(segment, false)}
                >
                  <X aria-hidden className="size-3" />
                </button>
              ) : null}
            </li>
          );
        })}
        {isError ? (
          <li className="text-danger-fg text-xs">
            {t('segments.of.failed')}{' '}
            <button
              type="button"
              className="underline"
              onClick={() => void queryClient.invalidateQueries({ queryKey: query.queryKey })}
            >
              {t('common.action.retry')}
            </button>
          </li>
        ) : isPending ? (
          <li className="text-faint text-xs">{t('common.state.loading')}</li>
        ) : mine.length === 0 && !writable ? (
          <li className="text-faint">–</li>
        ) : null}
        {writable && fixed.length > 0 ? (
          <li>
            <PickPopover
              label={t('segments.of.add')}
              input={input}
              open={adding}
              onOpenChange={setAdding}
              className="w-64"
              trigger={
                <button
                  type="button"
                  className="inline-flex h-6 items-center gap-1 rounded-sm border border-line-strong/60 border-dashed px-1.5 text-muted text-xs hover:bg-hover hover:text-fg data-popup-open:bg-hover"
                >
                  <Plus aria-hidden className="size-3" />
                  {t('segments.of.add')}
                </button>
              }
            >
              <PickList
                ref={input}
                label={t('record.field.segments')}
                placeholder={t('segments.of.find')}
                source={{
                  name: 'own segments',
                  all: () => fixed.map(({ id, name }) => ({ id, label: name })),
                }}
                selected={mine.map(({ id }) => id)}
                multiple
                onPick={(option) => {
                  const segment = fixed.find(({ id }) => id === option?.id);
                  if (segment) void toggle(segment, !mine.some(({ id }) => id === segment.id));
                }}
                onLeave={() => setAdding(false)}
              />
            </PickPopover>
          </li>
        ) : null}
        <li>
          <button
            type="button"
            className="inline-flex h-6 items-center gap-1 rounded-sm px-1.5 text-muted text-xs hover:bg-hover hover:text-fg"
            onClick={() => setExplaining({})}
          >
            <CircleHelp aria-hidden className="size-3" />
            {t('segments.of.explain')}
          </button>
        </li>
      </ul>
      <ExplainDialog
        open={explaining !== null}
        onClose={() => setExplaining(null)}
        segment={explaining?.segment}
        customer={customer}
      />
    </>
  );
}
