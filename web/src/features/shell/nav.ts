import type { LinkProps } from '@tanstack/react-router';
import {
  Building2,
  CopyCheck,
  FileUp,
  Gauge,
  HandCoins,
  House,
  ListTodo,
  type LucideIcon,
  NotebookText,
  Package,
  Settings,
  SlidersHorizontal,
  Tags,
  Users,
  UsersRound,
} from 'lucide-react';
import type { MessageId } from '@/i18n/message-id';

export interface NavItem {
  id: string;
  to: NonNullable<LinkProps['to']>;
  label: MessageId;
  /** As an act of the palette: "Go to customers". */
  goLabel: MessageId;
  icon: LucideIcon;
  /** After `g`. */
  letter: string;
  /** Also in the bottom bar of phones. */
  primary?: boolean;
}

/** The screens there are, in the order of the navigation. */
export const navItems: NavItem[] = [
  {
    id: 'home',
    to: '/home',
    label: 'nav.home.label',
    goLabel: 'command.goHome.label',
    icon: House,
    letter: 'h',
    primary: true,
  },
  {
    id: 'customers',
    to: '/crm/customers',
    label: 'nav.customers.label',
    goLabel: 'command.goCustomers.label',
    icon: Users,
    letter: 'c',
    primary: true,
  },
  {
    id: 'companies',
    to: '/crm/companies',
    label: 'nav.companies.label',
    goLabel: 'command.goCompanies.label',
    icon: Building2,
    letter: 'o',
    primary: true,
  },
  {
    id: 'deals',
    to: '/crm/deals',
    label: 'nav.deals.label',
    goLabel: 'command.goDeals.label',
    icon: HandCoins,
    letter: 'd',
  },
  {
    id: 'leads',
    to: '/leads',
    label: 'nav.leads.label',
    goLabel: 'command.goLeads.label',
    icon: Gauge,
    letter: 'l',
  },
  {
    id: 'tasks',
    to: '/tasks',
    label: 'nav.tasks.label',
    goLabel: 'command.goTasks.label',
    icon: ListTodo,
    letter: 'k',
  },
  {
    id: 'notes',
    to: '/crm/notes',
    label: 'nav.notes.label',
    goLabel: 'command.goNotes.label',
    icon: NotebookText,
    letter: 'n',
  },
  {
    id: 'segments',
    to: '/crm/segments',
    label: 'nav.segments.label',
    goLabel: 'command.goSegments.label',
    icon: UsersRound,
    letter: 'e',
  },
  {
    id: 'products',
    to: '/products',
    label: 'nav.products.label',
    goLabel: 'command.goProducts.label',
    icon: Package,
    letter: 'p',
  },
  {
    id: 'scoring',
    to: '/crm/scoring',
    label: 'nav.scoring.label',
    goLabel: 'command.goScoring.label',
    icon: SlidersHorizontal,
    letter: 'r',
  },
  {
    id: 'tags',
    to: '/crm/tags',
    label: 'nav.tags.label',
    goLabel: 'command.goTags.label',
    icon: Tags,
    letter: 't',
  },
  {
    id: 'duplicates',
    to: '/crm/duplicates',
    label: 'nav.duplicates.label',
    goLabel: 'command.goDuplicates.label',
    icon: CopyCheck,
    letter: 'u',
  },
  {
    id: 'imports',
    to: '/imports',
    label: 'nav.imports.label',
    goLabel: 'command.goImports.label',
    icon: FileUp,
    letter: 'i',
  },
  {
    id: 'settings',
    to: '/settings',
    label: 'nav.settings.label',
    goLabel: 'command.goSettings.label',
    icon: Settings,
    letter: 's',
  },
];
