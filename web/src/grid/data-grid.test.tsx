import { useMemo, useState } from 'react';
import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible } from '@/test/axe';
import { renderApp } from '@/test/render';
import { type ColumnAction, defaultColumns, reduceColumns } from './columns';
import { DataGrid } from './data-grid';
import { NOTHING, type Selection } from './selection';
import type { SortKey } from './sort';
import type { GridColumn } from './types';
import { type ListView, useList } from './use-list';

interface Row {
  id: string;
  name: string;
  city: string;
}

const rowAt = (index: number): Row => ({
  id: `id-${index}`,
  name: `Person ${index}`,
  city: `City ${index % 7}`,
});

interface SetUp {
  total: number;
  onOpen?: (row: Row) => void;
  onName?: (row: Row, name: string) => void;
  fetchPage?: (view: ListView, cursor: string | null, limit: number) => Promise<void>;
}

function TestGrid({ total, onOpen = () => {}, onName = () => {}, fetchPage }: SetUp) {
  const columns = useMemo<GridColumn<Row>[]>(
    () => [
      {
        id: 'name',
        header: 'Name',
        width: 200,
        pinned: true,
        required: true,
        sortField: 'name',
        opens: true,
        text: (row) => row.name,
        edit: {
          kind: 'text',
          maxLength: 50,
          get: (row) => row.name,
          set: (row, name) => {
            onName(row, name);
            return undefined;
          },
          check: (value) => (value === '' ? 'A name is needed' : null),
        },
      },
      {
        id: 'city',
        header: 'City',
        width: 150,
        text: (row) => row.city,
        edit: {
          kind: 'pick',
          placeholder: 'Find',
          options: {
            name: 'cities',
            all: () => [
              { id: 'Hanoi', label: 'Hanoi' },
              { id: 'Lyon', label: 'Lyon' },
            ],
          },
          get: (row) => row.city,
          set: () => {},
          blocked: (row) => (row.id === 'id-1' ? 'Not this one' : null),
        },
      },
    ],
    [onName],
  );
  const [columnState, setColumnState] = useState(() => defaultColumns(columns));
  const [sort, setSort] = useState<SortKey[]>([]);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [refused, setRefused] = useState('');
  const list = useList<Row>({
    name: 'test',
    view: { filter: undefined, q: '', sort: sort.map((key) => key.field).join() },
    fetchPage: async (view, cursor, limit) => {
      await fetchPage?.(view, cursor, limit);
      const from = cursor === null ? 0 : Number(cursor);
      const end = Math.min(total, from + limit);
      return {
        items: Array.from({ length: Math.max(0, end - from) }, (_, at) => rowAt(from + at)),
        nextCursor: end < total ? String(end) : null,
      };
    },
    fetchCount: async () => ({ count: total, exact: true }),
    defaultSort: 'name',
    sureFields: [],
  });
  return (
    <div style={{ display: 'flex', flexDirection: 'column', height: 400, width: 700 }}>
      <output>{selection.mode === 'some' ? selection.ids.size : `all but ${selection.except.size}`}</output>
      <p>{refused}</p>
      <DataGrid<Row>
        label="People"
        list={list}
        columns={columns}
        columnState={columnState}
        onColumns={(action: ColumnAction) =>
          setColumnState((state) => [...reduceColumns(state, action, columns)])
        }
        sort={sort}
        onSort={setSort}
        selection={selection}
        onSelection={setSelection}
        scope={{ filter: null, q: '' }}
        rowHeight={36}
        rowLabel={(row) => row.name}
        openId={undefined}
        onOpen={onOpen}
        onRefused={setRefused}
        onCopied={() => {}}
      />
    </div>
  );
}

const focusedText = () => document.activeElement?.textContent;

test('mounts a screenful of a long list and says how long it is', async () => {
  const { getByRole } = await renderApp(<TestGrid total={5000} />);
  await expect.element(getByRole('rowheader', { name: 'Person 0', exact: true })).toBeVisible();
  await expect.element(getByRole('grid', { name: 'People' })).toHaveAttribute('aria-rowcount', '5001');
  expect(document.querySelectorAll('.grid-row').length).toBeLessThan(45);
  expect(document.querySelector<HTMLElement>('.grid-body')?.offsetHeight).toBe(5000 * 36);
  await expectAccessible();
});

