import { address, client, unwrap } from '@/api/client';
import { NetworkError, toApiError } from '@/api/errors';
import { tellOtherTabs } from '@/api/tabs-channel';
import type { Import, ImportForm, ImportReading, ImportRecord } from '@/api/types';
import { randomId } from '@/lib/random-id';

interface UploadOptions {
  record: ImportRecord;
  file: File;
  /** What the person decided instead of leaving it to detection. */
  reading?: ImportReading;
  signal: AbortSignal;
  /** Bytes sent so far; called often. */
  onSent: (bytes: number) => void;
}

/**
 * Sends a file and answers the import that the server made of it. By `XMLHttpRequest`, because `fetch` tells nothing of
 * the bytes that have left. Rejects with `ApiError`, `NetworkError` or, when stopped, an `AbortError`.
 */
export async function upload(options: UploadOptions): Promise<Import> {
  const key = randomId();
  const first = await send(options, key);
  if (first.status !== 401) return bodyOf(first);
  // The session ended. This read waits for the sign-in dialog; then the file is sent once more.
  await unwrap(client.GET('/me', { signal: options.signal }));
  return bodyOf(await send(options, key));
}

function send(
  { record, file, reading = {}, signal, onSent }: UploadOptions,
  key: string,
): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.open('POST', address('/imports'));
    request.setRequestHeader('Idempotency-Key', key);
    request.upload.onprogress = ({ loaded }) => onSent(Math.min(loaded, file.size));
    request.onload = () => resolve(request);
    request.onerror = () => reject(new NetworkError(new Error('the upload broke off')));
    request.onabort = () => reject(new DOMException('the upload was stopped', 'AbortError'));
    request.onloadend = () => signal.removeEventListener('abort', stop);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop);

    const parts: Omit<ImportForm, 'file'> & { file: File } = { record, ...reading, file };
    const form = new FormData();
    // In this order: the server then knows what it reads while it reads the file.
    for (const [name, value] of Object.entries(parts))
      form.set(name, value instanceof File ? value : String(value));
    request.send(form);
  });
}

function bodyOf(request: XMLHttpRequest): Import {
  let body: unknown;
  try {
    body = JSON.parse(request.responseText);
  } catch {
    body = undefined;
  }
  if (request.status >= 200 && request.status < 300) {
    tellOtherTabs();
    return body as Import;
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
