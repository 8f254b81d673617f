/** Which addresses a note may lead to. What is said here is the whole policy; the view draws nothing else. */

export interface SafeLink {
  href: string;
  /** The address without a scheme and a host, for links that stay in the app. */
  path: string | null;
}

const schemes = new Set(['http:', 'https:', 'mailto:']);
const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  colon: ':',
  tab: '\t',
  newline: '\n',
  sol: '/',
  lpar: '(',
  rpar: ')',
  nbsp: '\u00a0',
};

/** Character references as CommonMark reads them in addresses: those that can change what an address means. */
export function withoutReferences(text: string): string {
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd';
    return String.fromCodePoint(code);
  });
}

/** Control characters, and those that are not seen or turn the direction: no honest address has them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\ufffd]/u;

/**
 * The address as it may stand in a link, or null. The scheme is judged as the browser's own parser reads it, after
 * references were resolved, and what is answered is that parser's own writing of it.
 */
export function safeLink(address: string, origin: string): SafeLink | null {
  const text = withoutReferences(address).trim();
  if (text === '' || UNSEEN.test(text)) return null;
  let url: URL;
  try {
    url = new URL(text, origin);
  } catch {
    return null;
  }
  if (!schemes.has(url.protocol)) return null;
  // A name before the host only hides the host.
  if (url.username !== '' || url.password !== '') return null;
  const within = url.origin === origin;
  return { href: url.href, path: within ? url.pathname + url.search + url.hash : null };
}

const ATTACHED = /^\/api\/v1\/attachments\/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\/content$/;

/** Pictures are shown from here only: another host would learn who reads the note, and when. */
export function safePicture(address: string, origin: string): string | null {
  const path = safeLink(address, origin)?.path ?? '';
  return ATTACHED.test(path) ? path : null;
}
