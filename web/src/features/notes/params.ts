import { cutSearch } from '@/lib/search-text';
import { textParam } from '@/record/list-search-params';

export const shows = ['all', 'mine', 'mentions', 'pinned', 'private'] as const;
export type Show = (typeof shows)[number];

/** What the address of the notes says. */
export interface NotesParams {
  readonly q?: string;
  /** Which of them; all without. */
  readonly show?: string;
  /** The note that was come for. */
  readonly open?: string;
}

export function readNotesParams(raw: Readonly<Record<string, unknown>>): NotesParams {
  const q = textParam(raw.q);
  const show = readShow(textParam(raw.show));
  return {
    q: q === undefined ? undefined : cutSearch(q),
    show: show === 'all' ? undefined : show,
    open: textParam(raw.open),
  };
}

export function readShow(text: string | undefined): Show {
  return shows.find((each) => each === text) ?? 'all';
}

/** As the server filters; null for all of them. */
export function filterOf(show: Show, me: string): object | null {
  switch (show) {
    case 'mine':
      return { field: 'authorId', op: 'eq', value: 'me' };
    case 'mentions':
      return { field: 'mentions', op: 'has_any', value: [me] };
    case 'pinned':
      return { field: 'pinned', op: 'is', value: true };
    case 'private':
      return { field: 'visibility', op: 'eq', value: 'private' };
    default:
      return null;
  }
}
