import { client, unwrap } from '@/api/client';
import type { components } from '@/api/schema';
import { cutSearch } from '@/lib/search-text';

type SearchHit = components['schemas']['SearchHit'];

export interface FoundRecord {
  record: SearchHit['kind'];
  id: string;
  name: string;
  /** What tells two of the same name apart. */
  hint: string;
  /** The address or domain that answers, when it is not the name. */
  address: { field: Exclude<SearchHit['match']['field'], 'name' | 'body'>; value: string } | null;
  /** The name is only near what was typed. */
  guess: boolean;
}

const perRecord = 6;

/** The records that a text means, the best first. */
export async function searchRecords(text: string, signal: AbortSignal): Promise<FoundRecord[]> {
  const query = { q: cutSearch(text), limit: perRecord };
  const { items } = await unwrap(client.GET('/search', { params: { query }, signal }));
  return items.map(({ kind, id, title, subtitle, rank, match: { field, value } }) => ({
    record: kind,
    id,
    // Of a note the part that holds what was typed.
    name: field === 'body' ? value : title,
    hint: subtitle ?? '',
    address: field === 'name' || field === 'body' ? null : { field, value },
    guess: rank === 'near',
  }));
}
