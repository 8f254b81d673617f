import type { MessageId } from '@/i18n/message-id';
import type { Translate } from '@/i18n/use-t';

const actions: Record<string, MessageId> = {
  'org.created': 'audit.orgCreated.label',
  'org.changed': 'audit.orgChanged.label',
  'member.added': 'audit.memberAdded.label',
  'member.changed': 'audit.memberChanged.label',
  'member.removed': 'audit.memberRemoved.label',
  'api_key.created': 'audit.apiKeyCreated.label',
  'api_key.revoked': 'audit.apiKeyRevoked.label',
  'ai_provider.created': 'audit.aiProviderCreated.label',
  'ai_provider.updated': 'audit.aiProviderUpdated.label',
  'ai_provider.deleted': 'audit.aiProviderDeleted.label',
  'session.revoked': 'audit.sessionRevoked.label',
  'sessions.revoked': 'audit.sessionsRevoked.label',
  'login.throttled': 'audit.loginThrottled.label',
  'password.changed': 'audit.passwordChanged.label',
  'password.reset': 'audit.passwordReset.label',
  'custom_field.created': 'audit.customFieldCreated.label',
  'custom_field.updated': 'audit.customFieldUpdated.label',
  'custom_field.archived': 'audit.customFieldArchived.label',
  'custom_field.restored': 'audit.customFieldRestored.label',
};

const fields: Record<string, MessageId> = {
  name: 'audit.field.name',
  email: 'settings.profile.email',
  role: 'settings.profile.role',
  prefix: 'audit.field.prefix',
  expiresAt: 'audit.field.expiresAt',
  timezone: 'settings.organisation.timezone',
  currency: 'settings.organisation.currency',
  failures: 'audit.field.failures',
  sessionsEnded: 'audit.field.sessionsEnded',
  label: 'audit.field.name',
  record: 'audit.field.record',
  key: 'audit.field.key',
};

const records: Record<string, MessageId> = {
  customer: 'nav.customers.label',
  company: 'nav.companies.label',
};

/** The text for an action; an action of a newer server has none and is shown by its own name. */
export function auditLabel(action: string): MessageId | undefined {
  return actions[action];
}

interface Change {
  field: string;
  old: unknown;
  new: unknown;
}

/**
 * The detail of an entry on one line: `Name: Website form, Role: member`. Ids say nothing to people and are left out;
 * nested values of a newer server are shown as JSON.
 */
export function describeDetail(
  detail: Record<string, unknown>,
  t: Translate,
  formatDate: (value: string) => string,
): string {
  const label = (key: string) => (fields[key] ? t(fields[key]) : key);
  const show = (key: string, value: unknown): string => {
    if (value === null || value === undefined || value === '') return '–';
    if (typeof value === 'object') return JSON.stringify(value);
    const record = key === 'record' ? records[String(value)] : undefined;
    if (record) return t(record);
    return key.endsWith('At') && typeof value === 'string' ? formatDate(value) : String(value);
  };
  const parts: string[] = [];
  for (const [key, value] of Object.entries(detail)) {
    if (key === 'id' || key.endsWith('Id') || value === null || value === undefined || value === '') continue;
    if (key === 'changes' && Array.isArray(value)) {
      for (const change of value as Change[]) {
        parts.push(
          `${label(change.field)}: ${show(change.field, change.old)} → ${show(change.field, change.new)}`,
        );
      }
    } else parts.push(`${label(key)}: ${show(key, value)}`);
  }
  return parts.join(', ');
}
