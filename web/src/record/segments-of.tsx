import { useQueries, useQueryClient } from '@tanstack/react-query';
import { CircleHelp, ListChecks, Plus, X, Zap } from 'lucide-react';
import { useRef, useState } from 'react';
import { useSegments } from '@/api/bootstrap';
import type { Customer, SegmentRef } from '@/api/types';
import { PickList } from '@/grid/cell-editors/pick-list';
import { useT } from '@/i18n/use-t';
import { useDebounced } from '@/lib/debounce';
import { ExplainDialog } from './explain-dialog';
import { PickPopover } from './inline-fields';
import { explainQuery, useChangeMembers } from './segments';

/** Each is a question of its own. */
const LOOKED_AT = 100;

interface SegmentsOfProps {
  customer: Customer;
  writable: boolean;
  onOpen: (id: string) => void;
}

/** The segments that a customer is in; static ones can be added and removed, all of them can be asked why. */
export function SegmentsOf({ customer, writable, onOpen }: SegmentsOfProps) {
  const t = useT();
  const queryClient = useQueryClient();
  const segments = useSegments();
  const changeMembers = useChangeMembers();
  const [adding, setAdding] = useState(false);
  const [explaining, setExplaining] = useState<{ segment?: SegmentRef } | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const asked = segments.slice(0, LOOKED_AT);
  // Who goes through records quickly asks about none of them.
  const settled = useDebounced(customer.id, 200);
  const answers = useQueries({
    queries: asked.map(({ id }) => ({ ...explainQuery(id, customer.id), enabled: settled === customer.id })),
  });
  const mine = asked.filter((_, at) => answers[at]?.data?.member);
  const waiting = answers.some(({ isPending }) => isPending);
  const failed = answers.find(({ isError }) => isError);
  const fixed = segments.filter(({ kind }) => kind === 'static');

  const toggle = async (segment: SegmentRef, on: boolean) => {
    const { queryKey } = explainQuery(segment.id, customer.id);
    await queryClient.cancelQueries({ queryKey });
    queryClient.setQueryData(queryKey, { member: on, conditions: [] });
    await changeMembers(segment, on ? { add: [customer.id] } : { remove: [customer.id] });
  };

  if (segments.length === 0) return <span className="text-faint">{t('segments.of.noneThere')}</span>;
  return (
    <>
      <ul className="flex min-w-0 flex-wrap items-center gap-1 py-1" aria-busy={waiting}>
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
                title={t(`segments.kind.${segment.kind}`)}
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
        {failed ? (
          <li className="text-danger-fg text-xs">
            {t('segments.of.failed')}{' '}
            <button
              type="button"
              className="underline"
              onClick={() =>
                void queryClient.invalidateQueries({ queryKey: ['segments', 'explain', customer.id] })
              }
            >
              {t('common.action.retry')}
            </button>
          </li>
        ) : waiting ? (
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
                  if (segment) void toggle(segment, !mine.includes(segment));
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
        {segments.length > LOOKED_AT ? (
          <li className="w-full text-muted text-xs">
            {t('segments.of.partly', { count: LOOKED_AT, total: segments.length })}
          </li>
        ) : null}
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
