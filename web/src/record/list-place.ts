/** Where somebody was in a list, for coming back to it by reload or history; kept for the browser tab. */
export interface ListPlace {
  readonly viewKey: string;
  readonly row: number;
  readonly page: number;
  readonly cursor: string | null;
}

const key = (name: string) => `entente.place.${name}`;

export function readPlace(name: string, viewKey: string): ListPlace | null {
  try {
    const place = JSON.parse(sessionStorage.getItem(key(name)) ?? 'null') as ListPlace | null;
    return place?.viewKey === viewKey && Number.isInteger(place.row) ? place : null;
  } catch {
    return null;
  }
}

export function writePlace(name: string, place: ListPlace) {
  try {
    sessionStorage.setItem(key(name), JSON.stringify(place));
  } catch {
    // Storage is full or blocked: the list starts at its top next time.
  }
}

const keptKey = (what: string) => `entente.${what}`;

/** What this browser keeps for good, such as the columns of a list. */
export function readKept(what: string): string | undefined {
  try {
    return localStorage.getItem(keptKey(what)) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writeKept(what: string, value: string | undefined) {
  try {
    if (value === undefined) localStorage.removeItem(keptKey(what));
    else localStorage.setItem(keptKey(what), value);
  } catch {
    // Storage is full or blocked: the choice lasts for this page.
  }
}
