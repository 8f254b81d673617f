import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { isStatus } from '@/api/errors';
import type { Id, ImportBrief } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { confirm } from '@/ui/confirm';
import { toast } from '@/ui/toast';
import { actProblem } from './act-problem';
import { importQuery, importsQuery } from './api';
import { forgetFile } from './kept-files';
import { hasDraft, keepDraft } from './logic/stored-draft';

type Discarded = Pick<ImportBrief, 'id' | 'fileName' | 'state' | 'createdBy'>;

/** Drops an import that has written nothing. There is no way back, so it asks when there is more to lose than a file. */
export function useDiscard(onDone: (id: Id) => void) {
  const t = useT();
  const me = useMe();
  const queryClient = useQueryClient();
  const { mutate, isPending, variables } = useMutation({
    mutationFn: async ({ id }: Discarded) => {
      try {
        await unwrap(client.DELETE('/imports/{id}', { params: { path: { id } } }));
      } catch (error) {
        // Somebody was quicker.
        if (!isStatus(error, 404)) throw error;
      }
    },
    onSuccess: (_, { id, fileName }) => {
      keepDraft(sessionStorage, id, null);
      forgetFile(id);
      queryClient.setQueryData(
        importsQuery.queryKey,
        (before) =>
          before && {
            ...before,
            pages: before.pages.map((page) => ({
              ...page,
              items: page.items.filter((each) => each.id !== id),
            })),
          },
      );
      toast.done({
        title: t('imports.discard.done', { fileName }),
        description: t('imports.discard.doneHint'),
      });
      onDone(id);
    },
    onError: (error, { id, fileName }) => {
      toast.failed({ title: t('imports.discard.failed', { fileName }), description: actProblem(error, t) });
      // It has usually moved on under this page.
      void queryClient.invalidateQueries({ queryKey: importQuery(id).queryKey });
      void queryClient.invalidateQueries({ queryKey: importsQuery.queryKey });
    },
  });

  const discard = async (item: Discarded) => {
    const worked = item.state !== 'uploaded' || hasDraft(sessionStorage, item.id);
    if (worked || item.createdBy.id !== me.id) {
      const sure = await confirm({
        title: t('imports.discard.title', { fileName: item.fileName }),
        description: t('imports.discard.text'),
        confirmLabel: t('imports.discard.confirm'),
        danger: true,
      });
      if (!sure) return;
    }
    mutate(item);
  };
  return { discard: (item: Discarded) => void discard(item), pending: isPending ? variables.id : null };
}
