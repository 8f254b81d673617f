import type { MessageId } from '@/i18n/message-id';
import type { Translate } from '@/i18n/use-t';

/** Why a model was not asked, or was not believed, in words; the code itself where this build has none. */
export function modelReason(t: Translate, reason: string): string {
  const id = `model.reason.${reason}` as MessageId;
  const known = t(id);
  return known === id ? reason : known;
}
