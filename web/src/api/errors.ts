import type { ExistingRecord, Problem } from './types';

/** A request that the server refused; carries its problem document. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Problem;
  readonly retryAfterSeconds: number | null;

  constructor(problem: Problem, retryAfterSeconds: number | null = null) {
    super(problem.detail || problem.title);
    this.name = 'ApiError';
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get existing(): ExistingRecord | undefined {
    return this.problem.existing ?? undefined;
  }
}

/** The request never got an answer: no network, or the server is down. */
export class NetworkError extends Error {
  constructor(cause: unknown) {
    super('the server did not answer', { cause });
    this.name = 'NetworkError';
  }
}

/**
 * Makes an `ApiError` of any refused answer. A proxy in front may answer with HTML or nothing at all, so the body is
 * believed only where it has the shape of a problem.
 */
export function toApiError(response: Response, body: unknown): ApiError {
  const given = isRecord(body) ? body : {};
  const text = (key: string, otherwise: string) => {
    const value = given[key];
    return typeof value === 'string' && value !== '' ? value : otherwise;
  };
  const problem: Problem = {
    ...given,
    type: text('type', 'about:blank'),
    title: text('title', response.statusText || `HTTP ${response.status}`),
    status: response.status,
    detail: text('detail', ''),
    code: text('code', `http_${response.status}`),
    requestId: text('requestId', response.headers.get('x-request-id') ?? ''),
  };
  const retryAfter = Number(response.headers.get('retry-after'));
  return new ApiError(problem, Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null);
}

/**
 * The problems of a refused body by JSON pointer (`/contacts/0/value`), the first per field. Empty for other errors.
 */
export function fieldProblems(error: unknown): Record<string, { code: string; message: string }> {
  const result: Record<string, { code: string; message: string }> = {};
  if (!(error instanceof ApiError)) return result;
  for (const { path, code, message } of error.problem.errors ?? []) {
    result[path] ??= { code, message };
  }
  return result;
}

export function isStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
