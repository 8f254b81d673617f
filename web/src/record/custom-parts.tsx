import { withLateTexts } from '@/i18n/setup';
import { deferComponent } from '@/ui/deferred';
import type { CustomSectionProps } from './custom-section';

/** The custom fields of a record in its drawer. */
export const CustomSection = deferComponent<CustomSectionProps>(
  () => withLateTexts(async () => (await import('./custom-section')).CustomSection),
  () => true,
);
