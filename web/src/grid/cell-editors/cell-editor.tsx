import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Popover } from '@/ui/popover';
import type { EditorSpec } from '../types';
import { type Leave, PickList } from './pick-list';
import { TextCell } from './text-cell';

interface CellEditorProps<Row> {
  /** The cell that is edited, as it stands in the page now. */
  anchor: () => HTMLElement | null;
  /** The scrolled element, in which text editors lie over their cell. */
  container: RefObject<HTMLElement | null>;
  row: Row;
  label: string;
  spec: EditorSpec<Row>;
  onEnd: (leave: Leave) => void;
}

/** The one editor of a grid: there is never more than one, and it lies over the cell it edits. */
export function CellEditor<Row>({ anchor, container, row, label, spec, onEnd }: CellEditorProps<Row>) {
  if (spec.kind === 'later') return <Waiting load={spec.load} onEnd={onEnd} />;
  if (spec.kind === 'text') {
    return (
      <Over anchor={anchor} container={container}>
        <TextCell
          label={label}
          value={spec.get(row)}
          maxLength={spec.maxLength}
          check={spec.check}
          date={spec.date}
          onCommit={(value) => spec.set(row, value)}
          onLeave={onEnd}
        />
      </Over>
    );
  }
  return <PickCell anchor={anchor} row={row} label={label} spec={spec} onEnd={onEnd} />;
}

/** Until the editor is there; when it cannot be had, nothing is edited. */
function Waiting({ load, onEnd }: { load: () => Promise<unknown>; onEnd: (leave: Leave) => void }) {
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    load().catch(() => end.current('stay'));
  }, [load]);
  return null;
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Lays its content over a cell, inside the scrolled element, so that it moves with the rows. */
function Over({
  anchor,
  container,
  children,
}: Pick<CellEditorProps<unknown>, 'anchor' | 'container'> & { children: ReactNode }) {
  const [box, setBox] = useState<Box | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured once; the editor is made anew for another cell
  useLayoutEffect(() => {
    const cell = anchor()?.getBoundingClientRect();
    const outer = container.current;
    if (!cell || !outer) return;
    const frame = outer.getBoundingClientRect();
    setBox({
      left: cell.left - frame.left - outer.clientLeft + outer.scrollLeft,
      top: cell.top - frame.top - outer.clientTop + outer.scrollTop,
      width: Math.max(cell.width, 180),
      height: cell.height,
    });
  }, []);
  if (box === null) return null;
  return (
    <div className="grid-editor" style={box}>
      {children}
    </div>
  );
}

function PickCell<Row>({
  anchor,
  row,
  label,
  spec,
  onEnd,
}: Pick<CellEditorProps<Row>, 'anchor' | 'row' | 'label' | 'onEnd'> & {
  spec: Exclude<EditorSpec<Row>, { kind: 'text' | 'later' }>;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Popover
      open
      onOpenChange={(open) => !open && onEnd('away')}
      anchor={anchor}
      offset={2}
      initialFocus={input}
      // The grid itself puts the focus back on the cell, or on the next one.
      finalFocus={false}
      label={label}
      className="flex w-[max(var(--anchor-width),16rem)] flex-col"
    >
      {spec.kind === 'tags' ? (
        <PickList
          ref={input}
          label={label}
          placeholder={spec.placeholder}
          source={spec.options}
          selected={spec.get(row)}
          multiple
          create={spec.create}
          onPick={(option) => {
            if (option) spec.toggle(row, option.id, !spec.get(row).includes(option.id));
          }}
          onCreate={(name) => spec.toggle(row, name, true)}
          onLeave={onEnd}
        />
      ) : (
        <PickList
          ref={input}
          label={label}
          placeholder={spec.placeholder}
          source={spec.options}
          selected={idsOf(spec.get(row))}
          clear={spec.clear}
          create={spec.create}
          onPick={(option) => {
            if (option?.id !== (spec.get(row) ?? undefined)) spec.set(row, option);
          }}
          onCreate={(query) => spec.onCreate?.(row, query)}
          onLeave={onEnd}
        />
      )}
    </Popover>
  );
}

function idsOf(id: string | null): string[] {
  return id === null ? [] : [id];
}
