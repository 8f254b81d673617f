/**
 * The shapes of `/api/v1` that the app uses. They are the server's own: a field that the server no longer sends, or
 * sends otherwise, fails to compile where a screen reads it. Screens import from here only. What is written by hand
 * says more than the document does, and is built upon its shapes, so that it must still fit them.
 */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Id = string;
export type Role = Schemas['Role'];

/** RFC 9457 answer of every refused request. A proxy's answer is made one of these, without field errors. */
export type Problem = Omit<Schemas['Problem'], 'errors'> & Partial<Pick<Schemas['Problem'], 'errors'>>;
/** The record that already holds a value which must be unique. */
export type ExistingRecord = Schemas['Existing'];

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export type Me = Schemas['Me'];
export type Org = Schemas['Organisation'];
export type Member = Schemas['Member'];
export type Bootstrap = Schemas['Bootstrap'];
export type Session = Schemas['Session'];
export type ApiKey = Schemas['ApiKey'];
export type AiProvider = Schemas['AiProvider'];
export type Backtest = Schemas['Backtest'];
export type Tried = Schemas['Tried'];
export type TriedScore = Schemas['TriedScore'];
export type AiProviderPatch = Schemas['AiProviderPatch'];
export type NewAiProvider = Schemas['NewAiProvider'];
export type TestAiProvider = Schemas['TestAiProvider'];
/** A key just made: `key` is the secret, sent this once. */
export type NewApiKey = Schemas['CreatedApiKey'];
export type AuditEntry = Schemas['AuditEntry'];

export type Channel = Schemas['Channel'];
export type ContactLabel = Schemas['ContactLabel'];
export type ContactStatus = Schemas['ContactStatus'];
export type Contact = Schemas['Contact'];
export type NewContact = Schemas['NewContact'];
export type ContactPatch = Schemas['ContactPatch'];

export type Customer = Schemas['Customer'];
export type NewCustomer = Schemas['NewCustomer'];
/** Absent fields stay as they are, `null` clears. */
export type CustomerPatch = Schemas['CustomerPatch'];

export type SizeBand = Schemas['SizeBand'];
export type Company = Schemas['Company'];
export type NewCompany = Schemas['NewCompany'];
export type CompanyPatch = Schemas['CompanyPatch'];

/** Numbers as somebody has arranged them, and what each of them asks and is answered. */
export type Dashboard = Schemas['Dashboard'];
export type Widget = Schemas['Widget'];
export type WidgetKind = Schemas['WidgetKind'];
export type Measure = Schemas['Measure'];
export type ReportSource = Schemas['ReportSource'];
export type ReportQuery = Schemas['ReportQuery'];
export type ReportFigure = Schemas['ReportFigure'];
export type ReportGroup = Schemas['ReportGroup'];
export type Report = Schemas['Report'];
export type FeedItem = Schemas['FeedItem'];

/** How many records have each value of a field. */
export type Facet = Schemas['Facet'];

/** Two customers that may be one person, or two companies that may be one. */
export type DuplicatePair = Schemas['DuplicatePair'];
export type PairedCustomer = Schemas['PairedCustomer'];
export type PairedCompany = Schemas['PairedCompany'];
export type PairState = Schemas['PairState'];
export type PairCounts = Schemas['PairCounts'];
export type Decision = Schemas['Decision'];

export type MergePreview = Schemas['MergePreview'];
export type CompanyMergePreview = Schemas['CompanyMergePreview'];
/** A merge of records of one kind, as it is asked for. */
export type MergeBody = Schemas['MergeCustomers'] | Schemas['MergeCompanies'];

/** What a stage means, whatever it is called. */
export type DealStage = Schemas['DealStage'];
/** A stage of a pipeline. */
export type Stage = Schemas['Stage'];
export type NewStage = Schemas['NewStage'];
export type Pipeline = Schemas['Pipeline'];

/** A sale that may come about; `amount` in minor units of `currency`. */
export type Deal = Schemas['Deal'];
export type DealLine = Schemas['DealProduct'];
export type NewDeal = Schemas['NewDeal'];
/** Absent fields stay as they are, `null` clears. */
export type DealPatch = Schemas['DealPatch'];
export type StageVisit = Schemas['StageVisit'];
export type Board = Schemas['Board'];
export type BoardStage = Schemas['BoardStage'];
/** What something comes to in one currency. */
export type Amount = Schemas['Amount'];
export type DealStats = Schemas['Stats'];
export type Forecast = Schemas['Forecast'];

