/**
 * Tags carry any colour as `#rrggbb`; screens draw them in one of nine label tints, which are readable in both themes.
 */
export const tints = ['gray', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'pink'] as const;
export type Tint = (typeof tints)[number];

/** What is stored when a tint is chosen. */
export const tintColors: Readonly<Record<Tint, string>> = {
  gray: '#64748b',
  red: '#dc2626',
  orange: '#ea580c',
  yellow: '#ca8a04',
  green: '#16a34a',
  teal: '#0d9488',
  blue: '#2563eb',
  purple: '#7c3aed',
  pink: '#db2777',
};

/** Upper ends of the hue ranges in degrees; what lies beyond the last is red again. */
const hues: ReadonlyArray<readonly [number, Tint]> = [
  [12, 'red'],
  [33, 'orange'],
  [65, 'yellow'],
  [158, 'green'],
  [196, 'teal'],
  [250, 'blue'],
  [290, 'purple'],
  [350, 'pink'],
];

/** The tint nearest to a stored colour; gray for none and for what is not a colour. */
export function tintOf(color: string | null | undefined): Tint {
  const named = tints.find((tint) => tint === color);
  if (named !== undefined) return named;
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color ?? '');
  if (match === null) return 'gray';
  const [r = 0, g = 0, b = 0] = match.slice(1).map((part) => Number.parseInt(part, 16) / 255);
  const high = Math.max(r, g, b);
  const spread = high - Math.min(r, g, b);
  if (high === 0 || spread / high < 0.4) return 'gray';
  const sector = high === r ? ((g - b) / spread + 6) % 6 : high === g ? (b - r) / spread + 2 : (r - g) / spread + 4;
  const hue = sector * 60;
  return hues.find(([end]) => hue < end)?.[1] ?? 'red';
}
