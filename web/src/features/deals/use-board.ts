import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { errorText } from '@/api/error-text';
import type { Board, Id } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { type BoardAsked, readBoard } from '@/record/deals/api';
import { withMore } from '@/record/deals/board-cards';
import { toast } from '@/ui/toast';

/** Cards of each stage at first, and further ones at once. */
const FIRST = 50;
const MORE = 100;

/** A board with the first cards of its stages; more of them come as one scrolls. */
export function useBoard(asked: BoardAsked) {
  const t = useT();
  const queryClient = useQueryClient();
  const { pipelineId, filter, q } = asked;
  const queryKey = ['deals', 'board', pipelineId ?? null, JSON.stringify(filter ?? null), q];
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const known = queryClient.getQueryData<Board>(queryKey);
      let board = await readBoard(asked, { limit: FIRST }, signal);
      // What somebody has scrolled to stays when the board is read again.
      for (const stage of known?.stages ?? []) {
        let own = board.stages.find(({ stageId }) => stageId === stage.stageId);
        while (own?.nextCursor && own.cards.length < stage.cards.length) {
          const { stageId, nextCursor: cursor } = own;
          const next = await readBoard(asked, { limit: MORE, stageId, cursor }, signal);
          if (next.stages[0]) board = withMore(board, next.stages[0]);
          own = board.stages.find((each) => each.stageId === stageId);
        }
      }
      return board;
    },
    staleTime: 15_000,
    placeholderData: keepPreviousData,
  });

  const reading = useRef(new Set<Id>());
  const more = async (stageId: Id) => {
    const stage = queryClient.getQueryData<Board>(queryKey)?.stages.find((each) => each.stageId === stageId);
    if (!stage?.nextCursor || reading.current.has(stageId)) return;
    reading.current.add(stageId);
    try {
      const next = await readBoard(asked, { limit: MORE, stageId, cursor: stage.nextCursor });
      const [column] = next.stages;
      if (column)
        queryClient.setQueryData<Board>(queryKey, (board) => (board ? withMore(board, column) : board));
    } catch (error) {
      toast.failed({
        title: t('deals.board.moreFailed'),
        description: errorText(error),
        retry: () => void more(stageId),
      });
    } finally {
      reading.current.delete(stageId);
    }
  };
  return { ...query, more };
}
