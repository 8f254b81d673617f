import { expect, test } from 'vitest';
import { readUserAgent } from './user-agent';

test.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    { browser: 'Chrome', system: 'Linux', phone: false },
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36 Edg/156.0',
    { browser: 'Edge', system: 'Windows', phone: false },
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
    { browser: 'Safari', system: 'iPhone', phone: true },
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 15.1; rv:148.0) Gecko/20100101 Firefox/148.0',
    { browser: 'Firefox', system: 'macOS', phone: false },
  ],
  ['entente-cli/1.0', { browser: null, system: null, phone: false }],
  [null, { browser: null, system: null, phone: false }],
])('%s', (text, device) => {
  expect(readUserAgent(text)).toEqual(device);
});
