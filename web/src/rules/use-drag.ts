import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { Spot } from './edit';

interface Drop {
  readonly spot: Spot;
  /** Where the line is drawn, in the box. */
  readonly top: number;
  readonly left: number;
  readonly width: number;
}

export interface Drag {
  readonly id: string | null;
  readonly drop: Drop | null;
  readonly start: (event: PointerEvent<HTMLElement>, id: string) => void;
}

/** So near to an edge of what scrolls, it scrolls. */
const EDGE = 36;
const STEP = 12;

/**
 * Moves a node of the tree with the pointer. Keys have their own way, which the menus name. Groups carry
 * `data-rule-group`, the nodes in them `data-rule-node`.
 */
export function useDrag(
  box: RefObject<HTMLElement | null>,
  mayDrop: (id: string, spot: Spot) => boolean,
  place: (id: string, spot: Spot) => void,
): Drag {
  const [id, setId] = useState<string | null>(null);
  const [drop, setDrop] = useState<Drop | null>(null);
  const newest = useRef({ mayDrop, place });
  newest.current = { mayDrop, place };
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => () => stop.current?.(), []);

  const start = (event: PointerEvent<HTMLElement>, dragged: string) => {
    if (event.button !== 0 || box.current === null) return;
    event.preventDefault();
    const around = box.current;
    let current: Drop | null = null;
    const show = (next: Drop | null) => {
      current = next;
      setDrop(next);
    };
    const onMove = ({ clientX, clientY }: globalThis.PointerEvent) => {
      scrollNear(around, clientY);
      const found = dropAt(around, clientX, clientY);
      show(found !== null && newest.current.mayDrop(dragged, found.spot) ? found : null);
    };
    const end = () => {
      stop.current = null;
      document.removeEventListener('pointermove', onMove);
      document.removeEventListener('pointerup', onUp);
      document.removeEventListener('pointercancel', end);
      document.removeEventListener('keydown', onKeyDown, true);
      setId(null);
      setDrop(null);
    };
    const onUp = () => {
      const last = current;
      end();
      if (last !== null) newest.current.place(dragged, last.spot);
    };
    const onKeyDown = (pressed: KeyboardEvent) => {
      if (pressed.key !== 'Escape') return;
      // It ends the drag, not the window around it.
      pressed.preventDefault();
      pressed.stopPropagation();
      end();
    };
    document.addEventListener('pointermove', onMove);
    document.addEventListener('pointerup', onUp);
    document.addEventListener('pointercancel', end);
    document.addEventListener('keydown', onKeyDown, true);
    stop.current = end;
    setId(dragged);
  };
  return { id, drop, start };
}

/** The place in the innermost group under the pointer. */
function dropAt(box: HTMLElement, x: number, y: number): Drop | null {
  const under = document.elementFromPoint(x, y);
  const group = under?.closest<HTMLElement>('[data-rule-group]');
  if (!group || !box.contains(group)) return null;
  const nodes = [...group.querySelectorAll<HTMLElement>('[data-rule-node]')].filter(
    (node) => node.parentElement?.closest('[data-rule-group]') === group,
  );
  const next = nodes.find((node) => {
    const { top, height } = node.getBoundingClientRect();
    return y < top + height / 2;
  });
  const around = box.getBoundingClientRect();
  const inside = group.getBoundingClientRect();
  const last = nodes.at(-1)?.getBoundingClientRect();
  const line = next?.getBoundingClientRect().top ?? last?.bottom ?? inside.bottom;
  return {
    spot: { groupId: group.dataset.ruleGroup ?? '', before: next?.dataset.ruleNode ?? null },
    top: line - around.top + (next === undefined ? 3 : -5),
    left: inside.left - around.left,
    width: inside.width,
  };
}

function scrollNear(box: HTMLElement, y: number) {
  let scroller: HTMLElement | null = box.parentElement;
  while (scroller !== null && scroller.scrollHeight <= scroller.clientHeight)
    scroller = scroller.parentElement;
  if (scroller === null) return;
  const { top, bottom } = scroller.getBoundingClientRect();
  if (y < top + EDGE) scroller.scrollBy(0, -STEP);
  else if (y > bottom - EDGE) scroller.scrollBy(0, STEP);
}
