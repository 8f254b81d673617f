import { skipToken, type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { Tag } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { tagColor } from '@/lib/tag-color';
import { Alert } from '@/ui/alert';
import { Button } from '@/ui/button';
import { Combobox } from '@/ui/combobox';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Skeleton } from '@/ui/skeleton';
import { toast } from '@/ui/toast';
import { tagsQuery } from './api';

export interface TagMergeDialogProps {
  /** The tag that goes; null is closed. */
  subject: Tag | null;
  tags: readonly Tag[];
  onClose: () => void;
}

interface Pair {
  from: Tag;
  into: Tag;
}

const bodyOf = ({ from, into }: Pair) => ({ primaryId: into.id, ids: [from.id] });
const askPreview = (pair: Pair, signal: AbortSignal) =>
  unwrap(client.POST('/tags/merge/preview', { body: bodyOf(pair), signal }));
type TagMergePreview = Awaited<ReturnType<typeof askPreview>>;

/** Chooses the tag that takes another one's place, and says what that does before it is done. */
export function TagMergeDialog({ subject, tags, onClose }: TagMergeDialogProps) {
  const t = useT();
  const queryClient = useQueryClient();
  // What is shown stays while the dialog fades out.
  const [shown, setShown] = useState(subject);
  const [target, setTarget] = useState<Tag | null>(null);
  if (subject !== null && subject !== shown) {
    setShown(subject);
    setTarget(null);
  }
  const merge = useMutation({
    mutationFn: (of: Pair) => unwrap(client.POST('/tags/merge', { body: bodyOf(of) })),
    onSuccess: (_, { from, into }) => {
      // Rows carry the names of their tags, and segments and views name them.
      for (const key of ['tags', 'bootstrap', 'customers', 'segments', 'views']) {
        void queryClient.invalidateQueries({ queryKey: [key] });
      }
      toast.done({ title: t('tags.merge.done', { name: from.name, target: into.name }) });
      onClose();
    },
    onError: (error) => {
      void queryClient.invalidateQueries({ queryKey: tagsQuery.queryKey });
      toast.failed({ title: t('tags.merge.refused'), description: errorText(error) });
    },
  });
  const pair = subject && target ? { from: subject, into: target } : null;
  const preview = useQuery({
    queryKey: ['tags', 'merge', pair?.from.id, pair?.into.id],
    queryFn: pair === null ? skipToken : ({ signal }) => askPreview(pair, signal),
    staleTime: 0,
    gcTime: 0,
  });
  const name = shown?.name ?? '';
  const choices = tags.filter((tag) => tag.id !== shown?.id && !tag.isSystem);
  return (
    <Dialog
      open={subject !== null}
      onOpenChange={(open) => !open && onClose()}
      title={t('tags.merge.title', { name })}
      description={t('tags.merge.hint', { name })}
      dismissible={!merge.isPending}
      footer={
        <>
          <Button disabled={merge.isPending} onClick={onClose}>
            {t('common.action.cancel')}
          </Button>
          <Button
            variant="danger"
            // It cannot be undone: not before it is said what it does.
            disabled={!preview.isSuccess}
            loading={merge.isPending}
            onClick={() => pair && merge.mutate(pair)}
          >
            {t('tags.merge.confirm')}
          </Button>
        </>
      }
    >
      {subject === null ? null : (
        <div className="flex min-h-40 flex-col gap-4">
          <Field label={t('tags.merge.into')}>
            <Combobox
              value={target && { value: target.id, label: target.name }}
              onValueChange={(option) => setTarget(choices.find((tag) => tag.id === option?.value) ?? null)}
              options={choices.map((tag) => ({
                value: tag.id,
                label: tag.name,
                visual: (
                  <span data-tone={tagColor(tag.color)} className="size-2.5 rounded-full bg-(--tint-fg)" />
                ),
              }))}
              placeholder={t('tags.merge.find')}
              emptyText={t('tags.merge.noMatch')}
            />
          </Field>
          {pair ? <Preview {...pair} answer={preview} /> : null}
        </div>
      )}
    </Dialog>
  );
}

function Preview({ from, into, answer }: Pair & { answer: UseQueryResult<TagMergePreview> }) {
  const t = useT();
  const { data, error, refetch } = answer;
  if (error)
    return (
      <Alert
        title={t('tags.merge.failed')}
        action={
          <Button size="small" onClick={() => void refetch()}>
            {t('common.action.retry')}
          </Button>
        }
      >
        {errorText(error)}
      </Alert>
    );
  if (data === undefined)
    return (
      <div role="status" aria-label={t('tags.merge.counting')} className="flex flex-col gap-2">
        <Skeleton className="h-4 w-56" />
        <Skeleton className="h-4 w-40" />
      </div>
    );
  const names = { name: from.name, target: into.name };
  const gain = data.customers - data.already;
  const lines = [
    gain > 0 ? t('tags.merge.customers', { count: gain, ...names }) : null,
    data.already > 0 ? t('tags.merge.already', { count: data.already, ...names }) : null,
    data.segments.length > 0
      ? t('tags.merge.segments', { count: data.segments.length, names: data.segments.join(', ') })
      : null,
    data.views > 0 ? t('tags.merge.views', { count: data.views }) : null,
  ].filter((line) => line !== null);
  return (
    <div aria-live="polite" className="flex flex-col gap-2 text-sm">
      {lines.length === 0 ? (
        <p>{t('tags.merge.nothing', names)}</p>
      ) : (
        <ul className="flex list-disc flex-col gap-1 pl-5">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <p className="text-muted">{t('tags.merge.forGood')}</p>
    </div>
  );
}
