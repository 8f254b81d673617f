/** What of a deal wants attention. Pure. */
import type { Deal } from '@/api/types';

const DAY = 86_400_000;

/** A day of the calendar as the person's clock has it. */
export function dayOf(time: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** It should have been closed by now. */
export function isOverdue(deal: Pick<Deal, 'stage' | 'expectedCloseDate'>, now: number): boolean {
  if (deal.stage === 'won' || deal.stage === 'lost' || deal.expectedCloseDate === null) return false;
  return deal.expectedCloseDate < dayOf(now);
}

/** Whole days since the deal came into its stage. */
export function daysInStage(deal: Pick<Deal, 'stageEnteredAt'>, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(deal.stageEnteredAt)) / DAY));
}
