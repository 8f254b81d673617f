import { expect, test } from 'vitest';
import { addressesIn } from './addresses';

test('finds addresses in whatever was pasted', () => {
  expect(
    addressesIn('Ada <ADA@engines.com>; bob@x.org,\nmailto:c@y.de. no address, ada@engines.com'),
  ).toEqual(['ada@engines.com', 'bob@x.org', 'c@y.de']);
  expect(addressesIn('nothing')).toEqual([]);
});
