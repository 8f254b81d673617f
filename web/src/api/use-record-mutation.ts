import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { findRecord, type Identified, mergeRecord, patchRecord, rollBackRecord } from './apply-patch';
import { noteWritten, RECORD_CHANGE } from './own-writes';

export interface RecordChange<Fields> {
  id: string;
  /** What the record shows at once; keys are field names of the record. */
  fields: Fields;
  /** The version this change is based on; sent as `If-Match` when the caller wants to detect a clash. */
  version?: number;
  /** The record as the person saw it, to tell a real clash from a change elsewhere in the record. */
  seen?: Readonly<Record<string, unknown>>;
}

interface Options<Item extends Identified, Fields extends object> {
  /** Queries whose cached answers may hold the record, such as `[['customers'], ['customer']]`. */
  keys: QueryKey[];
  /** Counts and sums to ask for again once the last change of this kind has settled. Never lists. */
  aggregates?: QueryKey[];
  send: (change: RecordChange<Fields>) => Promise<Item>;
  onFailed?: (error: unknown, change: RecordChange<Fields>) => void;
  onDone?: (item: Item, change: RecordChange<Fields>, before: Partial<Fields>) => void;
}

/**
 * A change that shows at once: every cached copy of the record is patched, the server's answer is merged, and a refusal
 * takes back only the fields that this change wrote. Reads go on meanwhile: `own-writes` puts right what they answer.
 */
export function useRecordMutation<Item extends Identified, Fields extends object>({
  keys,
  aggregates = [],
  send,
  onFailed,
  onDone,
}: Options<Item, Fields>) {
  const queryClient = useQueryClient();
  const mutationKey = [RECORD_CHANGE, ...keys.map((key) => key[0])];

  const everywhere = (update: (data: unknown) => unknown) => {
    for (const queryKey of keys) queryClient.setQueriesData({ queryKey }, update);
  };

  return useMutation({
    mutationKey,
    mutationFn: send,
    onMutate: ({ id, fields }: RecordChange<Fields>) => {
      const known = keys
        .flatMap((queryKey) => queryClient.getQueriesData({ queryKey }))
        .map(([, data]) => findRecord(data, id))
        .find((record) => record !== undefined) as Record<string, unknown> | undefined;
      const before: Record<string, unknown> = {};
      for (const field of Object.keys(fields)) before[field] = known?.[field];
      everywhere((data) => patchRecord(data, id, fields as Record<string, unknown>));
      return before;
    },
    onError: (error, change, before) => {
      if (before) {
        everywhere((data) =>
          rollBackRecord(data, change.id, change.fields as Record<string, unknown>, before),
        );
      }
      onFailed?.(error, change);
    },
    onSuccess: (item, change, before) => {
      noteWritten(item);
      // The answer does not know changes of the same record that are still under way: their values stay in view.
      const underWay = queryClient
        .getMutationCache()
        .findAll({ mutationKey, status: 'pending' })
        .map((mutation) => mutation.state.variables as RecordChange<Fields>)
        .filter((other) => other !== change && other.id === change.id)
        .reduce((fields, other) => Object.assign(fields, other.fields), {} as Record<string, unknown>);
      everywhere((data) => patchRecord(mergeRecord(data, item), item.id, underWay));
      onDone?.(item, change, before as Partial<Fields>);
    },
    onSettled: () => {
      // Nobody waits for the counts. They are asked for once this change has ended, unless another one of its kind is under
      // way: its own end asks for them.
      setTimeout(() => {
        if (queryClient.isMutating({ mutationKey }) > 0) return;
        for (const queryKey of aggregates) void queryClient.invalidateQueries({ queryKey });
      });
    },
  });
}
