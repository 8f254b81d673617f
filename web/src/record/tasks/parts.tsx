import { withLateTexts } from '@/i18n/setup';
import { deferComponent } from '@/ui/deferred';
import type { TasksOfProps } from './tasks-of';

/** The tasks about a customer, a company or a deal, in its drawer. */
export const TasksOf = deferComponent<TasksOfProps>(
  () => withLateTexts(async () => (await import('./tasks-of')).TasksOf),
  () => true,
);
