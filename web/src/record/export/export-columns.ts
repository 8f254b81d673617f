import type { MessageId } from '@/i18n/message-id';

export type ExportRecord = 'customers' | 'companies';

/** What a file can hold, in the order of a file with all of it; names as the API has them. */
const columns: Record<ExportRecord, ReadonlyArray<readonly [string, MessageId]>> = {
  customers: [
    ['id', 'export.field.id'],
    ['fullName', 'record.field.fullName'],
    ['firstName', 'record.field.firstName'],
    ['lastName', 'record.field.lastName'],
    ['jobTitle', 'record.field.jobTitle'],
    ['email', 'record.channel.email'],
    ['phone', 'record.channel.phone'],
    ['linkedin', 'record.channel.linkedin'],
    ['telegram', 'record.channel.telegram'],
    ['company.name', 'record.field.companyId'],
    ['owner.name', 'record.field.claimedById'],
    ['owner.email', 'export.field.ownerEmail'],
    ['tags', 'record.field.tags'],
    ['language', 'record.field.language'],
    ['timezone', 'record.field.timezone'],
    ['country', 'record.field.country'],
    ['source', 'record.field.source'],
    ['doNotContact', 'record.field.doNotContact'],
    ['createdAt', 'record.field.createdAt'],
    ['updatedAt', 'record.field.updatedAt'],
    ['lastActivityAt', 'record.field.lastActivityAt'],
    ['lastInboundAt', 'record.field.lastInboundAt'],
    ['lastOutboundAt', 'record.field.lastOutboundAt'],
  ],
  companies: [
    ['id', 'export.field.id'],
    ['name', 'record.field.name'],
    ['legalName', 'record.field.legalName'],
    ['domains', 'record.field.domains'],
    ['website', 'record.field.website'],
    ['linkedinUrl', 'record.field.linkedinUrl'],
    ['industry', 'record.field.industry'],
    ['sizeBand', 'record.field.sizeBand'],
    ['employeeCount', 'record.field.employeeCount'],
    ['annualRevenue', 'record.field.annualRevenue'],
    ['country', 'record.field.country'],
    ['city', 'record.field.city'],
    ['parent.name', 'record.field.parentId'],
    ['owner.name', 'record.field.ownerId'],
    ['owner.email', 'export.field.ownerEmail'],
    ['createdAt', 'record.field.createdAt'],
    ['updatedAt', 'record.field.updatedAt'],
  ],
};

export function exportColumns(record: ExportRecord): ReadonlyArray<readonly [string, MessageId]> {
  return columns[record];
}

/** The columns of a list as a file calls them, in the list's order; what no file has is left out. */
export function columnsOnScreen(
  record: ExportRecord,
  shown: readonly string[],
  custom: readonly string[] = [],
): string[] {
  const known = new Set([...columns[record].map(([name]) => name), ...custom]);
  return shown.map((id) => (id === 'owner' ? 'owner.name' : id)).filter((id) => known.has(id));
}
