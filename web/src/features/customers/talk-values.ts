/** A moment as the control for dates and times holds it: local, to the minute. */
export function localMoment(at: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Typed minutes: null when there are none, undefined when they are no whole number up to `max`. */
export function minutesOf(text: string, max: number): number | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  const count = /^\d{1,6}$/.test(typed) ? Number(typed) : Number.NaN;
  return count <= max ? count : undefined;
}
