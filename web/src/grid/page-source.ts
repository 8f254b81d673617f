/**
 * Pages of a list that the server only hands out by cursor.
 *
 * A cursor is a place between two rows, so a page can be asked for when the page before it has been seen once.
 * `CursorChain` keeps the place of every page seen, for as long as the list is open (a cursor is a short text; rows are
 * not kept here). A jump goes the shortest way: it walks from the nearest known page in the largest steps the server
 * allows, or from the end of the list in reverse order, or, in a list sorted by a time, to a moment found by counting.
 *
 * The limit: what is not sorted by a time has no places to be found by counting, because the API cannot ask for the
 * names after a name. The middle of a million names is then 2,500 requests away, one to two minutes of placeholders;
 * of ten thousand, 25. Such a way starts once the view has rested, ends as soon as the person looks elsewhere, never
 * meets the rate limit, and is never gone twice: what it has passed stays known.
 */
import { type Mark, type Micros, seek } from './seek';
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

/** What is known of the order of a list, for getting far without reading everything on the way. */
export interface Order<Row> {
  /** How many rows there are, once that is known exactly. */
  readonly total: () => number | null;
  /** The same list from its end. Absent when the order has no exact reverse: missing values come last either way. */
  readonly reverse?: FetchPage<Row>;
  /** Present when the list is sorted by a time that every row has. */
  readonly time?: {
    readonly of: (row: Row) => Micros | null;
    /** Rows before those from a moment on. */
    readonly rankOf: (at: Micros, signal: AbortSignal) => Promise<number>;
    /** The rows from a moment on. */
    readonly from: (at: Micros) => FetchPage<Row>;
  };
}

/** Pages that one walking step covers: the server hands out at most 200 rows. */
export const WALK_PAGES = 2;
/** Nearer pages are walked to; what is farther is sought. */
export const NEAR_PAGES = 10;
/** After this many steps a walk slows down, so that it never meets the rate limit. */
export const FREE_STEPS = 60;
export const STEP_PAUSE_MS = 25;
/** A far way starts when it has been wanted for so long: a scroll bar that is dragged past places asks for none of them. */
export const REST_MS = 60;
/** Rows of one and the same moment that are walked over after seeking. */
const MAX_CROWD = 20_000;

export interface Place<Row> {
  readonly cursor: string | null;
  /** The list that the cursor belongs to: the whole one, or its rest from a moment on. */
  readonly via: FetchPage<Row>;
  /** Rows between the cursor and the page. */
  readonly skip: number;
}

export class CursorChain<Row> {
  #places: Map<number, Place<Row>>;
  #end: number | null = null;

  constructor(fetch: FetchPage<Row>) {
    this.#places = new Map([[0, { cursor: null, via: fetch, skip: 0 }]]);
  }

  /** The number of pages, once the last one has been seen. */
  get end(): number | null {
    return this.#end;
  }

  /** Where a page starts; undefined when it is not known yet. */
  placeOf(page: number): Place<Row> | undefined {
    return this.#places.get(page);
  }

  /** The nearest known page at or before `page`. */
  nearest(page: number): number {
    let best = 0;
    for (const known of this.#places.keys()) if (known <= page && known > best) best = known;
    return best;
  }

  /**
   * Notes where a page starts. A place that moved (rows came or went before it) makes every later one worthless, and
   * they are forgotten. Returns true when that happened.
   */
  learn(page: number, place: Place<Row>): boolean {
    if (this.#end !== null && page >= this.#end) this.#end = null;
    const known = this.#places.get(page);
    const same = known?.via === place.via;
    if (same && known?.cursor === place.cursor && known.skip === place.skip) return false;
    // Two lists name one place differently; only within one of them a new name means another place.
    const moved = same ? this.#forgetFrom(page) : false;
    this.#places.set(page, place);
    return moved;
  }

  /** Notes that the list has this many pages. */
  endAt(page: number): boolean {
    this.#end = page;
    return this.#forgetFrom(page);
  }

  #forgetFrom(page: number): boolean {
    let forgot = false;
    for (const known of [...this.#places.keys()]) {
      if (known >= page && known > 0) {
        this.#places.delete(known);
        forgot = true;
      }
    }
    return forgot;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      // A long way pauses often by one signal.
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop);
  });
}

