import { expect, test } from 'vitest';
import { ApiError } from '@/api/errors';
import { fileBytesMax, refusalText, refusedBefore } from './file-problem';
import { encodings } from './reading';

test('empty and too large files are not sent', () => {
  expect(refusedBefore({ size: 0 })).toBe('imports.refused.empty');
  expect(refusedBefore({ size: fileBytesMax + 1 })).toBe('imports.refused.tooLarge');
  expect(refusedBefore({ size: fileBytesMax })).toBeNull();
});

test('a refusal is explained by its code, wherever the server put it', () => {
  const problem = { type: '', title: '', status: 422, detail: '', code: 'invalid', requestId: '' };
  const error = new ApiError({
    ...problem,
    errors: [{ path: '/file', code: 'workbook_protected', message: 'the workbook is protected' }],
  });
  expect(refusalText(error)).toBe('imports.refused.protected');
  expect(refusalText(new ApiError({ ...problem, code: 'not_a_table' }))).toBe('imports.refused.notATable');
  expect(refusalText(new ApiError({ ...problem, status: 413 }))).toBe('imports.refused.tooLarge');
  expect(refusalText(new ApiError(problem))).toBeNull();
  expect(refusalText(new Error('x'))).toBeNull();
});

test('an unusual encoding that was detected is among the choices', () => {
  expect(encodings('UTF-8').filter(({ value }) => value === 'UTF-8')).toHaveLength(1);
  expect(encodings('macintosh')[0]?.value).toBe('macintosh');
});
