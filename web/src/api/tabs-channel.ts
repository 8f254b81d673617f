/** What tabs of one browser tell each other. */
export type Told =
  /** Something was changed on the server. */
  | { kind: 'written' }
  /** Somebody signed in; the id of the account. */
  | { kind: 'entered'; account: string }
  /** The session of this browser was ended. */
  | { kind: 'left' };

/** A channel does not hear itself. */
export const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('entente.tabs');

export function tellOtherTabs(told: Told = { kind: 'written' }) {
  tabs?.postMessage(told);
}
