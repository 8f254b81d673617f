import { useState } from 'react';
import { expect, test } from 'vitest';
import type { Facet, Filter } from '@/api/types';
import type { ChoiceFilter } from '@/rules/quick-filters';
import { renderApp } from '@/test/render';
import { useGroups } from './use-heads';

const fields = ['country', 'source'] as const;
const choiceOf = (field: string): ChoiceFilter => ({
  key: field,
  label: field,
  kind: 'choice',
  field,
  op: 'in',
  source: { name: field, all: () => ['x', 'y', 'z'].map((id) => ({ id, label: id })) },
  nameOf: (id) => id,
});

interface Asked {
  field: string;
  filter: Filter | undefined;
  keepOwn: boolean;
  answer: (values: Record<string, number>) => void;
  fail: () => void;
}

type FetchFacet = Parameters<typeof useGroups>[0]['fetchFacet'];

/** The groups as text, with buttons for another field and another filter. */
function Probe({ fetchFacet }: { fetchFacet: FetchFacet }) {
  const [field, setField] = useState<string>(fields[0]);
  const [filter, setFilter] = useState<Filter | undefined>();
  const { groups, view, facet, stale, error, retry } = useGroups({
    name: 'test',
    view: { filter, q: '', sort: '' },
    by: choiceOf(field),
    fetchFacet,
    everyChoice: false,
  });
  const state = error !== null ? 'failed' : facet === undefined ? 'loading' : stale ? 'stale' : 'there';
  const heads = groups.map(({ label, count }) => `${label} ${count}`).join(', ');
  return (
    <>
      <output>{`${state}: ${heads} of ${view.filter === undefined ? 'all' : 'some'}`}</output>
      {fields.map((each) => (
        <button key={each} type="button" onClick={() => setField(each)}>
          {each}
        </button>
      ))}
      <button type="button" onClick={() => setFilter({ field: 'q', op: 'eq', value: 1 })}>
        filter
      </button>
      <button type="button" onClick={retry}>
        retry
      </button>
    </>
  );
}

/** Answers come when the test gives them. */
async function setUp() {
  const asked: Asked[] = [];
  const fetchFacet: FetchFacet = ({ filter }, field, _, keepOwn) =>
    new Promise<Facet>((done, fail) => {
      asked.push({
        field,
        filter,
        keepOwn,
        answer: (values) =>
          done({
            field,
            values: Object.entries(values).map(([value, count]) => ({ value, count })),
            more: false,
            exact: true,
          }),
        fail: () => fail(new Error('no')),
      });
    });
  const { queryClient, ...screen } = await renderApp(<Probe fetchFacet={fetchFacet} />);
  const says = (text: string) => expect.element(screen.getByRole('status')).toHaveTextContent(text);
  const press = (name: string) => screen.getByRole('button', { name }).click();
  return { asked, says, press, queryClient };
}

test('another filter leaves the former groups, with their own list, until its groups are there', async () => {
  const { asked, says, press } = await setUp();
  await says('loading: of all');
  expect(asked[0]?.keepOwn).toBe(true);
  asked[0]?.answer({ x: 2, y: 1 });
  await says('there: x 2, y 1 of all');
  await press('filter');
  await says('stale: x 2, y 1 of all');
  asked[1]?.answer({ z: 3 });
  // Those of the former list are no groups that have become empty.
  await says('there: z 3 of some');
});

test('groups by another field begin anew', async () => {
  const { asked, says, press } = await setUp();
  asked[0]?.answer({ x: 2, y: 1 });
  await says('there: x 2, y 1 of all');
  await press('source');
  await says('loading: of all');
  expect(asked[1]?.field).toBe('source');
  asked[1]?.answer({ z: 3 });
  await says('there: z 3 of all');
  await press('country');
  await says('there: x 2, y 1 of all');
});

test('only new counts of the same groups have their rows read anew', async () => {
  const { asked, says, press, queryClient } = await setUp();
  const rows = ['test', 'page', 'rows', 0];
  const isOld = () => queryClient.getQueryState(rows)?.isInvalidated;
  queryClient.setQueryData(rows, []);
  asked[0]?.answer({ x: 2 });
  await says('there: x 2 of all');
  await press('filter');
  asked[1]?.answer({ z: 3 });
  await says('there: z 3 of some');
  await press('source');
  asked[2]?.answer({ y: 5 });
  await says('there: y 5 of some');
  expect(isOld()).toBe(false);
  void queryClient.invalidateQueries({ queryKey: ['test', 'count'] });
  await expect.poll(() => asked.length).toBe(4);
  asked[3]?.answer({ x: 1, y: 4 });
  await says('there: x 1, y 4 of some');
  await expect.poll(isOld).toBe(true);
});

test('groups that cannot be read say so, and are asked for again', async () => {
  const { asked, says, press } = await setUp();
  asked[0]?.answer({ x: 2 });
  await says('there: x 2 of all');
  await press('filter');
  await says('stale: x 2 of all');
  asked[1]?.fail();
  await says('failed: of some');
  await press('retry');
  await says('stale: x 2 of all');
  asked[2]?.answer({ z: 1 });
  await says('there: z 1 of some');
});
