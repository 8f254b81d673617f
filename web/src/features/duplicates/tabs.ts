import type { PairState } from '@/api/types';
import type { MergeRecord } from '@/record/merge/choices';
import type { PairSubject } from '@/record/merge/duplicates';

/** What can become of a pair, in the order in which people look at it. */
export const tabs = ['open', 'same', 'later', 'different', 'merged'] as const satisfies readonly PairState[];

export interface DuplicatesParams {
  /** `customer` unless said. */
  readonly record?: Exclude<MergeRecord, 'customer'>;
  /** `open` unless said. */
  readonly state?: Exclude<PairState, 'open'>;
  /** Only pairs that this customer is one of. */
  readonly customer?: string;
  /** Only pairs that this company is one of. */
  readonly company?: string;
}

export function readRecord(raw: unknown): DuplicatesParams['record'] {
  return raw === 'company' ? raw : undefined;
}

/** Which pairs an address asks for; the one of the other kind says nothing. */
export function subjectOf(params: DuplicatesParams): PairSubject {
  const record: MergeRecord = params.record ?? 'customer';
  return { record, of: record === 'customer' ? params.customer : params.company };
}

export function readTab(raw: unknown): DuplicatesParams['state'] {
  const tab = tabs.find((name) => name === raw);
  return tab === 'open' ? undefined : tab;
}

/** Where the place in a list is after `id` has left it: at the next one, or at the last. */
export function placeAfter(ids: readonly string[], id: string): string | undefined {
  const at = ids.indexOf(id);
  return ids[at + 1] ?? ids[at - 1];
}

/** The place one step on; it stays at both ends. */
export function stepFrom(ids: readonly string[], id: string | undefined, by: 1 | -1): string | undefined {
  const at = id === undefined ? -1 : ids.indexOf(id);
  if (at < 0) return ids[0];
  return ids[Math.min(ids.length - 1, Math.max(0, at + by))];
}
