import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type RefObject, useId, useRef, useState } from 'react';
import { client, ifMatch, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { isStatus } from '@/api/errors';
import { fieldText, tooLong } from '@/api/field-text';
import type { Tag } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { type TagColor, tagColor, tagColors } from '@/lib/tag-color';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input, Textarea } from '@/ui/input';
import { toast } from '@/ui/toast';
import { tagsQuery } from './api';
import { usesOf } from './uses';

interface TagDialogProps {
  /** `new` makes one, a tag is edited, null is closed. */
  subject: Tag | 'new' | null;
  onClose: () => void;
}

export function TagDialog({ subject, onClose }: TagDialogProps) {
  const t = useT();
  const formId = useId();
  const name = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  // The title stays while the dialog fades out.
  const [shown, setShown] = useState(subject);
  if (subject !== null && subject !== shown) setShown(subject);
  const isNew = shown === 'new';
  const known = subject === null || subject === 'new' ? null : subject;
  const { data: uses = [], isError } = useQuery({
    queryKey: ['tags', 'uses', known?.id],
    queryFn: ({ signal }) => (known ? usesOf(known, signal) : []),
    enabled: known !== null,
    staleTime: 10_000,
  });
  return (
    <Dialog
      open={subject !== null}
      onOpenChange={(open) => !open && onClose()}
      title={isNew ? t('tags.dialog.newTitle') : t('tags.dialog.editTitle', { name: shown?.name ?? '' })}
      description={
        shown === null || shown === 'new'
          ? undefined
          : [
              t('tags.dialog.carried', { count: shown.customerCount }),
              isError
                ? t('tags.uses.unknown')
                : uses.length === 0
                  ? ''
                  : t('tags.uses.rename', { count: uses.length, names: uses.join(', ') }),
            ].join(' ')
      }
      keepOpen
      initialFocus={name}
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} loading={busy}>
            {t(isNew ? 'tags.dialog.create' : 'common.action.save')}
          </Button>
        </>
      }
    >
      {subject === null ? null : (
        <TagForm
          key={subject === 'new' ? 'new' : subject.id}
          id={formId}
          tag={subject === 'new' ? null : subject}
          name={name}
          onBusy={setBusy}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

const NAME_MAX = 60;
const DESCRIPTION_MAX = 500;

interface TagFormProps {
  id: string;
  tag: Tag | null;
  name: RefObject<HTMLInputElement | null>;
  onBusy: (busy: boolean) => void;
  onClose: () => void;
}

function TagForm({ id, tag, name, onBusy, onClose }: TagFormProps) {
  const t = useT();
  const queryClient = useQueryClient();
  const [text, setText] = useState(tag?.name ?? '');
  const [color, setColor] = useState<TagColor>(tag ? tagColor(tag.color) : 'blue');
  const [description, setDescription] = useState(tag?.description ?? '');
  const [missing, setMissing] = useState(false);
  const colorName = useId();

  const save = useMutation({
    mutationFn: () => {
      const body = {
        name: text.trim(),
        color,
        description: description.trim() === '' ? null : description.trim(),
      };
      return tag === null
        ? unwrap(
            client.POST('/tags', {
              body: {
                name: body.name,
                color,
                ...(body.description === null ? {} : { description: body.description }),
              },
            }),
          )
        : unwrap(
            client.PATCH('/tags/{id}', {
              params: { path: { id: tag.id } },
              headers: ifMatch(tag.version),
              body,
            }),
          );
    },
    onMutate: () => onBusy(true),
    onSettled: () => onBusy(false),
    onSuccess: (saved) => {
      void queryClient.invalidateQueries({ queryKey: tagsQuery.queryKey });
      void queryClient.invalidateQueries({ queryKey: ['bootstrap'] });
      // Rows carry the names of their tags.
      if (tag !== null && tag.name !== saved.name)
        void queryClient.invalidateQueries({ queryKey: ['customers'] });
      toast.done({
        title: t(tag === null ? 'tags.dialog.created' : 'tags.dialog.saved', { name: saved.name }),
      });
      onClose();
    },
    onError: (error) => {
      if (isStatus(error, 412)) void queryClient.invalidateQueries({ queryKey: tagsQuery.queryKey });
    },
  });

  const about = useRef<HTMLTextAreaElement>(null);
  const longName = tooLong(text, NAME_MAX);
  const longAbout = tooLong(description, DESCRIPTION_MAX);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (save.isPending) return;
    if (text.trim() === '') {
      setMissing(true);
      name.current?.focus();
      return;
    }
    if (longName ?? longAbout) {
      (longName ? name : about).current?.focus();
      return;
    }
    save.mutate();
  };

  const error = save.error;
  const nameError = missing
    ? t('tags.dialog.nameNeeded')
    : longName !== null
      ? longName
      : isStatus(error, 409)
        ? t('tags.dialog.taken', { name: error.existing?.name ?? text.trim() })
        : fieldText(error, '/name');
  return (
    <form id={id} onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field label={t('tags.dialog.name')} hint={t('tags.dialog.nameHint')} error={nameError}>
        <Input
          ref={name}
          value={text}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setText(event.target.value);
            setMissing(false);
            if (error) save.reset();
          }}
        />
      </Field>
      <fieldset className="min-w-0">
        <legend className="mb-1.5 font-medium text-sm">{t('tags.dialog.color')}</legend>
        <div className="flex flex-wrap gap-1.5">
          {tagColors.map((each) => (
            <label
              key={each}
              data-tone={each}
              title={t(`tags.color.${each}`)}
              className="flex size-8 items-center justify-center rounded-md border border-transparent bg-(--tint) has-checked:border-(--tint-fg) has-focus-visible:outline-2 has-focus-visible:outline-accent-fg pointer-coarse:size-11"
            >
              <input
                type="radio"
                name={colorName}
                value={each}
                checked={each === color}
                aria-label={t(`tags.color.${each}`)}
                className="sr-only"
                onChange={() => setColor(each)}
              />
              <span aria-hidden className="size-3.5 rounded-full bg-(--tint-fg)" />
            </label>
          ))}
        </div>
        <p className="mt-2 flex items-center text-muted text-xs">
          <span className="shrink-0">{t('tags.dialog.preview')}</span>
          <span
            data-tone={color}
            className="ml-1.5 min-w-0 truncate rounded-sm bg-(--tint) px-1.5 font-medium text-(--tint-fg) text-xs leading-5"
          >
            {text.trim() === '' ? t('tags.dialog.name') : text.trim()}
          </span>
        </p>
      </fieldset>
      <Field
        label={t('tags.dialog.description')}
        optional={t('common.field.optional')}
        error={longAbout ?? fieldText(error, '/description')}
      >
        <Textarea
          value={description}
          ref={about}
          rows={2}
          onChange={(event) => setDescription(event.target.value)}
        />
      </Field>
      {error && nameError === null && fieldText(error, '/description') === null ? (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger-fg text-sm">
          {errorText(error)}
        </p>
      ) : null}
    </form>
  );
}
