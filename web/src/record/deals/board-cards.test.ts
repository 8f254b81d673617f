import { describe, expect, it } from 'vitest';
import type { Board, Deal } from '@/api/types';
import { moveCard, placeAt, placeOf, withAmount, withMore } from './board-cards';

const deal = (id: string, stageId: string, amount: number | null = 100): Deal =>
  ({ id, stageId, stage: 'open', amount, currency: amount === null ? null : 'EUR' }) as Deal;

function board(): Board {
  const stage = (stageId: string, name: 'open' | 'won', ids: string[]) => ({
    stageId,
    name,
    stage: name,
    count: ids.length,
    totals: ids.length > 0 ? [{ currency: 'EUR', amount: 100 * ids.length }] : [],
    cards: ids.map((id) => deal(id, stageId)),
    nextCursor: null,
  });
  return { pipelineId: 'p', stages: [stage('s1', 'open', ['a', 'b', 'c']), stage('s2', 'won', ['d'])] };
}
const ids = (of: Board) => of.stages.map(({ cards }) => cards.map(({ id }) => id).join(''));

describe('a card on a board', () => {
  it('goes to another stage with its count and its amount', () => {
    const next = moveCard(board(), 'b', 's2', { after: 'd' });
    expect(ids(next)).toEqual(['ac', 'db']);
    expect(next.stages.map(({ count }) => count)).toEqual([2, 2]);
    expect(next.stages.map(({ totals }) => totals[0]?.amount)).toEqual([200, 200]);
    expect(next.stages[1]?.cards[1]).toMatchObject({ stageId: 's2', stage: 'won' });
  });

  it('goes to the top without neighbours, and up and down in its own stage', () => {
    expect(ids(moveCard(board(), 'b', 's2', {}))).toEqual(['ac', 'bd']);
    expect(ids(moveCard(board(), 'c', 's1', { before: 'a' }))).toEqual(['cab', 'd']);
    expect(ids(moveCard(board(), 'a', 's1', { after: 'b', before: 'c' }))).toEqual(['bac', 'd']);
    expect(moveCard(board(), 'a', 's1', { after: 'c' }).stages[0]?.count).toBe(3);
  });

  it('comes back to where it was', () => {
    const before = board();
    const back = placeOf(before, 'b');
    expect(back).toEqual({ after: 'a', before: 'c' });
    expect(moveCard(moveCard(before, 'b', 's2', {}), 'b', 's1', back).stages[0]).toEqual(before.stages[0]);
  });

  it('leaves a board that has no such stage, and one without the card as it is', () => {
    expect(ids(moveCard(board(), 'a', 'elsewhere', {}))).toEqual(['bc', 'd']);
    const other = board();
    expect(moveCard(other, 'x', 's2', {})).toBe(other);
  });

  it('keeps stages that it does not touch the same, so that nothing else is drawn again', () => {
    const before = board();
    expect(moveCard(before, 'a', 's1', { after: 'c' }).stages[1]).toBe(before.stages[1]);
  });

  it('finds its neighbours where it is dropped', () => {
    const [{ cards } = { cards: [] }] = board().stages;
    expect(placeAt(cards, 'x', 0)).toEqual({ before: 'a' });
    expect(placeAt(cards, 'x', 3)).toEqual({ after: 'c' });
    expect(placeAt(cards, 'a', 2)).toEqual({ after: 'b', before: 'c' });
    expect(placeAt(cards, 'c', 1)).toEqual({ after: 'a', before: 'b' });
    expect(placeAt(cards, 'a', 99)).toEqual({ after: 'c' });
  });
});

it('sums stay apart by currency, and deals without an amount add nothing', () => {
  const totals = [{ currency: 'EUR', amount: 100 }];
  expect(withAmount(totals, { amount: 50, currency: 'CHF' }, 1)).toEqual([
    { currency: 'CHF', amount: 50 },
    { currency: 'EUR', amount: 100 },
  ]);
  expect(withAmount(totals, { amount: 100, currency: 'EUR' }, -1)).toEqual([]);
  expect(withAmount(totals, { amount: null, currency: null }, 1)).toEqual(totals);
});

it('more cards come below, each once', () => {
  const before = board();
  const [first] = before.stages;
  const next = withMore(before, { ...first!, cards: [deal('c', 's1'), deal('e', 's1')], count: 4 });
  expect(ids(next)).toEqual(['abce', 'd']);
  expect(next.stages[0]?.count).toBe(4);
});
