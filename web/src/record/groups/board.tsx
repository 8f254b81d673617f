import { useQueries, useQueryClient } from '@tanstack/react-query';
import { ArrowRightLeft } from 'lucide-react';
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { errorText } from '@/api/error-text';
import type { Page } from '@/api/types';
import { type ColumnsState, visibleColumns } from '@/grid/columns';
import type { GridColumn, PickEditorSpec, PickOption } from '@/grid/types';
import { type ListOptions, viewKeyOf } from '@/grid/use-list';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import type { ChoiceFilter } from '@/rules/quick-filters';
import { Avatar } from '@/ui/avatar';
import { Button } from '@/ui/button';
import { AnchoredMenu, MenuRadioGroup } from '@/ui/menu';
import { ListFailed, LoadingRows } from '../list-states';
import { type Group, useGroups } from './use-heads';

/** Cards that a column reads at once. */
const CARDS = 30;
/** Lines of a card below its name. */
const LINES = 3;

export interface BoardProps<Row extends { id: string }> {
  label: string;
  by: ChoiceFilter;
  list: Omit<ListOptions<Row>, 'start'>;
  fetchFacet: Parameters<typeof useGroups>[0]['fetchFacet'];
  columns: readonly GridColumn<Row>[];
  columnState: ColumnsState;
  rowLabel: (row: Row) => string;
  openId: string | undefined;
  onOpen: (row: Row) => void;
  onRefused: (reason: string) => void;
  empty: ReactNode;
}

interface CardsQuery<Row> {
  queryKey: readonly unknown[];
  queryFn: (context: { signal: AbortSignal }) => Promise<Page<Row>>;
  staleTime: number;
}

interface Card<Row> {
  readonly row: Row;
  /** Why it cannot be moved, or null. */
  readonly fixed: string | null;
}

/** Where the focus is: a card, by its group and its place there. */
interface At {
  readonly group: number;
  readonly card: number;
}

/**
 * A column of cards for each value of a field. Cards go to another column by pointer, by Shift and an arrow, or by their
 * menu, which sets the field as its editor in the table does: with the same rights and the same undo.
 */
