import {
  type DragEvent,
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { BoardStage, Deal, Id } from '@/api/types';
import type { List } from '@/grid/use-list';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { usePipelines } from '@/record/deals/api';
import { type Place, placeAt } from '@/record/deals/board-cards';
import type { DealChanges } from '@/record/deals/use-deal-changes';
import type { ListBody } from '@/record/list-screen';
import { ListFailed, LoadingRows } from '@/record/list-states';
import { useBlocked } from '@/record/ownership';
import { AnchoredMenu, MenuRadioGroup } from '@/ui/menu';
import { toast } from '@/ui/toast';
import { BoardColumn } from './board-column';
import { useBoard } from './use-board';
import { dropIndex, STEP } from './windowed';

interface DealBoardProps {
  label: string;
  about: ListBody<Deal>;
  pipelineId: Id | undefined;
  changes: DealChanges;
  onNew: (stageId: Id) => void;
}

const none: readonly BoardStage[] = [];

/**
 * The stages of a pipeline as columns of cards. Cards go elsewhere by pointer, by Shift and an arrow, or by their menu. While
 * one is dragged nothing is drawn again: the line that shows its place is moved by itself.
 */
export function DealBoard({ label, about, pipelineId, changes, onNew }: DealBoardProps) {
  const t = useT();
  const blockedBy = useBlocked();
  const pipelines = usePipelines();
  const { filter, view, openId, onOpen, ref, walked, onMoved } = about;
  const { data, error, isError, isPlaceholderData, refetch, more } = useBoard({
    pipelineId,
    filter,
    q: view.q,
  });
  const stages = data?.stages ?? none;
  const root = useRef<HTMLDivElement>(null);
  const [currentId, setCurrentId] = useState<Id>();
  const [menuId, setMenuId] = useState<Id | null>(null);
  const [news, setNews] = useState('');

  const latest = useRef({ stages, more, onNew, blockedBy });
  latest.current = { stages, more, onNew, blockedBy };
  const onMore = useCallback((stageId: Id) => void latest.current.more(stageId), []);
  const onNewIn = useCallback((stageId: Id) => latest.current.onNew(stageId), []);
  const isFixed = useCallback((ownerId: string | null) => latest.current.blockedBy(ownerId) !== null, []);

  const find = (id: Id | null | undefined) => {
    for (const [column, stage] of stages.entries()) {
      const index = stage.cards.findIndex((card) => card.id === id);
      const deal = stage.cards[index];
      if (deal) return { stage, column, index, deal };
    }
    return undefined;
  };
  const focusCard = (id: Id) => {
    setCurrentId(id);
    follow.current = id;
  };
  /** The card that gets the focus once it stands where it belongs. */
  const follow = useRef<Id | null>(null);
  useLayoutEffect(() => {
    const id = follow.current;
    if (id === null) return;
    const at = find(id);
    if (at === undefined) return;
    const scroller = root.current?.querySelector<HTMLElement>(`[data-cards-of="${at.stage.stageId}"]`);
    const card = root.current?.querySelector<HTMLElement>(`[data-deal="${id}"]`);
    if (!scroller || !card) return;
    follow.current = null;
    const top = at.index * STEP;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + STEP > scroller.scrollTop + scroller.clientHeight)
      scroller.scrollTop = top + STEP - scroller.clientHeight;
    card.focus({ preventScroll: true });
    card.closest('[data-stage]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });

  const moveTo = async (deal: Deal, stage: BoardStage, place: Place, keepFocus: boolean) => {
    const reason = blockedBy(deal.ownerId);
    if (reason !== null) return void toast.failed({ title: reason });
    const to = pipelines.stage(stage.stageId);
    if (to === undefined) return;
    if (keepFocus) focusCard(deal.id);
    const moved = await changes.move(deal, to, place);
    if (moved) setNews(t('deals.move.done', { name: deal.name, stage: stage.name }));
    if (keepFocus) focusCard(deal.id);
  };

  /* ---- J, K and the way back from a record --------------------------------------------------------------------- */

  const order = useMemo(() => stages.flatMap((stage) => stage.cards), [stages]);
  const orderKey = useMemo(() => order.map(({ id }) => id).join(' '), [order]);
  useLayoutEffect(() => {
    walked.current = listOf(order, orderKey);
    onMoved(orderKey);
  }, [walked, order, orderKey, onMoved]);
  useImperativeHandle(ref, () => ({
    focusRow: (index) => {
      const deal = order[index] ?? order[0];
      if (deal) focusCard(deal.id);
    },
    showRow: () => {},
  }));
  const opened = useRef(openId);
  useEffect(() => {
    const was = opened.current;
    opened.current = openId;
    if (openId === undefined && was !== undefined && order.some(({ id }) => id === was)) {
      follow.current = was;
      setCurrentId(was);
    }
  });

  /* ---- Keys and pointers ------------------------------------------------------------------------------------------ */

  const onKeyDown = (event: KeyboardEvent) => {
    const id = (event.target as HTMLElement).dataset.deal;
    const at = find(id);
    if (at === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const side = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const along = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    let handled = true;
    if (side !== 0 && event.shiftKey) {
      const to = stages[at.column + side];
      const above = to?.cards[0]?.id;
      if (to) void moveTo(at.deal, to, above ? { before: above } : {}, true);
    } else if (along !== 0 && event.shiftKey) {
      const to = at.index + along;
      if (to >= 0 && to < at.stage.cards.length)
        void moveTo(at.deal, at.stage, placeAt(at.stage.cards, at.deal.id, along > 0 ? to + 1 : to), true);
    } else if (side !== 0) {
      for (let column = at.column + side; stages[column] !== undefined; column += side) {
        const cards = stages[column]?.cards ?? [];
        const card = cards[Math.min(at.index, cards.length - 1)];
        if (card === undefined) continue;
        focusCard(card.id);
        break;
      }
    } else if (along !== 0) {
      const card = at.stage.cards[at.index + along];
      if (card) focusCard(card.id);
    } else if (event.key === 'Home' || event.key === 'End') {
      const card = at.stage.cards.at(event.key === 'Home' ? 0 : -1);
      if (card) focusCard(card.id);
    } else if (event.key === 'Enter' || event.key === ' ') onOpen(at.deal);
    else if (event.key === 'm') setMenuId(at.deal.id);
    else handled = false;
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const menu = target.closest<HTMLElement>('[data-move]')?.dataset.move;
    if (menu !== undefined) return setMenuId(menu);
    const at = find(target.closest<HTMLElement>('[data-deal]')?.dataset.deal);
    if (at === undefined) return;
    setCurrentId(at.deal.id);
    onOpen(at.deal);
  };

  const dragged = useRef<{ id: Id; element: HTMLElement } | null>(null);
  const shownLine = useRef<HTMLElement | null>(null);
  const hideLine = () => {
    if (shownLine.current) shownLine.current.hidden = true;
    shownLine.current = null;
  };
  /** The stage under the pointer and the place in it. */
  const placeUnder = (event: DragEvent) => {
    const column = (event.target as HTMLElement).closest<HTMLElement>('[data-stage]');
    const stage = stages.find(({ stageId }) => stageId === column?.dataset.stage);
    const list = column?.querySelector<HTMLElement>('[data-cards-of] > ul');
    if (!column || !list || stage === undefined) return undefined;
    return {
      list,
      stage,
      index: dropIndex(stage.cards.length, event.clientY - list.getBoundingClientRect().top),
    };
  };
  const onDragStart = (event: DragEvent) => {
    const element = (event.target as HTMLElement).closest<HTMLElement>('[data-deal]');
    const at = find(element?.dataset.deal);
    if (element === null || at === undefined) return;
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', at.deal.name);
    dragged.current = { id: at.deal.id, element };
    // After the browser has taken its picture of the card.
    requestAnimationFrame(() => element.setAttribute('data-dragged', ''));
  };
  const onDragOver = (event: DragEvent) => {
    if (dragged.current === null) return;
    const under = placeUnder(event);
    if (under === undefined) return hideLine();
    event.preventDefault();
    const line = under.list.querySelector<HTMLElement>('[data-drop-line]');
    if (line === null) return;
    if (shownLine.current !== line) hideLine();
    shownLine.current = line;
    line.hidden = false;
    line.style.transform = `translateY(${under.index * STEP}px)`;
  };
  const endDrag = () => {
    hideLine();
    dragged.current?.element.removeAttribute('data-dragged');
    dragged.current = null;
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    const under = placeUnder(event);
    const at = find(dragged.current?.id);
    endDrag();
    if (under === undefined || at === undefined) return;
    const { stage, index } = under;
    if (stage === at.stage && (index === at.index || index === at.index + 1)) return;
    void moveTo(at.deal, stage, placeAt(stage.cards, at.deal.id, index), false);
  };

  if (isError && data === undefined)
    return <ListFailed className="flex-1 pt-[8vh]" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) {
    return (
      <div className="flex-1">
        <LoadingRows />
      </div>
    );
  }
  const inMenu = find(menuId);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveElementInteractions: it listens for the cards, which are buttons */}
      <section
        ref={root}
        aria-label={label}
        aria-busy={isPlaceholderData}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onDragStart={onDragStart}
        onDragOver={onDragOver}
        onDragEnd={endDrag}
        onDrop={onDrop}
        className={cn(
          'flex min-h-0 flex-1 items-stretch gap-3 overflow-x-auto bg-sunken p-3 max-sm:snap-x max-sm:snap-mandatory',
          isPlaceholderData && 'opacity-55 transition-opacity delay-150',
        )}
      >
        {stages.map((stage) => (
          <BoardColumn
            key={stage.stageId}
            stage={stage}
            currentId={stage.cards.some(({ id }) => id === currentId) ? currentId : undefined}
            openId={stage.cards.some(({ id }) => id === openId) ? openId : undefined}
            isFixed={isFixed}
            onMore={onMore}
            onNew={onNewIn}
          />
        ))}
      </section>
      <p aria-live="polite" className="sr-only">
        {news}
      </p>
      {inMenu === undefined ? null : (
        <AnchoredMenu
          anchor={root.current?.querySelector<HTMLElement>(`[data-move="${inMenu.deal.id}"]`) ?? null}
          label={t('deals.move.label', { name: inMenu.deal.name })}
          onClose={() => {
            setMenuId(null);
            focusCard(inMenu.deal.id);
          }}
        >
          <MenuRadioGroup
            label={t('deals.move.to')}
            value={inMenu.stage.stageId}
            onValueChange={(stageId) => {
              setMenuId(null);
              const to = stages.find((stage) => stage.stageId === stageId);
              if (to && to !== inMenu.stage) void moveTo(inMenu.deal, to, {}, true);
            }}
            options={stages.map(({ stageId, name }) => ({ value: stageId, label: name }))}
          />
        </AnchoredMenu>
      )}
    </>
  );
}

/** The cards as a list that J and K go through. */
function listOf(cards: readonly Deal[], viewKey: string): List<Deal> {
  return {
    viewKey,
    total: cards.length,
    count: { count: cards.length, exact: true },
    rowAt: (index) => cards[index],
    want: () => {},
    rowsIn: async ({ first, end }) => cards.slice(first, end),
    indexOf: (id) => cards.findIndex((card) => card.id === id),
    cursorOf: () => null,
    loading: false,
    stale: false,
    error: null,
    retry: () => {},
  };
}
