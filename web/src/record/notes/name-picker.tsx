import { useQuery } from '@tanstack/react-query';
import { Building2, HandCoins, User } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { useMembers } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { useT } from '@/i18n/use-t';
import { useDebounced } from '@/lib/debounce';
import { fold } from '@/lib/fold';
import { cutSearch } from '@/lib/search-text';
import { Avatar } from '@/ui/avatar';
import { type Asking, type Named, recordLink } from './editing';

export interface Naming {
  id: string;
  label: string;
  hint: string;
  /** What takes the place of the sign and what was typed after it. */
  insert: string;
  record: Named | null;
}

const MOST = 6;

/** Whom or what is meant by what was typed after the sign. */
export function useNamings(asking: Asking | null): Naming[] {
  const members = useMembers();
  const people = useMemo(() => {
    if (asking?.sign !== '@') return [];
    const typed = fold(asking.text);
    const living = members.filter(({ disabled }) => !disabled);
    const fits = (name: string) =>
      fold(name).startsWith(typed) || (!/\s$/.test(typed) && fold(name).includes(` ${typed}`));
    // A whole name that has been written needs no choice.
    if (/\s$/.test(typed) && living.some(({ fullName }) => fold(fullName) === typed.trim())) return [];
    return living
      .filter(({ fullName }) => fits(fullName))
      .slice(0, MOST)
      .map(({ id, fullName, email }) => ({
        id,
        label: fullName,
        hint: email,
        insert: `@${fullName} `,
        record: null,
      }));
  }, [asking?.sign, asking?.text, members]);

  const wanted = asking?.sign === '#' && asking.text.trim().length > 1 ? asking.text.trim() : '';
  const asked = useDebounced(wanted, 150);
  const found = useQuery({
    queryKey: ['notes', 'naming', asked],
    queryFn: async ({ signal }) => {
      const { items } = await unwrap(
        client.GET('/search', { params: { query: { q: cutSearch(asked), limit: MOST } }, signal }),
      );
      return items.flatMap(({ kind, id, title, subtitle }): Naming[] =>
        kind === 'customer' || kind === 'company' || kind === 'deal'
          ? [{ id, label: title, hint: subtitle ?? '', insert: recordLink(kind, id, title), record: kind }]
          : [],
      );
    },
    enabled: asked !== '',
    staleTime: 30_000,
  });
  if (asking === null) return [];
  if (asking.sign === '@') return people;
  return wanted === '' || asked !== wanted ? [] : (found.data ?? []).slice(0, MOST);
}

const icons = { customer: User, company: Building2, deal: HandCoins } as const;

interface NamePickerProps {
  id: string;
  sign: Asking['sign'];
  namings: Naming[];
  active: number;
  onActive: (index: number) => void;
  onChoose: (naming: Naming) => void;
}

/** The choices below the text. The focus stays in the text, which tells which of them is meant. */
export function NamePicker({ id, sign, namings, active, onActive, onChoose }: NamePickerProps) {
  const t = useT();
  useEffect(() => {
    document.getElementById(`${id}.${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, active]);
  return (
    <div
      id={id}
      role="listbox"
      aria-label={t(sign === '@' ? 'notes.naming.people' : 'notes.naming.records')}
      className="note-namings"
    >
      {namings.map((naming, index) => {
        const Icon = naming.record === null ? null : icons[naming.record];
        return (
          // biome-ignore lint/a11y/useFocusableInteractive: the text keeps the focus
          // biome-ignore lint/a11y/useKeyWithClickEvents: the text has the keys
          <div
            key={naming.id}
            id={`${id}.${index}`}
            role="option"
            aria-selected={index === active}
            className="note-naming"
            onMouseDown={(event) => event.preventDefault()}
            onMouseMove={() => onActive(index)}
            onClick={() => onChoose(naming)}
          >
            {Icon === null ? (
              <Avatar name={naming.label} />
            ) : (
              <Icon aria-hidden className="size-4 shrink-0 text-muted" />
            )}
            <span className="truncate">{naming.label}</span>
            <span className="truncate text-muted text-xs">{naming.hint}</span>
          </div>
        );
      })}
    </div>
  );
}
