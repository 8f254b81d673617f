import { ArrowRight } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { errorText } from '@/api/error-text';
import { isEmpty, type Selection } from '@/grid/selection';
import type { GridColumn, PickOption } from '@/grid/types';
import type { List } from '@/grid/use-list';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { inLanes } from '@/lib/lanes';
import { PartlyUndone } from '@/lib/undo';
import { Alert } from '@/ui/alert';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Spinner } from '@/ui/spinner';
import { toast } from '@/ui/toast';
import { chosen, columnOf, PASTE_MAX, rowsFrom, type Step, spread, stepOf } from './plan';

export interface Pasted<Row> {
  readonly text: string;
  readonly column: GridColumn<Row>;
  /** The row of the focused cell. */
  readonly row: number;
}

export interface PasteDialogProps<Row extends { id: string }> {
  pasted: Pasted<Row> | null;
  onClose: () => void;
  list: List<Row>;
  selection: Selection;
  rowLabel: (row: Row) => string;
}

/** Rows that are written at the same time. */
const LANES = 6;
/** The number of those written is said so many times at most: somebody may listen to it. */
const SAYINGS = 20;

/** Which values go to which cells, before anything is written. */
export function PasteDialog<Row extends { id: string }>({
  pasted,
  onClose,
  list,
  selection,
  rowLabel,
}: PasteDialogProps<Row>) {
  const t = useT();
  const format = useFormat();
  const [steps, setSteps] = useState<ReadonlyArray<Step<Row>> | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [note, setNote] = useState<string | null>(null);
  /** How many have been written; null when nothing is under way. */
  const [ended, setEnded] = useState<number | null>(null);
  const busy = ended !== null;
  const latest = useRef({ list, selection, t });
  latest.current = { list, selection, t };

  useEffect(() => {
    if (pasted === null) return;
    const { list: rows, selection: selected, t: say } = latest.current;
    const { column, row: first } = pasted;
    const stop = new AbortController();
    setSteps(null);
    setProblem(null);
    setNote(null);
    const plan = async () => {
      const spec = column.edit;
      // It comes again with its editor.
      if (spec?.kind === 'later') return void (await spec.load());
      const values = columnOf(pasted.text);
      if (spec === undefined || spec.kind === 'tags') {
        setProblem(say('paste.problem.column', { column: column.header }));
        return;
      }
      if (selected.mode === 'allMatching' || values.length > PASTE_MAX) {
        setProblem(say('paste.problem.tooMany', { max: PASTE_MAX }));
        return;
      }
      let targets: Row[];
      if (isEmpty(selected)) {
        targets = await rowsFrom(rows, first, values.length);
      } else {
        const places = [...selected.ids].map((id) => rows.indexOf(id));
        const near = places.filter((place) => place >= 0).sort((a, b) => a - b);
        targets = near.flatMap((place) => rows.rowAt(place) ?? []);
        if (targets.length < places.length || targets.length > PASTE_MAX) {
          setProblem(say('paste.problem.far'));
          return;
        }
      }
      const own = spread(values, targets.length);
      if (values.length > 1 && values.length !== targets.length)
        setNote(say('paste.note.count', { values: values.length, rows: targets.length }));
      const options = new Map<string, PickOption | null>();
      if (spec.kind === 'pick') {
        for (const value of new Set(own))
          if (value !== '') options.set(value, await chosen(spec, value, stop.signal));
      }
      const texts = {
        unknown: (value: string) => say('paste.refused.unknown', { value }),
        empty: say('paste.refused.empty'),
        tooLong: (max: number) => say('paste.refused.tooLong', { max }),
      };
      if (stop.signal.aborted) return;
      setSteps(
        own.flatMap((value, at) => {
          const row = targets[at];
          return row === undefined
            ? []
            : stepOf({
                spec,
                row,
                value,
                option: options.get(value) ?? null,
                before: column.text(row),
                texts,
              });
        }),
      );
    };
    plan().catch((error: unknown) => {
      if (!stop.signal.aborted) setProblem(errorText(error));
    });
    return () => stop.abort();
  }, [pasted]);

  const changes = (steps ?? []).filter((step) => step.kind === 'change');
  const refused = (steps ?? []).filter((step) => step.kind === 'refused').length;
  const column = pasted?.column.header ?? '';

  const apply = async () => {
    const every = Math.ceil(changes.length / SAYINGS);
    setEnded(0);
    const outcomes = await inLanes(
      changes,
      LANES,
      (step) => step.run(step.row),
      (count) => {
        if (count % every === 0) setEnded(count);
      },
    );
    setEnded(null);
    onClose();
    const written = changes.flatMap(({ back }, at) => {
      const outcome = outcomes[at];
      const row = outcome?.status === 'fulfilled' ? outcome.value : null;
      return row === null ? [] : { row, back };
    });
    if (written.length > 0) {
      toast.undo({
        title: t('paste.done', { count: written.length, column }),
        undo: async () => {
          const lost = failures(await inLanes(written, LANES, ({ row, back }) => back(row)));
          if (lost.length > 0)
            throw new PartlyUndone(
              t('paste.undoFailed', {
                failed: lost.length,
                all: written.length,
                reason: errorText(lost[0]),
              }),
            );
        },
      });
    }
    const failed = failures(outcomes);
    if (failed.length > 0)
      toast.failed({
        title: t('paste.failed', { count: failed.length }),
        description: errorText(failed[0]),
      });
  };

  return (
    <Dialog
      open={pasted !== null}
      onOpenChange={(open) => !open && !busy && onClose()}
      title={t('paste.title', { column })}
      description={
        steps === null
          ? undefined
          : t('paste.summary', {
              changes: format.number(changes.length),
              refused: format.number(refused),
            })
      }
      size="large"
      footer={
        <>
          <span role="status" className="tabular mr-auto text-muted text-sm">
            {ended === null ? '' : t('paste.progress', { ended, count: changes.length })}
          </span>
          <Button disabled={busy} onClick={onClose}>
            {t('common.action.cancel')}
          </Button>
          <Button
            variant="primary"
            loading={busy}
            disabledReason={steps !== null && changes.length === 0 ? t('paste.nothing') : undefined}
            disabled={steps === null}
            onClick={() => void apply()}
          >
            {t('paste.apply', { count: changes.length })}
          </Button>
        </>
      }
    >
      {problem === null ? null : <Alert>{problem}</Alert>}
      {note === null ? null : <p className="pb-2 text-sm text-warning-fg">{note}</p>}
      {steps === null && problem === null ? <Spinner className="m-4 text-faint" /> : null}
      <ul aria-label={t('paste.list')} className="flex flex-col pb-1 text-sm">
        {steps?.map((step) => (
          <li
            key={step.row.id}
            className="grid min-h-9 grid-cols-[minmax(0,1fr)_minmax(0,2fr)] items-center gap-3 border-line border-b py-1 last:border-b-0"
          >
            <span className="truncate font-medium">{rowLabel(step.row)}</span>
            {step.kind === 'same' ? (
              <span className="truncate text-muted">{t('paste.same', { value: step.before })}</span>
            ) : (
              <span className="flex min-w-0 flex-wrap items-center gap-x-2">
                <span className="max-w-40 truncate text-muted line-through">{step.before}</span>
                <ArrowRight aria-hidden className="size-3.5 shrink-0 text-faint" />
                <span className="truncate">{step.after === '' ? t('paste.cleared') : step.after}</span>
                {step.kind === 'refused' ? (
                  <span className="basis-full text-warning-fg text-xs">{step.reason}</span>
                ) : null}
              </span>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** Why those failed that did. */
function failures(outcomes: ReadonlyArray<PromiseSettledResult<unknown>>): unknown[] {
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
}
