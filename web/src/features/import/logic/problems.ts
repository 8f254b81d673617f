import type { ImportProblem } from '@/api/types';

/** The same thing wrong in several rows. */
export interface ProblemGroup {
  key: string;
  column: string | null;
  value: string | null;
  /** Without the value, which stands beside it. */
  reason: string;
  rows: number[];
}

/** Longer values are cut by the server and so cannot be told from each other. */
const wholeChars = 120;

/** Problems in file order, each kind once with all its rows. */
export function groupProblems(problems: readonly ImportProblem[]): ProblemGroup[] {
  const groups = new Map<string, ProblemGroup>();
  for (const { row, column, value, reason } of problems) {
    const key = JSON.stringify([column, value, reason]);
    const known = groups.get(key);
    if (known) known.rows.push(row);
    else groups.set(key, { key, column, value, reason: reasonAlone(value, reason), rows: [row] });
  }
  return [...groups.values()];
}

/** `“Narnia” is not a country` beside `Narnia` says it twice. */
export function reasonAlone(value: string | null, reason: string): string {
  const prefix = `“${value}” `;
  const rest = value !== null && reason.startsWith(prefix) ? reason.slice(prefix.length) : reason;
  return sentence(rest);
}

/** The server's texts start small, so that they can follow a name. */
export function sentence(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** Whether the person can say what the value means. */
export function isMendable(
  group: Pick<ProblemGroup, 'column' | 'value'>,
): group is { column: string; value: string } {
  return (
    group.column !== null && group.value !== null && group.value !== '' && group.value.length < wholeChars
  );
}
