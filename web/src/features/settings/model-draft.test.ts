import { expect, test } from 'vitest';
import type { AiProvider } from '@/api/types';
import { draftOf, isWhole, newBody, patchOf, testOf } from './model-draft';

const provider = {
  id: '1',
  name: 'Local',
  baseUrl: 'http://localhost:11434/v1',
  chatModel: 'small',
  tokensPerDay: 5,
  hasKey: true,
} as AiProvider;

test('an unchanged draft changes nothing, and an empty key leaves the one that is kept', () => {
  expect(patchOf(provider, draftOf(provider))).toEqual({});
  expect(patchOf(provider, { ...draftOf(provider), chatModel: ' large ', apiKey: ' k ' })).toEqual({
    chatModel: 'large',
    apiKey: 'k',
  });
});

test('a new one needs a name, an address, a model and a number', () => {
  const draft = { ...draftOf(null), name: 'A', baseUrl: 'https://x/v1', chatModel: 'm' };
  expect(isWhole(draft)).toBe(true);
  for (const gap of ['name', 'baseUrl', 'chatModel', 'tokensPerDay'])
    expect(isWhole({ ...draft, [gap]: ' ' })).toBe(false);
  expect(newBody(draft)).toEqual({
    name: 'A',
    baseUrl: 'https://x/v1',
    chatModel: 'm',
    tokensPerDay: 2_000_000,
  });
});

test('a test names the saved one, whose key is used where none is written', () => {
  expect(testOf(provider, draftOf(provider))).toEqual({
    id: '1',
    baseUrl: 'http://localhost:11434/v1',
    chatModel: 'small',
  });
  expect(testOf(null, { ...draftOf(null), baseUrl: 'b', chatModel: 'm', apiKey: 'k' })).toEqual({
    baseUrl: 'b',
    chatModel: 'm',
    apiKey: 'k',
  });
});
