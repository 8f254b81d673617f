import type { Bucket } from '@/api/types';
import { cutSearch } from '@/lib/search-text';
import { textParam } from '@/record/list-search-params';

export const buckets = ['hot', 'warm', 'cold'] as const satisfies readonly Bucket[];

/** What the address of the leads says. */
export interface LeadsParams {
  readonly product?: string;
  readonly q?: string;
  /** Buckets divided by commas; all of them without. */
  readonly bucket?: string;
  /** An id of a member, `me`, or `none`. */
  readonly owner?: string;
  /** The customer whose scores are shown. */
  readonly open?: string;
}

export function readLeadsParams(raw: Readonly<Record<string, unknown>>): LeadsParams {
  const q = textParam(raw.q);
  return {
    product: textParam(raw.product),
    q: q === undefined ? undefined : cutSearch(q),
    bucket: writeBuckets(readBuckets(textParam(raw.bucket))),
    owner: textParam(raw.owner),
    open: textParam(raw.open),
  };
}

export function readBuckets(text: string | undefined): Bucket[] {
  const named = (text ?? '').split(',').map((each) => each.trim());
  return buckets.filter((bucket) => named.includes(bucket));
}

/** All of them and none of them are the same list. */
export function writeBuckets(chosen: readonly Bucket[]): string | undefined {
  return chosen.length === 0 || chosen.length === buckets.length
    ? undefined
    : buckets.filter((bucket) => chosen.includes(bucket)).join(',');
}
