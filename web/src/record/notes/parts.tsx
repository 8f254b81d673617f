import { withLateTexts } from '@/i18n/setup';
import { deferComponent } from '@/ui/deferred';
import type { NotesOfProps } from './notes-of';

/** The notes about a customer, a company or a deal, in its drawer. */
export const NotesOf = deferComponent<NotesOfProps>(
  () => withLateTexts(async () => (await import('./notes-of')).NotesOf),
  () => true,
);
