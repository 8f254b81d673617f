import { useLingui } from '@lingui/react';
import { useMemo } from 'react';
import type { MessageId } from './message-id';
import type { Values } from './setup';

export type Translate = (id: MessageId, values?: Values) => string;

/** The translation function; the component renders again when the language changes. */
export function useT(): Translate {
  // The context value is new for every language, which is what makes the function new as well.
  const context = useLingui();
  return useMemo<Translate>(() => (id, values) => context.i18n._(id, values), [context]);
}