export class PageSource<Row> {
  readonly chain: CursorChain<Row>;
  readonly #fetch: FetchPage<Row>;
  readonly #order: Order<Row> | null;
  /** Ways run one after the other: the second usually finds its page already there. */
  #way: Promise<void> = Promise.resolve();
  /** Cursors of the reversed list, by the page they start at, for a list of that many rows. */
  #tail: { total: number; cursors: Map<number, string | null> } | null = null;
  /** Moments whose rank is known, by rank. */
  #marks: Mark[] = [];

  constructor(fetch: FetchPage<Row>, order: Order<Row> | null = null) {
    this.#fetch = fetch;
    this.#order = order;
    this.chain = new CursorChain(fetch);
  }

  /** Starts the chain in the middle, from a cursor remembered for that page. */
  seed(page: number, cursor: string): void {
    if (page > 0) this.chain.learn(page, { cursor, via: this.#fetch, skip: 0 });
  }

  /** The cursor of the whole list that a page starts at, to come back to it later. */
  cursorOf(page: number): string | null {
    const place = this.chain.placeOf(page);
    return place?.via === this.#fetch && place.skip === 0 ? place.cursor : null;
  }

  /** The rows of one page; an empty list when the list ends before it. */
  async load(page: number, signal: AbortSignal): Promise<readonly Row[]> {
    if (!this.#knows(page)) {
      const way = this.#way.then(() => this.#reach(page, signal));
      this.#way = way.catch(() => undefined);
      await way;
    }
    signal.throwIfAborted();
    const place = this.chain.placeOf(page);
    if (place !== undefined) {
      const found = await place.via(place.cursor, place.skip + PAGE_SIZE, signal);
      this.#learnNext(page + 1, place.via, found.nextCursor);
      if (page === 0) this.#noteFirst(found.items[0]);
      return place.skip === 0 ? found.items : found.items.slice(place.skip);
    }
    return this.#tailCursor(page) === undefined ? [] : this.#loadTail(page, signal);
  }

  #knows(page: number): boolean {
    return this.chain.placeOf(page) !== undefined || this.#tailCursor(page) !== undefined;
  }

  #learnNext(page: number, via: FetchPage<Row>, next: string | null) {
    if (next === null) this.chain.endAt(page);
    else this.chain.learn(page, { cursor: next, via, skip: 0 });
  }

  /** Makes the place of a page known, by the way that needs the fewest requests. */
  async #reach(page: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#knows(page)) return;
    const end = this.chain.end;
    if (end !== null && end <= page) return;
    const forward = page - this.chain.nearest(page);
    const back = this.#tailDistance(page);
    if (forward <= NEAR_PAGES) return this.#walk(page, signal);
    if (back !== null && back <= NEAR_PAGES) return this.#walkTail(page, signal);
    await pause(REST_MS, signal);
    if (await this.#seekTo(page, signal)) return;
    if (back !== null && back < forward) return this.#walkTail(page, signal);
    return this.#walk(page, signal);
  }

