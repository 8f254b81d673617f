import { translate } from '@/i18n/setup';
import { ApiError, NetworkError } from './errors';

/** What to tell a person about a failed request, in their language where the kind of failure says enough. */
export function errorText(error: unknown): string {
  if (error instanceof NetworkError) return translate('common.error.offline');
  if (!(error instanceof ApiError)) return translate('common.error.server', { requestId: '–' });
  switch (error.status) {
    case 403:
      return error.problem.detail || translate('common.error.forbidden');
    case 404:
      return translate('common.error.notFound');
    case 412:
      return translate('common.error.stale');
    case 429:
      return translate('common.error.tooMany', { seconds: error.retryAfterSeconds ?? 1 });
    case 502:
    case 503:
    case 504:
      return translate('common.error.unavailable');
    default:
      if (error.status >= 500) {
        return translate('common.error.server', { requestId: error.problem.requestId || '–' });
      }
      // A rule of the product: the server names it better than a general text could.
      return error.problem.errors?.[0]?.message || error.problem.detail || error.problem.title;
  }
}
