import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { follow, type ScrollState, scrollSpace, settle } from './scroll-space';
import { type Direction, mountedRows, pagesToLoad, type RowRange, reveal, visibleRows } from './window';

/** The scroll bar is put right this long after the last movement. */
const SETTLE_MS = 140;

interface Options {
  /** Element that scrolls. */
  scroller: RefObject<HTMLElement | null>;
  total: number;
  rowHeight: number;
  /** Height of the sticky header inside the scroller. */
  headerHeight: number;
  /** Names what is shown; when it changes the list starts from the top. */
  viewKey: string;
  /** Row to start at when the list is first shown. */
  startRow: number;
  onWindow: (pages: readonly number[]) => void;
  /** The first visible row after a movement has ended. */
  onRest: ((row: number) => void) | undefined;
}

export interface Mounted extends RowRange {
  /** Distance of the row block from where it would stand without compression, in pixels. */
  readonly offset: number;
}

const NOWHERE: Mounted = { first: 0, end: 0, offset: 0 };

/**
 * Follows a scrolling element over a list of any length and says which rows to mount and where. React hears of it only
 * when the mounted range changes; everything between is the browser's own scrolling.
 */
export function useScroll({
  scroller,
  total,
  rowHeight,
  headerHeight,
  viewKey,
  startRow,
  onWindow,
  onRest,
}: Options) {
  const [viewport, setViewport] = useState(0);
  const [mounted, setMounted] = useState<Mounted>(NOWHERE);
  const position = useRef<ScrollState>({ scrollTop: 0, contentTop: 0 });
  // The place to start from waits until the list is known to be that long.
  const pending = useRef(startRow > 0 ? startRow : null);
  const direction = useRef<Direction>(1);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const space = useMemo(() => scrollSpace(total, rowHeight, viewport), [total, rowHeight, viewport]);

  const visible = useCallback(
    () => visibleRows(position.current.contentTop, viewport, rowHeight, total),
    [viewport, rowHeight, total],
  );

  const apply = useCallback(() => {
    const seen = visible();
    const rows = mountedRows(seen, total);
    const offset = Math.round(position.current.scrollTop - position.current.contentTop);
    setMounted((was) =>
      was.first === rows.first && was.end === rows.end && was.offset === offset ? was : { ...rows, offset },
    );
    onWindow(pagesToLoad(seen, total, direction.current));
  }, [visible, total, onWindow]);

  /** Puts the scroll bar where the content is; reads it back, because browsers round it. */
  const place = useCallback(
    (contentTop: number) => {
      const next = settle(space, { scrollTop: 0, contentTop });
      const element = scroller.current;
      if (element !== null && Math.abs(element.scrollTop - next.scrollTop) >= 1) {
        element.scrollTop = next.scrollTop;
        position.current = { scrollTop: element.scrollTop, contentTop: next.contentTop };
      } else {
        position.current = { scrollTop: element?.scrollTop ?? next.scrollTop, contentTop: next.contentTop };
      }
    },
    [scroller, space],
  );

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onScroll = () => {
      const step = element.scrollTop - position.current.scrollTop;
      if (Math.abs(step) < 0.5) return;
      const from = position.current.contentTop;
      pending.current = null;
      position.current = follow(space, position.current, element.scrollTop);
      const moved = position.current.contentTop - from;
      direction.current = moved > 0 ? 1 : moved < 0 ? -1 : 0;
      // Rows must stand there in the frame that shows the new position, or it would be blank.
      flushSync(apply);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        place(position.current.contentTop);
        apply();
        onRest?.(visible().first);
      }, SETTLE_MS);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      element.removeEventListener('scroll', onScroll);
      clearTimeout(timer.current);
    };
  }, [scroller, space, apply, place, visible, onRest]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => setViewport(Math.max(0, element.clientHeight - headerHeight));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, headerHeight]);

  // Another view starts at the top; another length, row height or window size keeps the first row in place.
  const shown = useRef({ viewKey, rowHeight });
  useLayoutEffect(() => {
    const was = shown.current;
    if (was.viewKey !== viewKey) {
      position.current = { ...position.current, contentTop: 0 };
      pending.current = null;
    }
    if (was.rowHeight !== rowHeight) {
      position.current = {
        ...position.current,
        contentTop: (position.current.contentTop / was.rowHeight) * rowHeight,
      };
    }
    shown.current = { viewKey, rowHeight };
    if (pending.current !== null && total > pending.current && viewport > 0) {
      position.current = { ...position.current, contentTop: pending.current * rowHeight };
      pending.current = null;
    }
    if (total > 0) place(position.current.contentTop);
    apply();
  }, [viewKey, rowHeight, total, viewport, place, apply]);

  /** Brings a row into view, moving as little as possible. */
  const showRow = useCallback(
    (row: number) => {
      const at = position.current.contentTop;
      const next = reveal(row, at, viewport, rowHeight);
      if (next === at) return;
      direction.current = next > at ? 1 : -1;
      place(next);
      apply();
      onRest?.(visible().first);
    },
    [viewport, rowHeight, place, apply, visible, onRest],
  );

  return { space, viewport, mounted, showRow };
}
