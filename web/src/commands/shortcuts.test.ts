import { expect, test } from 'vitest';
import { mayRun, sequenceStarters } from './shortcuts';

const page = { target: null, modal: false, enabled: true };

test('a single key works on the page and stops when switched off or covered', () => {
  expect(mayRun({ keys: 'c' }, page)).toBe(true);
  expect(mayRun({ keys: 'g c' }, { ...page, enabled: false })).toBe(false);
  expect(mayRun({ keys: 'c' }, { ...page, modal: true })).toBe(false);
});

test('keys with a modifier stay when single keys are off', () => {
  expect(mayRun({ keys: '$mod+z' }, { ...page, enabled: false })).toBe(true);
  expect(mayRun({ keys: 'Shift+?' }, { ...page, enabled: false })).toBe(false);
});

test('the palette opens from everywhere', () => {
  expect(mayRun({ keys: '$mod+k', always: true }, { target: null, modal: true, enabled: false })).toBe(true);
});

test('what cannot be done now is not done by its key either', () => {
  expect(mayRun({ keys: 'c', disabledReason: 'no' }, page)).toBe(false);
  expect(mayRun({ keys: 'ArrowDown', informative: true }, page)).toBe(false);
});

test('keys that begin a sequence are known', () => {
  expect([
    ...sequenceStarters([{ keys: 'g c' }, { keys: 'c' }, { keys: 'g o' }, {}, { keys: '$mod+k' }]),
  ]).toEqual(['g']);
});
