import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from '@/api/client';
import type { Id, Job } from '@/api/types';

/** The criteria of a product in their order. */
export function criteriaQuery(productId: Id) {
  return queryOptions({
    queryKey: ['criteria', productId],
    queryFn: ({ signal }) =>
      unwrap(client.GET('/products/{id}/criteria', { params: { path: { id: productId } }, signal })),
    staleTime: 10_000,
  });
}

/** The job that scores all customers; asked for again until it has ended. */
export function jobQuery(id: Id) {
  return queryOptions({
    queryKey: ['jobs', id],
    queryFn: ({ signal }): Promise<Job> =>
      unwrap(client.GET('/jobs/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.finishedAt ? false : 700),
    retry: false,
  });
}

/** How many customers a change of how a criterion scores concerns. */
export const everybodyQuery = queryOptions({
  queryKey: ['customers', 'everybody'],
  queryFn: ({ signal }) => unwrap(client.POST('/customers/count', { body: { exact: false }, signal })),
  staleTime: 60_000,
});

/** How far the readings by a conversation criterion are; asked again while any waits. */
export function readingsQuery(criterionId: Id) {
  return queryOptions({
    queryKey: ['readings', criterionId],
    queryFn: ({ signal }) =>
      unwrap(client.GET('/criteria/{id}/readings', { params: { path: { id: criterionId } }, signal })),
    refetchInterval: ({ state }) => (state.data && state.data.scoring > 0 ? 3_000 : false),
  });
}
