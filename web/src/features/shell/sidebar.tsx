import { Link } from '@tanstack/react-router';
import { PanelLeftClose, PanelLeftOpen, Search } from 'lucide-react';
import type { ReactElement } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import { openPalette } from '@/commands/overlay';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { usePreferences } from '@/lib/preferences';
import { Bell } from '@/record/notifications/parts';
import { IconButton } from '@/ui/button';
import { Kbd } from '@/ui/kbd';
import { Mark } from '@/ui/mark';
import { Tooltip } from '@/ui/tooltip';
import { type NavItem, navItems } from './nav';
import { toggleNav } from './use-shell-commands';
import { UserMenu } from './user-menu';

/** The navigation at the left; collapses to icons. */
export function Sidebar() {
  const collapsed = usePreferences((state) => state.navCollapsed);
  const { org } = useBootstrap();
  const t = useT();
  const toggle = (
    <IconButton
      label={collapsed ? t('nav.expand.label') : t('nav.collapse.label')}
      keys="["
      side="right"
      aria-expanded={!collapsed}
      onClick={toggleNav}
    >
      {collapsed ? (
        <PanelLeftOpen aria-hidden className="size-4" />
      ) : (
        <PanelLeftClose aria-hidden className="size-4" />
      )}
    </IconButton>
  );
  return (
    <div
      className={cn(
        'flex h-full shrink-0 flex-col gap-2 p-2 transition-[width] duration-150 ease-out',
        collapsed ? 'w-13' : 'w-58',
      )}
    >
      <div className={cn('flex items-center gap-2', collapsed ? 'flex-col' : 'h-9 pl-1.5')}>
        <Mark />
        {collapsed ? null : <span className="min-w-0 flex-1 truncate text-sm font-semibold">{org.name}</span>}
        <span className="size-control-small">
          <Bell />
        </span>
        {toggle}
      </div>
      <SearchButton collapsed={collapsed} />
      <nav aria-label={t('nav.main.label')} className="flex min-h-0 flex-1 flex-col gap-px overflow-y-auto">
        {navItems.map((item) => (
          <SidebarLink key={item.id} item={item} collapsed={collapsed} />
        ))}
      </nav>
      <UserMenu collapsed={collapsed} />
    </div>
  );
}

function SearchButton({ collapsed }: { collapsed: boolean }) {
  const t = useT();
  const button = (
    <button
      type="button"
      onClick={openPalette}
      aria-label={collapsed ? t('nav.search.label') : undefined}
      className={cn(
        'flex h-control-small items-center gap-2 rounded-md border border-line bg-surface text-sm text-muted shadow-1 hover:bg-hover',
        collapsed ? 'justify-center' : 'px-2',
      )}
    >
      <Search aria-hidden className="size-4 shrink-0" />
      {collapsed ? null : (
        <>
          <span className="flex-1 text-left">{t('nav.search.label')}</span>
          <Kbd keys="$mod+k" />
        </>
      )}
    </button>
  );
  return collapsed ? (
    <Tooltip content={t('nav.search.label')} keys="$mod+k" side="right">
      {button}
    </Tooltip>
  ) : (
    button
  );
}

function SidebarLink({ item, collapsed }: { item: NavItem; collapsed: boolean }) {
  const t = useT();
  const { icon: Icon } = item;
  const link: ReactElement = (
    <Link
      to={item.to}
      aria-label={collapsed ? t(item.label) : undefined}
      className={cn(
        'flex min-h-control-small items-center gap-2.5 rounded-md text-sm font-medium text-muted no-underline hover:bg-hover hover:text-fg data-[status=active]:bg-hover data-[status=active]:text-fg',
        collapsed ? 'justify-center' : 'px-2',
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      {collapsed ? null : <span className="min-w-0 truncate">{t(item.label)}</span>}
    </Link>
  );
  return (
    <Tooltip content={t(item.label)} keys={`g ${item.letter}`} side="right">
      {link}
    </Tooltip>
  );
}
