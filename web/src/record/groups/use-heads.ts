import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Facet } from '@/api/types';
import { type ListView, viewKeyOf } from '@/grid/use-list';
import { useT } from '@/i18n/use-t';
import { type ChoiceFilter, joinFilters } from '@/rules/quick-filters';
import { type Head, headsOf } from './heads';

/** Fields of so few choices have a group for each on a board: there is always a column to put a card into. */
const FEW = 12;

export interface Group extends Head {
  /** The list of its records. */
  readonly view: ListView;
}

export interface Groups {
  readonly groups: readonly Group[];
  readonly facet: Facet | undefined;
  readonly error: unknown;
  readonly retry: () => void;
}

interface GroupsOptions {
  readonly name: string;
  readonly view: ListView;
  readonly by: ChoiceFilter;
  readonly fetchFacet: (view: ListView, field: string, signal: AbortSignal) => Promise<Facet>;
  /** Also those of the field's choices that nothing has now, if these are few. */
  readonly everyChoice: boolean;
}

/** The groups of a list, as its records fall into them now. */
export function useGroups({ name, view, by, fetchFacet, everyChoice }: GroupsOptions): Groups {
  const t = useT();
  const queryClient = useQueryClient();
  const unordered = viewKeyOf({ ...view, sort: '' });
  const { data, error, refetch } = useQuery({
    queryKey: [name, 'count', unordered, 'groups', by.field],
    queryFn: ({ signal }) => fetchFacet(view, by.field, signal),
    staleTime: 10_000,
    placeholderData: keepPreviousData,
  });

  // What has been a group stays one while somebody looks: nothing jumps away when its last record leaves.
  const scope = `${unordered}|${by.field}|${everyChoice}`;
  const kept = useRef<{ scope: string; values: Set<string | null> }>({ scope: '', values: new Set() });
  if (kept.current.scope !== scope) kept.current = { scope, values: new Set() };
  const { values } = kept.current;
  if (data !== undefined) for (const { value } of data.values) values.add(value);
  const choices = 'all' in by.source ? by.source.all() : [];
  if (everyChoice && choices.length <= FEW) {
    for (const { id } of choices) {
      if (by.special?.[id] === undefined) values.add(id);
    }
    values.add(null);
  }

  // Records have come, gone or changed their group: the pages of the groups are read anew.
  const counts = data && JSON.stringify(data.values);
  const before = useRef({ scope, counts });
  useEffect(() => {
    const { scope: scopeBefore, counts: countsBefore } = before.current;
    before.current = { scope, counts };
    if (scopeBefore === scope && countsBefore !== undefined && countsBefore !== counts)
      void queryClient.invalidateQueries({ queryKey: [name, 'page'] });
  }, [queryClient, name, scope, counts]);

  const heads =
    data === undefined
      ? []
      : headsOf({
          by,
          facet: data,
          noneLabel: t('groups.head.none', { field: by.label }),
          othersLabel: t('groups.head.others'),
          kept: values,
        });
  return {
    groups: heads.map((head) => ({
      ...head,
      view: { ...view, filter: joinFilters(view.filter, head.condition) },
    })),
    facet: data,
    error: data === undefined ? error : null,
    retry: () => void refetch(),
  };
}
