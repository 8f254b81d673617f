import { type FormEvent, useRef, useState } from 'react';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Popover, PopoverTitle } from '@/ui/popover';

interface MeaningPopoverProps {
  column: string;
  value: string;
  /** Filled in at first. */
  suggestion: string;
  label: string;
  onMeaning: (meaning: string) => void;
}

/** Says once what a value means, for every row that has it. */
export function MeaningPopover({ column, value, suggestion, label, onMeaning }: MeaningPopoverProps) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState(suggestion);
  const input = useRef<HTMLInputElement>(null);

  const give = (meaning: string) => {
    setOpen(false);
    onMeaning(meaning);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') give(text.trim());
    else input.current?.focus();
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      align="end"
      className="w-80 p-3"
      trigger={
        <Button size="small" variant="ghost" aria-label={t('imports.meaning.open', { label, value })}>
          {label}
        </Button>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        <div className="min-w-0">
          <PopoverTitle className="text-sm font-medium break-words">
            {t('imports.meaning.title', { value })}
          </PopoverTitle>
          <p className="text-xs text-muted">{t('imports.meaning.hint', { column })}</p>
        </div>
        <Field label={t('imports.meaning.label')} hideLabel>
          <Input ref={input} autoComplete="off" value={text} onValueChange={setText} />
        </Field>
        <div className="flex flex-wrap justify-end gap-2">
          <Button size="small" onClick={() => give('')}>
            {t('imports.meaning.leaveEmpty')}
          </Button>
          <Button size="small" type="submit" variant="primary">
            {t('imports.meaning.apply')}
          </Button>
        </div>
      </form>
    </Popover>
  );
}
