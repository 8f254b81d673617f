import { Link, useLocation } from '@tanstack/react-router';
import { Menu as MenuIcon, Search } from 'lucide-react';
import { useState } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import { openPalette } from '@/commands/overlay';
import { useT } from '@/i18n/use-t';
import { Bell } from '@/record/notifications/parts';
import { Drawer, DrawerTitle } from '@/ui/drawer';
import { navItems } from './nav';
import { UserMenu } from './user-menu';

const item =
  'focus-inset flex min-h-14 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 rounded-md px-1 text-2xs font-medium text-muted no-underline data-[status=active]:text-accent-fg';

/** The navigation of phones: the main screens, search, and a sheet with the rest. */
export function BottomBar() {
  const t = useT();
  return (
    <nav
      aria-label={t('nav.main.label')}
      className="flex shrink-0 border-t border-line bg-canvas px-1 pb-[env(safe-area-inset-bottom)]"
    >
      {navItems
        .filter(({ primary }) => primary)
        .map(({ id, to, label, icon: Icon }) => (
          <Link key={id} to={to} className={item}>
            <Icon aria-hidden className="size-5" />
            <span className="max-w-full truncate">{t(label)}</span>
          </Link>
        ))}
      <button type="button" className={item} onClick={openPalette}>
        <Search aria-hidden className="size-5" />
        <span className="max-w-full truncate">{t('nav.search.label')}</span>
      </button>
      <div className="flex min-w-0 flex-1">
        <Bell named={item} />
      </div>
      <MoreSheet />
    </nav>
  );
}

function MoreSheet() {
  const [open, setOpen] = useState(false);
  const { org } = useBootstrap();
  const t = useT();
  // Where none of the others leads to, this one does.
  const path = useLocation({ select: ({ pathname }) => pathname });
  const here = !navItems.some(({ primary, to }) => primary && path.startsWith(to));
  return (
    <Drawer
      side="bottom"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button type="button" className={item} data-status={here ? 'active' : undefined}>
          <MenuIcon aria-hidden className="size-5" />
          <span className="max-w-full truncate">{t('nav.more.label')}</span>
        </button>
      }
    >
      <div className="flex flex-col gap-1 overflow-y-auto p-3">
        <DrawerTitle className="px-2 py-1 text-base font-semibold">{org.name}</DrawerTitle>
        {navItems.map(({ id, to, label, icon: Icon }) => (
          <Link
            key={id}
            to={to}
            onClick={() => setOpen(false)}
            className="focus-inset flex min-h-11 items-center gap-3 rounded-md px-2 text-base text-fg no-underline hover:bg-hover data-[status=active]:bg-hover data-[status=active]:font-medium"
          >
            <Icon aria-hidden className="size-5 text-muted" />
            {t(label)}
          </Link>
        ))}
        <div className="mt-1 border-t border-line pt-2">
          <UserMenu collapsed={false} />
        </div>
      </div>
    </Drawer>
  );
}
