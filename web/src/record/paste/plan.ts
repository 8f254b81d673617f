/** What pasted values would do to a column. Pure, but for asking the server who is meant by a name. */
import type { EditorSpec, PickOption } from '@/grid/types';
import type { List } from '@/grid/use-list';
import { fold } from '@/lib/fold';
import { readTsv } from './tsv';

/** Rows that are written at once; more are what an import is for. */
export const PASTE_MAX = 500;

/** The first column of what a spreadsheet has put into the clipboard, each value on one line as its field holds it. */
export function columnOf(text: string): string[] {
  return readTsv(text).map(([first = '']) => first.replace(/\s*\n\s*/g, ' ').trim());
}

/** So many rows from a place on, whatever heads of groups stand between them; fewer where the list ends. */
export async function rowsFrom<Row>(
  { headAt, rowsIn, total }: Pick<List<Row>, 'headAt' | 'rowsIn' | 'total'>,
  first: number,
  count: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  let at = first;
  while (rows.length < count && at < total) {
    let end = at;
    for (let missing = count - rows.length; missing > 0 && end < total; end += 1)
      if (headAt?.(end) === undefined) missing -= 1;
    rows.push(...(await rowsIn({ first: at, end })));
    at = end;
  }
  return rows;
}

/** The value of each row: one value goes to all of them, several go along. */
export function spread(values: readonly string[], rows: number): string[] {
  return Array.from({ length: Math.min(rows, values.length === 1 ? rows : values.length) }, (_, at) =>
    values.length === 1 ? (values[0] ?? '') : (values[at] ?? ''),
  );
}

export type Step<Row> =
  | {
      readonly kind: 'change';
      readonly row: Row;
      readonly before: string;
      readonly after: string;
      readonly run: (row: Row) => Promise<Row | null>;
      readonly back: (row: Row) => Promise<Row | null>;
    }
  | { readonly kind: 'same'; readonly row: Row; readonly before: string }
  | {
      readonly kind: 'refused';
      readonly row: Row;
      readonly before: string;
      readonly after: string;
      readonly reason: string;
    };

export interface PasteTexts {
  readonly unknown: (value: string) => string;
  readonly empty: string;
  readonly tooLong: (max: number) => string;
}

type Writable<Row> = Exclude<EditorSpec<Row>, { kind: 'tags' | 'later' }>;

/** The choice that a text names, by its label or its code; null when it names none. */
export async function chosen<Row>(
  spec: Extract<Writable<Row>, { kind: 'pick' }>,
  text: string,
  signal: AbortSignal,
): Promise<PickOption | null> {
  const wanted = fold(text);
  const options = 'all' in spec.options ? spec.options.all() : await spec.options.search(text, signal);
  const named = options.filter(({ label }) => fold(label) === wanted);
  const coded = options.filter(({ id, hint }) => fold(id) === wanted || (hint && fold(hint) === wanted));
  // Two of one name: nobody can tell which is meant.
  const found = named.length > 0 ? named : coded;
  return found.length === 1 ? (found[0] ?? null) : null;
}

interface StepOptions<Row> {
  readonly spec: Writable<Row>;
  readonly row: Row;
  readonly value: string;
  readonly option: PickOption | null;
  /** What the cell shows now. */
  readonly before: string;
  readonly texts: PasteTexts;
}

const done = async <Row>(set: undefined | Promise<Row | null>): Promise<Row | null> => (await set) ?? null;

/** What becomes of one cell. */
export function stepOf<Row>({ spec, row, value, option, before, texts }: StepOptions<Row>): Step<Row> {
  const refused = (reason: string): Step<Row> => ({ kind: 'refused', row, before, after: value, reason });
  const blocked = spec.blocked?.(row) ?? null;
  if (blocked !== null) return refused(blocked);
  if (spec.kind === 'text') {
    const old = spec.get(row);
    if (old === value) return { kind: 'same', row, before };
    if (spec.maxLength !== undefined && value.length > spec.maxLength)
      return refused(texts.tooLong(spec.maxLength));
    const problem = spec.check?.(value) ?? null;
    if (problem !== null) return refused(problem);
    return {
      kind: 'change',
      row,
      before,
      after: value,
      run: (of) => done(spec.set(of, value, true)),
      back: (of) => done(spec.set(of, old, true)),
    };
  }
  const old = spec.get(row);
  if (value === '' && spec.clear === undefined) return refused(texts.empty);
  if (value !== '' && option === null) return refused(texts.unknown(value));
  if (option?.disabled !== undefined) return refused(option.disabled);
  if (old === (option?.id ?? null)) return { kind: 'same', row, before };
  const former = old === null ? null : { id: old, label: before };
  return {
    kind: 'change',
    row,
    before,
    after: option?.label ?? '',
    run: (of) => done(spec.set(of, option, true)),
    back: (of) => done(spec.set(of, former, true)),
  };
}
