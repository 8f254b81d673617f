import { CircleCheck, CircleX, HelpCircle, type LucideIcon, Sprout } from 'lucide-react';
import type { LeadDecision } from '@/api/types';
import type { Tone } from '@/ui/badge';

/** What may be made of a lead, in the order of its keys 1 to 4. */
export const decisions = [
  'qualify',
  'nurture',
  'disqualify',
  'more_info',
] as const satisfies readonly LeadDecision[];

export const decisionLooks: Record<LeadDecision, { icon: LucideIcon; tone: Tone }> = {
  qualify: { icon: CircleCheck, tone: 'green' },
  nurture: { icon: Sprout, tone: 'teal' },
  disqualify: { icon: CircleX, tone: 'red' },
  more_info: { icon: HelpCircle, tone: 'gray' },
};

/** What somebody is about to say of a lead; kept while they look at others. */
export interface Draft {
  readonly decision: LeadDecision | null;
  readonly feedback: string;
  readonly createDeal: boolean;
}

export const NO_DRAFT: Draft = { decision: null, feedback: '', createDeal: false };
