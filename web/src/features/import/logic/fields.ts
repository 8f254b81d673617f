import type { CustomField, ImportRecord } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';

/** A field that a column of a file can fill. */
export interface ImportField {
  /** Name in the API. */
  name: string;
  label: MessageId | { readonly text: string };
  /** What belongs into it, where the label alone does not say so. */
  hint?: MessageId;
  /** Several columns may fill it: a person has several addresses, a company several domains, and tags add up. */
  repeatable?: true;
}

const ownership: ImportField[] = [
  { name: 'owner.name', label: 'imports.field.ownerName', hint: 'imports.fieldHint.ownerName' },
  { name: 'owner.email', label: 'imports.field.ownerEmail', hint: 'imports.fieldHint.ownerEmail' },
  { name: 'createdAt', label: 'imports.field.createdAt', hint: 'imports.fieldHint.createdAt' },
];

const id: ImportField = { name: 'id', label: 'imports.field.id', hint: 'imports.fieldHint.id' };

const fields: Record<ImportRecord, ImportField[]> = {
  customer: [
    id,
    { name: 'fullName', label: 'imports.field.fullName' },
    { name: 'firstName', label: 'imports.field.firstName' },
    { name: 'lastName', label: 'imports.field.lastName' },
    { name: 'jobTitle', label: 'imports.field.jobTitle' },
    { name: 'email', label: 'imports.field.email', repeatable: true },
    { name: 'phone', label: 'imports.field.phone', repeatable: true },
    { name: 'linkedin', label: 'imports.field.linkedin', repeatable: true },
    { name: 'telegram', label: 'imports.field.telegram', repeatable: true },
    { name: 'company.name', label: 'imports.field.companyName', hint: 'imports.fieldHint.companyName' },
    { name: 'company.domain', label: 'imports.field.companyDomain', hint: 'imports.fieldHint.companyDomain' },
    { name: 'country', label: 'imports.field.country', hint: 'imports.fieldHint.country' },
    { name: 'language', label: 'imports.field.language', hint: 'imports.fieldHint.language' },
    { name: 'timezone', label: 'imports.field.timezone', hint: 'imports.fieldHint.timezone' },
    { name: 'tags', label: 'imports.field.tags', hint: 'imports.fieldHint.tags', repeatable: true },
    ...ownership,
  ],
  company: [
    id,
    { name: 'name', label: 'imports.field.name' },
    { name: 'legalName', label: 'imports.field.legalName' },
    { name: 'domains', label: 'imports.field.domains', hint: 'imports.fieldHint.domains', repeatable: true },
    { name: 'website', label: 'imports.field.website' },
    { name: 'linkedinUrl', label: 'imports.field.linkedinUrl' },
    { name: 'industry', label: 'imports.field.industry' },
    { name: 'sizeBand', label: 'imports.field.sizeBand', hint: 'imports.fieldHint.sizeBand' },
    { name: 'employeeCount', label: 'imports.field.employeeCount', hint: 'imports.fieldHint.employeeCount' },
    { name: 'annualRevenue', label: 'imports.field.annualRevenue', hint: 'imports.fieldHint.annualRevenue' },
    { name: 'country', label: 'imports.field.country', hint: 'imports.fieldHint.country' },
    { name: 'city', label: 'imports.field.city' },
    { name: 'parent.name', label: 'imports.field.parentName', hint: 'imports.fieldHint.parentName' },
    ...ownership,
  ],
  product: [
    { name: 'name', label: 'imports.field.productName' },
    { name: 'description', label: 'imports.field.description' },
    { name: 'price', label: 'imports.field.price', hint: 'imports.fieldHint.amount' },
    { name: 'currency', label: 'imports.field.currency' },
    { name: 'owner.name', label: 'imports.field.ownerName', hint: 'imports.fieldHint.ownerName' },
    { name: 'owner.email', label: 'imports.field.ownerEmail', hint: 'imports.fieldHint.ownerEmail' },
  ],
  deal: [
    id,
    { name: 'name', label: 'imports.field.dealName' },
    { name: 'company.name', label: 'imports.field.companyName', hint: 'imports.fieldHint.companyName' },
    { name: 'company.domain', label: 'imports.field.companyDomain', hint: 'imports.fieldHint.companyDomain' },
    { name: 'customer.email', label: 'imports.field.customerEmail', hint: 'imports.fieldHint.customerEmail' },
    { name: 'pipeline.name', label: 'imports.field.pipelineName' },
    { name: 'stage', label: 'imports.field.stage' },
    { name: 'amount', label: 'imports.field.amount', hint: 'imports.fieldHint.amount' },
    { name: 'currency', label: 'imports.field.currency' },
    { name: 'probability', label: 'imports.field.probability' },
    { name: 'product.name', label: 'imports.field.productName', hint: 'imports.fieldHint.productName' },
    { name: 'quantity', label: 'imports.field.quantity' },
    { name: 'expectedCloseDate', label: 'imports.field.expectedCloseDate' },
    { name: 'closedAt', label: 'imports.field.closedAt', hint: 'imports.fieldHint.closedAt' },
    { name: 'lostReason', label: 'imports.field.lostReason' },
    { name: 'source', label: 'imports.field.source' },
    { name: 'owner.name', label: 'imports.field.ownerName', hint: 'imports.fieldHint.dealOwnerName' },
    { name: 'owner.email', label: 'imports.field.ownerEmail', hint: 'imports.fieldHint.ownerEmail' },
    { name: 'createdAt', label: 'imports.field.createdAt' },
  ],
};

const customHints: { [Kind in CustomField['kind']]?: MessageId } = {
  select: 'imports.fieldHint.customSelect',
  multi_select: 'imports.fieldHint.customMultiSelect',
  date: 'imports.fieldHint.customDate',
  user: 'imports.fieldHint.customUser',
};

/** In the order of the template, and then the organisation's own. */
export function fieldsOf(record: ImportRecord, custom: readonly CustomField[] = []): ImportField[] {
  const own = custom.filter((field) => field.record === record && field.archivedAt === null);
  return [
    ...fields[record],
    ...own.map(({ info, label, kind }) => ({
      name: info.field,
      label: { text: label },
      hint: customHints[kind],
    })),
  ];
}

export function findField(
  record: ImportRecord,
  name: string | null,
  custom: readonly CustomField[] = [],
): ImportField | undefined {
  return name === null ? undefined : fieldsOf(record, custom).find((field) => field.name === name);
}

/** A row of the record must fill one of these at least, or it names nobody. */
const naming: Record<ImportRecord, string[]> = {
  customer: ['fullName', 'firstName', 'lastName', 'email', 'phone', 'linkedin', 'telegram'],
  company: ['name', 'domains'],
  product: ['name'],
  deal: ['name'],
};

export function isNaming(record: ImportRecord, name: string): boolean {
  return naming[record].includes(name);
}
