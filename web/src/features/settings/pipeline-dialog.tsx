import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, ChevronUp, Plus, Trash2 } from 'lucide-react';
import { type FormEvent, type RefObject, useId, useRef, useState } from 'react';
import { client, ifMatch, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { fieldProblems } from '@/api/errors';
import { fieldText, tooLong } from '@/api/field-text';
import type { DealStage, Pipeline } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { pipelinesQuery } from '@/record/deals/api';
import { Button, IconButton } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { toast } from '@/ui/toast';
import {
  draftsOf,
  isClosing,
  isComplete,
  moved,
  problemOf,
  type StageDraft,
  stageDraft,
  stagesOf,
} from './pipeline-draft';

const NAME_MAX = 100;
const meanings = ['open', 'negotiating', 'won', 'lost'] as const satisfies readonly DealStage[];

interface PipelineDialogProps {
  /** `new` makes one, a pipeline is edited, null is closed. */
  subject: Pipeline | 'new' | null;
  onClose: () => void;
}

export function PipelineDialog({ subject, onClose }: PipelineDialogProps) {
  const t = useT();
  const formId = useId();
  const name = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  // The title stays while the dialog fades out.
  const [shown, setShown] = useState(subject);
  if (subject !== null && subject !== shown) setShown(subject);
  const known = shown === null || shown === 'new' ? null : shown;
  return (
    <Dialog
      open={subject !== null}
      onOpenChange={(open) => !open && onClose()}
      title={known ? t('pipelines.form.edit', { name: known.name }) : t('pipelines.action.new')}
      description={known?.isDefault ? t('pipelines.form.default') : undefined}
      size="large"
      keepOpen
      initialFocus={name}
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} loading={busy}>
            {t(known ? 'common.action.save' : 'pipelines.form.create')}
          </Button>
        </>
      }
    >
      {subject === null ? null : (
        <PipelineForm
          key={subject === 'new' ? 'new' : subject.id}
          id={formId}
          pipeline={subject === 'new' ? null : subject}
          nameRef={name}
          onBusy={setBusy}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

interface PipelineFormProps {
  id: string;
  pipeline: Pipeline | null;
  nameRef: RefObject<HTMLInputElement | null>;
  onBusy: (busy: boolean) => void;
  onClose: () => void;
}

function PipelineForm({ id, pipeline, nameRef, onBusy, onClose }: PipelineFormProps) {
  const t = useT();
  const queryClient = useQueryClient();
  const [name, setName] = useState(pipeline?.name ?? '');
  const [stages, setStages] = useState<StageDraft[]>(() =>
    pipeline ? draftsOf(pipeline) : meanings.map((stage) => stageDraft(t(`deals.stage.${stage}`), stage)),
  );
  const [checked, setChecked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const fixed = pipeline?.isDefault === true;

  const save = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), stages: stagesOf(stages) };
      return pipeline === null
        ? unwrap(client.POST('/pipelines', { body }))
        : unwrap(
            client.PATCH('/pipelines/{id}', {
              params: { path: { id: pipeline.id } },
              headers: ifMatch(pipeline.version),
              body,
            }),
          );
    },
    onMutate: () => onBusy(true),
    onSettled: () => onBusy(false),
    onSuccess: (saved) => {
      void queryClient.invalidateQueries({ queryKey: pipelinesQuery.queryKey });
      void queryClient.invalidateQueries({ queryKey: ['deals'] });
      toast.done({ title: t('pipelines.form.done', { name: saved.name }) });
      onClose();
    },
  });
  const { error } = save;
  const refused = fieldProblems(error);
  const wrongName = name.trim() === '' ? t('record.edit.required') : tooLong(name, NAME_MAX);
  const complete = isComplete(stages);
  const change = (key: string, to: Partial<StageDraft>) => {
    setStages((before) => before.map((stage) => (stage.key === key ? { ...stage, ...to } : stage)));
    if (error) save.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (save.isPending) return;
    setChecked(true);
    if (wrongName === null && complete && stages.every((stage) => problemOf(stage, stages) === null))
      return save.mutate();
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  const problemAt = (stage: StageDraft, at: number) => {
    const own = checked ? problemOf(stage, stages) : null;
    if (own !== null) return t(own);
    const path = Object.keys(refused).find((each) => each.startsWith(`/stages/${at}/`));
    return path === undefined ? null : fieldText(error, path);
  };
  const shownAtField =
    refused['/name'] !== undefined || Object.keys(refused).some((path) => /^\/stages\/\d/.test(path));
  return (
    <form ref={form} id={id} onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field label={t('record.field.name')} error={(checked ? wrongName : null) ?? fieldText(error, '/name')}>
        <Input ref={nameRef} value={name} autoComplete="off" onValueChange={setName} />
      </Field>
      <fieldset className="min-w-0">
        <legend className="mb-1 font-medium text-sm">{t('pipelines.form.stages')}</legend>
        <ol className="flex flex-col gap-3">
          {stages.map((stage, at) => {
            const problem = problemAt(stage, at);
            const label = stage.name.trim() || t('pipelines.stage.unnamed', { number: at + 1 });
            return (
              <li key={stage.key} className="flex flex-col gap-1 rounded-md border border-line p-2.5">
                <div className="flex flex-wrap items-end gap-2">
                  <Field label={t('record.field.name')} error={problem} className="min-w-40 flex-1">
                    <Input
                      value={stage.name}
                      disabled={fixed}
                      autoComplete="off"
                      onValueChange={(text) => change(stage.key, { name: text })}
                    />
                  </Field>
                  <Field label={t('pipelines.stage.meaning')} className="w-36">
                    <Select
                      value={stage.stage}
                      disabled={fixed}
                      onValueChange={(to) => change(stage.key, { stage: to })}
                      options={meanings.map((value) => ({ value, label: t(`deals.stage.${value}`) }))}
                    />
                  </Field>
                  <Field label={t('pipelines.stage.probability')} className="w-24">
                    <Input
                      value={
                        isClosing(stage.stage) ? (stage.stage === 'won' ? '100' : '0') : stage.probability
                      }
                      disabled={isClosing(stage.stage)}
                      inputMode="decimal"
                      autoComplete="off"
                      onValueChange={(text) => change(stage.key, { probability: text })}
                    />
                  </Field>
                  <Field label={t('pipelines.stage.rotDays')} className="w-24">
                    <Input
                      value={isClosing(stage.stage) ? '' : stage.rotDays}
                      disabled={isClosing(stage.stage)}
                      inputMode="numeric"
                      autoComplete="off"
                      onValueChange={(text) => change(stage.key, { rotDays: text })}
                    />
                  </Field>
                  {fixed ? null : (
                    <span className="flex">
                      <IconButton
                        label={t('pipelines.stage.up', { name: label })}
                        size="icon"
                        disabled={at === 0}
                        onClick={() => setStages((before) => moved(before, at, -1))}
                      >
                        <ChevronUp aria-hidden className="size-4" />
                      </IconButton>
                      <IconButton
                        label={t('pipelines.stage.down', { name: label })}
                        size="icon"
                        disabled={at === stages.length - 1}
                        onClick={() => setStages((before) => moved(before, at, 1))}
                      >
                        <ChevronDown aria-hidden className="size-4" />
                      </IconButton>
                      <IconButton
                        label={t('pipelines.stage.remove', { name: label })}
                        size="icon"
                        onClick={() => setStages((before) => before.filter((each) => each !== stage))}
                      >
                        <Trash2 aria-hidden className="size-4" />
                      </IconButton>
                    </span>
                  )}
                </div>
              </li>
            );
          })}
        </ol>
        {fixed ? null : (
          <Button
            variant="ghost"
            size="small"
            className="mt-2 -ml-2"
            onClick={() =>
              setStages((before) => {
                // Before those that end a deal.
                const end = before.findIndex(({ stage }) => isClosing(stage));
                const at = end < 0 ? before.length : end;
                return [...before.slice(0, at), stageDraft(), ...before.slice(at)];
              })
            }
          >
            <Plus aria-hidden className="size-4" />
            {t('pipelines.stage.add')}
          </Button>
        )}
      </fieldset>
      {checked && !complete ? (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger-fg text-sm">
          {t('pipelines.problem.incomplete')}
        </p>
      ) : error && !shownAtField ? (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger-fg text-sm">
          {errorText(error)}
        </p>
      ) : null}
    </form>
  );
}
