import type { Activity } from '@/api/types';
import type { MergeRecord } from './choices';

/** A record that was folded into another one. */
export interface Folded {
  readonly record: MergeRecord;
  readonly id: string;
  readonly name: string;
}

/** Of events, newest first, the last merge of each record: the one that can be taken back, by the id of its event. */
export function newestMerges(events: readonly Activity[]): Map<string, Folded> {
  const seen = new Set<string>();
  const merges = new Map<string, Folded>();
  for (const event of events) {
    const record =
      event.type === 'customer.merged' ? 'customer' : event.type === 'company.merged' ? 'company' : null;
    if (record === null) continue;
    const detail = event.detail as { customerId?: unknown; companyId?: unknown; name?: unknown };
    const id = record === 'customer' ? detail.customerId : detail.companyId;
    if (typeof id !== 'string' || typeof detail.name !== 'string' || seen.has(id)) continue;
    seen.add(id);
    merges.set(event.id, { record, id, name: detail.name });
  }
  return merges;
}
