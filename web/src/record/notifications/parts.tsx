import { withLateTexts } from '@/i18n/setup';
import { deferComponent } from '@/ui/deferred';
import type { BellProps } from './bell';

/** Not needed for the first look at a page: it comes when the page has come to rest. */
export const Bell = deferComponent<BellProps>(
  () => withLateTexts(async () => (await import('./bell')).Bell),
  () => false,
);
