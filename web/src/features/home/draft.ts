/** A widget while it is edited. Pure. */
import type { CustomField, Measure, ReportQuery, ReportSource, Widget, WidgetKind } from '@/api/types';
import { isTime } from './figures';

export interface Draft {
  readonly kind: WidgetKind;
  readonly title: string;
  readonly source: ReportSource;
  readonly measure: Measure;
  /** The field that parts the records. */
  readonly field: string;
  /** The unit of a series. */
  readonly unit: string;
  readonly on: string;
  /** A period, `all`, or `days` for two days of its own. */
  readonly range: string;
  readonly from: string;
  readonly to: string;
  readonly owner: string;
  readonly pipelineId: string | null;
  readonly compare: boolean;
}

/** Fields that records are parted by, the most asked for first. */
const fields: Record<ReportSource, readonly string[]> = {
  customer: ['source', 'claimedById', 'tags', 'country', 'language', 'company.sizeBand', 'company.country'],
  company: ['ownerId', 'industry', 'country', 'sizeBand'],
  deal: ['ownerId', 'stageId', 'stage', 'source', 'products', 'lostReason', 'currency'],
  task: ['assigneeId', 'status', 'createdById'],
};

const times: Record<ReportSource, readonly string[]> = {
  customer: ['createdAt', 'lastActivityAt', 'lastInboundAt', 'lastOutboundAt'],
  company: ['createdAt', 'updatedAt'],
  deal: ['createdAt', 'closedAt', 'expectedCloseDate', 'lastActivityAt'],
  task: ['dueAt', 'createdAt', 'completedAt'],
};

export const units = ['time', 'day', 'week', 'month', 'quarter', 'year'] as const;

/** What records of a kind can be parted by, with the choices that the organisation has added. */
export function fieldsOf(source: ReportSource, custom: readonly CustomField[]): string[] {
  const own = custom.filter(
    ({ record, kind, archivedAt }) =>
      record === source && archivedAt === null && ['select', 'multi_select', 'user'].includes(kind),
  );
  return [...fields[source], ...own.map(({ key }) => `custom.${key}`)];
}

export function timesOf(source: ReportSource): readonly string[] {
  return times[source];
}

export const isOfStages = (kind: WidgetKind) => kind === 'funnel' || kind === 'board';

export function draftOf(widget: Widget | null, title: string): Draft {
  const query = widget?.query;
  const source = query?.source ?? 'customer';
  const [from = '', to = ''] = query?.range?.includes('..') ? query.range.split('..') : [];
  return {
    kind: widget?.kind ?? 'counts',
    title,
    source,
    measure: query?.measure ?? 'count',
    field: query?.by && !isTime(query.by) ? query.by : (fields[source][0] ?? ''),
    unit: query?.by && isTime(query.by) ? query.by : 'time',
    on: query?.on ?? times[source][0] ?? '',
    range: from ? 'days' : (query?.range ?? (widget ? 'all' : 'last_30_days')),
    from,
    to,
    owner: query?.owner ?? 'all',
    pipelineId: query?.pipelineId ?? null,
    compare: query?.compare ?? true,
  };
}

/** The draft with what goes with another kind of records. */
export function withSource(draft: Draft, source: ReportSource): Draft {
  return {
    ...draft,
    source,
    measure: source === 'deal' ? draft.measure : 'count',
    field: fields[source][0] ?? '',
    on: times[source][0] ?? '',
    pipelineId: source === 'deal' ? draft.pipelineId : null,
  };
}

/** Another kind of widget; stages are those of deals, and a series has a period. */
export function withKind(draft: Draft, kind: WidgetKind): Draft {
  const next = isOfStages(kind) && draft.source !== 'deal' ? withSource(draft, 'deal') : draft;
  const range = kind === 'series' && next.range === 'all' ? 'last_90_days' : next.range;
  return { ...next, kind, range };
}

/** Whether everything is there that the report needs. */
export function isWhole(draft: Draft): boolean {
  return draft.range !== 'days' || (draft.from !== '' && draft.to !== '' && draft.from <= draft.to);
}

export function queryOf(draft: Draft, filter: unknown): ReportQuery | null {
  if (draft.kind === 'feed') return null;
  const range = draft.range === 'days' ? `${draft.from}..${draft.to}` : draft.range;
  const by = isOfStages(draft.kind)
    ? 'stageId'
    : draft.kind === 'series'
      ? draft.unit
      : draft.kind === 'counts'
        ? undefined
        : draft.field;
  const compares = draft.compare && range !== 'all' && (draft.kind === 'counts' || draft.kind === 'series');
  return {
    source: draft.source,
    measure: draft.measure,
    compare: compares,
    ...(by ? { by } : {}),
    ...(range === 'all' ? {} : { range, on: draft.on }),
    ...(draft.owner === 'all' ? {} : { owner: draft.owner }),
    ...(draft.pipelineId ? { pipelineId: draft.pipelineId } : {}),
    ...(filter ? { filter: filter as Record<string, unknown> } : {}),
  };
}

/** How large a new widget of a kind is. */
export function sizeOfNew(kind: WidgetKind): { width: number; height: number } {
  if (kind === 'counts') return { width: 3, height: 1 };
  return { width: kind === 'board' ? 12 : 6, height: 2 };
}
