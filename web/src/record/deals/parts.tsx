import { withLateTexts } from '@/i18n/setup';
import { deferComponent } from '@/ui/deferred';
import type { DealsOfProps } from './deals-of';

/** The deals of a customer, a company or a product, in its drawer. */
export const DealsOf = deferComponent<DealsOfProps>(
  () => withLateTexts(async () => (await import('./deals-of')).DealsOf),
  () => true,
);
