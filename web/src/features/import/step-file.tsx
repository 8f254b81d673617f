import { Link, useNavigate } from '@tanstack/react-router';
import { FileSpreadsheet, FileText } from 'lucide-react';
import { useRef, useState } from 'react';
import type { Import, ImportReading } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { Alert } from '@/ui/alert';
import { Button, buttonStyle } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { Field } from '@/ui/field';
import { Select } from '@/ui/select';
import { keepFile, keptFile } from './kept-files';
import { accepted } from './logic/file-problem';
import { encodings, separators } from './logic/reading';
import { Block, StepFrame } from './parts';
import { recordTexts } from './record-texts';
import { SampleTable } from './sample-table';
import { useReadAgain } from './use-read-again';

interface StepFileProps {
  item: Import;
  onNext: () => void;
}

/** What was found in the file, and how to read it when that was wrong. */
export function StepFile({ item, onNext }: StepFileProps) {
  const t = useT();
  const navigate = useNavigate();
  const again = useReadAgain(item, (next) =>
    navigate({ to: '/imports/$id', params: { id: next.id }, search: { step: 'file' }, replace: true }),
  );
  const Icon = item.kind === 'csv' ? FileText : FileSpreadsheet;
  return (
    <StepFrame
      title={t('imports.file.title')}
      intro={t('imports.file.intro')}
      footer={
        <Link to="/imports" search={{ record: item.record }} className={cn(buttonStyle({}), 'mr-auto')}>
          {t('imports.file.other')}
        </Link>
      }
      primary={{ label: 'imports.action.continue', run: onNext, pending: again.pending }}
    >
      <div className="mb-7 flex items-center gap-3 rounded-lg border border-line bg-surface px-4 py-3 shadow-1">
        <span className="flex size-9 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent-fg">
          <Icon aria-hidden className="size-5" />
        </span>
        <div className="min-w-0">
          <p className="truncate text-base font-medium">{item.fileName}</p>
          <p className="tabular text-sm text-muted">
            {t(recordTexts[item.record].label)} · {t('imports.list.rows', { count: item.rows })} ·{' '}
            {t('imports.file.columns', { count: item.columns.length })}
          </p>
        </div>
      </div>
      <Block title={t('imports.reading.title')} note={t('imports.reading.note')}>
        <ReadingOptions item={item} pending={again.pending} onRead={again.read} />
        <p role="status" className="text-sm text-muted not-empty:mt-2.5">
          {again.pending ? t('imports.upload.reading') : null}
        </p>
        {again.problem ? <Alert className="mt-3">{again.problem}</Alert> : null}
        <Notes item={item} />
      </Block>
      <Block title={t('imports.sample.title')} note={t('imports.sample.note', { count: item.sample.length })}>
        <SampleTable item={item} dimmed={again.pending} />
      </Block>
    </StepFrame>
  );
}

interface ReadingOptionsProps {
  item: Import;
  pending: boolean;
  onRead: (reading: ImportReading) => void;
}

/** Detected, and correctable: another choice reads the file anew. */
function ReadingOptions({ item, pending, onRead }: ReadingOptionsProps) {
  const t = useT();
  const picker = useRef<HTMLInputElement>(null);
  const [present, setPresent] = useState(keptFile(item.id) !== undefined);
  const disabled = pending || !present;
  return (
    <>
      <div className="grid grid-cols-2 items-end gap-x-3 gap-y-2.5 sm:flex sm:flex-wrap">
        {item.kind === 'xlsx' ? (
          <Field label={t('imports.reading.sheet')} className="col-span-2 sm:w-64">
            <Select
              value={item.sheet}
              disabled={disabled || item.sheets.length < 2}
              onValueChange={(sheet) => sheet && onRead({ sheet })}
              options={item.sheets.map((name) => ({ value: name, label: name }))}
            />
          </Field>
        ) : (
          <>
            <Field label={t('imports.reading.encoding')} className="sm:w-52">
              <Select
                value={item.encoding}
                disabled={disabled}
                onValueChange={(encoding) => encoding && onRead({ encoding })}
                options={encodings(item.encoding)}
              />
            </Field>
            <Field label={t('imports.reading.delimiter')} className="sm:w-40">
              <Select
                value={item.delimiter}
                disabled={disabled}
                onValueChange={(delimiter) => delimiter && onRead({ delimiter })}
                options={separators.map(({ value, label }) => ({ value, label: t(label) }))}
              />
            </Field>
          </>
        )}
        <Checkbox
          className="col-span-2 min-h-control!"
          label={t('imports.reading.header')}
          checked={item.hasHeader}
          disabled={disabled}
          onCheckedChange={(header) => onRead({ header })}
        />
      </div>
      {present ? null : (
        <div className="mt-2.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
          <p>{t('imports.reading.away')}</p>
          <Button size="small" onClick={() => picker.current?.click()}>
            {t('imports.reading.choose')}
          </Button>
          <input
            ref={picker}
            type="file"
            accept={accepted}
            hidden
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (!file) return;
              keepFile(item.id, file);
              setPresent(true);
            }}
          />
        </div>
      )}
    </>
  );
}

const noteTexts: Record<string, MessageId> = {
  column_renamed: 'imports.note.renamed',
  column_named: 'imports.note.named',
  no_header: 'imports.note.noHeader',
};

function Notes({ item }: { item: Import }) {
  const t = useT();
  if (item.notes.length === 0) return null;
  return (
    <Alert tone="info" className="mt-3">
      <ul>
        {item.notes.map((note) => {
          const text = noteTexts[note.code];
          return (
            <li key={`${note.code} ${note.column} ${note.message}`}>
              {text ? t(text, { column: note.column }) : note.message}
            </li>
          );
        })}
      </ul>
    </Alert>
  );
}
