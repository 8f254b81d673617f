import type { MessageId } from '@/i18n/message-id';

const labels: Record<string, MessageId> = {
  'org.created': 'audit.orgCreated.label',
  'org.updated': 'audit.orgUpdated.label',
  'api_key.created': 'audit.apiKeyCreated.label',
  'api_key.revoked': 'audit.apiKeyRevoked.label',
  'session.signed_in': 'audit.signedIn.label',
  'session.revoked': 'audit.sessionRevoked.label',
  'password.changed': 'audit.passwordChanged.label',
};

/** The text for an action; an action of a newer server has none and is shown by its own name. */
export function auditLabel(action: string): MessageId | undefined {
  return labels[action];
}

/** The detail of an entry on one line: `name: Website form, role: member`. Nested values as JSON. */
export function describeDetail(detail: Record<string, unknown>): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([key, value]) => `${key}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
}
