import { client, unwrap } from '@/api/client';
import { authorOf } from './clash';
import { askClash } from './conflict-dialog';
import { useFieldText } from './field-text';

const ofRecord = {
  customers: 'customer',
  companies: 'company',
  deals: 'deal',
  products: undefined,
  tasks: undefined,
} as const;

/** Asks about a clash, with the name and the time of whoever was quicker when the timeline tells. */
export function useAskClash(record: 'customers' | 'companies' | 'deals' | 'products' | 'tasks') {
  const { fieldLabel, valueText } = useFieldText(ofRecord[record]);
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
    const activity =
      record === 'products' || record === 'tasks'
        ? null
        : record === 'customers'
          ? client.GET('/customers/{id}/activity', asked)
          : record === 'companies'
            ? client.GET('/companies/{id}/activity', asked)
            : client.GET('/deals/{id}/activity', asked);
    const { items } = (activity && (await unwrap(activity).catch(() => null))) ?? { items: [] };
    const author = authorOf(items, fields);
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
