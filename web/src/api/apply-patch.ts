/**
 * Pure updates of cached answers. A cached value may be one record, a page of records, an infinite list of pages, an
 * array of records, or a board of stages with cards; a record is recognised by its `id`. Everything that does not hold the record keeps its identity, so
 * that nothing else re-renders.
 */

export interface Identified {
  id: string;
  version?: number;
}

/** Where an answer that is no record holds its records. */
const holders = ['items', 'pages', 'stages', 'cards'] as const;

type Change = (record: Identified) => Identified;

export function mapRecord(data: unknown, id: string, change: Change): unknown {
  return mapRecords(data, (record) => (record.id === id ? change(record) : record));
}

/** As `mapRecord`, for all records; `change` answers those that stay as they are. */
export function mapRecords(data: unknown, change: Change): unknown {
  if (Array.isArray(data)) return mapList(data, change);
  if (!isObject(data)) return data;
  const own = typeof data.id === 'string' ? change(data as unknown as Identified) : data;
  if (own !== data) return own;
  const key = holders.find((each) => Array.isArray(data[each]));
  return key === undefined ? data : withMapped(data, key, change);
}

export function findRecord(data: unknown, id: string): Identified | undefined {
  if (Array.isArray(data)) {
    for (const entry of data) {
      const found = findRecord(entry, id);
      if (found) return found;
    }
    return undefined;
  }
  if (!isObject(data)) return undefined;
  if (data.id === id) return data as unknown as Identified;
  for (const key of holders) {
    const found = findRecord(data[key], id);
    if (found) return found;
  }
  return undefined;
}

/** Writes `fields` into the record wherever it is held. */
export function patchRecord(data: unknown, id: string, fields: Record<string, unknown>): unknown {
  if (Object.keys(fields).length === 0) return data;
  return mapRecord(data, id, (record) => ({ ...record, ...fields }));
}

/** Replaces what is known of a record by a server answer, unless the cache already holds a newer version. */
export function mergeRecord(data: unknown, incoming: Identified): unknown {
  return mapRecord(data, incoming.id, (record) =>
    record.version !== undefined && incoming.version !== undefined && record.version > incoming.version
      ? record
      : { ...record, ...incoming },
  );
}

/**
 * Takes back the fields of one failed change. A field that meanwhile holds something else was written by a later change
 * and is left alone; the values of custom fields are each looked at by themselves.
 */
export function rollBackRecord(
  data: unknown,
  id: string,
  attempted: Record<string, unknown>,
  before: Record<string, unknown>,
): unknown {
  return mapRecord(data, id, (record) => {
    const restored: Record<string, unknown> = {};
    for (const [field, value] of Object.entries(attempted)) {
      if (Object.is((record as unknown as Record<string, unknown>)[field], value))
        restored[field] = before[field];
      else if (field === 'custom')
        restored.custom = rolledBackValues(record as unknown as Record<string, unknown>, attempted, before);
    }
    return { ...record, ...restored };
  });
}

function rolledBackValues(...states: Array<Record<string, unknown>>): Record<string, unknown> {
  const [now, attempted, before] = states.map(({ custom }) => (isObject(custom) ? custom : {}));
  const values = { ...now };
  for (const key of Object.keys({ ...attempted, ...before })) {
    if (Object.is(attempted?.[key], before?.[key]) || !Object.is(now?.[key], attempted?.[key])) continue;
    if (before?.[key] === undefined) delete values[key];
    else values[key] = before[key];
  }
  return values;
}

function mapList(list: unknown[], change: Change): unknown[] {
  let changed = false;
  const next = list.map((entry) => {
    const mapped = mapRecords(entry, change);
    if (mapped !== entry) changed = true;
    return mapped;
  });
  return changed ? next : list;
}

function withMapped(holder: Record<string, unknown>, key: (typeof holders)[number], change: Change) {
  const before = holder[key] as unknown[];
  const after = mapList(before, change);
  return after === before ? holder : { ...holder, [key]: after };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
