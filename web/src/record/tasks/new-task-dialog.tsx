import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type RefObject, useId, useRef, useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { fieldText, tooLong } from '@/api/field-text';
import type { AnchorRef, NewTask, RecurrenceUnit, Task } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { parseWhen } from '@/lib/natural-date';
import { Button } from '@/ui/button';
import { Combobox, type ComboboxOption } from '@/ui/combobox';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input, Textarea } from '@/ui/input';
import { Select } from '@/ui/select';
import { toast } from '@/ui/toast';
import { customerSource, dealSource } from '../deals/sources';
import { PickRecord } from '../pick-record';
import { useSources } from '../use-sources';
import { taskCounts, taskQuery } from './api';
import { recurrenceUnits } from './recurrence';
import { WhenInput } from './when-input';

const SUBJECT_MAX = 300;
const DESCRIPTION_MAX = 20_000;
const kinds = ['customer', 'company', 'deal'] as const;
type Kind = (typeof kinds)[number];

export interface NewTaskDialogProps {
  open: boolean;
  /** What the task is about, where that is known. */
  anchor?: AnchorRef;
  onClose: () => void;
  onCreated: (task: Task) => void;
}

export function NewTaskDialog(props: NewTaskDialogProps) {
  const { open, onClose } = props;
  const t = useT();
  const formId = useId();
  const subject = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t('tasks.new.title')}
      keepOpen
      initialFocus={subject}
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} loading={busy}>
            {t('tasks.new.create')}
          </Button>
        </>
      }
    >
      {open ? <NewTaskForm {...props} id={formId} subject={subject} onBusy={setBusy} /> : null}
    </Dialog>
  );
}

interface FormProps extends NewTaskDialogProps {
  id: string;
  subject: RefObject<HTMLInputElement | null>;
  onBusy: (busy: boolean) => void;
}

function NewTaskForm({ id, subject, onBusy, onClose, onCreated, anchor: given }: FormProps) {
  const t = useT();
  const me = useMe();
  const { locale } = useFormat();
  const queryClient = useQueryClient();
  const { members, companies } = useSources();
  const [text, setText] = useState('');
  const [when, setWhen] = useState('');
  const [assignee, setAssignee] = useState<string | null>(me.id);
  const [kind, setKind] = useState<Kind>(given?.kind ?? 'customer');
  const [about, setAbout] = useState<ComboboxOption | null>(
    given ? { value: given.id, label: given.name } : null,
  );
  const [unit, setUnit] = useState<RecurrenceUnit | null>(null);
  const [every, setEvery] = useState('1');
  const [description, setDescription] = useState('');
  const [checked, setChecked] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const create = useMutation({
    mutationFn: (body: NewTask) => unwrap(client.POST('/tasks', { body })),
    onMutate: () => onBusy(true),
    onSettled: () => onBusy(false),
    onSuccess: (task) => {
      queryClient.setQueryData(taskQuery(task.id).queryKey, task);
      for (const part of ['page', 'of']) void queryClient.invalidateQueries({ queryKey: ['tasks', part] });
      for (const queryKey of taskCounts) void queryClient.invalidateQueries({ queryKey });
      if (task.anchor?.kind === 'deal') void queryClient.invalidateQueries({ queryKey: ['deals'] });
      toast.done({ title: t('tasks.new.done', { task: task.subject }) });
      onClose();
      onCreated(task);
    },
  });

  const due = when.trim() === '' ? null : parseWhen(when, new Date(), locale);
  const count = /^\d{1,4}$/.test(every.trim()) ? Number(every) : 0;
  const wrong = {
    subject: text.trim() === '' ? t('tasks.new.needed') : tooLong(text, SUBJECT_MAX),
    when:
      when.trim() !== '' && due === null
        ? t('tasks.when.wrong')
        : unit !== null && due === null
          ? t('tasks.when.forRecurrence')
          : null,
    every: unit !== null && (count < 1 || count > 1000) ? t('tasks.recurrence.wrong') : null,
    description: tooLong(description, DESCRIPTION_MAX),
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (create.isPending) return;
    setChecked(true);
    if (Object.values(wrong).some((problem) => problem !== null)) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    create.mutate({
      subject: text.trim(),
      ...(due === null ? {} : { dueAt: due.toISOString() }),
      ...(assignee === null ? {} : { assigneeId: assignee }),
      ...(about === null ? {} : { anchor: { kind, id: about.value } }),
      ...(unit === null ? {} : { recurrence: { every: count, unit } }),
      ...(description.trim() === '' ? {} : { description: description.trim() }),
    });
  };

  const { error } = create;
  const at = (path: string) => fieldText(error, path);
  const shownAtField = ['/subject', '/dueAt', '/assigneeId', '/anchor', '/recurrence', '/description'].some(
    (path) => at(path) !== null,
  );
  const optional = t('common.field.optional');
  const owners = members.all().map(({ id: value, label }) => ({ value, label }));
  const sources = { customer: customerSource, company: companies, deal: dealSource } as const;
  return (
    <form ref={form} id={id} onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field label={t('record.field.subject')} error={(checked ? wrong.subject : null) ?? at('/subject')}>
        <Input
          ref={subject}
          value={text}
          autoComplete="off"
          placeholder={t('tasks.new.placeholder')}
          onValueChange={setText}
        />
      </Field>
      <WhenInput text={when} onText={setWhen} error={(checked ? wrong.when : null) ?? at('/dueAt')} />
      <Field label={t('record.field.assigneeId')} hint={t('tasks.new.poolHint')} error={at('/assigneeId')}>
        <Combobox
          options={owners}
          value={owners.find(({ value }) => value === assignee) ?? null}
          onValueChange={(chosen) => setAssignee(chosen?.value ?? null)}
          placeholder={t('tasks.assignee.pool')}
          clearable
        />
      </Field>
      {given ? (
        <p className="text-muted text-sm">{t(`tasks.about.${given.kind}`, { name: given.name })}</p>
      ) : (
        <div className="flex items-start gap-2">
          <Field label={t('tasks.about.kind')} className="w-32 shrink-0">
            <Select
              value={kind}
              onValueChange={(next) => {
                setKind(next);
                setAbout(null);
              }}
              options={kinds.map((value) => ({ value, label: t(`tasks.anchor.${value}`) }))}
            />
          </Field>
          <Field
            label={t('record.field.anchor')}
            optional={optional}
            error={at('/anchor')}
            className="flex-1"
          >
            <PickRecord
              key={kind}
              source={sources[kind]}
              value={about}
              onChange={setAbout}
              placeholder={t('record.edit.find')}
            />
          </Field>
        </div>
      )}
      <div className="flex items-start gap-2">
        <Field label={t('record.field.recurrence')} className="flex-1">
          <Select
            value={unit}
            onValueChange={setUnit}
            options={[
              { value: null, label: t('tasks.recurrence.none') },
              ...recurrenceUnits.map((value) => ({
                value,
                label: t(`tasks.recurrence.${value}`, { count: 1 }),
              })),
            ]}
          />
        </Field>
        {unit === null ? null : (
          <Field
            label={t('tasks.recurrence.every')}
            error={checked ? wrong.every : null}
            className="w-32 shrink-0"
          >
            <Input value={every} inputMode="numeric" onValueChange={setEvery} />
          </Field>
        )}
      </div>
      <Field
        label={t('record.field.description')}
        optional={optional}
        error={wrong.description ?? at('/description')}
      >
        <Textarea rows={2} value={description} onValueChange={setDescription} />
      </Field>
      {error && !shownAtField ? (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger-fg text-sm">
          {errorText(error)}
        </p>
      ) : null}
    </form>
  );
}
