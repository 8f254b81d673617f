import type { Filter, Select } from '@/api/types';
import type { Selection } from '@/grid/selection';

/** Records that a request can name, or leave out, one by one. */
export const NAMED_MAX = 5_000;

/** Whether too many are named one by one, be it to be taken or to be left out. */
export function tooManyNamed(selection: Selection): boolean {
  return (selection.mode === 'some' ? selection.ids : selection.except).size > NAMED_MAX;
}

/** A selection as a bulk action is told of it: ids, or the list's filter with exceptions. */
export function selectOf(selection: Selection): Select {
  if (selection.mode === 'some') return { ids: [...selection.ids] };
  const { scope, except } = selection;
  return {
    // Everybody is asked for expressly: without any word the server refuses.
    filter: (scope.filter ?? { and: [] }) as Filter,
    ...(scope.q === '' ? {} : { q: scope.q }),
    ...(except.size === 0 ? {} : { except: [...except] }),
  };
}
