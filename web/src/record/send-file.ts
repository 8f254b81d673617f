import { address, client, unwrap } from '@/api/client';
import { NetworkError, toApiError } from '@/api/errors';
import type { paths } from '@/api/schema';
import { tellOtherTabs } from '@/api/tabs-channel';
import { randomId } from '@/lib/random-id';

interface Sending {
  path: keyof paths;
  file: File;
  /** What goes before the file: the server then knows what it reads while it reads it. */
  fields?: Readonly<Record<string, unknown>>;
  signal: AbortSignal;
  /** Bytes sent so far; called often. */
  onSent: (bytes: number) => void;
}

/**
 * Sends a file and answers what the server made of it. By `XMLHttpRequest`, because `fetch` tells nothing of the bytes
 * that have left. Rejects with `ApiError`, `NetworkError` or, when stopped, an `AbortError`.
 */
export async function sendFile<T>(sending: Sending): Promise<T> {
  const key = randomId();
  const first = await send(sending, key);
  if (first.status !== 401) return bodyOf(first);
  // The session ended. This read waits for the sign-in dialog; then the file is sent once more.
  await unwrap(client.GET('/me', { signal: sending.signal }));
  return bodyOf(await send(sending, key));
}

function send({ path, file, fields = {}, signal, onSent }: Sending, key: string): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.open('POST', address(path));
    request.setRequestHeader('Idempotency-Key', key);
    request.upload.onprogress = ({ loaded }) => onSent(Math.min(loaded, file.size));
    request.onload = () => resolve(request);
    request.onerror = () => reject(new NetworkError(new Error('the upload broke off')));
    request.onabort = () => reject(new DOMException('the upload was stopped', 'AbortError'));
    request.onloadend = () => signal.removeEventListener('abort', stop);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop);

    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
    form.set('file', file);
    request.send(form);
  });
}

function bodyOf<T>(request: XMLHttpRequest): T {
  let body: unknown;
  try {
    body = JSON.parse(request.responseText);
  } catch {
    body = undefined;
  }
  if (request.status >= 200 && request.status < 300) {
    tellOtherTabs();
    return body as T;
  }
  throw toApiError(
    new Response(null, {
      // A response cannot be made with 0 or 1xx.
      status: request.status >= 200 ? request.status : 502,
      statusText: request.statusText,
      headers: pick(request, ['retry-after', 'x-request-id']),
    }),
    body,
  );
}

function pick(request: XMLHttpRequest, names: string[]): Headers {
  const headers = new Headers();
  for (const name of names) {
    const value = request.getResponseHeader(name);
    if (value) headers.set(name, value);
  }
  return headers;
}
