import { Plus } from 'lucide-react';
import { memo, useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { BoardStage } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { StageDot } from '@/record/deals/stage-mark';
import { IconButton } from '@/ui/button';
import { DealCard } from './deal-card';
import { drawnCards, STEP } from './windowed';

interface BoardColumnProps {
  stage: BoardStage;
  /** The card of this column that was looked at last: Tab comes to it, or else to the first one. */
  currentId: string | undefined;
  openId: string | undefined;
  isFixed: (ownerId: string | null) => boolean;
  onMore: (stageId: string) => void;
  onNew: (stageId: string) => void;
}

/** A stage: what it holds altogether, and its cards, of which those in view are drawn. */
export const BoardColumn = memo(function BoardColumn({
  stage,
  currentId,
  openId,
  isFixed,
  onMore,
  onNew,
}: BoardColumnProps) {
  const t = useT();
  const format = useFormat();
  const scroller = useRef<HTMLDivElement>(null);
  const count = stage.cards.length;
  const [drawn, setDrawn] = useState(() => drawnCards(count, 0, 900));
  const { nextCursor, stageId } = stage;
  const look = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const next = drawnCards(count, element.scrollTop, element.clientHeight);
    setDrawn((was) => (was.first === next.first && was.end === next.end ? was : next));
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (nextCursor !== null && left < 6 * STEP) onMore(stageId);
  }, [count, nextCursor, stageId, onMore]);
  useLayoutEffect(() => {
    look();
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [look]);

  const numbers = new Set<number>();
  for (let index = drawn.first; index < Math.min(drawn.end, count); index++) numbers.add(index);
  // The focus is not lost with a card that is scrolled out of view.
  const tabbed = currentId ?? stage.cards[0]?.id;
  const currentAt = stage.cards.findIndex(({ id }) => id === tabbed);
  if (currentAt >= 0) numbers.add(currentAt);
  const total = format.number(stage.count);
  return (
    <section
      data-stage={stage.stageId}
      aria-label={t('deals.board.column', { stage: stage.name, count: stage.count })}
      className="flex min-h-0 min-w-64 max-w-96 flex-1 flex-col max-sm:min-w-[80vw] max-sm:snap-center"
    >
      <header className="shrink-0 px-1 pb-2">
        <div className="flex items-center gap-2">
          <StageDot stage={stage.stage} />
          <h2 className="min-w-0 truncate font-medium text-fg text-sm">{stage.name}</h2>
          <span className="tabular text-muted text-xs">{total}</span>
          <IconButton
            label={t('deals.board.new', { stage: stage.name })}
            className="ml-auto"
            onClick={() => onNew(stage.stageId)}
          >
            <Plus aria-hidden className="size-4" />
          </IconButton>
        </div>
        <p className="tabular min-h-5 truncate text-muted text-xs leading-5">
          {stage.totals.map(({ currency, amount }) => format.money(amount, currency)).join(' + ')}
        </p>
      </header>
      <div
        ref={scroller}
        data-cards-of={stage.stageId}
        onScroll={look}
        className="-mx-1 min-h-0 flex-1 overflow-y-auto overscroll-contain px-1 pb-6"
      >
        <ul className="relative" style={{ height: Math.max(count, 1) * STEP }}>
          {[...numbers]
            .sort((a, b) => a - b)
            .map((index) => {
              const deal = stage.cards[index];
              return deal === undefined ? null : (
                <DealCard
                  key={deal.id}
                  deal={deal}
                  index={index}
                  count={stage.count}
                  stageName={stage.name}
                  current={deal.id === tabbed}
                  open={deal.id === openId}
                  fixed={isFixed(deal.ownerId)}
                />
              );
            })}
          <li
            aria-hidden
            data-drop-line
            hidden
            className="pointer-events-none absolute inset-x-0 -top-[5px] h-0.5 rounded-full bg-accent-fg"
          />
        </ul>
      </div>
    </section>
  );
});
