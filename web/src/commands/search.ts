import { client, unwrap } from '@/api/client';
import type { components } from '@/api/schema';
import { cutSearch } from '@/lib/search-text';

type SearchHit = components['schemas']['SearchHit'];

export interface FoundRecord {
  /** Notes have no page to open yet. */
  record: Exclude<SearchHit['kind'], 'note'>;
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
  return items.flatMap(({ kind, id, title, subtitle, rank, match: { field, value } }) => {
    if (kind === 'note') return [];
    return {
      record: kind,
      id,
      name: title,
      hint: subtitle ?? '',
      address: field === 'name' || field === 'body' ? null : { field, value },
      guess: rank === 'near',
    };
  });
}
