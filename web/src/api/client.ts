import createClient, { type Middleware } from 'openapi-fetch';
import { randomId } from '@/lib/random-id';
import { connectedFetch } from './connection';
import { toApiError } from './errors';
import type { paths } from './schema';
import { tellOtherTabs } from './tabs-channel';

/** Lists that change nothing although they are POSTs need no idempotency key. */
const reading = /\/(query|count|facets|export)$/;

const idempotency: Middleware = {
  onRequest({ request, schemaPath }) {
    if (request.method === 'POST' && !reading.test(schemaPath) && !request.headers.has('Idempotency-Key')) {
      request.headers.set('Idempotency-Key', randomId());
    }
    return request;
  },
};

/** What was written is news for other tabs. Who signs in or out says so where that is done. */
const news: Middleware = {
  onResponse({ request, response, schemaPath }) {
    const writes = request.method !== 'GET' && !reading.test(schemaPath) && !/\/preview$/.test(schemaPath);
    if (writes && response.ok && !schemaPath.startsWith('/auth/')) tellOtherTabs();
  },
};

const prefix = '/api/v1';
const origin = typeof location === 'undefined' ? 'http://localhost' : location.origin;

/** The typed client of `/api/v1`. Wrap calls in `unwrap` to get the body or a thrown `ApiError`. */
export const client = createClient<paths>({
  baseUrl: origin + prefix,
  fetch: connectedFetch,
  credentials: 'same-origin',
});
client.use(idempotency, news);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a successful answer; throws `ApiError` for a refused one and `NetworkError` for none. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw toApiError(response, error);
  // A 204 has no body; its type is `undefined` then, which is what `data` holds.
  return data as T;
}

/** Where a route is found by what does not go through the client: a download, an upload that tells its progress. */
export function address(path: keyof paths, id = ''): string {
  return prefix + path.replace('{id}', encodeURIComponent(id));
}

/** The header that makes a write fail with 412 when the record has moved on. */
export function ifMatch(version: number): { 'If-Match': string } {
  return { 'If-Match': `"${version}"` };
}
