import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { client, ifMatch, unwrap } from '@/api/client';
import { isStatus } from '@/api/errors';
import type { Board, Deal, DealPatch, Id, Stage } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { toast } from '@/ui/toast';
import { useFieldText } from '../field-text';
import { inOrder } from '../in-order';
import { recordEdits } from '../record-edits';
import { useAskClash } from '../use-ask-clash';
import { useRunChange, type Voice } from '../use-run-change';
import { dealCounts, dealKeys, usePipelines } from './api';
import { moveCard, type Place, placeOf, stageOf } from './board-cards';
import { askLostReason } from './lost-reason';

export type DealChanges = ReturnType<typeof useDealChanges>;

/** Somebody else has moved the deal since the person saw it. */
class MovedFirst extends Error {
  readonly current: Deal;
  readonly who: string | null;

  constructor(current: Deal, who: string | null) {
    super('somebody else moved this deal first');
    this.current = current;
    this.who = who;
  }
}

const path = (id: Id) => ({ params: { path: { id } } });

/**
 * Every change of a deal, as `useCustomerChanges` for customers, and its way through the stages; `onChanged` hears of what the
 * server has taken.
 */
export function useDealChanges(onChanged?: (deal: Deal) => void) {
  const t = useT();
  const queryClient = useQueryClient();
  const { fieldLabel } = useFieldText('deal');
  const ask = useAskClash('deals');
  const pipelines = usePipelines();
  const run = useRunChange<Deal>({
    keys: dealKeys,
    aggregates: dealCounts,
    onDone: (item) => {
      onChanged?.(item);
      for (const part of ['activity', 'stages'])
        void queryClient.invalidateQueries({ queryKey: ['deals', part, item.id] });
    },
    onRefused: (error, deal) => {
      if (!(error instanceof MovedFirst)) return false;
      const { current, who } = error;
      const stage = latest.current.pipelines.stage(current.stageId)?.name ?? current.stage;
      toast.failed({
        title: t('deals.move.first', { name: deal.name }),
        description:
          who === null ? t('deals.move.firstHint', { stage }) : t('deals.move.firstBy', { who, stage }),
      });
      return true;
    },
  });
  const latest = useRef({ t, fieldLabel, ask, pipelines });
  latest.current = { t, fieldLabel, ask, pipelines };

  return useMemo(() => {
    const boards = (change: (board: Board) => Board) =>
      queryClient.setQueriesData<Board>({ queryKey: ['deals', 'board'] }, (board) => board && change(board));
    const reread = () => void queryClient.invalidateQueries({ queryKey: ['deals', 'board'] });
    const read = (id: Id) => unwrap(client.GET('/deals/{id}', path(id)));

    const edits = recordEdits<Deal, DealPatch>({
      run,
      now: () => latest.current,
      nameOf: (deal) => deal.name,
      linked: [
        { id: 'customerId', shown: 'customer' },
        { id: 'companyId', shown: 'company' },
      ],
      read,
      send: (id, version, body) =>
        unwrap(client.PATCH('/deals/{id}', { ...path(id), headers: ifMatch(version), body })),
      archive: (id, archived) =>
        unwrap(client.POST(archived ? '/deals/{id}/archive' : '/deals/{id}/restore', path(id))),
      onEdited: (body) => {
        if ('amount' in body || 'currency' in body || 'lines' in body) reread();
        if ('lines' in body) void queryClient.invalidateQueries({ queryKey: ['products'] });
      },
      onArchived: () => {
        reread();
        void queryClient.invalidateQueries({ queryKey: ['deals', 'page'] });
      },
    });

    /** Over the newest version, unless somebody else has moved the deal meanwhile. */
    const send = (deal: Deal, to: Stage, place: Place, lostReason: string | null) =>
      inOrder(deal.id, deal.version, async (known) => {
        const body = { stageId: to.id, ...place, ...(lostReason === null ? {} : { lostReason }) };
        const post = (version: number) =>
          unwrap(client.POST('/deals/{id}/move', { ...path(deal.id), headers: ifMatch(version), body }));
        try {
          return await post(known ?? deal.version);
        } catch (error) {
          if (!isStatus(error, 412)) throw error;
          const current = await read(deal.id);
          if (current.stageId === to.id && deal.stageId !== to.id) return current;
          if (current.stageId !== deal.stageId) {
            const visits = await unwrap(client.GET('/deals/{id}/stages', path(deal.id))).catch(() => []);
            throw new MovedFirst(current, visits.at(-1)?.actor.name ?? null);
          }
          return post(current.version);
        }
      });

    /** Brings a deal into a stage, or to another place in its own. A lost stage asks for the reason first. */
    const move = async (
      deal: Deal,
      to: Stage,
      place: Place = {},
      voice: Voice = 'loud',
      knownReason: string | null = null,
    ): Promise<Deal | null> => {
      const { t: text } = latest.current;
      const shown = queryClient
        .getQueriesData<Board>({ queryKey: ['deals', 'board'], type: 'active' })
        .map(([, board]) => board)
        .find((board) => board && stageOf(board, deal.id) !== undefined);
      const back = shown ? placeOf(shown, deal.id) : {};
      const from = latest.current.pipelines.stage(deal.stageId);
      const changes = to.id !== deal.stageId;
      await queryClient.cancelQueries({ queryKey: ['deals', 'board'] });
      boards((board) => moveCard(board, deal.id, to.id, place));
      const putBack = () => boards((board) => moveCard(board, deal.id, deal.stageId, back));

      let reason = knownReason;
      if (to.stage === 'lost' && deal.stage !== 'lost' && reason === null) {
        reason = await askLostReason(deal.name);
        if (reason === null) {
          putBack();
          return null;
        }
      }
      const closed = to.stage === 'won' || to.stage === 'lost';
      const now = new Date().toISOString();
      const item = await run(
        deal,
        changes
          ? {
              stageId: to.id,
              stage: to.stage,
              stageEnteredAt: now,
              closedAt: closed ? now : null,
              lostReason: to.stage === 'lost' ? (reason ?? deal.lostReason) : null,
              rotting: false,
              ...(deal.probability === from?.probability ? { probability: to.probability } : {}),
            }
          : {},
        async () => {
          // Also when it is tried again.
          boards((board) => moveCard(board, deal.id, to.id, place));
          try {
            return await send(deal, to, place, reason);
          } catch (error) {
            putBack();
            if (error instanceof MovedFirst) {
              boards((board) => moveCard(board, deal.id, error.current.stageId, {}));
              queryClient.setQueryData(['deals', 'one', deal.id], error.current);
              void queryClient.invalidateQueries({ queryKey: ['deals', 'page'] });
            }
            reread();
            throw error;
          }
        },
        {
          done: changes
            ? text('deals.move.done', { name: deal.name, stage: to.name })
            : text('deals.move.placed', { name: deal.name }),
          failed: text('deals.move.failed', { name: deal.name }),
          undo: async (next) => (from ? move(next, from, back, 'silent', deal.lostReason) : null),
        },
        voice,
      );
      // A board that does not show the card tells what its stages hold all the same.
      if (item && shown === undefined) reread();
      return item;
    };

    return { ...edits, move };
  }, [queryClient, run]);
}
