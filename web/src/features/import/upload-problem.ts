import { errorText } from '@/api/error-text';
import { isStatus, NetworkError } from '@/api/errors';
import type { Translate } from '@/i18n/use-t';
import { refusalText } from './logic/file-problem';

/** Why a file was not taken, and what to do about it. */
export function uploadProblem(error: unknown, t: Translate): string {
  const refused = refusalText(error);
  if (refused) return t(refused);
  if (isStatus(error, 403)) return t('imports.refused.forbidden');
  if (error instanceof NetworkError) return t('imports.refused.network');
  return errorText(error);
}
