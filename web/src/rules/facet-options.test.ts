import { expect, test } from 'vitest';
import { withCounts } from './facet-options';

const facet = {
  field: 'country',
  values: [
    { value: null, count: 4 },
    { value: 'FR', count: 7 },
  ],
  more: false,
  exact: true,
};
const text = (count: number, exact: boolean) => `${count}${exact ? '' : '+'}`;

test('every option says how many records it finds; those without a record are quiet', () => {
  const options = ['DE', 'FR', 'none'].map((id) => ({ id, label: id }));
  const shown = withCounts(options, facet, (id) => (id === 'none' ? null : id), text);
  expect(shown.map(({ id, hint, quiet }) => [id, hint, quiet])).toEqual([
    ['DE', '0', true],
    ['FR', '7', false],
    ['none', '4', false],
  ]);
});

test('a long list begins with what occurs, in its own order otherwise', () => {
  const options = ['AA', 'BB', 'DE', 'FR', 'GG', 'HH', 'II', 'JJ', 'KK', 'LL', 'MM', 'NN', 'OO'];
  const shown = withCounts(
    options.map((id) => ({ id, label: id })),
    facet,
    (id) => id,
    text,
  );
  expect(shown.map(({ id }) => id).slice(0, 3)).toEqual(['FR', 'AA', 'BB']);
});

test('nothing is said of a value that was not counted', () => {
  const options = [
    { id: 'DE', label: 'DE', hint: 'DE' },
    { id: 'FR', label: 'FR' },
  ];
  const shown = withCounts(options, { ...facet, exact: false, more: true }, (id) => id, text);
  expect(shown.map(({ hint }) => hint)).toEqual([undefined, '7+']);
  expect(withCounts(options, undefined, (id) => id, text)).toBe(options);
});
