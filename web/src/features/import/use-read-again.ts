import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '@/api/client';
import type { Import, ImportReading } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { importQuery, importsQuery } from './api';
import { keepFile, keptFile } from './kept-files';
import { upload } from './upload';
import { uploadProblem } from './upload-problem';

interface ReadAgain {
  read: (reading: ImportReading) => void;
  pending: boolean;
  /** Why the file could not be read that way. */
  problem: string | null;
}

/** Reads the file of an import in another way: a new import, since the server keeps rows and not files. */
export function useReadAgain(item: Import, onRead: (next: Import) => void): ReadAgain {
  const t = useT();
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (change: ImportReading) => {
      const known = keptFile(item.id);
      if (!known) throw new Error('the file is not at hand');
      const reading = { ...known.reading, ...change };
      const next = await upload({
        record: item.record,
        file: known.file,
        reading,
        signal: new AbortController().signal,
        onSent: () => {},
      });
      keepFile(next.id, known.file, reading);
      return next;
    },
    onSuccess: (next) => {
      queryClient.setQueryData(importQuery(next.id).queryKey, next);
      void queryClient.invalidateQueries({ queryKey: importsQuery.queryKey, refetchType: 'none' });
      onRead(next);
      // The former reading was a try: nobody looks for it in the list.
      void client.DELETE('/imports/{id}', { params: { path: { id: item.id } } }).catch(() => undefined);
    },
  });
  return { read: mutate, pending: isPending, problem: error ? uploadProblem(error, t) : null };
}
