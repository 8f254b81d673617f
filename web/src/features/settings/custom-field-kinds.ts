import {
  AtSign,
  CalendarDays,
  CircleCheck,
  Hash,
  Link,
  List,
  ListChecks,
  type LucideIcon,
  TextCursorInput,
  UserRound,
} from 'lucide-react';
import type { CustomFieldKind } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';

interface KindTexts {
  icon: LucideIcon;
  label: MessageId;
  /** What it holds, and what it is good for. */
  hint: MessageId;
}

/** In the order in which they are offered. */
export const kinds: Record<CustomFieldKind, KindTexts> = {
  text: { icon: TextCursorInput, label: 'customField.kind.text', hint: 'customField.kindHint.text' },
  number: { icon: Hash, label: 'customField.kind.number', hint: 'customField.kindHint.number' },
  date: { icon: CalendarDays, label: 'customField.kind.date', hint: 'customField.kindHint.date' },
  boolean: { icon: CircleCheck, label: 'customField.kind.boolean', hint: 'customField.kindHint.boolean' },
  select: { icon: List, label: 'customField.kind.select', hint: 'customField.kindHint.select' },
  multi_select: {
    icon: ListChecks,
    label: 'customField.kind.multi_select',
    hint: 'customField.kindHint.multi_select',
  },
  url: { icon: Link, label: 'customField.kind.url', hint: 'customField.kindHint.url' },
  email: { icon: AtSign, label: 'customField.kind.email', hint: 'customField.kindHint.email' },
  user: { icon: UserRound, label: 'customField.kind.user', hint: 'customField.kindHint.user' },
};

export const kindNames = Object.keys(kinds) as CustomFieldKind[];
