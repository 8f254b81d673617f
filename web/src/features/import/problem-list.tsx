import { Undo2 } from 'lucide-react';
import type { ImportProblem } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { IconButton } from '@/ui/button';
import { groupProblems, isMendable, type ProblemGroup } from './logic/problems';
import { MeaningPopover } from './meaning-popover';

interface Mending {
  /** What the person said a value means; undefined when nothing was said. */
  meaningOf: (column: string, value: string) => string | undefined;
  /** `null` takes it back. */
  onMeaning: (column: string, value: string, meaning: string | null) => void;
}

interface ProblemListProps {
  problems: readonly ImportProblem[];
  /** Offers to mend values; absent once it is too late. */
  mending?: Mending;
}

/** What is wrong with which rows; the same thing in many rows is said once. */
export function ProblemList({ problems, mending }: ProblemListProps) {
  const t = useT();
  const heading = 'px-3 py-1.5 font-medium first:pl-4 last:pr-4';
  return (
    <div className="relative overflow-hidden rounded-lg border border-line shadow-1">
      <table className="w-full border-collapse text-sm max-sm:block">
        <thead className="max-sm:sr-only">
          <tr className="border-b border-line bg-sunken text-left text-xs text-muted">
            <th scope="col" className={heading}>
              {t('imports.problem.row')}
            </th>
            <th scope="col" className={heading}>
              {t('imports.problem.column')}
            </th>
            <th scope="col" className={heading}>
              {t('imports.problem.value')}
            </th>
            <th scope="col" className={heading}>
              {t('imports.problem.reason')}
            </th>
            {mending ? (
              <th scope="col" className={heading}>
                <span className="sr-only">{t('imports.problem.mend')}</span>
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody className="divide-y divide-line max-sm:block">
          {groupProblems(problems).map((group) => (
            <ProblemRow key={group.key} group={group} mending={mending} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** More row numbers than these are counted. */
const shownRows = 4;

function ProblemRow({ group, mending }: { group: ProblemGroup; mending?: Mending }) {
  const t = useT();
  const format = useFormat();
  const rows = group.rows.slice(0, shownRows).map((row) => format.number(row));
  const more = group.rows.length - rows.length;
  const cell = 'px-3 py-1.5 first:pl-4 last:pr-4 max-sm:px-0! max-sm:py-0';
  return (
    <tr className="align-top max-sm:block max-sm:px-4 max-sm:py-2.5">
      <td className={`${cell} tabular text-muted sm:w-28 max-sm:inline max-sm:text-xs`}>
        <span className="sm:hidden">{t('imports.problem.row')} </span>
        {rows.join(', ')}
        {more > 0 ? <span className="text-faint"> {t('imports.problem.more', { count: more })}</span> : null}
      </td>
      <td
        className={`${cell} sm:max-w-40 sm:truncate max-sm:inline max-sm:text-xs max-sm:text-muted`}
        title={group.column ?? undefined}
      >
        {group.column !== null ? <span className="sm:hidden"> · </span> : null}
        {group.column ?? <span className="text-faint max-sm:hidden">–</span>}
      </td>
      <td className={`${cell} break-words sm:max-w-48 max-sm:block max-sm:font-medium`}>
        {group.value ?? <span className="text-faint max-sm:hidden">–</span>}
      </td>
      {/* The server says why in English only. */}
      <td lang="en" className={`${cell} text-muted max-sm:block`}>
        {group.reason}
      </td>
      {mending ? (
        <td className={`${cell} text-right whitespace-nowrap max-sm:block max-sm:text-left`}>
          {isMendable(group) ? <Mend column={group.column} value={group.value} mending={mending} /> : null}
        </td>
      ) : null}
    </tr>
  );
}

function Mend({ column, value, mending }: { column: string; value: string; mending: Mending }) {
  const t = useT();
  const meaning = mending.meaningOf(column, value);
  if (meaning === undefined) {
    return (
      <span className="-my-0.5 inline-flex max-sm:-ml-2 sm:-mr-2">
        <MeaningPopover
          column={column}
          value={value}
          suggestion={value}
          label={t('imports.meaning.mend')}
          onMeaning={(next) => mending.onMeaning(column, value, next)}
        />
      </span>
    );
  }
  return (
    <span className="inline-flex items-center gap-1">
      {meaning === '' ? t('imports.meaning.empty') : t('imports.meaning.as', { meaning })}
      <IconButton
        label={t('imports.meaning.takeBack', { value })}
        className="-my-1"
        onClick={() => mending.onMeaning(column, value, null)}
      >
        <Undo2 aria-hidden className="size-4" />
      </IconButton>
    </span>
  );
}
