import type { ReactNode } from 'react';
import type { ColumnShape } from './columns';

/** One thing a list editor offers. */
export interface PickOption {
  readonly id: string;
  readonly label: string;
  /** A second, quieter text: a domain, an address. */
  readonly hint?: string;
  /** Choosing it would find nothing. */
  readonly quiet?: boolean;
  /** One of the label tints, shown as a dot. */
  readonly tint?: string;
  /** Why it cannot be chosen; it stays in the list and says so. */
  readonly disabled?: string;
}

/**
 * Where options come from: `all` for what the page knows and can filter itself, `search` for what the server is asked.
 * The name keys the cache of answers.
 */
export type PickSource =
  | { readonly name: string; readonly all: () => readonly PickOption[] }
  | {
      readonly name: string;
      readonly search: (query: string, signal: AbortSignal) => Promise<readonly PickOption[]>;
    };

/** The head of a group of rows, which stands in the list as a row of its own. */
export interface GridHead {
  readonly label: string;
  /** How many rows there are in the group, as text. */
  readonly count: string;
  readonly open: boolean;
  /** Opens it, or closes it. */
  readonly turn: () => void;
}

interface EditorBase<Row> {
  /** Why this row's cell cannot be edited, or null when it can. */
  readonly blocked?: (row: Row) => string | null;
}

export interface TextEditorSpec<Row> extends EditorBase<Row> {
  readonly kind: 'text';
  /** Characters that fit; absent where `check` says it. */
  readonly maxLength?: number;
  readonly get: (row: Row) => string;
  /** Silently: whoever asks tells of it, and gets the row as it is then. */
  readonly set: (row: Row, value: string, silently?: boolean) => Promise<Row | null> | undefined;
  /** What is wrong with a value, or null. */
  readonly check?: (value: string) => string | null;
  /** A day, as `2026-01-31`, edited by the browser's own control; this is said of half of one. */
  readonly date?: { readonly incomplete: string };
}

export interface PickEditorSpec<Row> extends EditorBase<Row> {
  readonly kind: 'pick';
  readonly options: PickSource;
  readonly placeholder: string;
  readonly get: (row: Row) => string | null;
  readonly set: (row: Row, option: PickOption | null, silently?: boolean) => Promise<Row | null> | undefined;
  /** Label of the entry that clears the value; absent when it cannot be empty. */
  readonly clear?: string;
  /** Label of the entry that makes a new one from what was typed. */
  readonly create?: (query: string) => string | null;
  readonly onCreate?: (row: Row, query: string) => void;
}

export interface TagsEditorSpec<Row> extends EditorBase<Row> {
  readonly kind: 'tags';
  readonly options: PickSource;
  readonly placeholder: string;
  readonly get: (row: Row) => readonly string[];
  readonly toggle: (row: Row, name: string, on: boolean) => void;
  readonly create?: (query: string) => string | null;
}

/** An editor whose code has not arrived: the column gets another spec when it has. */
export interface LaterEditorSpec<Row> extends EditorBase<Row> {
  readonly kind: 'later';
  readonly load: () => Promise<unknown>;
}

export type EditorSpec<Row> =
  | TextEditorSpec<Row>
  | PickEditorSpec<Row>
  | TagsEditorSpec<Row>
  | LaterEditorSpec<Row>;

export interface GridColumn<Row> extends ColumnShape {
  readonly header: string;
  /** Name of the field in `sort`; a column without one cannot be sorted. */
  readonly sortField?: string;
  /** Dates and numbers start with the newest or largest. */
  readonly firstDescending?: boolean;
  readonly align?: 'end';
  /** What is shown, copied and read out. */
  readonly text: (row: Row) => string;
  /** Richer content of the one cell element; host elements only, no components with state. */
  readonly render?: (row: Row, width: number) => ReactNode;
  /** Initials drawn before the text by the style sheet, without an element of their own. */
  readonly initials?: (row: Row) => string;
  /** Colour of the initials, one of the label tints. */
  readonly tone?: (row: Row) => string;
  /** The whole text or exact time, shown by the browser on hover. */
  readonly title?: (row: Row) => string | undefined;
  readonly className?: string;
  /** A click on the cell opens the record. */
  readonly opens?: boolean;
  readonly edit?: EditorSpec<Row>;
  /** The field that the editor sets, where the column has another name. */
  readonly field?: string;
}
