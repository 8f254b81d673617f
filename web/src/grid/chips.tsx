import type { ReactNode } from 'react';
import { fitChips } from './fit-chips';

interface Chip {
  readonly id: string;
  readonly label: string;
  readonly tone: string;
}

/** Content of a cell: as many chips as its width has room for, and how many more there are. */
export function chips(all: readonly Chip[], width: number): ReactNode {
  const shown = fitChips(
    all.map(({ label }) => label),
    width,
  );
  return (
    <>
      {all.slice(0, shown).map(({ id, label, tone }) => (
        <span key={id} className="grid-chip" data-tone={tone}>
          {label}
        </span>
      ))}
      {all.length > shown ? <span className="grid-more">+{all.length - shown}</span> : null}
    </>
  );
}
