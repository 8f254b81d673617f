import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { errorText } from '@/api/error-text';
import { ApiError } from '@/api/errors';
import { fieldText } from '@/api/field-text';
import type { Channel, Contact, ContactLabel } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';
import { mayDiscard, useUnsaved } from '@/ui/unsaved';
import { channelNames, channels, contactLabels, guessChannel } from './channels';
import type { ContactValues } from './contact-list';

interface ContactFormProps {
  /** Absent for a new one. */
  contact?: Contact;
  onSave: (values: ContactValues) => Promise<unknown>;
  onCancel: () => void;
  onOpenRecord: (record: string, id: string) => void;
}

/** One address in place. The channel follows what is typed until somebody chooses it. */
export function ContactForm({ contact, onSave, onCancel, onOpenRecord }: ContactFormProps) {
  const t = useT();
  const [value, setValue] = useState(contact?.value ?? '');
  const [channel, setChannel] = useState<Channel>(contact?.channel ?? 'email');
  const [chosen, setChosen] = useState(contact !== undefined);
  const [label, setLabel] = useState<ContactLabel | null>(contact ? contact.label : 'work');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const typed = value.trim() !== (contact?.value ?? '') || (contact !== undefined && label !== contact.label);
  useUnsaved(typed);
  const info = channels[channel];
  const holder = error instanceof ApiError && error.status === 409 ? error.existing : undefined;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (value.trim() === '' || busy) return;
    setBusy(true);
    setError(null);
    try {
      await onSave({ channel, value: value.trim(), label });
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    void mayDiscard(typed).then((sure) => sure && onCancel());
  };

  return (
    // biome-ignore lint/a11y/noNoninteractiveElementInteractions: Escape leaves the form from any of its fields
    <form
      onSubmit={(event) => void submit(event)}
      onKeyDown={onKeyDown}
      className="-mx-2 my-1 flex flex-col gap-2 rounded-lg border border-line bg-sunken p-2"
    >
      <div className="flex gap-2">
        <Select
          aria-label={t('record.contact.channel')}
          value={channel}
          disabled={contact !== undefined}
          onValueChange={(next) => {
            setChannel(next);
            setChosen(true);
          }}
          options={channelNames.map((name) => ({ value: name, label: t(channels[name].label) }))}
          className="w-32! shrink-0"
        />
        <Field
          label={t('record.contact.value')}
          hideLabel
          error={
            error === null
              ? null
              : holder
                ? t('record.contact.heldBy', { name: holder.name })
                : (fieldText(error, '/value') ?? errorText(error))
          }
          className="flex-1"
        >
          <Input
            autoFocus
            value={value}
            inputMode={info.inputMode}
            placeholder={t(info.placeholder)}
            spellCheck={false}
            autoCapitalize="none"
            autoComplete="off"
            onChange={(event) => {
              const next = event.target.value;
              setValue(next);
              setError(null);
              const guess = chosen ? null : guessChannel(next);
              if (guess) setChannel(guess);
            }}
          />
        </Field>
      </div>
      {holder && holder.record === 'customer' ? (
        <div>
          <Button size="small" onClick={() => onOpenRecord(holder.record, holder.id)}>
            {t('record.contact.openHolder', { name: holder.name })}
          </Button>
        </div>
      ) : null}
      <div className="flex items-center gap-2">
        <Select
          aria-label={t('record.contact.label')}
          value={label}
          onValueChange={setLabel}
          size="small"
          options={[
            { value: null, label: t('record.label.none') },
            ...(Object.keys(contactLabels) as ContactLabel[]).map((each) => ({
              value: each,
              label: t(contactLabels[each]),
            })),
          ]}
          className="w-32!"
        />
        <span className="ml-auto flex gap-2">
          <Button size="small" variant="ghost" onClick={onCancel}>
            {t('common.action.cancel')}
          </Button>
          <Button size="small" variant="primary" type="submit" loading={busy} disabled={value.trim() === ''}>
            {t('record.contact.save')}
          </Button>
        </span>
      </div>
    </form>
  );
}
