import type { DuplicatePair } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';

type Evidence = DuplicatePair['evidence'][number];

const same = {
  email: 'duplicates.evidence.email',
  phone: 'duplicates.evidence.phone',
  telegram: 'duplicates.evidence.telegram',
  domain: 'duplicates.evidence.domain',
  related_domain: 'duplicates.evidence.relatedDomain',
} as const satisfies Record<Exclude<Evidence['kind'], 'name' | 'linkedin'>, MessageId>;

/** What two records have in common, in words. */
export function evidenceText(pair: DuplicatePair, { kind, first, second }: Evidence): MessageId {
  if (kind === 'linkedin')
    return pair.record === 'customer' ? 'duplicates.evidence.linkedin' : 'duplicates.evidence.page';
  if (kind !== 'name') return same[kind];
  const equal = first.toLowerCase() === second.toLowerCase();
  const [one, other] = pair.customers;
  const colleagues = one !== undefined && one.companyId !== null && one.companyId === other?.companyId;
  if (colleagues) return equal ? 'duplicates.evidence.nameThere' : 'duplicates.evidence.similarThere';
  return equal ? 'duplicates.evidence.name' : 'duplicates.evidence.similar';
}

/** A likelihood in whole percent; certainty is left to people. */
export function percent(score: number): number {
  return Math.min(99, Math.round(score * 100));
}
