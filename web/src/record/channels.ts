import { type LucideIcon, Mail, Phone, Send } from 'lucide-react';
import type { Channel, ContactLabel, ContactStatus } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { LinkedinIcon } from './linkedin-icon';

interface ChannelInfo {
  icon: LucideIcon | typeof LinkedinIcon;
  label: MessageId;
  placeholder: MessageId;
  inputMode: 'email' | 'tel' | 'url' | 'text';
}

export const channels: Record<Channel, ChannelInfo> = {
  email: {
    icon: Mail,
    label: 'record.channel.email',
    placeholder: 'record.contact.placeholderEmail',
    inputMode: 'email',
  },
  phone: {
    icon: Phone,
    label: 'record.channel.phone',
    placeholder: 'record.contact.placeholderPhone',
    inputMode: 'tel',
  },
  linkedin: {
    icon: LinkedinIcon,
    label: 'record.channel.linkedin',
    placeholder: 'record.contact.placeholderLinkedin',
    inputMode: 'url',
  },
  telegram: {
    icon: Send,
    label: 'record.channel.telegram',
    placeholder: 'record.contact.placeholderTelegram',
    inputMode: 'text',
  },
};

export const channelNames = Object.keys(channels) as Channel[];

export const contactLabels: Record<ContactLabel, MessageId> = {
  work: 'record.label.work',
  personal: 'record.label.personal',
  other: 'record.label.other',
};

export const contactStatuses: Record<ContactStatus, MessageId> = {
  active: 'record.status.active',
  bounced: 'record.status.bounced',
  unreachable: 'record.status.unreachable',
  opted_out: 'record.status.opted_out',
};

/** A good guess of what was typed or pasted: an address, a profile, a number, a handle. */
export function guessChannel(value: string): Channel | null {
  const text = value.trim();
  if (/linkedin\.com\/|^in\/[\w-]+/i.test(text)) return 'linkedin';
  if (/^(@[a-z]\w{2,}|(https?:\/\/)?t\.me\/\w+)/i.test(text)) return 'telegram';
  if (/^[^\s@]+@[^\s@]*$/.test(text)) return 'email';
  if (/^[+(]?[\d][\d\s().\-/]{4,}$/.test(text)) return 'phone';
  return null;
}

/** Where a press on an address leads, or null when there is nothing to open. */
export function contactHref(channel: Channel, canonical: string): string | null {
  switch (channel) {
    case 'email':
      return `mailto:${canonical}`;
    case 'phone':
      return `tel:${canonical}`;
    case 'linkedin':
      return canonical.startsWith('in/') ? `https://www.linkedin.com/${canonical}` : null;
    case 'telegram':
      return canonical.startsWith('@') ? `https://t.me/${canonical.slice(1)}` : null;
  }
}
