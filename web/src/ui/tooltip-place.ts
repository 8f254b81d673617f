export type TooltipSide = 'top' | 'right' | 'bottom' | 'left';

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Size {
  width: number;
  height: number;
}

const gap = 6;
const margin = 8;

/** Where a hint of that size stands beside its element: on the wished side if there is room, else on the other one. */
export function placeTooltip(
  anchor: Box,
  size: Size,
  view: Size,
  side: TooltipSide,
): { left: number; top: number } {
  const room = {
    top: anchor.top,
    bottom: view.height - anchor.top - anchor.height,
    left: anchor.left,
    right: view.width - anchor.left - anchor.width,
  };
  const opposite = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' } as const;
  const upright = side === 'top' || side === 'bottom';
  const need = (upright ? size.height : size.width) + gap + margin;
  const chosen = room[side] >= need || room[side] >= room[opposite[side]] ? side : opposite[side];

  const place = {
    top: { left: anchor.left + anchor.width / 2 - size.width / 2, top: anchor.top - gap - size.height },
    bottom: { left: anchor.left + anchor.width / 2 - size.width / 2, top: anchor.top + anchor.height + gap },
    left: { left: anchor.left - gap - size.width, top: anchor.top + anchor.height / 2 - size.height / 2 },
    right: {
      left: anchor.left + anchor.width + gap,
      top: anchor.top + anchor.height / 2 - size.height / 2,
    },
  }[chosen];
  const clamp = (value: number, most: number) => Math.max(margin, Math.min(value, most - margin));
  return {
    left: Math.round(clamp(place.left, view.width - size.width)),
    top: Math.round(clamp(place.top, view.height - size.height)),
  };
}
