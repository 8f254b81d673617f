import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { errorText } from '@/api/error-text';
import type { Decision, DuplicatePair, Page } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { pushUndo, takeUndo, type UndoEntry } from '@/lib/undo';
import { bothOf, sendDecision } from '@/record/merge/duplicates';
import { toast } from '@/ui/toast';

type Pairs = InfiniteData<Page<DuplicatePair>>;

/**
 * Decides about pairs: they leave their list at once and come back when the decision is refused or taken back. The answer
 * is the way back, null when the decision was refused; telling of it is left to whoever asked.
 */
export function useDecide() {
  const t = useT();
  const queryClient = useQueryClient();
  const anew = () => void queryClient.invalidateQueries({ queryKey: ['duplicates'] });

  const decide = async (pair: DuplicatePair, decision: Decision): Promise<UndoEntry | null> => {
    const { state } = pair;
    if (state === 'merged') return null;
    const [one, other] = bothOf(pair).map(({ name }) => name);
    await queryClient.cancelQueries({ queryKey: ['duplicates', 'page', state] });
    queryClient.setQueriesData<Pairs>({ queryKey: ['duplicates', 'page', state] }, (data) =>
      data === undefined
        ? data
        : {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              items: page.items.filter(({ id }) => id !== pair.id),
            })),
          },
    );
    // What shows can be taken back also before the server has answered: then the way back waits for it.
    const sending = sendDecision(pair, decision);
    const entry = pushUndo(t(`duplicates.done.${decision}.${pair.record}`, { one, other }), async () => {
      await sendDecision(await sending, state);
      anew();
    });
    try {
      await sending;
      return entry;
    } catch (error) {
      takeUndo(entry.id);
      toast.failed({ title: t('duplicates.done.failed', { one, other }), description: errorText(error) });
      return null;
    } finally {
      anew();
    }
  };
  return decide;
}
