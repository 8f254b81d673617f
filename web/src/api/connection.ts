import { createStore } from 'zustand/vanilla';
import { NetworkError } from './errors';

interface Connection {
  /** Set while the session has ended under a signed-in page: the sign-in dialog is shown. */
  sessionEnded: boolean;
  /** The last request got no answer. */
  unreachable: boolean;
  /** The server runs a newer build than this page. */
  newBuild: boolean;
}

export const connection = createStore<Connection>(() => ({
  sessionEnded: false,
  unreachable: false,
  newBuild: false,
}));

let signedIn = false;
let build: string | null = null;
let waiting: Array<{ resume: () => void; giveUp: () => void }> = [];

/** From now on an answer 401 means that the session ended, and the request waits for a new sign-in. */
export function markSignedIn() {
  signedIn = true;
}

/** The person signed in again in the dialog: every waiting request is sent once more. */
export function resumeSession() {
  connection.setState({ sessionEnded: false });
  const requests = waiting;
  waiting = [];
  for (const { resume } of requests) resume();
}

/** Signed out on purpose, or the dialog was left: waiting requests answer 401. */
export function endSession() {
  signedIn = false;
  connection.setState({ sessionEnded: false });
  const requests = waiting;
  waiting = [];
  for (const { giveUp } of requests) giveUp();
}

function signInAgain(): Promise<boolean> {
  connection.setState({ sessionEnded: true });
  return new Promise((resolve) => {
    waiting.push({ resume: () => resolve(true), giveUp: () => resolve(false) });
  });
}

/**
 * `fetch` with what every request of the app needs: notices a lost connection, a newer server build, and a session that
 * ended (the request then waits for the sign-in dialog and is sent again, so that no work is lost).
 */
export async function connectedFetch(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await attempt(request);
  if (response.status !== 401 || !signedIn || isAuthPath(request.url)) return response;
  const resumed = await signInAgain();
  return resumed ? attempt(again) : response;
}

async function attempt(request: Request): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(request);
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    connection.setState({ unreachable: true });
    throw new NetworkError(cause);
  }
  // A gateway in front answers these when the program behind it is away.
  const away = response.status === 502 || response.status === 504;
  if (connection.getState().unreachable !== away) connection.setState({ unreachable: away });
  noticeBuild(response.headers.get('x-entente-build'));
  return response;
}

export function noticeBuild(seen: string | null) {
  if (!seen) return;
  build ??= seen;
  if (seen !== build) connection.setState({ newBuild: true });
}

function isAuthPath(url: string): boolean {
  return new URL(url).pathname.includes('/auth/');
}
