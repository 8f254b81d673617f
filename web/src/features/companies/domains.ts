/** The longest name there is. Longer texts are not looked through: the pattern would take long over them. */
const HOST_MAX = 253;

/** The host of what people type or paste as a domain: an address, a link, an email; null when there is none in it. */
export function domainOf(text: string): string | null {
  const host = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z\d+.-]*:\/\//, '')
    .replace(/^[^@\s/]*@/, '')
    .replace(/[/?#:].*$/, '')
    .replace(/^www\./, '')
    .replace(/\.$/, '');
  if (host.length > HOST_MAX) return null;
  return /^[\p{L}\d]([\p{L}\d-]*[\p{L}\d])?(\.[\p{L}\d]([\p{L}\d-]*[\p{L}\d])?)+$/u.test(host) ? host : null;
}
