import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Archive, ArchiveRestore, ChevronDown, ChevronUp, Plus, X } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, type RefObject, useId, useRef, useState } from 'react';
import { bootstrapQuery } from '@/api/bootstrap';
import { client, ifMatch, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import { isStatus } from '@/api/errors';
import { fieldText, tooLong } from '@/api/field-text';
import type { CustomField, CustomFieldKind, CustomFieldRecord } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { Alert } from '@/ui/alert';
import { Button, IconButton } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { toast } from '@/ui/toast';
import { auditQuery, useUpdateBootstrap } from './api';
import {
  filledOptions,
  hasOptions,
  LABEL_MAX,
  moveOption,
  newOption,
  type OptionDraft,
  optionProblems,
  optionsOf,
  patchOf,
  withoutOption,
} from './custom-field-draft';
import { kindNames, kinds } from './custom-field-kinds';

export interface FieldSubject {
  record: CustomFieldRecord;
  /** Null makes a new one. */
  field: CustomField | null;
}

interface CustomFieldDialogProps {
  /** Null is closed. */
  subject: FieldSubject | null;
  onClose: () => void;
}

export function CustomFieldDialog({ subject, onClose }: CustomFieldDialogProps) {
  const t = useT();
  const formId = useId();
  const label = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  // The title stays while the dialog fades out.
  const [shown, setShown] = useState(subject);
  if (subject !== null && subject !== shown) setShown(subject);
  const field = shown?.field ?? null;
  return (
    <Dialog
      open={subject !== null}
      onOpenChange={(open) => !open && onClose()}
      title={
        field
          ? t('customField.form.editTitle', { label: field.label })
          : t(`customField.add.${shown?.record ?? 'customer'}`)
      }
      keepOpen
      initialFocus={label}
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} loading={busy}>
            {t(field ? 'common.action.save' : 'customField.form.create')}
          </Button>
        </>
      }
    >
      {subject === null ? null : (
        <FieldForm
          key={subject.field?.id ?? 'new'}
          id={formId}
          subject={subject}
          labelRef={label}
          onBusy={setBusy}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

interface FieldFormProps {
  id: string;
  subject: FieldSubject;
  labelRef: RefObject<HTMLInputElement | null>;
  onBusy: (busy: boolean) => void;
  onClose: () => void;
}

function FieldForm({ id, subject: { record, field }, labelRef, onBusy, onClose }: FieldFormProps) {
  const t = useT();
  const queryClient = useQueryClient();
  const updateBootstrap = useUpdateBootstrap();
  const [label, setLabel] = useState(field?.label ?? '');
  const [kind, setKind] = useState<CustomFieldKind>(field?.kind ?? 'text');
  const [options, setOptions] = useState(() => optionsOf(field));
  const [required, setRequired] = useState(field?.required ?? false);
  const [checked, setChecked] = useState(false);
  const list = useRef<HTMLDivElement>(null);

  const filled = filledOptions(options);
  const save = useMutation({
    mutationFn: () =>
      field === null
        ? unwrap(
            client.POST('/custom-fields', {
              body: {
                record,
                label: label.trim(),
                kind,
                required,
                ...(hasOptions(kind)
                  ? { options: filled.map((option) => ({ label: option.label.trim() })) }
                  : {}),
              },
            }),
          )
        : unwrap(
            client.PATCH('/custom-fields/{id}', {
              params: { path: { id: field.id } },
              headers: ifMatch(field.version),
              body: patchOf(field, { label, required, options }),
            }),
          ),
    onMutate: () => onBusy(true),
    onSettled: () => onBusy(false),
    onSuccess: async (saved) => {
      toast.done({
        title: t(field ? 'customField.form.saved' : 'customField.form.created', { label: saved.label }),
      });
      onClose();
      await updateBootstrap((bootstrap) => ({
        ...bootstrap,
        customFields: bootstrap.customFields.some(({ id: known }) => known === saved.id)
          ? bootstrap.customFields.map((each) => (each.id === saved.id ? saved : each))
          : [...bootstrap.customFields, saved],
      }));
      void queryClient.invalidateQueries({ queryKey: auditQuery.queryKey });
    },
    onError: (error) => {
      if (isStatus(error, 412)) void queryClient.invalidateQueries({ queryKey: bootstrapQuery.queryKey });
    },
  });

  const problems = hasOptions(kind) ? optionProblems(options) : new Map();
  const noOption = hasOptions(kind) && !filled.some(({ archived }) => !archived);
  const longLabel = tooLong(label, LABEL_MAX);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (save.isPending) return;
    setChecked(true);
    if (label.trim() === '' || longLabel) {
      labelRef.current?.focus();
      return;
    }
    const wrong = options.find(({ key }) => problems.has(key)) ?? (noOption ? options[0] : undefined);
    if (wrong || noOption) {
      list.current
        ?.querySelector<HTMLInputElement>(wrong ? `[data-option="${wrong.key}"]` : 'input')
        ?.focus();
      return;
    }
    save.mutate();
  };

  const { error } = save;
  const taken = isStatus(error, 409) && error.existing ? error.existing.name : null;
  const labelError =
    checked && label.trim() === ''
      ? t('common.field.required')
      : (longLabel ?? (taken ? t('customField.form.taken', { label: taken }) : fieldText(error, '/label')));
  return (
    <form id={id} onSubmit={submit} noValidate className="flex flex-col gap-4">
      {error && !labelError ? <Alert>{errorText(error)}</Alert> : null}
      <Field label={t('customField.form.label')} hint={t('customField.form.labelHint')} error={labelError}>
        <Input
          ref={labelRef}
          name="label"
          autoComplete="off"
          value={label}
          onValueChange={(text) => {
            setLabel(text);
            if (error) save.reset();
          }}
        />
      </Field>
      {field === null ? (
        <Field
          label={t('customField.form.kind')}
          hint={`${t(kinds[kind].hint)} ${t('customField.form.kindFixed')}`}
        >
          <Select<CustomFieldKind>
            value={kind}
            onValueChange={(next) => {
              setKind(next);
              setChecked(false);
            }}
            options={kindNames.map((name) => ({
              value: name,
              label: t(kinds[name].label),
              hint: t(kinds[name].hint),
            }))}
          />
        </Field>
      ) : (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 rounded-md bg-sunken px-3 py-2 text-sm">
          <dt className="text-muted">{t('customField.form.kind')}</dt>
          <dd>{t(kinds[kind].label)}</dd>
          <dt className="text-muted">{t('customField.form.key')}</dt>
          <dd className="font-mono text-xs leading-5 [overflow-wrap:anywhere]">custom.{field.key}</dd>
          <dd className="col-span-2 text-muted text-xs">{t('customField.form.fixed')}</dd>
        </dl>
      )}
      {hasOptions(kind) ? (
        <Options
          ref={list}
          options={options}
          problems={checked ? problems : new Map()}
          missing={checked && noOption}
          onChange={(next) => {
            setOptions(next);
            if (error) save.reset();
          }}
        />
      ) : null}
      <div>
        <Checkbox
          label={t('customField.form.required')}
          checked={required}
          aria-describedby={`${id}required`}
          onCheckedChange={(next) => setRequired(next === true)}
        />
        <p id={`${id}required`} className="pl-6 text-muted text-xs">
          {t(`customField.form.requiredHint.${record}`)}
        </p>
      </div>
    </form>
  );
}

interface OptionsProps {
  ref: RefObject<HTMLDivElement | null>;
  options: readonly OptionDraft[];
  problems: ReadonlyMap<string, 'empty' | 'repeated' | 'long'>;
  missing: boolean;
  onChange: (options: OptionDraft[]) => void;
}

/** The choices in their order. Enter goes on to the next one, Alt with an arrow moves one. */
function Options({ ref, options, problems, missing, onChange }: OptionsProps) {
  const t = useT();
  const living = options.filter(({ archived }) => !archived);
  const archived = options.filter((option) => option.archived);
  const change = (key: string, to: Partial<OptionDraft>) =>
    onChange(options.map((option) => (option.key === key ? { ...option, ...to } : option)));
  const focus = (key: string | undefined) =>
    requestAnimationFrame(() =>
      ref.current
        ?.querySelector<HTMLInputElement>(key ? `[data-option="${key}"]` : 'button:last-of-type')
        ?.focus(),
    );
  const add = (after?: string) => {
    const option = newOption();
    const at = options.findIndex(({ key }) => key === after);
    onChange(at < 0 ? [...options, option] : options.toSpliced(at + 1, 0, option));
    focus(option.key);
  };
  const move = (key: string, by: 1 | -1) => {
    onChange(moveOption(options, key, by));
    focus(key);
  };
  const remove = (key: string) => {
    const at = living.findIndex((option) => option.key === key);
    onChange(withoutOption(options, key));
    focus((living[at + 1] ?? living[at - 1])?.key);
  };
  const onKeyDown = (event: KeyboardEvent, key: string) => {
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      move(key, event.key === 'ArrowUp' ? -1 : 1);
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      const next = living[living.findIndex((option) => option.key === key) + 1];
      if (next) focus(next.key);
      else add(key);
    }
  };
  const texts = {
    empty: t('common.field.required'),
    repeated: t('customField.option.repeated'),
    long: t('common.field.atMost', { max: LABEL_MAX }),
  };
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-medium text-sm">{t('customField.option.title')}</legend>
      <div ref={ref}>
        <ol className="flex flex-col gap-1.5">
          {living.map((option, at) => {
            const name = option.label.trim() || t('customField.option.numbered', { number: at + 1 });
            const problem = problems.get(option.key);
            return (
              <li key={option.key} className="flex items-start gap-1">
                <Field
                  label={t('customField.option.numbered', { number: at + 1 })}
                  hideLabel
                  error={
                    problem ? texts[problem] : missing && at === 0 ? t('customField.option.needed') : null
                  }
                  className="flex-1"
                >
                  <Input
                    data-option={option.key}
                    autoComplete="off"
                    value={option.label}
                    onValueChange={(label) => change(option.key, { label })}
                    onKeyDown={(event) => onKeyDown(event, option.key)}
                  />
                </Field>
                <IconButton
                  label={t('customField.move.up', { label: name })}
                  keys="Alt+ArrowUp"
                  size="icon"
                  disabled={at === 0}
                  onClick={() => move(option.key, -1)}
                >
                  <ChevronUp aria-hidden className="size-4" />
                </IconButton>
                <IconButton
                  label={t('customField.move.down', { label: name })}
                  keys="Alt+ArrowDown"
                  size="icon"
                  disabled={at === living.length - 1}
                  onClick={() => move(option.key, 1)}
                >
                  <ChevronDown aria-hidden className="size-4" />
                </IconButton>
                <IconButton
                  label={t(
                    option.id === undefined ? 'customField.option.remove' : 'customField.option.archive',
                    {
                      label: name,
                    },
                  )}
                  size="icon"
                  onClick={() => remove(option.key)}
                >
                  {option.id === undefined ? (
                    <X aria-hidden className="size-4" />
                  ) : (
                    <Archive aria-hidden className="size-4" />
                  )}
                </IconButton>
              </li>
            );
          })}
        </ol>
        {living.length === 0 && missing ? (
          <p role="alert" className="text-danger-fg text-sm">
            {t('customField.option.needed')}
          </p>
        ) : null}
        <Button variant="ghost" size="small" className="mt-1.5 -ml-2" onClick={() => add()}>
          <Plus aria-hidden className="size-4" />
          {t('customField.option.add')}
        </Button>
      </div>
      {archived.length === 0 ? null : (
        <div className="mt-2 rounded-md border border-line px-3 py-2 text-sm">
          <p className="text-muted text-xs">{t('customField.option.archivedHint')}</p>
          <ul aria-label={t('customField.option.archivedTitle')} className="mt-1">
            {archived.map((option) => (
              <li key={option.key} className="flex items-center gap-2">
                <span className="min-w-0 flex-1 truncate text-muted">{option.label}</span>
                <Button
                  variant="ghost"
                  size="small"
                  aria-label={t('customField.restore.named', { label: option.label })}
                  onClick={() => change(option.key, { archived: false })}
                >
                  <ArchiveRestore aria-hidden className="size-4" />
                  {t('customField.restore.action')}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </fieldset>
  );
}
