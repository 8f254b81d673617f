/** The colours a tag may have, as the API names them. Each is drawn in a tint that is readable in both themes. */
export const tagColors = [
  'gray',
  'red',
  'orange',
  'amber',
  'green',
  'teal',
  'blue',
  'indigo',
  'purple',
  'pink',
] as const;
export type TagColor = (typeof tagColors)[number];

/** The colour itself, or gray for one that this build does not know. */
export function tagColor(color: string | null | undefined): TagColor {
  return tagColors.find((known) => known === color) ?? 'gray';
}