  async #walk(page: number, signal: AbortSignal): Promise<void> {
    for (let steps = 0; ; steps += 1) {
      signal.throwIfAborted();
      const from = this.chain.nearest(page);
      const end = this.chain.end;
      if (from >= page || (end !== null && end <= page)) return;
      if (steps >= FREE_STEPS) await pause(STEP_PAUSE_MS, signal);
      const place = this.chain.placeOf(from);
      if (place === undefined) return;
      const pages = place.skip > 0 ? 1 : Math.min(WALK_PAGES, page - from);
      const found = await place.via(place.cursor, place.skip + pages * PAGE_SIZE, signal);
      if (from === 0) this.#noteFirst(found.items[0]);
      if (found.nextCursor === null) {
        // The list ended early: note how many pages it really has.
        const rows = found.items.length - place.skip;
        this.chain.endAt(from + Math.max(1, Math.ceil(rows / PAGE_SIZE)));
        return;
      }
      this.#learnNext(from + pages, place.via, found.nextCursor);
    }
  }

  /* ---- From the end --------------------------------------------------------------------------------------------- */

  /** The tail for the number of rows as it is known now; another number is another tail. */
  #currentTail() {
    const total = this.#order?.total() ?? null;
    if (this.#order?.reverse === undefined || total === null || total <= 0) return null;
    if (this.#tail?.total !== total) {
      this.#tail = { total, cursors: new Map([[Math.floor((total - 1) / PAGE_SIZE), null]]) };
    }
    return this.#tail;
  }

  #tailCursor(page: number): string | null | undefined {
    return this.#currentTail()?.cursors.get(page);
  }

  /** Pages between `page` and the nearest known one behind it. */
  #tailDistance(page: number): number | null {
    const tail = this.#currentTail();
    if (tail === null) return null;
    let best: number | null = null;
    for (const known of tail.cursors.keys()) {
      if (known >= page && (best === null || known - page < best)) best = known - page;
    }
    return best;
  }

  /** Rows of a page of the tail: the last page of the list is what is left over. */
  #tailRows(page: number, total: number): number {
    return Math.min(PAGE_SIZE, total - page * PAGE_SIZE);
  }

  async #walkTail(page: number, signal: AbortSignal): Promise<void> {
    for (let steps = 0; ; steps += 1) {
      signal.throwIfAborted();
      const distance = this.#tailDistance(page);
      if (distance === null || distance === 0) return;
      if (steps >= FREE_STEPS) await pause(STEP_PAUSE_MS, signal);
      await this.#loadTail(page + distance, signal, Math.min(WALK_PAGES, distance));
    }
  }

  async #loadTail(page: number, signal: AbortSignal, pages = 1): Promise<readonly Row[]> {
    const tail = this.#currentTail();
    const reverse = this.#order?.reverse;
    const cursor = tail?.cursors.get(page);
    if (tail === null || reverse === undefined || cursor === undefined) return [];
    const rows = this.#tailRows(page, tail.total) + (pages - 1) * PAGE_SIZE;
    const found = await reverse(cursor, rows, signal);
    if (found.nextCursor !== null && page >= pages) tail.cursors.set(page - pages, found.nextCursor);
    const last = found.items[0];
    if (cursor === null && last !== undefined) this.#noteLast(last, tail.total);
    return found.items.slice(0, this.#tailRows(page, tail.total)).reverse();
  }

  /* ---- By a moment ---------------------------------------------------------------------------------------------- */

  #noteMark(mark: Mark) {
    this.#marks = [...this.#marks.filter((each) => each.at !== mark.at), mark].sort(
      (a, b) => a.rank - b.rank,
    );
  }

  #noteFirst(row: Row | undefined) {
    const at = row === undefined ? null : (this.#order?.time?.of(row) ?? null);
    if (at !== null) this.#noteMark({ at, rank: 0 });
  }

  #noteLast(row: Row, total: number) {
    const at = this.#order?.time?.of(row) ?? null;
    // The rows from that moment on are at least this one: what comes before is less than everything.
    if (at !== null && !this.#marks.some((mark) => mark.at === at)) this.#noteMark({ at, rank: total });
  }

  async #seekTo(page: number, signal: AbortSignal): Promise<boolean> {
    const order = this.#order;
    const time = order?.time;
    if (order?.reverse === undefined || time === undefined || order.total() === null) return false;
    const row = page * PAGE_SIZE;
    if (!this.#marks.some((mark) => mark.rank === 0))
      this.#noteFirst((await this.#fetch(null, 1, signal)).items[0]);
    if (!this.#marks.some((mark) => mark.rank > row)) {
      const last = (await order.reverse(null, 1, signal)).items[0];
      if (last !== undefined) this.#noteLast(last, order.total() ?? 0);
    }
    const low = this.#marks.findLast((mark) => mark.rank <= row);
    const high = this.#marks.find((mark) => mark.rank > row);
    if (low === undefined || high === undefined) return false;
    const mark = await seek({
      row,
      slack: PAGE_SIZE,
      low,
      high,
      rankOf: async (at) => {
        signal.throwIfAborted();
        const rank = await time.rankOf(at, signal);
        this.#noteMark({ at, rank });
        return rank;
      },
    });
    let left = row - mark.rank;
    if (left < 0 || left > MAX_CROWD) return false;
    const via = mark.rank === 0 ? this.#fetch : time.from(mark.at);
    let cursor: string | null = null;
    while (left > PAGE_SIZE) {
      const step = Math.min(WALK_PAGES * PAGE_SIZE, left);
      const found: Page<Row> = await via(cursor, step, signal);
      if (found.nextCursor === null) return false;
      cursor = found.nextCursor;
      left -= step;
    }
    this.chain.learn(page, { cursor, via, skip: left });
    return true;
  }
}
