/** Pure changes of a board: cards change their place, and what each stage holds is told right at once. */
import type { Amount, Board, BoardStage, Deal, Id } from '@/api/types';

/** Where a card is to stand; without neighbours at the top. */
export interface Place {
  readonly before?: Id;
  readonly after?: Id;
}

/** Sums by currency with one more amount, or one less. */
export function withAmount(
  totals: readonly Amount[],
  deal: Pick<Deal, 'amount' | 'currency'>,
  sign: 1 | -1,
): Amount[] {
  const { amount, currency } = deal;
  if (amount === null || currency === null) return [...totals];
  const known = totals.find((total) => total.currency === currency)?.amount ?? 0;
  const rest = totals.filter((total) => total.currency !== currency);
  return [...rest, { currency, amount: known + sign * amount }]
    .filter((total) => total.amount !== 0)
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

export function stageOf(board: Board, dealId: Id): BoardStage | undefined {
  return board.stages.find((stage) => stage.cards.some((card) => card.id === dealId));
}

/** Takes the card to another place. A board that does not show it stays as it is. */
export function moveCard(board: Board, dealId: Id, toStage: Id, place: Place): Board {
  const from = stageOf(board, dealId);
  const card = from?.cards.find(({ id }) => id === dealId);
  if (from === undefined || card === undefined) return board;
  const to = board.stages.find(({ stageId }) => stageId === toStage);
  const moved: Deal = { ...card, stageId: toStage, ...(to ? { stage: to.stage } : {}) };
  return {
    ...board,
    stages: board.stages.map((stage) => {
      if (stage !== from && stage !== to) return stage;
      let next = stage;
      if (stage === from) {
        next = { ...next, cards: next.cards.filter(({ id }) => id !== dealId) };
        if (stage !== to)
          next = { ...next, count: next.count - 1, totals: withAmount(next.totals, card, -1) };
      }
      if (stage === to) {
        next = { ...next, cards: inserted(next.cards, moved, place) };
        if (stage !== from)
          next = { ...next, count: next.count + 1, totals: withAmount(next.totals, card, 1) };
      }
      return next;
    }),
  };
}

function inserted(cards: readonly Deal[], card: Deal, { before, after }: Place): Deal[] {
  const below = before === undefined ? -1 : cards.findIndex(({ id }) => id === before);
  const above = after === undefined ? -1 : cards.findIndex(({ id }) => id === after);
  const at = below >= 0 ? below : above + 1;
  return [...cards.slice(0, at), card, ...cards.slice(at)];
}

/** The neighbours of a card, so that it can be put back between them. */
export function placeOf(board: Board, dealId: Id): Place {
  const cards = stageOf(board, dealId)?.cards ?? [];
  const at = cards.findIndex(({ id }) => id === dealId);
  const after = cards[at - 1]?.id;
  const before = cards[at + 1]?.id;
  return { ...(after ? { after } : {}), ...(before ? { before } : {}) };
}

/** The neighbours at the `index`-th place of a stage, as the cards stand without the one that moves. */
export function placeAt(cards: readonly Deal[], dealId: Id, index: number): Place {
  const own = cards.findIndex(({ id }) => id === dealId);
  const others = cards.filter(({ id }) => id !== dealId);
  const at = Math.min(others.length, Math.max(0, own >= 0 && own < index ? index - 1 : index));
  const after = others[at - 1]?.id;
  const before = others[at]?.id;
  return { ...(after ? { after } : {}), ...(before ? { before } : {}) };
}

/** Puts the next cards of a stage below those that are there. */
export function withMore(board: Board, next: BoardStage): Board {
  return {
    ...board,
    stages: board.stages.map((stage) => {
      if (stage.stageId !== next.stageId) return stage;
      const known = new Set(stage.cards.map(({ id }) => id));
      const cards = [...stage.cards, ...next.cards.filter(({ id }) => !known.has(id))];
      return { ...stage, count: next.count, totals: next.totals, cards, nextCursor: next.nextCursor };
    }),
  };
}
