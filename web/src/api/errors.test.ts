import { expect, test } from 'vitest';
import { ApiError, fieldProblems, isStatus, toApiError } from './errors';

const response = (status: number, headers: Record<string, string> = {}) =>
  new Response(null, { status, statusText: 'Some Status', headers });

test('takes a problem document as it is', () => {
  const error = toApiError(response(422), {
    type: 'x',
    title: 'Invalid',
    status: 422,
    detail: 'is required',
    code: 'invalid',
    requestId: 'r1',
    errors: [
      { path: '/email', code: 'required', message: 'is required' },
      { path: '/email', code: 'invalid_email', message: 'is no address' },
    ],
  });
  expect(error).toBeInstanceOf(ApiError);
  expect(error.code).toBe('invalid');
  expect(fieldProblems(error)).toEqual({ '/email': { code: 'required', message: 'is required' } });
});

test('makes a problem of what a proxy answers', () => {
  const error = toApiError(response(502, { 'x-request-id': 'r2' }), '<html>Bad gateway</html>');
  expect(error.status).toBe(502);
  expect(error.code).toBe('http_502');
  expect(error.problem.title).toBe('Some Status');
  expect(error.problem.requestId).toBe('r2');
  expect(fieldProblems(error)).toEqual({});
});

test('the status of the answer counts, not the one in its body', () => {
  expect(toApiError(response(403), { status: 200 }).status).toBe(403);
});

test('reads how long to wait', () => {
  expect(toApiError(response(429, { 'retry-after': '7' }), {}).retryAfterSeconds).toBe(7);
  expect(toApiError(response(503), {}).retryAfterSeconds).toBeNull();
});

test('other failures have neither fields nor a status', () => {
  expect(fieldProblems(new Error('x'))).toEqual({});
  expect(isStatus(new Error('x'), 401)).toBe(false);
});
