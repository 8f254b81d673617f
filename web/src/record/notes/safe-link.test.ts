import { expect, it } from 'vitest';
import { safeLink, safePicture } from './safe-link';

const origin = 'https://crm.example';

it('leads to pages and mail only', () => {
  expect(safeLink('https://a.example/x?y=1&z=2#w', origin)).toEqual({
    href: 'https://a.example/x?y=1&z=2#w',
    path: null,
  });
  expect(safeLink('mailto:ada@example.com', origin)?.href).toBe('mailto:ada@example.com');
  expect(safeLink('/crm/deals?open=1', origin)?.path).toBe('/crm/deals?open=1');
  expect(safeLink('?a=1&amp;b=2', origin)?.path).toBe('/?a=1&b=2');
  expect(safeLink('//other.example/x', origin)).toEqual({ href: 'https://other.example/x', path: null });
});

it('knows a script in every dress', () => {
  for (const address of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'java\tscript:alert(1)',
    '\u0001javascript:alert(1)',
    'javascript&colon;alert(1)',
    '&#106;avascript:alert(1)',
    '&#x6A;avascript:alert(1)',
    'java&Tab;script:alert(1)',
    'java&NewLine;script:alert(1)',
    'java&#10;script:alert(1)',
    'vbscript:x',
    'data:text/html,x',
    'blob:https://crm.example/x',
    'file:///etc/passwd',
    'view-source:javascript:1',
    'tel:+1',
    'ftp://x.example',
    'https://crm.example@evil.example',
    'java\u200bscript:alert(1)',
    '\u202ehttps://x',
    'http://',
    '',
  ])
    expect(safeLink(address, origin), address).toBeNull();
});

it('shows pictures from here only', () => {
  const own = '/api/v1/attachments/0190a1b2-0000-7000-8000-0123456789ab/content';
  expect(safePicture(own, origin)).toBe(own);
  expect(safePicture(`${own}?x`, origin)).toBeNull();
  expect(safePicture('/api/v1/me', origin)).toBeNull();
  expect(safePicture('https://evil.example/p.png', origin)).toBeNull();
  expect(safePicture('data:image/png;base64,AA', origin)).toBeNull();
});