/** Something to do, by somebody or by whoever takes it from the pool. */
export type Task = Schemas['Task'];
export type TaskStatus = Schemas['TaskStatus'];
export type NewTask = Schemas['NewTask'];
/** Absent fields stay as they are, `null` clears. */
export type TaskPatch = Schemas['TaskPatch'];
export type TaskCounts = Schemas['TaskCounts'];
export type Recurrence = Schemas['Recurrence'];
export type RecurrenceUnit = Schemas['Unit'];
/** What a task is about. */
export type Anchor = Schemas['Anchor'];
export type AnchorRef = Schemas['AnchorRef'];

/** What somebody wrote down about a record; its text is markdown, byte for byte as it was written. */
export type Note = Schemas['Note'];
export type NewNote = Schemas['NewNote'];
export type NotePatch = Schemas['NotePatch'];
export type NoteVisibility = Schemas['NoteVisibility'];
/** A text that an edit has replaced. */
export type NoteRevision = Schemas['NoteRevision'];
export type Attachment = Schemas['Attachment'];
/** What somebody is to see. */
export type Notification = Schemas['Notification'];

export type Tag = Schemas['Tag'];

/** What is sold; `price` in minor units of `currency`. */
export type Product = Schemas['Product'];
export type ProductStatus = Schemas['ProductStatus'];
export type NewProduct = Schemas['NewProduct'];
export type ProductPatch = Schemas['ProductPatch'];

/** Something that the fit to a product is made of. */
export type Criterion = Schemas['Criterion'];
export type CriterionType = Schemas['CriterionType'];
export type CriterionParams = Schemas['CriterionParams'];
export type CriterionPatch = Schemas['CriterionPatch'];
export type NewCriterion = Schemas['NewCriterion'];
/** How well a customer fits a product, and why. */
export type Fit = Schemas['Fit'];
export type FitPart = Schemas['FitPart'];
export type FitEvidence = Schemas['FitEvidence'];
/** `hot`, `warm` or `cold`. */
export type Bucket = Schemas['Bucket'];
/** What somebody or something made of a customer by one criterion. */
export type Assessment = Schemas['Assessment'];
export type Assess = Schemas['Assess'];
export type Lead = Schemas['Lead'];
export type Leads = Schemas['Leads'];
export type LeadDecision = Schemas['LeadDecision'];
export type NewReview = Schemas['NewReview'];
export type Review = Schemas['Review'];

/** A field that the organisation has added to a record. */
export type CustomField = Schemas['CustomField'];
export type CustomFieldKind = Schemas['CustomFieldKind'];
export type CustomFieldPatch = Schemas['CustomFieldPatch'];
export type NewCustomField = Schemas['NewCustomField'];
/** The records that may have custom fields. */
export type CustomFieldRecord = Schemas['CustomFieldRecord'];

export type Segment = Schemas['Segment'];
export type SegmentKind = Schemas['SegmentKind'];
/** A segment where others refer to it. */
export type SegmentRef = Schemas['SegmentRef'];
export type SegmentPreview = Schemas['Preview'];
/** A segment that a customer is in. */
export type CustomerSegment = Schemas['CustomerSegment'];
/** Why a customer is in a segment, or is not. */
export type Explanation = Schemas['Explanation'];
/** What names a segment: another segment, or a view. */
export type SegmentUse = Schemas['SegmentUse'];

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

/** A deal that went from one stage to another. */
export interface StageMove {
  name: string;
  fromStageId: Id;
  fromStage: string;
  toStageId: Id;
  toStage: string;
  amount: number | null;
  currency: string | null;
}

/** Something to do, as its events name it. */
interface TaskMark {
  taskId: Id;
  subject: string;
}

/** Writes one down. */
export type NewTalk = Schemas['NewTalk'];

