import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { parseWhen } from '@/lib/natural-date';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';

interface WhenInputProps {
  text: string;
  onText: (text: string) => void;
  error: string | null;
}

/** When a task is due, in words; below it the time that they stand for. */
export function WhenInput({ text, onText, error }: WhenInputProps) {
  const t = useT();
  const format = useFormat();
  const at = parseWhen(text, new Date(), format.locale);
  const offers = [t('tasks.when.tomorrow'), t('tasks.when.friday'), t('tasks.when.week')];
  return (
    <Field
      label={t('record.field.dueAt')}
      optional={t('common.field.optional')}
      error={error}
      hint={
        <span aria-live="polite" className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {text.trim() === '' ? (
            offers.map((offer) => (
              <Button
                key={offer}
                size="small"
                variant="ghost"
                className="-ml-2"
                onClick={() => onText(offer)}
              >
                {offer}
              </Button>
            ))
          ) : at === null ? (
            t('tasks.when.examples')
          ) : (
            <strong className="font-medium text-fg">{format.dateTime(at)}</strong>
          )}
        </span>
      }
    >
      <Input
        value={text}
        autoComplete="off"
        placeholder={t('tasks.when.placeholder')}
        onValueChange={onText}
      />
    </Field>
  );
}
