/** A path of this app to go on to, from an address that anybody may have written; anything else becomes `/home`. */
export function safePath(path: string | undefined): string {
  if (!path?.startsWith('/') || path.startsWith('//') || path.includes('\\')) return '/home';
  if (/^\/(login|signup)(\/|\?|$)/.test(path)) return '/home';
  return path;
}
