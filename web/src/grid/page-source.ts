/**
 * Pages of a list that the server only hands out by cursor.
 *
 * A cursor is a place between two rows, so a page can be asked for when the page before
 * it has been seen once. `CursorChain` keeps the cursor of every page seen, for as long
 * as the list is open (a cursor is a short text; rows are not kept here). A jump walks
 * from the nearest known page in the largest steps the server allows.
 */
import { PAGE_SIZE } from './window';

export interface Page<Row> {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
}

export type FetchPage<Row> = (
  cursor: string | null,
  limit: number,
  signal: AbortSignal,
) => Promise<Page<Row>>;

/** Pages that one walking step covers: the server hands out at most 200 rows. */
export const WALK_PAGES = 2;
/** After this many steps a walk slows down, so that it never meets the rate limit. */
export const FREE_STEPS = 60;
export const STEP_PAUSE_MS = 25;

export class CursorChain {
  /** Page index to the cursor that page starts at; page 0 starts without one. */
  #cursors = new Map<number, string | null>([[0, null]]);
  #end: number | null = null;

  /** The number of pages, once the last one has been seen. */
  get end(): number | null {
    return this.#end;
  }

  /** The cursor a page starts at; undefined when it is not known yet. */
  cursorOf(page: number): string | null | undefined {
    return this.#cursors.get(page);
  }

  /** The nearest page at or before `page` whose cursor is known. */
  nearest(page: number): { page: number; cursor: string | null } {
    let best = 0;
    for (const known of this.#cursors.keys()) {
      if (known <= page && known > best) best = known;
    }
    return { page: best, cursor: this.#cursors.get(best) ?? null };
  }

  /**
   * Notes that the rows before page `page` end at `next`. A place that moved (rows came
   * or went before it) makes every later cursor worthless, and they are forgotten.
   * Returns true when that happened.
   */
  learn(page: number, next: string | null): boolean {
    const known = this.#cursors.get(page);
    if (next === null) {
      this.#end = page;
      return this.#forgetFrom(page);
    }
    if (this.#end !== null && page >= this.#end) this.#end = null;
    if (known === next) return false;
    const moved = known === undefined ? false : this.#forgetFrom(page);
    this.#cursors.set(page, next);
    return moved;
  }

  #forgetFrom(page: number): boolean {
    let forgot = false;
    for (const known of [...this.#cursors.keys()]) {
      if (known >= page && known > 0) {
        this.#cursors.delete(known);
        forgot = true;
      }
    }
    return forgot;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

export class PageSource<Row> {
  readonly chain = new CursorChain();
  readonly #fetch: FetchPage<Row>;
  /** Walks run one after the other: the second usually finds its cursor already there. */
  #walk: Promise<void> = Promise.resolve();

  constructor(fetch: FetchPage<Row>) {
    this.#fetch = fetch;
  }

  /** Starts the chain in the middle, from a cursor remembered for that page. */
  seed(page: number, cursor: string): void {
    if (page > 0) this.chain.learn(page, cursor);
  }

  /** The rows of one page; an empty list when the list ends before it. */
  async load(page: number, signal: AbortSignal): Promise<readonly Row[]> {
    let cursor = this.chain.cursorOf(page);
    if (cursor === undefined) {
      const walk = this.#walk.then(() => this.#walkTo(page, signal));
      this.#walk = walk.catch(() => undefined);
      await walk;
      cursor = this.chain.cursorOf(page);
      if (cursor === undefined) return [];
    }
    signal.throwIfAborted();
    const found = await this.#fetch(cursor, PAGE_SIZE, signal);
    this.chain.learn(page + 1, found.nextCursor);
    return found.items;
  }

  async #walkTo(page: number, signal: AbortSignal): Promise<void> {
    for (let steps = 0; ; steps += 1) {
      signal.throwIfAborted();
      const from = this.chain.nearest(page);
      const end = this.chain.end;
      if (from.page >= page || (end !== null && end <= page)) return;
      if (steps >= FREE_STEPS) await pause(STEP_PAUSE_MS, signal);
      const pages = Math.min(WALK_PAGES, page - from.page);
      const found = await this.#fetch(from.cursor, pages * PAGE_SIZE, signal);
      if (found.nextCursor === null) {
        // The list ended early: note how many pages it really has.
        this.chain.learn(from.page + Math.max(1, Math.ceil(found.items.length / PAGE_SIZE)), null);
        return;
      }
      this.chain.learn(from.page + pages, found.nextCursor);
    }
  }
}