test('one cell can be tabbed to; arrows, End and paging move the focus; it is kept while scrolled away', async () => {
  const { getByRole } = await renderApp(<TestGrid total={500} />);
  await expect.element(getByRole('rowheader', { name: 'Person 0', exact: true })).toBeVisible();
  expect(document.querySelectorAll('.grid-root [tabindex="0"]')).toHaveLength(1);
  await userEvent.tab();
  expect(focusedText()).toBe('Person 0');
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowRight}');
  expect(focusedText()).toBe('City 2');
  await userEvent.keyboard('{Home}{ArrowRight}{Control>}{End}{/Control}');
  await expect.poll(focusedText).toBe('City 2'.replace('2', String(499 % 7)));
  const scroller = document.querySelector('.grid-scroller');
  if (scroller) scroller.scrollTop = 0;
  await expect.element(getByRole('rowheader', { name: 'Person 3', exact: true })).toBeVisible();
  expect(focusedText()).toBe(`City ${499 % 7}`);
  await userEvent.keyboard('{ArrowUp}');
  await expect.poll(focusedText).toBe(`City ${498 % 7}`);
});

test('an edit commits with Enter and Tab, is left with Escape, and says what is wrong', async () => {
  const onName = vi.fn();
  const { getByRole } = await renderApp(<TestGrid total={5} onName={onName} />);
  await expect.element(getByRole('rowheader', { name: 'Person 0', exact: true })).toBeVisible();
  await userEvent.tab();
  await userEvent.keyboard('{Enter}');
  const field = getByRole('textbox', { name: 'Name of Person 0' });
  await expect.element(field).toHaveFocus();
  await userEvent.keyboard('Ada{Escape}');
  expect(onName).not.toHaveBeenCalled();
  expect(focusedText()).toBe('Person 0');
  await userEvent.keyboard('{Enter}{Control>}a{/Control}{Delete}{Enter}');
  await expect.element(getByRole('alert')).toHaveTextContent('A name is needed');
  await expectAccessible();
  await userEvent.keyboard('Ada{Tab}');
  expect(onName).toHaveBeenCalledWith(rowAt(0), 'Ada');
  await expect.element(getByRole('combobox', { name: 'City of Person 0' })).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.poll(focusedText).toBe('City 0');
});

test('a cell that may not be edited says why', async () => {
  const { getByText } = await renderApp(<TestGrid total={5} />);
  await expect.element(getByText('City 1', { exact: true })).toBeVisible();
  await userEvent.dblClick(getByText('City 1', { exact: true }));
  await expect.element(getByText('Not this one')).toBeVisible();
});

test('Space, Shift and Ctrl+A select; a click on the name opens', async () => {
  const onOpen = vi.fn();
  const { getByRole } = await renderApp(<TestGrid total={300} onOpen={onOpen} />);
  await expect.element(getByRole('rowheader', { name: 'Person 0', exact: true })).toBeVisible();
  await userEvent.tab();
  await userEvent.keyboard(' ');
  await expect.element(getByRole('status').first()).toHaveTextContent('1');
  await userEvent.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
  await expect.element(getByRole('status').first()).toHaveTextContent('3');
  await userEvent.keyboard('{Control>}a{/Control}');
  await expect.element(getByRole('status').first()).toHaveTextContent('all but 0');
  await userEvent.keyboard(' ');
  await expect.element(getByRole('status').first()).toHaveTextContent('all but 1');
  await userEvent.keyboard('{Escape}');
  await expect.element(getByRole('status').first()).toHaveTextContent('0');
  await userEvent.click(getByRole('rowheader', { name: 'Person 4', exact: true }));
  expect(onOpen).toHaveBeenCalledWith(rowAt(4), 4);
});

test('rows that are on their way stand as placeholders, and a far jump skips what lies between', async () => {
  const asked: string[] = [];
  const { getByRole } = await renderApp(
    <TestGrid
      total={2000}
      fetchPage={async (_view, cursor, limit) => {
        asked.push(`${cursor ?? 0}+${limit}`);
        await new Promise((done) => setTimeout(done, 120));
      }}
    />,
  );
  await expect.element(getByRole('rowheader', { name: 'Person 0', exact: true })).toBeVisible();
  const scroller = document.querySelector('.grid-scroller');
  if (scroller) scroller.scrollTop = 900 * 36;
  await expect.poll(() => document.querySelectorAll('[data-loading]').length).toBeGreaterThan(5);
  await expect.element(getByRole('rowheader', { name: 'Person 902', exact: true })).toBeVisible();
  // Double steps on the way, and only the page that is looked at.
  expect(asked).toContain('100+200');
  expect(asked).toContain('900+100');
});
