import { useEffect, useRef, useState } from 'react';
import { errorText } from '@/api/error-text';
import type { Attachment } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { sendFile } from '../send-file';
import { FILE_MAX, FILES_MAX } from './api';
import { fileSize } from './file-size';

export interface Upload {
  key: number;
  name: string;
  /** Of 100; what failed says why instead. */
  percent: number;
  failed: string | null;
  stop: () => void;
}

let nextKey = 1;

/** Files on their way to a note. What is too large is refused before a byte of it leaves. */
export function useUploads(held: number, onArrived: (file: Attachment) => void) {
  const t = useT();
  const format = useFormat();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const controllers = useRef(new Set<AbortController>());
  const latest = useRef(onArrived);
  latest.current = onArrived;
  useEffect(() => {
    const running = controllers.current;
    return () => {
      for (const controller of running) controller.abort();
    };
  }, []);

  const change = (key: number, part: Partial<Upload> | null) =>
    setUploads((were) =>
      part === null
        ? were.filter((each) => each.key !== key)
        : were.map((each) => (each.key === key ? { ...each, ...part } : each)),
    );

  const refusal = (file: File, place: number): string | null => {
    if (place > FILES_MAX) return t('notes.files.tooMany', { max: FILES_MAX });
    if (file.size === 0) return t('notes.files.empty');
    if (file.size > FILE_MAX)
      return t('notes.files.tooLarge', { size: fileSize(format.locale, file.size), max: '25 MiB' });
    return null;
  };

  const add = (files: Iterable<File>) => {
    let place = held + uploads.filter(({ failed }) => failed === null).length;
    for (const file of files) {
      const key = nextKey++;
      place += 1;
      const failed = refusal(file, place);
      const controller = new AbortController();
      const stop = () => {
        controller.abort();
        change(key, null);
      };
      setUploads((were) => [...were, { key, name: file.name, percent: 0, failed, stop }]);
      if (failed !== null) {
        place -= 1;
        continue;
      }
      controllers.current.add(controller);
      sendFile<Attachment>({
        path: '/attachments',
        file,
        signal: controller.signal,
        onSent: (bytes) => change(key, { percent: Math.round((bytes / file.size) * 100) }),
      })
        .then(
          (arrived) => {
            change(key, null);
            latest.current(arrived);
          },
          (error: unknown) => {
            if (controller.signal.aborted) change(key, null);
            else change(key, { failed: errorText(error) });
          },
        )
        .finally(() => controllers.current.delete(controller));
    }
  };

  return { uploads, add, sending: uploads.some(({ failed }) => failed === null) };
}
