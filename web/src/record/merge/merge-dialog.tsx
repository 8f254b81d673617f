import { useQueries, useQuery } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { type CSSProperties, Fragment, type ReactNode, useId, useMemo, useRef, useState } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { errorText } from '@/api/error-text';
import type { MergeBody } from '@/api/types';
import { PickList } from '@/grid/cell-editors/pick-list';
import type { PickSource } from '@/grid/types';
import type { MessageId } from '@/i18n/message-id';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { cutSearch } from '@/lib/search-text';
import { useCustomFields } from '@/record/custom-fields';
import { CUSTOM } from '@/record/custom-names';
import { useFieldText } from '@/record/field-text';
import { useSources } from '@/record/use-sources';
import { Alert } from '@/ui/alert';
import { Avatar } from '@/ui/avatar';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { EmptyState } from '@/ui/empty-state';
import { Skeleton } from '@/ui/skeleton';
import { toast } from '@/ui/toast';
import { previewQuery, recordQuery, sendMerge, sendUnmerge, useMergeChanged } from './api';
import {
  type Chosen,
  compare,
  customValue,
  fieldsOf,
  fieldValue,
  likeliest,
  type Mergeable,
  type MergeRecord,
  mergeRows,
  nameOf,
  type Row,
  rowsOf,
  survivorFirst,
  winnerOf,
} from './choices';

export interface MergeSubject {
  record: MergeRecord;
  /** Those that are to become one; the other one of a single record is asked for. */
  ids: readonly string[];
}

export interface MergeDialogProps {
  /** Null closes. */
  subject: MergeSubject | null;
  /** Left without a merge. */
  onClose: () => void;
  /** Done; `id` is who stays. */
  onMerged: (id: string) => void;
}

/** Makes one of several records: first whose values stand, then what would come of it, and only then the act. */
export function MergeDialog(props: MergeDialogProps) {
  const [opened, setOpened] = useState(0);
  const [last, setLast] = useState<MergeSubject | null>(null);
  // Begins anew each time; keeps its place while it fades.
  if (props.subject !== null && props.subject !== last) {
    setLast(props.subject);
    setOpened(opened + 1);
  }
  return last === null ? null : <Steps key={opened} {...props} given={last} />;
}

