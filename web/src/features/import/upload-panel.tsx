import { useQueryClient } from '@tanstack/react-query';
import { Download, FileUp } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { Import, ImportRecord } from '@/api/types';
import { useCommands } from '@/commands/registry';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { Alert } from '@/ui/alert';
import { Button, buttonStyle } from '@/ui/button';
import { Progress } from '@/ui/progress';
import { RadioCards } from '@/ui/radio-cards';
import { toast } from '@/ui/toast';
import { importQuery, importsQuery, templateHref } from './api';
import { keepFile } from './kept-files';
import { accepted, fileBytesMax, refusedBefore } from './logic/file-problem';
import { percentOf } from './logic/progress';
import { recordTexts } from './record-texts';
import { upload } from './upload';
import { uploadProblem } from './upload-problem';
import { usePageDrop } from './use-page-drop';

const records: ImportRecord[] = ['customer', 'company', 'product', 'deal'];

interface Sending {
  file: File;
  sent: number;
}

interface UploadPanelProps {
  record: ImportRecord;
  onRecordChange: (record: ImportRecord) => void;
  onUploaded: (item: Import) => void;
}

/** Chooses what to import and takes the file, dropped anywhere or picked. */
export function UploadPanel({ record, onRecordChange, onUploaded }: UploadPanelProps) {
  const t = useT();
  const format = useFormat();
  const queryClient = useQueryClient();
  const hintId = useId();
  const picker = useRef<HTMLInputElement>(null);
  const choose = useRef<HTMLButtonElement>(null);
  const stop = useRef<AbortController>(null);
  const [sending, setSending] = useState<Sending | null>(null);
  const [problem, setProblem] = useState<{ fileName: string; text: string } | null>(null);

  // Whoever goes elsewhere is not called back: the upload goes on, and its end is told by a toast.
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  const uploading = sending !== null;
  useEffect(() => {
    if (!uploading) return;
    // Closing the page would break the upload off.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [uploading]);

  const take = async (file: File) => {
    if (sending) return;
    const refused = refusedBefore(file);
    if (refused) {
      setProblem({ fileName: file.name, text: t(refused) });
      return;
    }
    const controller = new AbortController();
    stop.current = controller;
    setProblem(null);
    setSending({ file, sent: 0 });
    try {
      const item = await upload({
        record,
        file,
        signal: controller.signal,
        onSent: (sent) => setSending({ file, sent }),
      });
      keepFile(item.id, file);
      queryClient.setQueryData(importQuery(item.id).queryKey, item);
      // Read again when it is next shown, not under the eyes of the person who is led on.
      void queryClient.invalidateQueries({ queryKey: importsQuery.queryKey, refetchType: 'none' });
      if (here.current) onUploaded(item);
      else toast.done({ title: t('imports.upload.done', { fileName: file.name }) });
    } catch (error) {
      if (!here.current) {
        toast.failed({
          title: t('imports.refused.title', { fileName: file.name }),
          description: uploadProblem(error, t),
        });
        return;
      }
      setSending(null);
      // Stopped by the person: nothing to report.
      if (!controller.signal.aborted) setProblem({ fileName: file.name, text: uploadProblem(error, t) });
      // The button that had the focus went away with the progress.
      requestAnimationFrame(() => choose.current?.focus());
    }
  };

  const dragging = usePageDrop((file) => void take(file));
  useCommands([
    {
      id: 'imports.choose',
      group: 'view',
      label: 'imports.drop.choose',
      icon: FileUp,
      keys: 'u',
      run: () => picker.current?.click(),
    },
  ]);

  return (
    <div className="flex flex-col gap-4">
      <RadioCards<ImportRecord>
        label={t('imports.record.label')}
        className="sm:grid-cols-2!"
        value={record}
        onValueChange={(next) => {
          // What is on its way is read as what was chosen when it left.
          if (!sending) onRecordChange(next);
        }}
        options={records.map((value) => ({
          value,
          label: t(recordTexts[value].label),
          hint: t(recordTexts[value].hint),
          icon: recordTexts[value].icon,
        }))}
      />
      {problem ? (
        <Alert title={t('imports.refused.title', { fileName: problem.fileName })}>{problem.text}</Alert>
      ) : null}
      <div
        className={cn(
          'flex min-h-60 flex-col items-center justify-center gap-1 rounded-xl border border-dashed px-6 py-8 text-center transition-colors duration-100',
          dragging && !sending ? 'border-accent-fg bg-accent-soft' : 'border-line-strong bg-canvas',
        )}
      >
        {sending ? (
          <UploadProgress sending={sending} onStop={() => stop.current?.abort()} />
        ) : (
          <>
            <span className="mb-2 flex size-10 items-center justify-center rounded-lg border border-line bg-surface text-muted shadow-1">
              <FileUp aria-hidden className="size-5" />
            </span>
            <p className="text-base font-medium">
              {dragging ? t('imports.drop.now') : t('imports.drop.title')}
            </p>
            <p id={hintId} className="max-w-md text-sm text-balance text-muted">
              {t('imports.drop.limits', {
                size: format.number(fileBytesMax / 1024 / 1024),
                rows: format.number(1_000_000),
                columns: format.number(200),
              })}
            </p>
            <div className="mt-4 flex flex-wrap items-center justify-center gap-2">
              <Button
                ref={choose}
                variant="primary"
                aria-describedby={hintId}
                onClick={() => picker.current?.click()}
              >
                {t('imports.drop.choose')}
              </Button>
              <a href={templateHref(record)} download className={buttonStyle({ variant: 'ghost' })}>
                <Download aria-hidden className="size-4" />
                {t('imports.drop.template')}
              </a>
            </div>
          </>
        )}
        <input
          ref={picker}
          type="file"
          accept={accepted}
          hidden
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            // The same file may be chosen again after it was mended.
            event.currentTarget.value = '';
            if (file) void take(file);
          }}
        />
      </div>
    </div>
  );
}

function UploadProgress({ sending: { file, sent }, onStop }: { sending: Sending; onStop: () => void }) {
  const t = useT();
  const format = useFormat();
  const percent = percentOf(sent, file.size) ?? 0;
  const reading = sent >= file.size;
  const size = (bytes: number) => format.number(bytes / 1024 / 1024, { maximumFractionDigits: 1 });
  return (
    <div className="w-full max-w-sm">
      <p className="truncate text-base font-medium">{file.name}</p>
      <p role="status" className="mt-0.5 mb-3 text-sm text-muted">
        {reading ? t('imports.upload.reading') : t('imports.upload.sending')}
        {file.size > 1024 * 1024 && !reading ? (
          <span aria-hidden className="tabular">
            {' '}
            {t('imports.upload.size', { sent: size(sent), size: size(file.size) })}
          </span>
        ) : null}
      </p>
      <Progress value={reading ? null : percent} label={t('imports.upload.label')} />
      <Button className="mt-4" onClick={onStop}>
        {t('common.action.cancel')}
      </Button>
    </div>
  );
}
