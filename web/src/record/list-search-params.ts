import { cutSearch } from '@/lib/search-text';

/** What the address of every list holds besides its filters. All of it is text, so that links stay readable. */
export interface ListParams {
  readonly q?: string;
  readonly sort?: string;
  /** Columns when they are not as they come. */
  readonly cols?: string;
  /** A filter tree as JSON, besides what the filters with names of their own say. */
  readonly filter?: string;
  /** The field that the list is grouped by. */
  readonly group?: string;
  /** `board`, or a table. */
  readonly layout?: string;
  /** The saved view that is open. */
  readonly view?: string;
  /** Record shown over the list. */
  readonly open?: string;
  readonly tab?: string;
  /** The form for a new record is open. */
  readonly new?: boolean;
}

/** With the filters that a list knows by name. */
export type ListSearchParams<Key extends string = never> = ListParams & { readonly [K in Key]?: string };
export type ChangeParams = (change: Record<string, string | boolean | undefined>, replace?: boolean) => void;

/** The value a parameter has as text; what people type into the address bar may look like a number. */
export function textParam(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

/**
 * Keeps the given text parameters of an address. What it drops it names all the same, as absent: the router lays the
 * answer over what the address holds.
 */
export function readParams<Key extends string>(
  raw: Readonly<Record<string, unknown>>,
  filterKeys: readonly Key[],
): ListSearchParams<Key> {
  const params: Record<string, string | boolean | undefined> = {};
  for (const key of ['q', 'sort', 'cols', 'filter', 'group', 'layout', 'view', 'open', 'tab', ...filterKeys])
    params[key] = textParam(raw[key]);
  if (typeof params.q === 'string') params.q = cutSearch(params.q);
  params.new = raw.new === true || raw.new === 'true' ? true : undefined;
  return params as ListSearchParams<Key>;
}