/** `detail` by `type`; a type that this build does not know is shown raw. */
export interface ActivityDetails {
  'customer.created': { source: Customer['source'] };
  'customer.updated': { changes: FieldChange[] };
  'customer.archived': Record<string, never>;
  'customer.restored': Record<string, never>;
  'customer.merged': { customerId: Id; name: string; changes: FieldChange[]; moved: Record<string, number> };
  'customer.unmerged': { customerId: Id; name: string; changes: FieldChange[] };
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
  'segment.joined': { segmentId: Id; name: string };
  'segment.left': { segmentId: Id; name: string };
  'note.added': { noteId: Id };
  'note.edited': { noteId: Id };
  'note.deleted': { noteId: Id };
  'note.restored': { noteId: Id };
  'company.created': { source: string };
  'company.updated': { changes: FieldChange[] };
  'company.archived': Record<string, never>;
  'company.restored': Record<string, never>;
  'company.merged': { companyId: Id; name: string; changes: FieldChange[]; moved: Record<string, number> };
  'company.unmerged': { companyId: Id; name: string; changes: FieldChange[] };
  'company.imported': { importId: Id; fileName: string; row: number; result: string };
  'deal.created': {
    name: string;
    stageId: Id;
    stage: string;
    amount: number | null;
    currency: string | null;
    source: string;
  };
  'deal.updated': { name: string; currency: string | null; changes: FieldChange[] };
  'deal.stage_changed': StageMove;
  'deal.won': StageMove;
  'deal.lost': StageMove & { reason: string };
  'deal.reopened': StageMove;
  'deal.archived': { name: string };
  'deal.restored': { name: string };
  'task.created': TaskMark & { assigneeId: Id | null; dueAt: string | null };
  'task.assigned': TaskMark & { assigneeId: Id | null; name: string | null };
  'task.completed': TaskMark;
  'task.reopened': TaskMark;
  'task.canceled': TaskMark;
  'profile.scored': {
    productId: Id;
    name: string;
    overall: number | null;
    before: number | null;
    bucket: string | null;
  };
  'fit.reviewed': { reviewId: Id; productId: Id; name: string; decision: string; feedback: string | null };
  'intent.signaled': { signalId: Id; name: string; strength: number; expiresAt: string };
  'owner.reassigned': { fromUserId: Id | null; fromName: string | null; toUserId: Id; toName: string };
}

/** The document leaves `type` and `detail` open, because they are stored as they were when the event happened. */
type AnyActivity = Schemas['Activity'];

export type KnownActivity = {
  [T in keyof ActivityDetails]: Omit<AnyActivity, 'type' | 'detail'> & {
    type: T;
    detail: ActivityDetails[T];
  };
}[keyof ActivityDetails];

export type Activity = KnownActivity | AnyActivity;

export type FilterValue = string | number | boolean | null | Array<string | number>;
export type Filter =
  | { and: Filter[] }
  | { or: Filter[] }
  | { not: Filter }
  | { field: string; op: string; value?: FilterValue };

/** The document leaves `filter` open: a tree is what the server's parser accepts. */
export type ListBody = Omit<Schemas['ListBody'], 'filter'> & { filter?: Filter };
export type CountBody = Omit<Schemas['CountBody'], 'filter'> & { filter?: Filter };
export type Count = Schemas['Count'];

export type ImportState = Schemas['ImportState'];
export type ImportRecord = Schemas['ImportRecord'];
export type ImportMapping = Schemas['ColumnMapping'];
export type ImportProblem = Schemas['ImportProblem'];
export type ImportAlways = Schemas['ImportAlways'];
export type ImportOffer = Schemas['ImportOffer'];
export type Import = Schemas['Import'];
/** As the list answers it. */
export type ImportBrief = Schemas['ImportSummary'];
export type ImportPlan = Required<Schemas['ImportPlan']>;
export type OnDuplicate = Schemas['OnDuplicate'];
/** How a file is to be read instead of what was detected. */
export type ImportReading = {
  [Name in 'encoding' | 'delimiter' | 'sheet' | 'header']?: NonNullable<ImportForm[Name]>;
};
/** The parts of an upload. */
export type ImportForm = Schemas['ImportUpload'];

export type Job = Schemas['Job'];
export type CustomerAction = Schemas['CustomerAction'];
export type CompanyAction = Schemas['CompanyAction'];
/** The document leaves `filter` open: a tree is what the server's parser accepts. */
export type Select = Omit<Schemas['Select'], 'filter'> & { filter?: Filter };
