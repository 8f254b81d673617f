import { withLateTexts } from '@/i18n/setup';
import { deferComponent } from '@/ui/deferred';
import type { FitsOfProps } from './fits-of';

/** How well a customer fits each product, in the customer's drawer. */
export const FitsOf = deferComponent<FitsOfProps>(
  () => withLateTexts(async () => (await import('./fits-of')).FitsOf),
  () => true,
);
