import { Link } from '@tanstack/react-router';
import { ChevronsUpDown, Keyboard, Languages, LogOut, Monitor, Moon, Palette, Sun, User } from 'lucide-react';
import type { ReactElement } from 'react';
import { useMe } from '@/api/bootstrap';
import { openHelp } from '@/commands/overlay';
import { languages, preferredLanguage } from '@/i18n/setup';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { setPreference, type Theme, usePreferences } from '@/lib/preferences';
import { Avatar } from '@/ui/avatar';
import { Menu, MenuItem, MenuRadioGroup, MenuSeparator, Submenu } from '@/ui/menu';
import { signOut } from './sign-out';

/** The person at the foot of the navigation, with what concerns them alone. */
export function UserMenu({ collapsed }: { collapsed: boolean }) {
  const me = useMe();
  const t = useT();
  const trigger: ReactElement = (
    <button
      type="button"
      aria-label={t('userMenu.button.label', { name: me.fullName })}
      className={cn(
        'flex min-h-control w-full items-center gap-2 rounded-md px-1.5 py-1 text-left text-sm hover:bg-hover data-popup-open:bg-hover',
        collapsed && 'justify-center px-0',
      )}
    >
      <Avatar name={me.fullName} size="medium" />
      {collapsed ? null : (
        <>
          <span className="min-w-0 flex-1">
            <span className="block truncate font-medium leading-4">{me.fullName}</span>
            <span className="block truncate text-xs leading-4 text-muted">{me.email}</span>
          </span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-faint" />
        </>
      )}
    </button>
  );
  return (
    <Menu trigger={trigger} side="top" align="start" className="w-56">
      <UserMenuItems />
    </Menu>
  );
}

function UserMenuItems() {
  const t = useT();
  const theme = usePreferences((state) => state.theme);
  // Read so that the menu renders again when the choice changes.
  usePreferences((state) => state.language);
  return (
    <>
      <MenuItem icon={User} render={<Link to="/settings/$section" params={{ section: 'profile' }} />}>
        {t('userMenu.profile.label')}
      </MenuItem>
      <Submenu icon={Palette} label={t('userMenu.theme.label')}>
        <MenuRadioGroup
          label={t('userMenu.theme.label')}
          value={theme}
          onValueChange={(next: Theme) => setPreference('theme', next)}
          options={[
            { value: 'system', label: t('theme.system.label'), icon: Monitor },
            { value: 'light', label: t('theme.light.label'), icon: Sun },
            { value: 'dark', label: t('theme.dark.label'), icon: Moon },
          ]}
        />
      </Submenu>
      <Submenu icon={Languages} label={t('userMenu.language.label')}>
        <MenuRadioGroup
          label={t('userMenu.language.label')}
          value={preferredLanguage()}
          onValueChange={(next) => setPreference('language', next)}
          options={languages.map(({ code, name }) => ({ value: code, label: name }))}
        />
      </Submenu>
      <MenuItem icon={Keyboard} keys="Shift+?" onClick={openHelp}>
        {t('userMenu.shortcuts.label')}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={LogOut} onClick={() => void signOut()}>
        {t('userMenu.signOut.label')}
      </MenuItem>
    </>
  );
}
