import { useEffect } from 'react';
import { DataGrid, type DataGridProps } from '@/grid/data-grid';
import type { List, ListOptions } from '@/grid/use-list';
import type { ChoiceFilter } from '@/rules/quick-filters';
import { ListFailed, LoadingRows, OverRows, PartFailed } from '../list-states';
import { useGroupedList } from './use-grouped-list';
import { useGroups } from './use-heads';

export interface GroupedGridProps<Row extends { id: string }>
  extends Omit<DataGridProps<Row>, 'list' | 'ref' | 'startRow' | 'onRest'> {
  by: ChoiceFilter;
  list: Omit<ListOptions<Row>, 'start'>;
  fetchFacet: Parameters<typeof useGroups>[0]['fetchFacet'];
  /** Where the grouped list is put, for what walks along it. */
  walked: { current: List<Row> | null };
  /** Told of another length of the list, and of another place of the open record in it. */
  onMoved: (place: string) => void;
  gridRef: DataGridProps<Row>['ref'];
}

/** A table whose rows stand below the heads of their groups. */
export function GroupedGrid<Row extends { id: string }>({
  by,
  list: { view, ...options },
  fetchFacet,
  walked,
  onMoved,
  gridRef,
  empty,
  ...grid
}: GroupedGridProps<Row>) {
  const groups = useGroups({ name: options.name, view, by, fetchFacet, everyChoice: false });
  const list = useGroupedList<Row>({ ...options, groups, field: by.field });
  walked.current = list;
  const place = `${list.total} ${grid.openId === undefined ? '' : list.indexOf(grid.openId)}`;
  useEffect(() => onMoved(place), [onMoved, place]);

  const { error, loading, total, retry } = list;
  const inPlace =
    error !== null && total === 0 ? (
      <ListFailed className="pt-[8vh]" error={error} onRetry={retry} />
    ) : loading ? (
      <LoadingRows />
    ) : null;
  return (
    <>
      {error !== null && total > 0 ? <PartFailed error={error} onRetry={retry} /> : null}
      <DataGrid<Row>
        {...grid}
        ref={gridRef}
        list={list}
        empty={empty ?? (inPlace === null ? null : <OverRows>{inPlace}</OverRows>)}
      />
    </>
  );
}
