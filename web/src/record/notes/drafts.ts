import type { Attachment } from '@/api/types';

/** What is being written and is not saved yet, kept in this browser. */
export interface Draft {
  text: string;
  isPrivate: boolean;
  /** Uploads that no note has yet. */
  files: Attachment[];
  /** The version of the note that the text began with; null for a new note. */
  version: number | null;
}

interface Kept extends Draft {
  at: number;
}

const PREFIX = 'entente.draft.';
const DAY_MS = 86_400_000;
const KEPT_MS = 30 * DAY_MS;
/** The server removes uploads that no note has after a day. */
const FILES_MS = DAY_MS - 3_600_000;

/**
 * One place for each account, organisation and record or note: who signs in next in this browser is shown nothing of it,
 * and finds their own.
 */
export function draftKey(org: string, account: string, about: string): string {
  return `${PREFIX}${org}.${account}.${about}`;
}

export function readDraft(key: string, now = Date.now(), storage: Storage = localStorage): Draft | null {
  try {
    const kept = JSON.parse(storage.getItem(key) ?? 'null') as Kept | null;
    if (kept === null || typeof kept.text !== 'string' || now - kept.at > KEPT_MS) return null;
    const files = Array.isArray(kept.files) ? kept.files : [];
    return {
      text: kept.text,
      isPrivate: kept.isPrivate === true,
      files: files.filter(
        ({ createdAt, noteId }) => noteId !== null || now - Date.parse(createdAt) < FILES_MS,
      ),
      version: typeof kept.version === 'number' ? kept.version : null,
    };
  } catch {
    return null;
  }
}

/** `null` forgets it. False when the browser does not keep it. */
export function writeDraft(
  key: string,
  draft: Draft | null,
  now = Date.now(),
  storage: Storage = localStorage,
): boolean {
  try {
    if (draft === null) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify({ ...draft, at: now } satisfies Kept));
    return true;
  } catch {
    return false;
  }
}

/** Removes what nobody has come back to. */
export function forgetOldDrafts(now = Date.now(), storage: Storage = localStorage) {
  try {
    for (const key of Object.keys(storage)) {
      if (key.startsWith(PREFIX) && readDraft(key, now, storage) === null) storage.removeItem(key);
    }
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}
