import { errorText } from '@/api/error-text';
import { ApiError } from '@/api/errors';
import type { Translate } from '@/i18n/use-t';

/** Refusals that the server explains in one language only are told in the person's. */
export function actProblem(error: unknown, t: Translate): string {
  if (error instanceof ApiError && error.code === 'import_state') return t('imports.problem.moved');
  if (error instanceof ApiError && error.code === 'import_too_old') return t('imports.problem.tooOld');
  return errorText(error);
}
