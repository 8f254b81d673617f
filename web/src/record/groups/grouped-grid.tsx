import { DataGrid, type DataGridProps } from '@/grid/data-grid';
import type { List, ListOptions } from '@/grid/use-list';
import type { ChoiceFilter } from '@/rules/quick-filters';
import { useGroupedList } from './use-grouped-list';
import { type Groups, useGroups } from './use-heads';

export interface GroupedGridProps<Row extends { id: string }>
  extends Omit<DataGridProps<Row>, 'list' | 'ref' | 'startRow' | 'onRest'> {
  by: ChoiceFilter;
  list: Omit<ListOptions<Row>, 'start'>;
  fetchFacet: Parameters<typeof useGroups>[0]['fetchFacet'];
  /** Where the grouped list is put, for what walks along it. */
  walked: { current: List<Row> | null };
  gridRef: DataGridProps<Row>['ref'];
}

/** A table whose rows stand below the heads of their groups. */
export function GroupedGrid<Row extends { id: string }>({
  by,
  list: options,
  fetchFacet,
  walked,
  gridRef,
  ...grid
}: GroupedGridProps<Row>) {
  const groups: Groups = useGroups({
    name: options.name,
    view: options.view,
    by,
    fetchFacet,
    everyChoice: false,
  });
  const list = useGroupedList<Row>({ ...options, groups, field: by.field });
  walked.current = list;
  return <DataGrid<Row> {...grid} ref={gridRef} list={list} />;
}
