import { Download, FileText, X } from 'lucide-react';
import { useState } from 'react';
import { address } from '@/api/client';
import type { Attachment } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { buttonStyle, IconButton } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Progress } from '@/ui/progress';
import { fileSize } from './file-size';
import type { Upload } from './use-uploads';

/** Kinds that the server has seen to be pictures by their content. */
const PICTURES = /^image\/(?:png|jpeg|gif|webp)$/;

interface FilesProps {
  files: readonly Attachment[];
  uploads?: readonly Upload[];
  /** Absent: shown only. */
  onRemove?: (file: Attachment) => void;
}

/** The files of a note: to be saved, and pictures to be looked at. */
export function Files({ files, uploads = [], onRemove }: FilesProps) {
  const t = useT();
  const format = useFormat();
  const [shown, setShown] = useState<Attachment | null>(null);
  if (files.length === 0 && uploads.length === 0) return null;
  const content = (file: Attachment) => address('/attachments/{id}/content', file.id);
  return (
    <>
      <ul className="note-files" aria-label={t('notes.files.label')}>
        {files.map((file) => (
          <li key={file.id} className="note-file">
            {PICTURES.test(file.mediaType) ? (
              <button
                type="button"
                className="note-thumb"
                aria-label={t('notes.files.show', { name: file.fileName })}
                onClick={() => setShown(file)}
              >
                <img src={content(file)} alt="" loading="lazy" />
              </button>
            ) : (
              <FileText aria-hidden className="size-4 shrink-0 text-muted" />
            )}
            <a
              className="note-file-name"
              href={content(file)}
              download={file.fileName}
              aria-label={t('notes.files.save', { name: file.fileName })}
            >
              {file.fileName}
            </a>
            <span className="tabular shrink-0 text-muted text-xs">{fileSize(format.locale, file.bytes)}</span>
            {onRemove ? (
              <IconButton
                label={t('notes.files.remove', { name: file.fileName })}
                onClick={() => onRemove(file)}
              >
                <X aria-hidden className="size-3.5" />
              </IconButton>
            ) : null}
          </li>
        ))}
        {uploads.map(({ key, name, percent, failed, stop }) => (
          <li key={key} className="note-file" data-failed={failed === null ? undefined : ''}>
            <FileText aria-hidden className="size-4 shrink-0 text-muted" />
            <span className="note-file-name">
              {name}
              {failed === null ? (
                <Progress value={percent} label={t('notes.files.sending', { name })} />
              ) : (
                <span role="alert" className="block text-danger-fg text-xs">
                  {failed}
                </span>
              )}
            </span>
            <IconButton
              label={t(failed === null ? 'notes.files.stop' : 'notes.files.forget', { name })}
              onClick={stop}
            >
              <X aria-hidden className="size-3.5" />
            </IconButton>
          </li>
        ))}
      </ul>
      <Dialog
        open={shown !== null}
        onOpenChange={(open) => !open && setShown(null)}
        title={shown?.fileName ?? ''}
        size="wide"
        footer={
          shown === null ? null : (
            <a className={buttonStyle({})} href={content(shown)} download={shown.fileName}>
              <Download aria-hidden className="size-4" />
              {t('notes.files.saveShort')}
            </a>
          )
        }
      >
        {shown === null ? null : <img className="note-picture" src={content(shown)} alt={shown.fileName} />}
      </Dialog>
    </>
  );
}
