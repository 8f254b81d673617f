import { infiniteQueryOptions, queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client, unwrap } from '@/api/client';
import type { Board, Filter, Id, Pipeline, Stage } from '@/api/types';

/** Every cached answer that may hold a deal. */
export const dealKeys = [
  ['deals', 'page'],
  ['deals', 'one'],
  ['deals', 'board'],
  ['deals', 'of'],
];
/** What is counted and added up of deals. */
export const dealCounts = [
  ['deals', 'count'],
  ['deals', 'sums'],
  ['deals', 'forecast'],
];

export const pipelinesQuery = queryOptions({
  queryKey: ['pipelines'],
  queryFn: async ({ signal }) => (await unwrap(client.GET('/pipelines', { signal }))).items,
  staleTime: 60_000,
});

const none: readonly Pipeline[] = [];

/** The pipelines and their stages; empty until they are known. */
export function usePipelines() {
  const { data = none, isPending } = useQuery(pipelinesQuery);
  return useMemo(() => {
    const stages = new Map<Id, { stage: Stage; pipeline: Pipeline }>();
    for (const pipeline of data)
      for (const stage of pipeline.stages) stages.set(stage.id, { stage, pipeline });
    return {
      isPending,
      all: data,
      living: data.filter((pipeline) => pipeline.archivedAt === null),
      usual: data.find((pipeline) => pipeline.isDefault),
      of: (id: Id) => data.find((pipeline) => pipeline.id === id),
      stage: (id: Id) => stages.get(id)?.stage,
    };
  }, [data, isPending]);
}

export function dealQuery(id: Id) {
  return queryOptions({
    queryKey: ['deals', 'one', id],
    queryFn: ({ signal }) => unwrap(client.GET('/deals/{id}', { params: { path: { id } }, signal })),
    staleTime: 10_000,
  });
}

/** The stages that a deal has been in. */
export function visitsQuery(id: Id) {
  return queryOptions({
    queryKey: ['deals', 'stages', id],
    queryFn: ({ signal }) => unwrap(client.GET('/deals/{id}/stages', { params: { path: { id } }, signal })),
    staleTime: 10_000,
  });
}

export type DealSubject = { kind: 'customer' | 'company' | 'product'; id: Id; name: string };

const fieldOf = { customer: 'customerId', company: 'companyId', product: 'products' } as const;

/** The deals of a customer, a company or a product, newest first. */
export function dealsOfQuery({ kind, id }: Pick<DealSubject, 'kind' | 'id'>) {
  const filter: Filter =
    kind === 'product'
      ? { field: fieldOf[kind], op: 'has_any', value: [id] }
      : { field: fieldOf[kind], op: 'eq', value: id };
  return infiniteQueryOptions({
    queryKey: ['deals', 'of', kind, id],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.POST('/deals/query', {
          body: { filter, sort: '-createdAt', limit: 20, ...(pageParam ? { cursor: pageParam } : {}) },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 15_000,
  });
}

/** The reasons for which deals were lost, most often given first. */
export const lostReasonsQuery = queryOptions({
  queryKey: ['deals', 'sums', 'reasons'],
  queryFn: async ({ signal }) => {
    const { groups } = await unwrap(
      client.GET('/deals/stats', { params: { query: { groupBy: 'lost_reason' } }, signal }),
    );
    return groups
      .filter(({ key }) => key !== null)
      .sort((a, b) => b.lost - a.lost)
      .slice(0, 5)
      .map(({ name, key }) => name ?? key ?? '');
  },
  staleTime: 60_000,
});

export interface BoardAsked {
  readonly pipelineId: Id | undefined;
  readonly filter: Filter | undefined;
  readonly q: string;
}

/** What a board, or the next cards of one of its stages, is asked for with. */
export function readBoard(
  { pipelineId, filter, q }: BoardAsked,
  more: { limit: number; stageId?: Id; cursor?: string },
  signal?: AbortSignal,
): Promise<Board> {
  const query = {
    ...(pipelineId === undefined ? {} : { pipelineId }),
    ...(filter === undefined ? {} : { filter: JSON.stringify(filter) }),
    ...(q === '' ? {} : { q }),
    ...more,
  };
  return unwrap(client.GET('/deals/board', { params: { query }, signal }));
}

/** What products are called, by their ids. */
export function productNamesQuery(ids: readonly Id[]) {
  const wanted = [...new Set(ids)].sort();
  return queryOptions({
    queryKey: ['products', 'names', wanted.join(' ')],
    queryFn: async ({ signal }) => {
      const found = await Promise.all(
        wanted.map((id) => unwrap(client.GET('/products/{id}', { params: { path: { id } }, signal }))),
      );
      return new Map(found.map(({ id, name }) => [id, name]));
    },
    enabled: wanted.length > 0,
    staleTime: 60_000,
  });
}
