import { useNavigate } from '@tanstack/react-router';
import {
  Building2,
  HandCoins,
  Keyboard,
  KeyRound,
  Languages,
  ListTodo,
  LogOut,
  Monitor,
  Moon,
  Package,
  PanelLeft,
  Rows3,
  Search,
  Sun,
  Undo2,
  UserPlus,
  UsersRound,
} from 'lucide-react';
import { openHelp, openPalette } from '@/commands/overlay';
import { type Command, useCommands } from '@/commands/registry';
import { preferredLanguage } from '@/i18n/setup';
import { setPreference, usePreferences } from '@/lib/preferences';
import { lastUndo, takeUndo } from '@/lib/undo';
import { runUndo } from '@/ui/toast';
import { navItems } from './nav';
import { signOut } from './sign-out';

/** What can be done from every screen. */
export function useShellCommands() {
  const navigate = useNavigate();
  const { theme, density } = usePreferences();

  const go: Command[] = navItems.map((item) => ({
    id: `nav.${item.id}`,
    group: 'navigate',
    label: item.goLabel,
    icon: item.icon,
    keys: `g ${item.letter}`,
    run: () => void navigate({ to: item.to }),
  }));

  useCommands([
    {
      id: 'app.palette',
      group: 'app',
      label: 'command.palette.label',
      icon: Search,
      keys: '$mod+k',
      always: true,
      keysOnly: true,
      run: openPalette,
    },
    {
      id: 'app.search',
      group: 'app',
      label: 'command.search.label',
      icon: Search,
      keys: '/',
      keysOnly: true,
      run: openPalette,
    },
    {
      id: 'app.undo',
      group: 'app',
      label: 'command.undo.label',
      icon: Undo2,
      keys: '$mod+z',
      run: undoLast,
    },
    {
      id: 'customer.new',
      group: 'create',
      label: 'command.newCustomer.label',
      icon: UserPlus,
      keys: 'c',
      run: () => void navigate({ to: '/crm/customers', search: { new: true } }),
    },
    {
      id: 'company.new',
      group: 'create',
      label: 'command.newCompany.label',
      icon: Building2,
      keys: 'Shift+c',
      run: () => void navigate({ to: '/crm/companies', search: { new: true } }),
    },
    {
      id: 'deal.new',
      group: 'create',
      label: 'command.newDeal.label',
      icon: HandCoins,
      keys: 'Shift+n',
      run: () => void navigate({ to: '/crm/deals', search: { new: true } }),
    },
    {
      id: 'task.new',
      group: 'create',
      label: 'command.newTask.label',
      icon: ListTodo,
      keys: 't',
      run: () => void navigate({ to: '/tasks', search: { new: true } }),
    },
    {
      id: 'segment.new',
      group: 'create',
      label: 'command.newSegment.label',
      icon: UsersRound,
      run: () => void navigate({ to: '/crm/segments', search: { new: true } }),
    },
    {
      id: 'product.new',
      group: 'create',
      label: 'command.newProduct.label',
      icon: Package,
      run: () => void navigate({ to: '/products', search: { new: true } }),
    },
    {
      id: 'apiKey.new',
      group: 'create',
      label: 'command.newApiKey.label',
      icon: KeyRound,
      run: () => void navigate({ to: '/settings/$section', params: { section: 'api-keys' } }),
    },
    ...go,
    {
      id: 'app.theme.light',
      group: 'app',
      label: 'command.themeLight.label',
      keywords: 'command.theme.keywords',
      icon: Sun,
      run: () => setPreference('theme', 'light'),
    },
    {
      id: 'app.theme.dark',
      group: 'app',
      label: 'command.themeDark.label',
      keywords: 'command.theme.keywords',
      icon: Moon,
      run: () => setPreference('theme', 'dark'),
    },
    {
      id: 'app.theme.system',
      group: 'app',
      label: 'command.themeSystem.label',
      keywords: 'command.theme.keywords',
      icon: Monitor,
      run: () => setPreference('theme', 'system'),
    },
    {
      id: 'app.theme.toggle',
      group: 'app',
      label: 'command.themeToggle.label',
      keys: 'Shift+d',
      keysOnly: true,
      run: () => setPreference('theme', isDark(theme) ? 'light' : 'dark'),
    },
    {
      id: 'app.density',
      group: 'app',
      label: density === 'compact' ? 'command.densityComfortable.label' : 'command.densityCompact.label',
      keywords: 'command.density.keywords',
      icon: Rows3,
      run: () => setPreference('density', density === 'compact' ? 'comfortable' : 'compact'),
    },
    {
      id: 'app.language',
      group: 'app',
      label: 'command.language.label',
      keywords: 'command.language.keywords',
      icon: Languages,
      run: () => setPreference('language', preferredLanguage() === 'en' ? 'de' : 'en'),
    },
    {
      id: 'app.nav.toggle',
      group: 'app',
      label: 'command.toggleNav.label',
      icon: PanelLeft,
      keys: '[',
      run: toggleNav,
    },
    {
      id: 'app.help',
      group: 'app',
      label: 'command.help.label',
      icon: Keyboard,
      keys: 'Shift+?',
      run: openHelp,
    },
    {
      id: 'app.signOut',
      group: 'app',
      label: 'command.signOut.label',
      icon: LogOut,
      run: () => void signOut(),
    },
  ]);
}

export function toggleNav() {
  setPreference('navCollapsed', !usePreferences.getState().navCollapsed);
}

function undoLast() {
  const entry = lastUndo();
  const taken = entry && takeUndo(entry.id);
  if (taken) void runUndo(taken);
}

function isDark(theme: string): boolean {
  if (theme !== 'system') return theme === 'dark';
  return window.matchMedia('(prefers-color-scheme: dark)').matches;
}