function Steps({ subject, given, onClose, onMerged }: MergeDialogProps & { given: MergeSubject }) {
  const t = useT();
  const { record } = given;
  const custom = useCustomFields(record);
  const rows = useMemo(() => rowsOf(record, custom), [record, custom]);
  const changed = useMergeChanged();
  const [ids, setIds] = useState(given.ids);
  const queries = useQueries({ queries: ids.map((id) => ({ ...recordQuery(record, id), staleTime: 0 })) });
  const records = queries.flatMap(({ data }) => data ?? []);
  const failed = queries.find(({ data, isError }) => isError && data === undefined);
  const [kept, setKept] = useState<string>();
  const [chosen, setChosen] = useState<Chosen>({});
  const [reviewing, setReviewing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const main = useRef<HTMLButtonElement>(null);
  const search = useRef<HTMLInputElement>(null);

  const finding = ids.length < 2;
  const complete = !finding && records.length === ids.length;
  const survivorId = kept ?? likeliest(rows, records);
  const ordered = survivorFirst(records, survivorId);
  const [survivor, ...losers] = ordered;
  const { different, equal } = compare(rows, ordered);
  const body: MergeBody = {
    primaryId: survivorId ?? '',
    ids: losers.map(({ id }) => id),
    fields: fieldsOf(different, ordered, chosen),
  };
  const preview = useQuery({
    ...previewQuery(record, body),
    enabled: reviewing && complete && survivorId !== undefined,
  });

  const step = (review: boolean) => {
    setReviewing(review);
    setRefusal(null);
    requestAnimationFrame(() => main.current?.focus());
  };
  const merge = async () => {
    if (busy || survivor === undefined) return;
    setBusy(true);
    setRefusal(null);
    try {
      const merged = await sendMerge(record, body);
      const names = { name: nameOf(losers[0] ?? survivor), count: losers.length, survivor: nameOf(merged) };
      toast.undo({
        title: t('merge.done.title', names),
        undo: async () => {
          for (const { id } of [...losers].reverse()) await sendUnmerge(record, id);
          changed();
        },
      });
      onMerged(merged.id);
    } catch (error) {
      setRefusal(errorText(error));
    }
    setBusy(false);
    changed();
  };

  const count = ids.length;
  const name = survivor ? nameOf(survivor) : '';
  return (
    <Dialog
      open={subject !== null}
      onOpenChange={(next) => !next && onClose()}
      title={
        finding
          ? t('merge.find.title', { name: records[0] ? nameOf(records[0]) : '' })
          : reviewing
            ? t('merge.review.title', { name })
            : t(`merge.choose.${record}`, { count })
      }
      description={finding ? t('merge.find.hint') : t(reviewing ? 'merge.review.hint' : 'merge.choose.hint')}
      size={finding ? 'small' : 'wide'}
      keepOpen
      changed={Object.keys(chosen).length > 0}
      initialFocus={finding ? search : main}
      footer={
        finding ? null : reviewing ? (
          <>
            <Button className="mr-auto" disabled={busy} onClick={() => step(false)}>
              {t('merge.review.back')}
            </Button>
            <Button onClick={onClose}>{t('common.action.cancel')}</Button>
            <Button
              ref={main}
              variant="primary"
              loading={busy || preview.isPending}
              disabled={preview.isError}
              onClick={() => void merge()}
            >
              {t(`merge.review.confirm.${record}`, { count })}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>{t('common.action.cancel')}</Button>
            <Button
              ref={main}
              variant="primary"
              loading={!complete && !failed}
              disabled={failed !== undefined}
              disabledReason={
                complete && survivorId === undefined ? t('merge.choose.allArchived') : undefined
              }
              onClick={() => step(true)}
            >
              {t('merge.choose.next')}
            </Button>
          </>
        )
      }
    >
      {finding ? (
        <FindOther
          record={record}
          own={ids[0] ?? ''}
          input={search}
          onPick={(id) => setIds([...ids, id])}
          onLeave={onClose}
        />
      ) : failed ? (
        <EmptyState
          icon={CircleAlert}
          title={t('merge.choose.failed')}
          description={errorText(failed.error)}
          actions={
            <Button onClick={() => queries.forEach((query) => void query.refetch())}>
              {t('common.action.retry')}
            </Button>
          }
        />
      ) : !complete ? (
        <div role="status" aria-label={t('common.state.loading')} className="flex flex-col gap-3">
          <Skeleton className="h-20" />
          <Skeleton className="h-8" />
          <Skeleton className="h-8" />
        </div>
      ) : reviewing && survivor ? (
        <div className="flex flex-col gap-4">
          {refusal !== null ? <Alert title={t('merge.review.refused')}>{refusal}</Alert> : null}
          {preview.isError ? (
            <Alert
              title={t('merge.review.failed')}
              action={
                <Button size="small" onClick={() => void preview.refetch()}>
                  {t('common.action.retry')}
                </Button>
              }
            >
              {errorText(preview.error)}
            </Alert>
          ) : preview.data === undefined ? (
            <div role="status" aria-label={t('common.state.loading')} className="flex flex-col gap-3">
              <Skeleton className="h-16" />
              <Skeleton className="h-8" />
            </div>
          ) : (
            <Outcome
              record={record}
              survivor={survivor}
              losers={losers}
              result={preview.data.result}
              counts={preview.data.counts}
              winners={preview.data.fields}
              rows={rows}
            />
          )}
        </div>
      ) : (
        <Choices
          record={record}
          records={records}
          ordered={ordered}
          survivorId={survivorId}
          onSurvivor={setKept}
          different={different}
          equal={equal}
          chosen={chosen}
          onChoose={(field, id) => setChosen({ ...chosen, [field]: id })}
        />
      )}
    </Dialog>
  );
}

interface FindOtherProps {
  record: MergeRecord;
  own: string;
  input: React.RefObject<HTMLInputElement | null>;
  onPick: (id: string) => void;
  onLeave: () => void;
}

function FindOther({ record, own, input, onPick, onLeave }: FindOtherProps) {
  const t = useT();
  const { companies } = useSources();
  const picked = useRef(false);
  const source: PickSource = {
    name: `${record} to merge with ${own}`,
    search: async (query, signal) => {
      if (record === 'company') return (await companies.search(query, signal)).filter(({ id }) => id !== own);
      const body = { limit: 30, ...(query === '' ? {} : { q: cutSearch(query) }) };
      const page = await unwrap(client.POST('/customers/query', { body, signal }));
      return page.items
        .filter(({ id }) => id !== own)
        .map((customer) => ({
          id: customer.id,
          label: customer.fullName,
          hint: customer.contacts[0]?.value ?? customer.company?.name,
        }));
    },
  };
  return (
    <div className="overflow-hidden rounded-md border border-line">
      <PickList
        ref={input}
        label={t(`merge.find.${record}`)}
        placeholder={t(`merge.find.${record}`)}
        source={source}
        selected={[]}
        onPick={(option) => {
          if (option === null) return;
          picked.current = true;
          onPick(option.id);
        }}
        onLeave={(leave) => leave === 'stay' && !picked.current && onLeave()}
      />
    </div>
  );
}

/** The value of a field as people read it. */
function useValue(kind: MergeRecord) {
  const format = useFormat();
  const { currency } = useBootstrap().org;
  const { valueText } = useFieldText(kind);
  return (record: Mergeable, field: string): ReactNode => {
    const value = fieldValue(record, field);
    if (value === null) return null;
    if (field.startsWith(CUSTOM)) return valueText(field, customValue(record, field));
    if (field === 'companyId') return 'company' in record ? record.company?.name : value;
    if (field === 'parentId') return 'parent' in record ? record.parent?.name : value;
    if (field === 'annualRevenue') return format.money(Number(value), currency);
    if (field === 'avatarUrl') return <Avatar name={nameOf(record)} url={String(value)} />;
    return valueText(field, value);
  };
}

const radio =
  'mt-0.5 size-4 shrink-0 appearance-none rounded-full border border-line-strong bg-surface checked:border-[5px] checked:border-accent-fg disabled:opacity-40';
const option =
  'flex min-w-0 items-start gap-2 rounded-md border border-line bg-surface px-2.5 py-1.5 text-sm has-checked:border-accent-fg has-checked:bg-accent-soft has-enabled:hover:bg-hover has-checked:hover:bg-accent-soft';

interface ChoicesProps {
  record: MergeRecord;
  /** As they were given: the columns keep their places. */
  records: readonly Mergeable[];
  /** Who stays first. */
  ordered: readonly Mergeable[];
  survivorId: string | undefined;
  onSurvivor: (id: string) => void;
  different: readonly Row[];
  equal: readonly Row[];
  chosen: Chosen;
  onChoose: (field: string, id: string) => void;
}

function Choices({
  record,
  records,
  ordered,
  survivorId,
  onSurvivor,
  different,
  equal,
  chosen,
  onChoose,
}: ChoicesProps) {
  const t = useT();
  const name = useId();
  const shown = useValue(record);
  const { fieldLabel } = useFieldText(record);
  const nameField = mergeRows[record][0]?.field;
  const line =
    'grid gap-x-2 gap-y-1 sm:gap-y-0 sm:[grid-template-columns:7rem_repeat(var(--columns),minmax(10rem,1fr))]';
  const label = 'self-center text-muted text-xs';
  return (
    <div className="flex flex-col gap-3">
      <div className="-mx-5 overflow-x-auto px-5 pb-1">
        <div
          style={{ '--columns': records.length } as CSSProperties}
          className="flex flex-col gap-2.5 sm:min-w-[calc(7rem+var(--columns)*10.5rem)] sm:gap-1.5"
        >
          <fieldset className={cn(line, 'sm:mb-1.5')} aria-label={t('merge.choose.stays')}>
            <span className={cn(label, 'font-medium')}>{t('merge.choose.stays')}</span>
            {records.map((each) => (
              <label key={each.id} className={option}>
                <input
                  type="radio"
                  name={`${name}-stays`}
                  className={radio}
                  checked={each.id === survivorId}
                  disabled={each.archivedAt !== null}
                  onChange={() => onSurvivor(each.id)}
                />
                <Brief record={each} />
              </label>
            ))}
          </fieldset>
          {different.map((row) => {
            const winner = winnerOf(row, ordered, chosen);
            return (
              <fieldset key={row.field} className={line} aria-label={fieldLabel(row.field)}>
                <span className={label}>{fieldLabel(row.field)}</span>
                {records.map((each) => (
                  <label key={each.id} className={option}>
                    <input
                      type="radio"
                      name={`${name}-${row.field}`}
                      className={radio}
                      checked={each.id === winner}
                      onChange={() => onChoose(row.field, each.id)}
                    />
                    <span className="min-w-0 break-words">
                      {shown(each, row.field) ?? (
                        <span className="text-muted italic">{t('record.value.empty')}</span>
                      )}
                    </span>
                    {/* Below each other, the columns do not say whose it is. */}
                    <span className="ml-auto max-w-[45%] truncate text-muted text-xs leading-5 sm:sr-only">
                      {row.field === nameField ? null : nameOf(each)}
                    </span>
                  </label>
                ))}
              </fieldset>
            );
          })}
        </div>
      </div>
      {different.length === 0 ? <p className="text-muted text-sm">{t('merge.choose.noDifference')}</p> : null}
      {equal.length > 0 && ordered[0] ? (
        <details className="text-sm">
          <summary className="w-fit cursor-default rounded-sm text-muted hover:text-fg">
            {t('merge.choose.equal', { count: equal.length })}
          </summary>
          <dl className="mt-2 grid grid-cols-[7rem_minmax(0,1fr)] gap-x-2 gap-y-1">
            {equal.map(({ field }) => (
              <Fragment key={field}>
                <dt className="text-muted text-xs leading-5">{fieldLabel(field)}</dt>
                <dd className="min-w-0 break-words">{ordered[0] ? shown(ordered[0], field) : null}</dd>
              </Fragment>
            ))}
          </dl>
        </details>
      ) : null}
      <p className="text-muted text-sm">{t(`merge.choose.kept.${record}`)}</p>
    </div>
  );
}

/** What tells one record from another of the same name. */
function Brief({ record }: { record: Mergeable }) {
  const t = useT();
  const format = useFormat();
  const isCustomer = 'contacts' in record;
  const lines = isCustomer
    ? [
        [record.jobTitle, record.company?.name].filter(Boolean).join(' · '),
        ...record.contacts.slice(0, 2).map(({ value }) => value),
      ]
    : [record.domains.slice(0, 2).join(', '), t('merge.choose.people', { count: record.customerCount })];
  return (
    <span className="min-w-0 flex-1">
      <span className="flex min-w-0 items-center gap-1.5 font-medium">
        <span className="min-w-0 break-words">{nameOf(record)}</span>
        {record.archivedAt === null ? null : <Badge>{t('record.archived.badge')}</Badge>}
      </span>
      {lines
        .filter((text) => text !== '')
        .map((text) => (
          <span key={text} className="block truncate text-muted text-xs">
            {text}
          </span>
        ))}
      <span className="block text-muted text-xs">
        {t('merge.choose.created', { when: format.date(record.createdAt) })}
      </span>
    </span>
  );
}

const countNames = {
  contacts: 'merge.count.contacts',
  tags: 'merge.count.tags',
  activities: 'merge.count.activities',
  customers: 'merge.count.customers',
  children: 'merge.count.children',
  domains: 'merge.count.domains',
} as const satisfies Record<string, MessageId>;

interface OutcomeProps {
  record: MergeRecord;
  survivor: Mergeable;
  losers: readonly Mergeable[];
  /** Who stays, as it would be. */
  result: Mergeable;
  counts: Readonly<Record<string, number>>;
  winners: Readonly<Record<string, string>>;
  rows: readonly Row[];
}

/** What would come of it, as the server has worked it out. */
function Outcome({ record, survivor, losers, result, counts, winners, rows }: OutcomeProps) {
  const t = useT();
  const format = useFormat();
  const shown = useValue(record);
  const { fieldLabel } = useFieldText(record);
  const changes = rows.filter(({ field }) => fieldValue(survivor, field) !== fieldValue(result, field));
  const going = Object.entries(counts).filter(([, count]) => count > 0);
  const stopped = 'doNotContact' in survivor && 'doNotContact' in result;
  const names = new Intl.ListFormat(format.locale).format(losers.map(nameOf));
  return (
    <>
      <section className="flex flex-col gap-2">
        <h3 className="font-medium text-sm">{t('merge.review.moves', { name: nameOf(result) })}</h3>
        {going.length === 0 ? (
          <p className="text-muted text-sm">{t('merge.review.nothingMoves')}</p>
        ) : (
          <ul className="flex flex-wrap gap-1.5">
            {going.map(([kind, count]) => (
              <li
                key={kind}
                className="tabular rounded-md border border-line bg-surface px-2.5 py-1 font-medium text-sm"
              >
                {kind in countNames
                  ? t(countNames[kind as keyof typeof countNames], { count })
                  : t('merge.count.other', { count: format.number(count), kind })}
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className="flex flex-col gap-2">
        <h3 className="font-medium text-sm">{t('merge.review.values')}</h3>
        {changes.length === 0 ? (
          <p className="text-muted text-sm">{t('merge.review.noChange', { name: nameOf(survivor) })}</p>
        ) : (
          <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-3 gap-y-1.5 text-sm sm:grid-cols-[8rem_minmax(0,1fr)]">
            {changes.map(({ field }) => {
              const from = losers.find(({ id }) => id === winners[field]);
              return (
                <Fragment key={field}>
                  <dt className="text-muted text-xs leading-5">{fieldLabel(field)}</dt>
                  <dd className="min-w-0 break-words">
                    {fieldValue(survivor, field) === null ? null : (
                      <>
                        <del className="text-muted">{shown(survivor, field)}</del>{' '}
                      </>
                    )}
                    <ins className="font-medium no-underline">
                      {shown(result, field) ?? t('record.value.empty')}
                    </ins>
                    {from ? (
                      <span className="text-muted text-xs">
                        {' '}
                        {t('merge.review.from', { name: nameOf(from) })}
                      </span>
                    ) : null}
                  </dd>
                </Fragment>
              );
            })}
          </dl>
        )}
      </section>
      {stopped && result.doNotContact && !survivor.doNotContact ? (
        <Alert tone="warning">{t('merge.review.doNotContact', { name: nameOf(result) })}</Alert>
      ) : null}
      <Alert tone="info" title={t('merge.review.undoTitle')}>
        {t(`merge.review.undo.${record}`, { name: nameOf(result), names, count: losers.length })}
      </Alert>
    </>
  );
}
