import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Facet } from '@/api/types';
import { type ListView, viewKeyOf } from '@/grid/use-list';
import { useT } from '@/i18n/use-t';
import { type ChoiceFilter, joinFilters } from '@/rules/quick-filters';
import { choicesWithin, type Head, headsOf } from './heads';

/** Fields of so few choices have a group for each on a board: there is always a column to put a card into. */
const FEW = 12;

export interface Group extends Head {
  /** The list of its records. */
  readonly view: ListView;
}

interface Answer {
  readonly field: string;
  /** The list that falls into the groups. */
  readonly view: ListView;
  readonly groups: readonly Group[];
  readonly facet: Facet;
}

export interface Groups {
  readonly view: ListView;
  readonly groups: readonly Group[];
  /** Undefined until there are groups. */
  readonly facet: Facet | undefined;
  /** The groups are those of the former view; the new ones are on their way. */
  readonly stale: boolean;
  readonly error: unknown;
  readonly retry: () => void;
}

interface GroupsOptions {
  readonly name: string;
  readonly view: ListView;
  readonly by: ChoiceFilter;
  readonly fetchFacet: (
    view: ListView,
    field: string,
    signal: AbortSignal,
    keepOwn: boolean,
  ) => Promise<Facet>;
  /** Also those of the field's choices that nothing has now, if these are few and the filter lets them through. */
  readonly everyChoice: boolean;
}

/** The groups of a list, as its records fall into them now. */
export function useGroups({ name, view, by, fetchFacet, everyChoice }: GroupsOptions): Groups {
  const t = useT();
  const queryClient = useQueryClient();
  const unordered = viewKeyOf({ ...view, sort: '' });
  const { data, error, refetch } = useQuery({
    queryKey: [name, 'count', unordered, 'groups', by.field],
    queryFn: ({ signal }) => fetchFacet(view, by.field, signal, true),
    staleTime: 10_000,
  });

  // What has been a group stays one while somebody looks: nothing jumps away when its last record leaves.
  const scope = `${unordered}|${by.field}|${everyChoice}`;
  const kept = useRef<{ scope: string; values: Set<string | null> }>({ scope: '', values: new Set() });
  if (kept.current.scope !== scope) kept.current = { scope, values: new Set() };
  const { values } = kept.current;
  if (data !== undefined) {
    const choices = everyChoice ? choicesWithin(by, view.filter) : [];
    for (const { value } of data.values) values.add(value);
    // They and having none of them.
    if (choices.length <= FEW + 1) for (const value of choices) values.add(value);
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

  // Until another view is answered the groups of the former one stand, with their own counts and their own rows. Groups
  // by another field do not: their heads would say something that nobody asked.
  const answered = useRef<Answer | null>(null);
  if (data !== undefined) {
    const heads = headsOf({
      by,
      facet: data,
      noneLabel: t('groups.head.none', { field: by.label }),
      othersLabel: t('groups.head.others'),
      kept: values,
    });
    const groups = heads.map((head) => ({
      ...head,
      view: { ...view, filter: joinFilters(view.filter, head.condition) },
    }));
    answered.current = { field: by.field, view, groups, facet: data };
  }
  const failed = data === undefined ? error : null;
  const shown = answered.current?.field === by.field && failed === null ? answered.current : null;
  return {
    view: shown?.view ?? view,
    groups: shown?.groups ?? [],
    facet: shown?.facet,
    stale: data === undefined && shown !== null,
    error: failed,
    retry: () => void refetch(),
  };
}
