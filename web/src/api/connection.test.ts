import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  connectedFetch,
  connection,
  endSession,
  markSignedIn,
  noticeBuild,
  resumeSession,
} from './connection';
import { NetworkError } from './errors';

const answers = vi.fn<(request: Request) => Promise<Response>>();
const request = (path: string, init?: RequestInit) => new Request(`http://localhost/api/v1${path}`, init);

beforeEach(() => {
  vi.stubGlobal('fetch', answers);
  connection.setState({ sessionEnded: false, unreachable: false, newBuild: false });
});
afterEach(() => {
  endSession();
  answers.mockReset();
  vi.unstubAllGlobals();
});

test('a 401 before any sign-in is just an answer', async () => {
  answers.mockResolvedValue(new Response(null, { status: 401 }));
  expect((await connectedFetch(request('/bootstrap'))).status).toBe(401);
  expect(connection.getState().sessionEnded).toBe(false);
});

test('a request whose session ended waits for the sign-in and is sent again with its body', async () => {
  markSignedIn();
  const bodies: string[] = [];
  answers.mockImplementation(async (sent) => {
    bodies.push(await sent.text());
    return new Response(null, { status: bodies.length === 1 ? 401 : 200 });
  });
  const answer = connectedFetch(request('/customers', { method: 'POST', body: '{"fullName":"Ada"}' }));
  await vi.waitFor(() => expect(connection.getState().sessionEnded).toBe(true));
  resumeSession();
  expect((await answer).status).toBe(200);
  expect(bodies).toEqual(['{"fullName":"Ada"}', '{"fullName":"Ada"}']);
  expect(connection.getState().sessionEnded).toBe(false);
});

test('leaving the dialog answers the waiting requests with the refusal', async () => {
  markSignedIn();
  answers.mockResolvedValue(new Response(null, { status: 401 }));
  const answer = connectedFetch(request('/me'));
  await vi.waitFor(() => expect(connection.getState().sessionEnded).toBe(true));
  endSession();
  expect((await answer).status).toBe(401);
  expect(answers).toHaveBeenCalledTimes(1);
});

test('a wrong password at the sign-in itself never waits', async () => {
  markSignedIn();
  answers.mockResolvedValue(new Response(null, { status: 401 }));
  expect((await connectedFetch(request('/auth/login', { method: 'POST' }))).status).toBe(401);
  expect(connection.getState().sessionEnded).toBe(false);
});

test('no answer means unreachable until the next answer', async () => {
  answers.mockRejectedValueOnce(new TypeError('failed to fetch'));
  await expect(connectedFetch(request('/me'))).rejects.toBeInstanceOf(NetworkError);
  expect(connection.getState().unreachable).toBe(true);
  answers.mockResolvedValue(new Response(null, { status: 200 }));
  await connectedFetch(request('/me'));
  expect(connection.getState().unreachable).toBe(false);
});

test('a request that the app itself gave up says nothing about the connection', async () => {
  const controller = new AbortController();
  controller.abort();
  answers.mockRejectedValue(new DOMException('aborted', 'AbortError'));
  await expect(connectedFetch(request('/me', { signal: controller.signal }))).rejects.toThrow('aborted');
  expect(connection.getState().unreachable).toBe(false);
});

test('a changed build id is noticed once a first one is known', () => {
  noticeBuild(null);
  noticeBuild('b1');
  noticeBuild('b1');
  expect(connection.getState().newBuild).toBe(false);
  noticeBuild('b2');
  expect(connection.getState().newBuild).toBe(true);
});
