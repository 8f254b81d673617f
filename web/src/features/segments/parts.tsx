import { withLateTexts } from '@/i18n/setup';
import { deferComponent } from '@/ui/deferred';
import type { SaveAsSegmentProps } from './save-as-segment';

/** Beside the filters of the customers: makes a segment of them. */
export const SaveAsSegment = deferComponent<SaveAsSegmentProps>(
  () => withLateTexts(async () => (await import('./save-as-segment')).SaveAsSegment),
  ({ view }) => view.filter !== undefined,
);
