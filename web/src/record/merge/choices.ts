/** Pure rules of a merge: what differs between records, and whose value stands. */
import type { Company, Customer, CustomField } from '@/api/types';
import { CUSTOM } from '../custom-names';

export type MergeRecord = 'customer' | 'company';
export type Mergeable = Customer | Company;

/** A choice: the field that is shown, and all that go with it. */
export interface Row {
  readonly field: string;
  readonly fields: readonly string[];
}

const alone = (field: string): Row => ({ field, fields: [field] });

/** What can be chosen, in the order in which people compare. The parts of a name are chosen together. */
export const mergeRows: Record<MergeRecord, readonly Row[]> = {
  customer: [
    { field: 'fullName', fields: ['fullName', 'firstName', 'lastName'] },
    ...['jobTitle', 'companyId', 'claimedById', 'country', 'language', 'timezone', 'avatarUrl'].map(alone),
  ],
  company: [
    'name',
    'legalName',
    'website',
    'linkedinUrl',
    'ownerId',
    'industry',
    'sizeBand',
    'employeeCount',
    'annualRevenue',
    'country',
    'city',
    'parentId',
  ].map(alone),
};

/** With the fields that the organisation has added. */
export function rowsOf(record: MergeRecord, custom: readonly CustomField[]): readonly Row[] {
  return [...mergeRows[record], ...custom.map(({ info }) => alone(info.field))];
}

/** More columns than this cannot be compared. */
export const MERGE_MAX = 6;

export function nameOf(record: Mergeable): string {
  return 'fullName' in record ? record.fullName : record.name;
}

/** What a custom field of the record holds. */
export function customValue(record: Mergeable, field: string): unknown {
  return record.custom[field.slice(CUSTOM.length)];
}

/** What can be compared of a field; null for none. */
export function fieldValue(record: Mergeable, field: string): string | number | null {
  if (field.startsWith(CUSTOM)) {
    const own = customValue(record, field);
    return own === undefined || typeof own === 'number' ? (own ?? null) : String(own);
  }
  const value = (record as unknown as Readonly<Record<string, unknown>>)[field];
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? value : null;
}

/** Rows with two different values first, then those that only some have, and apart those in which all are the same. */
export function compare(rows: readonly Row[], records: readonly Mergeable[]) {
  const conflicts: Row[] = [];
  const gaps: Row[] = [];
  const equal: Row[] = [];
  for (const row of rows) {
    const values = records.map((record) => fieldValue(record, row.field));
    const different = new Set(values.filter((value) => value !== null)).size;
    if (different > 1) conflicts.push(row);
    else if (different === 1) (values.includes(null) ? gaps : equal).push(row);
  }
  return { different: [...conflicts, ...gaps], equal };
}

/** By field: the record whose value a person has chosen. */
export type Chosen = Readonly<Record<string, string>>;

/** Whose value stands; without a choice that of whoever stays, or the first there is. `records`: who stays comes first. */
export function winnerOf(row: Row, records: readonly Mergeable[], chosen: Chosen): string {
  const own = chosen[row.field];
  if (own !== undefined) return own;
  const first = records.find((record) => fieldValue(record, row.field) !== null) ?? records[0];
  return first?.id ?? '';
}

/** What is sent: everything that was to be chosen, so that what was seen is what comes of it. */
export function fieldsOf(
  different: readonly Row[],
  records: readonly Mergeable[],
  chosen: Chosen,
): Record<string, string> {
  const sent: Record<string, string> = {};
  for (const row of different) {
    // Where the tree of companies changes by the merge itself, only a choice may go before it.
    if (row.field === 'parentId' && chosen.parentId === undefined) continue;
    const winner = winnerOf(row, records, chosen);
    for (const field of row.fields) sent[field] = winner;
  }
  return sent;
}

/** Who stays unless somebody chooses: the living record that says and holds most, of equals the oldest. */
export function likeliest(rows: readonly Row[], records: readonly Mergeable[]): string | undefined {
  const says = (record: Mergeable) =>
    rows.filter(({ field }) => fieldValue(record, field) !== null).length +
    ('contacts' in record ? record.contacts.length : record.domains.length + record.customerCount);
  const living = records.filter(({ archivedAt }) => archivedAt === null);
  const best = [...living].sort(
    (a, b) => says(b) - says(a) || Date.parse(a.createdAt) - Date.parse(b.createdAt),
  );
  return best[0]?.id;
}

/** Who stays first, the others as they were given. */
export function survivorFirst<T extends { id: string }>(records: readonly T[], id: string | undefined): T[] {
  return [...records.filter((record) => record.id === id), ...records.filter((record) => record.id !== id)];
}
