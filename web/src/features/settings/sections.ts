import {
  Bot,
  Building2,
  Keyboard,
  KeyRound,
  LockKeyhole,
  type LucideIcon,
  MonitorSmartphone,
  Palette,
  Rows3,
  ScrollText,
  SquareKanban,
  UserRound,
  Users,
} from 'lucide-react';
import { matchScore } from '@/commands/match';
import type { MessageId } from '@/i18n/message-id';
import type { Translate } from '@/i18n/use-t';

export type SectionId =
  | 'profile'
  | 'password'
  | 'sessions'
  | 'appearance'
  | 'shortcuts'
  | 'organisation'
  | 'members'
  | 'custom-fields'
  | 'pipelines'
  | 'models'
  | 'api-keys'
  | 'audit';

export interface Section {
  id: SectionId;
  group: 'account' | 'workspace';
  label: MessageId;
  icon: LucideIcon;
  /** What stands in the section, for the search. */
  settings: MessageId[];
}

export const sections: Section[] = [
  {
    id: 'profile',
    group: 'account',
    label: 'settings.profile.title',
    icon: UserRound,
    settings: ['settings.profile.fullName', 'settings.profile.email', 'settings.profile.role'],
  },
  {
    id: 'password',
    group: 'account',
    label: 'settings.password.title',
    icon: LockKeyhole,
    settings: ['settings.password.current', 'settings.password.new'],
  },
  {
    id: 'sessions',
    group: 'account',
    label: 'settings.sessions.title',
    icon: MonitorSmartphone,
    settings: ['settings.sessions.revokeOthers', 'settings.sessions.devices'],
  },
  {
    id: 'appearance',
    group: 'account',
    label: 'settings.appearance.title',
    icon: Palette,
    settings: ['settings.appearance.theme', 'settings.appearance.density', 'settings.appearance.language'],
  },
  {
    id: 'shortcuts',
    group: 'account',
    label: 'settings.shortcuts.title',
    icon: Keyboard,
    settings: ['help.switch.label'],
  },
  {
    id: 'organisation',
    group: 'workspace',
    label: 'settings.organisation.title',
    icon: Building2,
    settings: [
      'settings.organisation.name',
      'settings.organisation.timezone',
      'settings.organisation.currency',
    ],
  },
  {
    id: 'members',
    group: 'workspace',
    label: 'settings.members.title',
    icon: Users,
    settings: ['settings.members.roles'],
  },
  {
    id: 'custom-fields',
    group: 'workspace',
    label: 'settings.customFields.title',
    icon: Rows3,
    settings: [
      'settings.customFields.options',
      'settings.customFields.required',
      'settings.customFields.archived',
    ],
  },
  {
    id: 'pipelines',
    group: 'workspace',
    label: 'settings.pipelines.title',
    icon: SquareKanban,
    settings: ['settings.pipelines.stages', 'settings.pipelines.probability'],
  },
  {
    id: 'models',
    group: 'workspace',
    label: 'settings.models.title',
    icon: Bot,
    settings: ['settings.models.key', 'settings.models.test'],
  },
  {
    id: 'api-keys',
    group: 'workspace',
    label: 'settings.apiKeys.title',
    icon: KeyRound,
    settings: ['settings.apiKeys.create', 'settings.apiKeys.revoke', 'settings.apiKeys.expiry'],
  },
  {
    id: 'audit',
    group: 'workspace',
    label: 'settings.audit.title',
    icon: ScrollText,
    settings: ['settings.audit.history'],
  },
];

/** The sections that answer a typed text, each with the settings inside that do. */
export function searchSections(typed: string, t: Translate): Array<{ section: Section; hits: string[] }> {
  return sections
    .map((section) => {
      const hits =
        typed.trim() === ''
          ? []
          : section.settings.map((id) => t(id)).filter((text) => matchScore(typed, text) > 0);
      return { section, hits, matches: hits.length > 0 || matchScore(typed, t(section.label)) > 0 };
    })
    .filter(({ matches }) => matches);
}

export function findSection(id: string): Section | undefined {
  return sections.find((section) => section.id === id);
}
