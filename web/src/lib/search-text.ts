/**
 * How the address holds what a screen shows: one text per name and nothing else. No route ever meets a list, a number
 * or an object there, whatever somebody typed, repeated or pasted.
 */
export function parseSearch(search: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [key, value] of new URLSearchParams(search)) {
    // Of a name that is given more than once the first counts; an empty value is none.
    if (value !== '' && !Object.hasOwn(values, key)) {
      Object.defineProperty(values, key, { value, enumerable: true, configurable: true, writable: true });
    }
  }
  return values;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      if (value !== '') params.append(key, String(value));
    }
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

const SEARCH_MAX = 200;

/** As much of a text as the API searches for; it refuses longer ones. */
export function cutSearch(text: string): string {
  return text.length <= SEARCH_MAX ? text : [...text].slice(0, SEARCH_MAX).join('').trim();
}
