import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { Kbd } from './kbd';
import { placeTooltip, type TooltipSide } from './tooltip-place';

const openAfter = 500;
/** Going from one hinted element to the next shows the next hint at once. */
const warmFor = 300;
/** Long enough to reach the hint itself with the pointer, which keeps it open. */
const closeAfter = 120;

interface Shown {
  anchor: HTMLElement;
  text: string;
  keys: string | undefined;
  side: TooltipSide;
}

/** Draws the hint of the element under the pointer or the keyboard focus. Once, around the app. */
export function TooltipLayer() {
  const [shown, setShown] = useState<Shown | null>(null);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => listen(box, setShown), []);

  useLayoutEffect(() => {
    if (!shown || !box.current) return;
    const { left, top } = placeTooltip(
      shown.anchor.getBoundingClientRect(),
      box.current.getBoundingClientRect(),
      { width: window.innerWidth, height: window.innerHeight },
      shown.side,
    );
    box.current.style.left = `${left}px`;
    box.current.style.top = `${top}px`;
  }, [shown]);

  if (!shown) return null;
  return createPortal(
    <div
      ref={box}
      aria-hidden
      className="fixed z-[80] flex w-max max-w-72 items-center gap-2 rounded-md bg-raised px-2 py-1 text-xs text-fg shadow-2"
    >
      {shown.text}
      {shown.keys ? <Kbd keys={shown.keys} /> : null}
    </div>,
    document.body,
  );
}

function listen(box: { current: HTMLDivElement | null }, show: (shown: Shown | null) => void): () => void {
  let current: HTMLElement | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closedAt = Number.NEGATIVE_INFINITY;

  const open = (anchor: HTMLElement, delay: number) => {
    clearTimeout(timer);
    if (anchor === current) return;
    timer = setTimeout(() => {
      if (!anchor.isConnected) return;
      current = anchor;
      const { tooltip = '', tooltipKeys, tooltipSide = 'top' } = anchor.dataset;
      show({ anchor, text: tooltip, keys: tooltipKeys, side: tooltipSide as TooltipSide });
    }, delay);
  };
  const close = (delay: number) => {
    clearTimeout(timer);
    const shut = () => {
      if (!current) return;
      current = null;
      closedAt = performance.now();
      show(null);
    };
    if (delay === 0) shut();
    else timer = setTimeout(shut, delay);
  };
  const anchorOf = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>('[data-tooltip]') : null;

  const onPointerOver = (event: PointerEvent) => {
    if (event.pointerType === 'touch') return;
    if (event.target instanceof Node && box.current?.contains(event.target)) {
      clearTimeout(timer);
      return;
    }
    const anchor = anchorOf(event.target);
    if (anchor) open(anchor, current || performance.now() - closedAt < warmFor ? 0 : openAfter);
    else close(closeAfter);
  };
  const onFocusIn = (event: FocusEvent) => {
    const anchor = anchorOf(event.target);
    if (anchor && event.target instanceof Element && event.target.matches(':focus-visible'))
      open(anchor, openAfter);
    else close(0);
  };
  const closeNow = () => close(0);
  const onKeyDown = (event: KeyboardEvent) => {
    // Keys act, after which the hint is stale; Esc takes it away as well.
    if (event.key !== 'Shift' && event.key !== 'Control' && event.key !== 'Meta') close(0);
  };

  document.addEventListener('pointerover', onPointerOver);
  document.addEventListener('focusin', onFocusIn);
  document.addEventListener('focusout', closeNow);
  document.addEventListener('pointerdown', closeNow, true);
  document.addEventListener('keydown', onKeyDown, true);
  window.addEventListener('scroll', closeNow, true);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('pointerover', onPointerOver);
    document.removeEventListener('focusin', onFocusIn);
    document.removeEventListener('focusout', closeNow);
    document.removeEventListener('pointerdown', closeNow, true);
    document.removeEventListener('keydown', onKeyDown, true);
    window.removeEventListener('scroll', closeNow, true);
  };
}
