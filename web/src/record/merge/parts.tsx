import { withLateTexts } from '@/i18n/setup';
import { deferComponent } from '@/ui/deferred';
import type { DuplicateHintProps } from './duplicate-hint';
import type { MergeDialogProps } from './merge-dialog';
import type { UndoMergeProps } from './undo-merge';

/** Where records are chosen to become one. */
export const MergeDialog = deferComponent<MergeDialogProps>(
  () => withLateTexts(async () => (await import('./merge-dialog')).MergeDialog),
  ({ subject }) => subject !== null,
);

/** Beside the event of a merge: takes it back. */
export const UndoMerge = deferComponent<UndoMergeProps>(
  () => withLateTexts(async () => (await import('./undo-merge')).UndoMerge),
  () => true,
);

/** Says what an open record may be too. */
export const DuplicateHint = deferComponent<DuplicateHintProps>(
  () => withLateTexts(async () => (await import('./duplicate-hint')).DuplicateHint),
  () => true,
);
