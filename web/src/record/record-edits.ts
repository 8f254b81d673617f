import type { useT } from '@/i18n/use-t';
import { carefulPatch } from './careful-patch';
import { flat } from './clash';
import type { useFieldText } from './field-text';
import { inOrder } from './in-order';
import type { useAskClash } from './use-ask-clash';
import type { RunChange, Voice } from './use-run-change';

interface Editable {
  id: string;
  version: number;
  /** Absent where records of the kind have no fields of the organisation's own. */
  custom?: Values;
}

/** Of custom fields, by key. */
type Values = { [key: string]: unknown };

/** What a record holds of its custom fields once these are set; `null` empties one. */
function withValues(known: Values, set: Values): Values {
  const all = Object.entries({ ...known, ...set });
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}

/** How the fields of one kind of record are changed. */
interface Fields<Item, Patch> {
  run: RunChange<Item>;
  /** What changes with every render. */
  now: () => {
    t: ReturnType<typeof useT>;
    fieldLabel: ReturnType<typeof useFieldText>['fieldLabel'];
    ask: ReturnType<typeof useAskClash>;
  };
  nameOf: (item: Item) => string;
  /** Fields that hold the id of another record, each with the one that holds that record as it is shown. */
  linked: ReadonlyArray<{ id: keyof Patch & string; shown: keyof Item }>;
  read: (id: string) => Promise<Item>;
  send: (id: string, version: number, body: Patch) => Promise<Item>;
  onEdited?: (body: Patch, item: Item) => void;
}

interface Kind<Item, Patch> extends Fields<Item, Patch> {
  archive: (id: string, archived: boolean) => Promise<Item>;
  /** It belongs to other lists now. */
  onArchived: () => void;
}

/** The change of a record's fields. */
export function fieldEdits<Item extends Editable, Patch extends { custom?: Values }>(
  kind: Fields<Item, Patch>,
) {
  const { run, now, nameOf, linked } = kind;

  /** Sets fields; `shown` holds what goes with them on screen, such as the company of its id. */
  const edit = async (
    record: Item,
    body: Patch,
    shown: Partial<Item> = {},
    voice: Voice = 'loud',
    refused?: (error: unknown) => boolean,
  ): Promise<Item | null> => {
    const { t, fieldLabel } = now();
    const seen = record as unknown as Readonly<Record<string, unknown>>;
    const wanted = flat(body as Readonly<Record<string, unknown>>);
    const { custom, ...plain } = body;
    const about = { field: fieldLabel(Object.keys(wanted)[0] ?? ''), name: nameOf(record) };
    const valuesBefore = Object.keys(custom ?? {}).map((key) => [key, record.custom?.[key] ?? null]);
    const before = {
      ...Object.fromEntries(Object.keys(plain).map((key) => [key, seen[key]])),
      ...(custom ? { custom: Object.fromEntries(valuesBefore) } : {}),
    } as Patch;
    const relinked = linked.filter(({ id }) => id in body);
    const nameIn = (of: Partial<Item>, field: keyof Item) =>
      (of[field] as { name: string } | null | undefined)?.name ?? t('record.value.empty');
    const write = () =>
      carefulPatch<Item>({
        id: record.id,
        body: wanted,
        version: record.version,
        seen: flat(seen),
        send: (version) => kind.send(record.id, version, body),
        read: () => kind.read(record.id),
        ask: (current, fields) =>
          now().ask(
            about.name,
            record.id,
            fields,
            flat(current as unknown as Record<string, unknown>),
            wanted,
            Object.fromEntries(
              relinked.map(({ id, shown: field }) => [
                id,
                { theirs: nameIn(current, field), mine: nameIn(shown, field) },
              ]),
            ),
          ),
      });
    const item = await run(
      record,
      {
        ...(plain as object as Partial<Item>),
        ...(custom ? { custom: withValues(record.custom ?? {}, custom) } : {}),
        ...shown,
      },
      write,
      {
        done: t('record.edit.saved', about),
        failed: t('record.edit.failed', about),
        refused,
        undo: (next) =>
          edit(
            next,
            before,
            Object.fromEntries(relinked.map(({ shown: field }) => [field, record[field]])) as Partial<Item>,
            'silent',
          ),
      },
      voice,
    );
    if (item) kind.onEdited?.(body, item);
    return item;
  };
  return { edit };
}

/** The changes that most records have: their fields, and whether they are archived. */
export function recordEdits<
  Item extends Editable & { archivedAt: string | null },
  Patch extends { custom?: Values },
>(kind: Kind<Item, Patch>) {
  const { run, now, nameOf } = kind;
  const { edit } = fieldEdits(kind);

  const setArchived = async (
    record: Item,
    archived: boolean,
    voice: Voice = 'loud',
  ): Promise<Item | null> => {
    const { t } = now();
    const name = nameOf(record);
    const item = await run(
      record,
      { archivedAt: archived ? new Date().toISOString() : null } as Partial<Item>,
      () => inOrder(record.id, undefined, () => kind.archive(record.id, archived)),
      {
        done: t(archived ? 'record.archive.done' : 'record.archive.restored', { name }),
        failed: t(archived ? 'record.archive.failed' : 'record.restore.failed', { name }),
        undo: (next) => setArchived(next, !archived, 'silent'),
      },
      voice,
    );
    if (item) kind.onArchived();
    return item;
  };

  return { edit, setArchived };
}
