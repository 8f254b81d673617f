import { useEffect, useRef } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import type { ColumnShape } from '@/grid/columns';
import type { QuickFilter } from '@/rules/quick-filters';
import type { ChangeParams, ListSearchParams } from './list-search-params';
import { choiceOf, NO_VIEW, paramsOf, type SavedView, saysNothing } from './views';

interface StarredViewOptions {
  /** Null: the list has no views. */
  record: SavedView['record'] | null;
  params: ListSearchParams;
  onParams: ChangeParams;
  filters: readonly QuickFilter[];
  columns: readonly ColumnShape[];
}

/**
 * Opens the view that has the star whenever somebody comes to an address that says nothing of its list. The answer changes
 * the address from within the list: what would leave it saying nothing, such as a filter that is taken away, says there
 * that the whole list is meant.
 */
export function useStarredView({
  record,
  params,
  onParams,
  filters,
  columns,
}: StarredViewOptions): ChangeParams {
  const { views, viewChoices } = useBootstrap();
  const id = record && choiceOf(viewChoices, record).defaultViewId;
  const starred = views.find((view) => view.id === id);
  const untouched = saysNothing({ ...params }, filters);
  const start = useRef(() => {});
  start.current = () => {
    if (starred !== undefined) onParams(paramsOf(starred, filters, columns), true);
  };
  useEffect(() => {
    if (untouched) start.current();
  }, [untouched]);
  return (change, replace) => {
    const whole = starred !== undefined && saysNothing({ ...params, ...change }, filters);
    onParams(whole ? { ...change, view: NO_VIEW } : change, replace);
  };
}