export function Board<Row extends { id: string }>({
  label,
  by,
  list: { name, view, fetchPage },
  fetchFacet,
  columns,
  columnState,
  rowLabel,
  openId,
  onOpen,
  onRefused,
  empty,
}: BoardProps<Row>) {
  const t = useT();
  const format = useFormat();
  const queryClient = useQueryClient();
  const { groups, facet, stale, error, retry } = useGroups({ name, view, by, fetchFacet, everyChoice: true });
  const editor = columns.find((column) => (column.field ?? column.id) === by.field)?.edit;
  const spec = editor?.kind === 'pick' ? editor : undefined;

  /** How many pages of each column somebody has looked for; none of those out of sight. */
  const [looked, setLooked] = useState<ReadonlyMap<string, number>>(new Map());
  const look = (group: Group, pages: number) => {
    const key = viewKeyOf(group.view);
    setLooked((was) => ((was.get(key) ?? 0) >= pages ? was : new Map(was).set(key, pages)));
  };
  // Beside the pages of tables, which are lists of rows: a change of a record finds both below `[name, 'page']`.
  const cardsQuery = (group: Group, page: number): CardsQuery<Row> => ({
    queryKey: [name, 'page', 'cards', viewKeyOf(group.view), page],
    queryFn: async ({ signal }) => {
      const before = page === 0 ? null : await queryClient.ensureQueryData(cardsQuery(group, page - 1));
      if (before !== null && before.nextCursor === null) return { items: [], nextCursor: null };
      const { items, nextCursor } = await fetchPage(group.view, before?.nextCursor ?? null, CARDS, signal);
      return { items: [...items], nextCursor };
    },
    staleTime: 60_000,
  });
  const asked = groups.flatMap((group, at) => {
    const key = viewKeyOf(group.view);
    return Array.from({ length: looked.get(key) ?? 0 }, (_, page) => ({ group, at, page }));
  });
  const results = useQueries({ queries: asked.map(({ group, page }) => cardsQuery(group, page)) });

  // A card stands where its own value says, so that it moves with the edit and goes back when that fails.
  const cards: Array<Array<Card<Row>>> = groups.map(() => []);
  const more: boolean[] = groups.map(() => false);
  const waiting: boolean[] = groups.map((group) => group.count !== 0);
  const failed: Array<(typeof results)[number] | undefined> = groups.map(() => undefined);
  const placed = groups.map(() => new Set<string>());
  const shifts = groups.map(() => 0);
  const single = by.op === 'in' ? spec : undefined;
  results.forEach((result, index) => {
    const from = asked[index];
    if (from === undefined) return;
    if (result.isError) failed[from.at] = result;
    if (result.data === undefined) return;
    waiting[from.at] = false;
    more[from.at] = result.data.nextCursor !== null;
    for (const row of result.data.items) {
      const own = single?.get(row);
      const here = groups[from.at]?.value;
      const target =
        single === undefined || here === undefined || own === here
          ? from.at
          : groups.findIndex((group) => group.value === own);
      if (target < 0) continue;
      if (placed[target]?.has(row.id)) continue;
      placed[target]?.add(row.id);
      if (target !== from.at) {
        shifts[target] = (shifts[target] ?? 0) + 1;
        shifts[from.at] = (shifts[from.at] ?? 0) - 1;
        cards[target]?.unshift({ row, fixed: spec?.blocked?.(row) ?? null });
      } else cards[target]?.push({ row, fixed: spec?.blocked?.(row) ?? null });
    }
  });

  const optionFor = (pick: PickEditorSpec<Row>, value: string | null): PickOption | null | undefined => {
    if (value === null) return pick.clear === undefined ? undefined : null;
    return 'all' in pick.options ? pick.options.all().find(({ id }) => id === value) : undefined;
  };
  /** Why cards cannot come into a column, or null when they can. */
  const closed = (group: Group): string | null => {
    if (spec === undefined) return t('groups.board.readOnly', { field: by.label });
    if (group.value === undefined) return t('groups.board.noValue');
    const option = optionFor(spec, group.value);
    if (option === undefined) return t('groups.board.notOffered', { value: group.label });
    return option?.disabled ?? null;
  };
  const follow = useRef<{ id: string; group: string } | null>(null);
  const moveTo = (card: Card<Row>, group: Group) => {
    const reason = card.fixed ?? closed(group);
    if (reason !== null) {
      onRefused(reason);
      return;
    }
    if (spec === undefined || group.value === undefined || spec.get(card.row) === group.value) return;
    const option = optionFor(spec, group.value);
    if (option === undefined) return;
    follow.current = { id: card.row.id, group: group.key };
    spec.set(card.row, option);
  };

  const root = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<At>({ group: 0, card: 0 });
  const cardAt = (place: At) =>
    root.current?.querySelector<HTMLElement>(`[data-card="${place.group} ${place.card}"]`) ?? null;
  const focus = (place: At) => {
    setAt(place);
    const card = cardAt(place);
    card?.focus();
    card?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  // The moved card keeps the focus, wherever it stands now.
  useLayoutEffect(() => {
    const wanted = follow.current;
    if (wanted === null) return;
    const group = groups.findIndex(({ key }) => key === wanted.group);
    const card = cards[group]?.findIndex(({ row }) => row.id === wanted.id) ?? -1;
    if (group < 0 || card < 0) return;
    follow.current = null;
    focus({ group, card });
  });
  // Back from the record to its card.
  const opened = useRef(openId);
  useEffect(() => {
    const was = opened.current;
    opened.current = openId;
    if (openId !== undefined || was === undefined) return;
    const group = cards.findIndex((each) => each.some(({ row }) => row.id === was));
    const card = cards[group]?.findIndex(({ row }) => row.id === was) ?? -1;
    if (card >= 0) requestAnimationFrame(() => focus({ group, card }));
  });
  const nearest = (from: At, step: -1 | 1): At | null => {
    for (let group = from.group + step; group >= 0 && group < groups.length; group += step) {
      const count = cards[group]?.length ?? 0;
      if (count > 0) return { group, card: Math.min(from.card, count - 1) };
    }
    return null;
  };

  const [menu, setMenu] = useState<At | null>(null);
  const onKeyDown = (event: KeyboardEvent, place: At, card: Card<Row>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const side = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const along = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    let handled = true;
    if (side !== 0 && event.shiftKey) {
      const group = groups[place.group + side];
      if (group !== undefined) moveTo(card, group);
    } else if (side !== 0) {
      const to = nearest(place, side);
      if (to !== null) focus(to);
    } else if (along !== 0) {
      const last = (cards[place.group]?.length ?? 1) - 1;
      focus({ group: place.group, card: Math.min(last, Math.max(0, place.card + along)) });
    } else if (event.key === 'Enter' || event.key === ' ') onOpen(card.row);
    else if (event.key === 'm') setMenu(place);
    else handled = false;
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const [dragged, setDragged] = useState<Card<Row> | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const lines = visibleColumns(columnState)
    .flatMap(({ id }) => columns.find((column) => column.id === id) ?? [])
    .filter(
      (column) => !column.required && column.align === undefined && (column.field ?? column.id) !== by.field,
    )
    .slice(0, LINES);

  if (empty) return <div className="min-h-0 flex-1 overflow-y-auto">{empty}</div>;
  if (error !== null) return <ListFailed className="flex-1 pt-[8vh]" error={error} onRetry={retry} />;
  if (facet === undefined) {
    return (
      <div className="flex-1">
        <LoadingRows />
      </div>
    );
  }
  const focused = cards[at.group]?.[at.card] === undefined ? firstCard(cards) : at;
  const menuCard = menu === null ? undefined : cards[menu.group]?.[menu.card];
  return (
    <section
      ref={root}
      aria-label={label}
      aria-busy={stale}
      className={cn(
        'flex min-h-0 flex-1 items-stretch gap-3 overflow-x-auto bg-sunken p-3',
        stale && 'opacity-55 transition-opacity delay-150',
      )}
    >
      {groups.map((group, groupAt) => {
        const count = group.count === null ? null : Math.max(0, group.count + (shifts[groupAt] ?? 0));
        const shut = dragged === null ? null : closed(group);
        const problem = failed[groupAt];
        return (
          <BoardColumn
            key={group.key}
            label={group.label}
            count={
              count === null ? '' : group.exact ? format.number(count) : t('grid.count.atLeast', { count })
            }
            onSeen={() => look(group, 1)}
            drop={dragged === null ? undefined : shut === null ? 'open' : 'shut'}
            over={over === group.key}
            onOver={(is) => setOver((was) => (is ? group.key : was === group.key ? null : was))}
            onDrop={() => {
              if (dragged !== null) moveTo(dragged, group);
              setDragged(null);
              setOver(null);
            }}
          >
            {cards[groupAt]?.map((card, cardIndex) => {
              const place = { group: groupAt, card: cardIndex };
              const title = rowLabel(card.row);
              return (
                <li key={card.row.id} className="group relative">
                  {/* biome-ignore lint/a11y/useSemanticElements: it holds a button of its own beside it */}
                  <div
                    role="button"
                    tabIndex={focused?.group === groupAt && focused.card === cardIndex ? 0 : -1}
                    data-card={`${groupAt} ${cardIndex}`}
                    aria-label={t('groups.board.card', { name: title, group: group.label })}
                    aria-keyshortcuts="Shift+ArrowRight Shift+ArrowLeft m"
                    draggable={card.fixed === null && spec !== undefined}
                    onDragStart={(event) => {
                      event.dataTransfer.effectAllowed = 'move';
                      event.dataTransfer.setData('text/plain', title);
                      setDragged(card);
                    }}
                    onDragEnd={() => {
                      setDragged(null);
                      setOver(null);
                    }}
                    onFocus={() => setAt(place)}
                    onClick={() => onOpen(card.row)}
                    onKeyDown={(event) => onKeyDown(event, place, card)}
                    className={cn(
                      'flex cursor-pointer select-none flex-col gap-1 rounded-lg border border-line bg-surface px-3 py-2.5 shadow-1 hover:border-line-strong',
                      openId === card.row.id && 'border-accent bg-accent-soft',
                      dragged?.row.id === card.row.id && 'opacity-50',
                    )}
                  >
                    <span className="flex items-center gap-2 pr-7 font-medium text-fg text-sm">
                      <Avatar name={title} shape={name === 'companies' ? 'square' : 'circle'} />
                      <span className="truncate">{title}</span>
                    </span>
                    {lines.map((column) => {
                      const text = column.text(card.row);
                      return text === '' ? null : (
                        <span key={column.id} title={column.header} className="truncate text-muted text-xs">
                          {text}
                        </span>
                      );
                    })}
                  </div>
                  <button
                    type="button"
                    tabIndex={-1}
                    aria-label={t('groups.board.moveLabel', { name: title })}
                    aria-haspopup="menu"
                    data-move={`${groupAt} ${cardIndex}`}
                    className="pointer-fine:group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100 pointer-fine:opacity-0 absolute top-1.5 right-1.5 flex size-7 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-fg pointer-coarse:size-11"
                    onClick={() => setMenu(place)}
                  >
                    <ArrowRightLeft aria-hidden className="size-3.5" />
                  </button>
                </li>
              );
            })}
            {waiting[groupAt] && problem === undefined ? (
              <li aria-hidden className="h-20 rounded-lg bg-hover" />
            ) : null}
            {problem === undefined ? null : (
              <li role="alert" className="flex flex-col items-start gap-2 p-2 text-danger-fg text-sm">
                {errorText(problem.error)}
                <Button size="small" onClick={() => void problem.refetch()}>
                  {t('common.action.retry')}
                </Button>
              </li>
            )}
            {more[groupAt] ? (
              <li>
                <Button
                  variant="ghost"
                  size="small"
                  className="w-full"
                  onClick={() => look(group, (looked.get(viewKeyOf(group.view)) ?? 1) + 1)}
                >
                  {t('groups.board.more')}
                </Button>
              </li>
            ) : null}
          </BoardColumn>
        );
      })}
      {menu === null || menuCard === undefined ? null : (
        <AnchoredMenu
          anchor={
            root.current?.querySelector<HTMLElement>(`[data-move="${menu.group} ${menu.card}"]`) ?? null
          }
          label={t('groups.board.moveLabel', { name: rowLabel(menuCard.row) })}
          onClose={() => {
            setMenu(null);
            cardAt(menu)?.focus();
          }}
        >
          <MenuRadioGroup
            label={t('groups.board.moveTo')}
            value={groups[menu.group]?.key ?? ''}
            onValueChange={(key) => {
              const group = groups.find((each) => each.key === key);
              setMenu(null);
              if (group !== undefined) moveTo(menuCard, group);
            }}
            options={groups
              .filter((group) => group.value !== undefined)
              .map((group) => ({ value: group.key, label: group.label }))}
          />
        </AnchoredMenu>
      )}
    </section>
  );
}

function firstCard<Row>(cards: ReadonlyArray<ReadonlyArray<Card<Row>>>): At | undefined {
  const group = cards.findIndex((each) => each.length > 0);
  return group < 0 ? undefined : { group, card: 0 };
}

interface BoardColumnProps {
  label: string;
  count: string;
  /** It has come into view, and reads its cards. */
  onSeen: () => void;
  /** What would happen to the card that is being dragged. */
  drop: 'open' | 'shut' | undefined;
  over: boolean;
  onOver: (is: boolean) => void;
  onDrop: () => void;
  children: ReactNode;
}

function BoardColumn({ label, count, onSeen, drop, over, onOver, onDrop, children }: BoardColumnProps) {
  const element = useRef<HTMLElement>(null);
  const seen = useRef(onSeen);
  seen.current = onSeen;
  useEffect(() => {
    const column = element.current;
    if (column === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) seen.current();
      },
      { rootMargin: '0px 300px' },
    );
    observer.observe(column);
    return () => observer.disconnect();
  });
  const style: CSSProperties | undefined = drop === 'shut' ? { opacity: 0.5 } : undefined;
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementInteractions: cards are dropped here; keys and a menu do the same
    <section
      ref={element}
      aria-label={`${label} ${count}`}
      style={style}
      className={cn(
        'flex min-h-0 w-72 shrink-0 flex-col rounded-lg',
        over && drop === 'open' && 'bg-accent-soft outline-2 outline-accent',
      )}
      onDragOver={(event) => {
        if (drop === undefined) return;
        onOver(true);
        if (drop === 'open') event.preventDefault();
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) onOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        onDrop();
      }}
    >
      <h2 className="flex shrink-0 items-baseline gap-2 px-1 pb-2 font-medium text-fg text-sm">
        <span className="truncate">{label}</span>
        <span className="tabular text-muted text-xs">{count}</span>
      </h2>
      <ul className="flex min-h-0 flex-1 flex-col gap-2 overflow-y-auto p-0.5 pb-4">{children}</ul>
    </section>
  );
}
