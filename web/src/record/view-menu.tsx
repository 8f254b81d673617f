import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import type { ColumnShape } from '@/grid/columns';
import { withLateTexts } from '@/i18n/setup';
import { useT } from '@/i18n/use-t';
import type { QuickFilter } from '@/rules/quick-filters';
import { Button } from '@/ui/button';
import { deferModule } from '@/ui/deferred';
import { Menu } from '@/ui/menu';
import type { ChangeParams } from './list-search-params';
import { type Arrangement, choiceOf, inChosenOrder, isChanged, type SavedView } from './views';

// What the menu holds and does is needed only once somebody opens it.
const parts = deferModule(() => withLateTexts(() => import('./view-menu-parts')));

interface ViewMenuProps {
  record: SavedView['record'];
  /** What the list is called when no view is open. */
  title: string;
  /** The view that the address names. */
  id: string | undefined;
  now: Arrangement;
  filters: readonly QuickFilter[];
  columns: readonly ColumnShape[];
  onParams: ChangeParams;
}

/** What the parts of the menu know of each other. */
export interface ViewParts extends ViewMenuProps {
  /** In the order that somebody has given them. */
  views: readonly SavedView[];
  /** The one that is open, when it is still there. */
  view: SavedView | undefined;
  /** The list shows something else than the view says. */
  changed: boolean;
  /** The form for a view is open. */
  subject: SavedView | 'new' | null;
  onSubject: (subject: SavedView | 'new' | null) => void;
  managing: boolean;
  onManaging: (open: boolean) => void;
}

/** The views of a list: opens, saves, renames and deletes them, and marks what is not saved. */
export function ViewMenu(props: ViewMenuProps) {
  const { record, title, id, now, filters, columns } = props;
  const t = useT();
  const bootstrap = useBootstrap();
  const [subject, onSubject] = useState<ViewParts['subject']>(null);
  const [managing, onManaging] = useState(false);
  const late = parts.useModule();
  const views = inChosenOrder(
    bootstrap.views.filter((each) => each.record === record),
    choiceOf(bootstrap.viewChoices, record),
  );
  const view = views.find((each) => each.id === id);
  const changed = view !== undefined && isChanged(view, now, filters, columns);
  const name = view?.name ?? (id === undefined ? t('views.menu.all', { title }) : t('views.menu.gone'));
  const shared = { ...props, views, view, changed, subject, onSubject, managing, onManaging };
  return (
    <>
      <Menu
        onOpenChange={(open) => {
          if (open) void parts.load();
        }}
        trigger={
          <Button
            variant="ghost"
            size="small"
            className="max-w-56"
            aria-label={t(changed ? 'views.menu.labelChanged' : 'views.menu.label', { name })}
          >
            <span className="truncate">{name}</span>
            {changed ? <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-accent" /> : null}
            <ChevronDown aria-hidden className="size-3.5 shrink-0" />
          </Button>
        }
      >
        {late && <late.ViewItems {...shared} />}
      </Menu>
      {late && <late.ViewDialogs {...shared} />}
    </>
  );
}

/** Said above a list whose view names what is not there any more. */
export function ViewProblems({ record, id }: { record: SavedView['record']; id: string | undefined }) {
  const t = useT();
  const view = useBootstrap().views.find((each) => each.id === id && each.record === record);
  if (id === undefined || (view !== undefined && view.problems.length === 0)) return null;
  return (
    <p role="status" className="bg-warning-soft px-5 py-1.5 text-sm text-warning-fg">
      {view === undefined
        ? t('views.problem.gone')
        : t('views.problem.some', { problems: view.problems.map(({ message }) => message).join('; ') })}
    </p>
  );
}
