import { useState } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import type { Import } from '@/api/types';
import { type Draft, draftOf, sameDraft } from './logic/mapping';
import { keepDraft, readDraft } from './logic/stored-draft';

export interface DraftHandle {
  draft: Draft;
  /** Differs from what the server guessed or last planned. */
  changed: boolean;
  change: (next: Draft) => void;
  /** Goes back to the server's mapping. */
  reset: () => void;
}

/** What the person wants of the columns. Starts from the server's mapping, and follows it when the file is read anew. */
export function useDraft(item: Import): DraftHandle {
  const base = draftOf(item, useBootstrap().customFields);
  // A new reading has other columns or guesses, and makes a draft of the old ones pointless.
  const reading = JSON.stringify([
    item.id,
    item.columns.map(({ name }) => name),
    item.encoding,
    item.delimiter,
    item.sheet,
    item.hasHeader,
  ]);
  const [state, setState] = useState<{ reading: string; draft: Draft | null }>(() => ({
    reading,
    draft: readDraft(sessionStorage, item.id, base),
  }));
  if (state.reading !== reading) setState({ reading, draft: null });

  const draft = (state.reading === reading ? state.draft : null) ?? base;
  return {
    draft,
    changed: !sameDraft(draft, base),
    change: (next) => {
      keepDraft(sessionStorage, item.id, next);
      setState({ reading, draft: next });
    },
    reset: () => {
      keepDraft(sessionStorage, item.id, null);
      setState({ reading, draft: null });
    },
  };
}
