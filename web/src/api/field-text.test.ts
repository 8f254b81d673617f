import { i18n } from '@lingui/core';
import { beforeAll, expect, test } from 'vitest';
import { ApiError } from './errors';
import { fieldText, tooLong } from './field-text';

beforeAll(async () => {
  const { messages } = await import('virtual:messages/en');
  i18n.loadAndActivate({ locale: 'en', messages });
});

const refusal = (code: string, message: string) =>
  new ApiError({
    type: 'about:blank',
    title: 'Invalid',
    status: 422,
    detail: message,
    code: 'invalid',
    requestId: 'r1',
    errors: [{ path: '/name', code, message }],
  });

test('says what is wrong with an address in the language of the page', () => {
  const refused = (code: string) => fieldText(refusal(code, '"x" is no address'), '/name');
  expect(refused('invalid_email')).toBe('This is not an email address.');
  expect(refused('phone_needs_country')).toBe(
    'The country code is missing. Write the number like +49 30 901820.',
  );
  expect(refused('another_code')).toBe('"x" is no address');
});

test('says how long a text may be, as the API does', () => {
  expect(fieldText(refusal('too_long', 'use at most 200 characters'), '/name')).toBe(
    'Use at most 200 characters.',
  );
  expect(fieldText(refusal('too_long', 'this is too long'), '/name')).toBe('Too long.');
  expect(tooLong(` ${'a'.repeat(200)} `, 200)).toBeNull();
  expect(tooLong('😀'.repeat(200), 200)).toBeNull();
  expect(tooLong('😀'.repeat(201), 200)).toBe('Use at most 200 characters.');
  expect(tooLong('a'.repeat(2001), 2000)).toBe('Use at most 2,000 characters.');
});
