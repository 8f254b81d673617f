import type { Recurrence, RecurrenceUnit } from '@/api/types';
import type { Translate } from '@/i18n/use-t';

export const recurrenceUnits = ['day', 'week', 'month', 'year'] as const satisfies readonly RecurrenceUnit[];

/** "Every 2 weeks". */
export function recurrenceText(t: Translate, recurrence: Recurrence | null): string {
  return recurrence === null ? '' : t(`tasks.recurrence.${recurrence.unit}`, { count: recurrence.every });
}
