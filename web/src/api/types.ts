/**
 * The shapes of `/api/v1` that the app uses. Screens import from here only, so that a change of the contract shows in
 * one place.
 */

export type Id = string;
/** RFC 3339, UTC. */
export type Timestamp = string;
export type Role = 'owner' | 'admin' | 'member';

export interface FieldProblem {
  /** JSON pointer into the body that was sent, such as `/contacts/0/value`. */
  path: string;
  code: string;
  message: string;
}

/** The record that already holds a value which must be unique. */
export interface ExistingRecord {
  /** `customer`, `company`, `tag`, `user`, or a kind that a newer server knows. */
  record: string;
  id: Id;
  name: string;
  archived: boolean;
}

/** RFC 9457 answer of every refused request. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
  errors?: FieldProblem[];
  existing?: ExistingRecord | null;
  /** The record as it stands, when a write was based on an older version (412). */
  current?: unknown;
}

interface Versioned {
  id: Id;
  createdAt: Timestamp;
  updatedAt: Timestamp;
  version: number;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface OrgBrief {
  id: Id;
  name: string;
  timezone: string;
  currency: string;
}

export interface Me extends Versioned {
  fullName: string;
  email: string;
  role: Role;
  org: OrgBrief;
}

export interface Org extends Versioned {
  name: string;
  timezone: string;
  currency: string;
}

export interface Member {
  id: Id;
  fullName: string;
  email: string;
  role: Role;
  disabled: boolean;
}

export type FieldType = 'text' | 'number' | 'money' | 'time' | 'set' | 'boolean' | 'id' | 'enum' | 'fit';

/** One filterable field of the catalogue: what filters, columns and imports are built from. */
export interface CatalogueField {
  record: 'customer' | 'company';
  field: string;
  type: FieldType;
  label: string;
  operators: string[];
  sortable: boolean;
  enum?: string[];
}

export interface Bootstrap {
  me: Me;
  org: Org;
  members: Member[];
  tags: Tag[];
  fields: CatalogueField[];
  /** Build id of the server. */
  version: string;
}

export interface Session {
  id: Id;
  createdAt: Timestamp;
  lastSeenAt: Timestamp;
  userAgent: string | null;
  ipAddress: string | null;
  current: boolean;
}

export interface ApiKey {
  id: Id;
  name: string;
  role: Role;
  /** The first characters of the key, enough to recognise it. */
  prefix: string;
  createdAt: Timestamp;
  expiresAt: Timestamp | null;
  lastUsedAt: Timestamp | null;
  /** No id for keys made by the operator's command. */
  createdBy: { id: Id | null; name: string };
}

/** A key just made: `key` is the secret, sent this once. */
export interface NewApiKey extends ApiKey {
  key: string;
}

export interface AuditEntry {
  id: Id;
  action: string;
  detail: Record<string, unknown>;
  actor: Actor;
  ipAddress: string | null;
  occurredAt: Timestamp;
}

export interface Actor {
  kind: 'user' | 'automation' | 'bot' | 'import' | 'api_key' | 'system';
  id?: Id | null;
  name: string;
}

export type Channel = 'email' | 'linkedin' | 'phone' | 'telegram';
export type ContactLabel = 'work' | 'personal' | 'other';
export type ContactStatus = 'active' | 'bounced' | 'unreachable' | 'opted_out';

export interface Contact extends Versioned {
  customerId: Id;
  channel: Channel;
  value: string;
  canonical: string;
  label: ContactLabel | null;
  isPrimary: boolean;
  status: ContactStatus;
  verifiedAt: Timestamp | null;
}

export interface Customer extends Versioned {
  firstName: string | null;
  lastName: string | null;
  fullName: string;
  jobTitle: string | null;
  avatarUrl: string | null;
  language: string | null;
  timezone: string | null;
  country: string | null;
  companyId: Id | null;
  company: { id: Id; name: string } | null;
  claimedById: Id | null;
  claimedAt: Timestamp | null;
  source: 'manual' | 'import' | 'api' | 'inbox' | 'form';
  doNotContact: boolean;
  archivedAt: Timestamp | null;
  mergedIntoId: Id | null;
  lastActivityAt: Timestamp | null;
  lastInboundAt: Timestamp | null;
  lastOutboundAt: Timestamp | null;
  contacts: Contact[];
  tags: string[];
  /** In the answer to a POST: archived customers with one of the addresses. */
  archivedDuplicates?: ExistingRecord[];
}

export interface NewContact {
  channel: Channel;
  value: string;
  label?: ContactLabel | null;
  isPrimary?: boolean;
}

export interface NewCustomer {
  fullName?: string;
  firstName?: string | null;
  lastName?: string | null;
  jobTitle?: string | null;
  language?: string | null;
  timezone?: string | null;
  country?: string | null;
  companyId?: Id | null;
  claimedById?: Id | null;
  contacts?: NewContact[];
  tags?: string[];
}

/** Absent fields stay as they are, `null` clears. */
export type CustomerPatch = Partial<
  Pick<
    Customer,
    | 'fullName'
    | 'firstName'
    | 'lastName'
    | 'jobTitle'
    | 'avatarUrl'
    | 'language'
    | 'timezone'
    | 'country'
    | 'companyId'
    | 'doNotContact'
  >
>;

export type ContactPatch = Partial<Pick<Contact, 'value' | 'label' | 'isPrimary' | 'status'>>;

export type SizeBand = '1-10' | '11-50' | '51-200' | '201-500' | '501-1000' | '1001-5000' | '5001+';

export interface Company extends Versioned {
  name: string;
  legalName: string | null;
  domains: string[];
  website: string | null;
  linkedinUrl: string | null;
  industry: string | null;
  sizeBand: SizeBand | null;
  employeeCount: number | null;
  /** Minor units of the organisation's currency. */
  annualRevenue: number | null;
  country: string | null;
  city: string | null;
  parentId: Id | null;
  parent: { id: Id; name: string } | null;
  ownerId: Id | null;
  customerCount: number;
  archivedAt: Timestamp | null;
  mergedIntoId: Id | null;
}

export type CompanyPatch = Partial<
  Pick<
    Company,
    | 'name'
    | 'legalName'
    | 'domains'
    | 'website'
    | 'linkedinUrl'
    | 'industry'
    | 'sizeBand'
    | 'employeeCount'
    | 'annualRevenue'
    | 'country'
    | 'city'
    | 'parentId'
    | 'ownerId'
  >
>;
export type NewCompany = CompanyPatch & {
  name: string;
  /** Also link customers without a company whose address has one of the domains. */
  linkCustomers?: boolean;
};

/** What is known of a domain before a company is made of it. */
export interface DomainMatch {
  /** As it would be stored. */
  domain: string;
  /** A provider of mailboxes for everybody: it says nothing about an employer. */
  freeMail: boolean;
  company: Company | null;
  /** Customers without a company whose address has the domain; at most twenty. */
  unlinkedCustomers: Array<{ id: Id; fullName: string; email: string }>;
}

export interface Tag extends Versioned {
  name: string;
  color: string | null;
  description: string | null;
  isSystem: boolean;
  customerCount: number;
}

export type NewTag = { name: string; color?: string | null; description?: string | null };
export type TagPatch = Partial<NewTag>;

export interface FieldChange {
  field: string;
  old: unknown;
  new: unknown;
}

/** A call or a meeting that somebody wrote down. */
export interface LoggedTalk {
  subject: string;
  notes: string | null;
  durationMinutes: number | null;
  direction: 'inbound' | 'outbound' | null;
}

/** `detail` by `type`; a type that this build does not know is shown raw. */
export interface ActivityDetails {
  'customer.created': { source: Customer['source'] };
  'customer.updated': { changes: FieldChange[] };
  'customer.archived': Record<string, never>;
  'customer.restored': Record<string, never>;
  'customer.imported': { importId: Id; fileName: string; row: number; result: string };
  'contact.added': { contactId: Id; channel: Channel; value: string };
  'contact.changed': { contactId: Id; channel: Channel; changes: FieldChange[] };
  'contact.removed': { contactId: Id; channel: Channel; value: string };
  'tag.added': { tagId: Id; name: string };
  'tag.removed': { tagId: Id; name: string };
  'owner.claimed': { userId: Id; name: string };
  'owner.released': { userId: Id; name: string };
  'call.logged': LoggedTalk;
  'meeting.logged': LoggedTalk;
  'consent.changed': { doNotContact: boolean };
  'company.created': { source: string };
  'company.updated': { changes: FieldChange[] };
  'company.archived': Record<string, never>;
  'company.restored': Record<string, never>;
  'company.imported': { importId: Id; fileName: string; row: number; result: string };
  'owner.reassigned': { fromUserId: Id | null; fromName: string | null; toUserId: Id; toName: string };
}

interface ActivityBase {
  id: Id;
  customerId: Id | null;
  companyId: Id | null;
  dealId: Id | null;
  actor: Actor;
  occurredAt: Timestamp;
}

export type KnownActivity = {
  [T in keyof ActivityDetails]: ActivityBase & { type: T; detail: ActivityDetails[T] };
}[keyof ActivityDetails];

export type Activity = KnownActivity | (ActivityBase & { type: string; detail: Record<string, unknown> });

export type FilterValue = string | number | boolean | null | Array<string | number>;
export type Filter =
  | { and: Filter[] }
  | { or: Filter[] }
  | { not: Filter }
  | { field: string; op: string; value?: FilterValue };

export interface ListQuery {
  /** The filter tree as JSON text. */
  filter?: string;
  sort?: string;
  limit?: number;
  cursor?: string;
  q?: string;
}

export interface ListBody {
  filter?: Filter;
  sort?: string;
  limit?: number;
  cursor?: string;
  q?: string;
}

export interface CountBody {
  filter?: Filter;
  q?: string;
  exact?: boolean;
}

export interface Count {
  count: number;
  exact: boolean;
}

export type ImportState =
  | 'uploaded'
  | 'planning'
  | 'planned'
  | 'running'
  | 'completed'
  | 'failed'
  | 'canceled'
  | 'undoing'
  | 'undone';

export type ImportRecord = 'customer' | 'company';

export interface ImportMapping {
  column: string;
  /** `null` leaves the column out. */
  field: string | null;
  /** What certain values mean: `{"Philipines": "PH"}`. An empty meaning leaves the cell out. */
  values?: Record<string, string>;
}

export interface ImportColumn {
  /** Unique in the file. */
  name: string;
  /** First different values. */
  samples: string[];
  /** Cells with content. */
  filled: number;
}

/** A mapping as the server answers it: guessed from names and content, or as it was last planned. */
export interface ImportGuess extends ImportMapping {
  /** 0 for a column without a field, 1 where a person decided, between them how sure the guess is. */
  confidence: number;
}

export interface ImportProblem {
  /** As a spreadsheet counts: the header is row 1. */
  row: number;
  column: string | null;
  value: string | null;
  reason: string;
}

/** Something that was changed or assumed while the file was read. */
export interface ImportNote {
  code: string;
  message: string;
  column: string | null;
}

/** A misspelt value and what it was taken for. */
export interface ImportOffer {
  column: string;
  value: string;
  /** The value that was understood, as the API writes it. */
  meaning: string;
  /** The same in words. */
  name: string;
  rows: number;
}

export interface Import {
  id: Id;
  record: ImportRecord;
  state: ImportState;
  fileName: string;
  /** By content, not by name. */
  kind: 'csv' | 'xlsx';
  columns: ImportColumn[];
  /** First rows of the file, one cell per column. */
  sample: string[][];
  mapping: ImportGuess[];
  onDuplicate: OnDuplicate;
  overwriteOwner: boolean;
  rows: number;
  processed: number;
  created: number;
  updated: number;
  unchanged: number;
  skipped: number;
  failed: number;
  undone: {
    /** Records that the import made. */
    archived: number;
    /** Records that got their former values back. */
    restored: number;
    /** Records that somebody changed since; they stay as they are, wholly or in part. */
    kept: number;
  };
  /** The first ones only; all of them are in `rows.csv`. */
  problems: ImportProblem[];
  notes: ImportNote[];
  offers: ImportOffer[];
  /** Of a text file. */
  encoding: string | null;
  delimiter: string | null;
  /** Of a workbook. */
  sheet: string | null;
  sheets: string[];
  hasHeader: boolean;
  /** Why the state is `failed`. */
  error: string | null;
  createdBy: { id: Id | null; name: string };
  createdAt: Timestamp;
  /** When the run began; `null` before. */
  startedAt: Timestamp | null;
  finishedAt: Timestamp | null;
  version: number;
}

/** As the list answers it. */
export type ImportBrief = Pick<
  Import,
  | 'id'
  | 'record'
  | 'state'
  | 'fileName'
  | 'rows'
  | 'processed'
  | 'created'
  | 'updated'
  | 'unchanged'
  | 'skipped'
  | 'failed'
  | 'undone'
  | 'error'
  | 'createdBy'
  | 'createdAt'
  | 'startedAt'
  | 'finishedAt'
  | 'version'
>;

export type OnDuplicate = 'skip' | 'update';

/** How a file is to be read instead of what was detected. */
export interface ImportReading {
  encoding?: string;
  delimiter?: string;
  sheet?: string;
  header?: boolean;
}

export interface ImportPlan {
  mapping: ImportMapping[];
  onDuplicate: OnDuplicate;
  overwriteOwner: boolean;
}

/* ---- Routes ---------------------------------------------------------------------------------------------------- */

type Json<T> = { content: { 'application/json': T } };
type Refused = { default: { content: { 'application/problem+json': Problem } } };
type Params<Query, Path> = { query?: Query; header?: never; path?: Path; cookie?: never };
type PathParams<Query, Path> = { query?: Query; header?: never; path: Path; cookie?: never };

interface Read<Ok, Query = never> {
  parameters: Params<Query, never>;
  requestBody?: never;
  responses: { 200: Json<Ok> } & Refused;
}
interface ReadOne<Ok, Path = { id: Id }, Query = never> {
  parameters: PathParams<Query, Path>;
  requestBody?: never;
  responses: { 200: Json<Ok> } & Refused;
}
interface Send<Body, Ok> {
  parameters: Params<never, never>;
  requestBody: Json<Body>;
  responses: { 200: Json<Ok> } & Refused;
}
interface SendOne<Body, Ok, Path = { id: Id }> {
  parameters: PathParams<never, Path>;
  requestBody: Json<Body>;
  responses: { 200: Json<Ok> } & Refused;
}
interface Act<Ok, Path = { id: Id }> {
  parameters: PathParams<never, Path>;
  requestBody?: never;
  responses: { 200: Json<Ok> } & Refused;
}
interface Remove<Path = { id: Id }> {
  parameters: PathParams<never, Path>;
  requestBody?: never;
  responses: { 204: { content?: never } } & Refused;
}
interface Quiet {
  parameters: Params<never, never>;
  requestBody?: never;
  responses: { 204: { content?: never } } & Refused;
}
interface Upload<Ok> {
  parameters: Params<never, never>;
  requestBody: { content: { 'multipart/form-data': ImportReading & { record: ImportRecord; file: Blob } } };
  responses: { 201: Json<Ok> } & Refused;
}

export interface paths {
  '/auth/signup': { post: Send<{ fullName: string; email: string; orgName: string; password: string }, Me> };
  '/auth/login': { post: Send<{ email: string; password: string }, Me> };
  '/auth/logout': { post: Quiet };
  '/bootstrap': { get: Read<Bootstrap> };
  '/me': {
    get: Read<Me>;
    patch: Send<{ fullName?: string; password?: { current: string; new: string } }, Me>;
  };
  '/me/sessions': { get: Read<Page<Session>>; delete: Quiet };
  '/me/sessions/{id}': { delete: Remove };
  '/org': { get: Read<Org>; patch: Send<Partial<Pick<Org, 'name' | 'timezone' | 'currency'>>, Org> };
  '/members': { get: Read<Page<Member>, { limit?: number; cursor?: string }> };
  '/audit': { get: Read<Page<AuditEntry>, { limit?: number; cursor?: string }> };
  '/api-keys': {
    get: Read<Page<ApiKey>, { limit?: number; cursor?: string }>;
    post: Send<{ name: string; role: Role; expiresAt?: Timestamp | null }, NewApiKey>;
  };
  '/api-keys/{id}': { delete: Remove };
  '/customers': { get: Read<Page<Customer>, ListQuery>; post: Send<NewCustomer, Customer> };
  '/customers/query': { post: Send<ListBody, Page<Customer>> };
  '/customers/count': { post: Send<CountBody, Count> };
  '/customers/{id}': { get: ReadOne<Customer>; patch: SendOne<CustomerPatch, Customer> };
  '/customers/{id}/archive': { post: Act<Customer> };
  '/customers/{id}/restore': { post: Act<Customer> };
  '/customers/{id}/claim': { post: Act<Customer> };
  '/customers/{id}/unclaim': { post: Act<Customer> };
  '/customers/{id}/release': { post: Act<Customer> };
  '/customers/{id}/reassign': { post: SendOne<{ userId: Id }, Customer> };
  '/customers/{id}/activity': {
    get: ReadOne<Page<Activity>, { id: Id }, { group?: string; cursor?: string; limit?: number }>;
  };
  '/customers/{id}/contacts': { get: ReadOne<Page<Contact>>; post: SendOne<NewContact, Contact> };
  '/customers/{id}/tags/{name}': {
    put: Act<Customer, { id: Id; name: string }>;
    delete: Act<Customer, { id: Id; name: string }>;
  };
  '/contacts/{id}': { patch: SendOne<ContactPatch, Contact>; delete: Remove };
  '/companies': { get: Read<Page<Company>, ListQuery>; post: Send<NewCompany, Company> };
  '/companies/query': { post: Send<ListBody, Page<Company>> };
  '/companies/count': { post: Send<CountBody, Count> };
  '/companies/match': { get: Read<DomainMatch, { domain: string }> };
  '/companies/{id}': { get: ReadOne<Company>; patch: SendOne<CompanyPatch, Company> };
  '/companies/{id}/archive': { post: Act<Company> };
  '/companies/{id}/restore': { post: Act<Company> };
  '/companies/{id}/customers': {
    get: ReadOne<Page<Customer>, { id: Id }, { cursor?: string; limit?: number }>;
  };
  '/companies/{id}/activity': {
    get: ReadOne<Page<Activity>, { id: Id }, { group?: string; cursor?: string; limit?: number }>;
  };
  '/tags': { get: Read<Page<Tag>, ListQuery>; post: Send<NewTag, Tag> };
  '/tags/{id}': { get: ReadOne<Tag>; patch: SendOne<TagPatch, Tag>; delete: Remove };
  '/imports': { get: Read<Page<ImportBrief>, { limit?: number; cursor?: string }>; post: Upload<Import> };
  '/imports/{id}': { get: ReadOne<Import> };
  '/imports/{id}/plan': { post: SendOne<ImportPlan, Import> };
  '/imports/{id}/run': { post: Act<Import> };
  '/imports/{id}/undo': { post: Act<Import> };
  '/imports/{id}/cancel': { post: Act<Import> };
}
