import { client, unwrap } from '@/api/client';
import { authorOf } from './clash';
import { askClash } from './conflict-dialog';
import { useFieldText } from './field-text';

/** Asks about a clash, with the name and the time of whoever was quicker when the timeline tells. */
export function useAskClash(record: 'customers' | 'companies') {
  const { fieldLabel, valueText } = useFieldText(record === 'customers' ? 'customer' : 'company');
  return async (
    name: string,
    id: string,
    fields: readonly string[],
    current: Readonly<Record<string, unknown>>,
    mine: Readonly<Record<string, unknown>>,
    /** Words for values that the field alone does not tell, such as the name of a company. */
    words: Readonly<Record<string, { theirs: string; mine: string }>> = {},
  ) => {
    const asked = { params: { path: { id }, query: { limit: 10 } } };
    const page = await unwrap(
      record === 'customers'
        ? client.GET('/customers/{id}/activity', asked)
        : client.GET('/companies/{id}/activity', asked),
    ).catch(() => ({ items: [], nextCursor: null }));
    const author = authorOf(page.items, fields);
    return askClash({
      name,
      who: author?.actor.name ?? null,
      when: author?.occurredAt ?? null,
      fields: fields.map((field) => ({
        label: fieldLabel(field),
        theirs: words[field]?.theirs ?? valueText(field, current[field]),
        mine: words[field]?.mine ?? valueText(field, mine[field]),
      })),
    });
  };
}
