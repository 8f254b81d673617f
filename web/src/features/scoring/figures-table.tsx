import type { ReactNode } from 'react';

interface FiguresTableProps {
  label: string;
  head: readonly string[];
  /** Each with what it is about, and the cells beside it. */
  rows: ReadonlyArray<{ key: string | number; name: ReactNode; cells: readonly ReactNode[] }>;
}

/** Figures beside what they are about. */
export function FiguresTable({ label, head, rows }: FiguresTableProps) {
  const align = (at: number) => (at === 0 ? 'text-left' : 'text-right');
  return (
    <table aria-label={label} className="w-full text-sm">
      <thead>
        <tr className="border-line border-b text-muted text-xs">
          {head.map((name, at) => (
            <th key={name} scope="col" className={`px-3 py-2 font-medium ${align(at)}`}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, cells }) => (
          <tr key={key} className="border-line border-t first:border-t-0">
            <th scope="row" className="px-3 py-1.5 text-left font-medium">
              {name}
            </th>
            {cells.map((cell, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a cell is known by its column
              <td key={at} className="tabular px-3 py-1.5 text-right">
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A column of a chart: its bars, whose heights are parts of the whole. */
export function Column({
  label,
  above,
  below,
  bars,
}: {
  label: string;
  above?: ReactNode;
  below: ReactNode;
  bars: ReadonlyArray<{ part: number; soft?: boolean }>;
}) {
  return (
    <li aria-label={label} className="flex min-w-0 flex-1 flex-col items-center gap-1 text-muted text-xs">
      {above === undefined ? null : (
        <span aria-hidden className="tabular">
          {above}
        </span>
      )}
      <span
        aria-hidden
        className="flex w-full items-end justify-center border-line border-b"
        style={{ height: 112, gap: 2 }}
      >
        {bars.map(({ part, soft }) => (
          <span
            key={soft ? 'soft' : 'full'}
            className={`flex-1 rounded-sm border border-accent ${soft ? 'bg-accent-soft' : 'bg-accent'}`}
            style={{ height: `${part * 100}%`, maxWidth: 22, visibility: part === 0 ? 'hidden' : undefined }}
          />
        ))}
      </span>
      <span aria-hidden className="tabular">
        {below}
      </span>
    </li>
  );
}
