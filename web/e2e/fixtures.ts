import { type APIRequestContext, test as base, expect, type Page } from '@playwright/test';
import { type Server, startServer } from './server';

export interface Account {
  fullName: string;
  email: string;
  orgName: string;
  password: string;
}

interface TestFixtures {
  /** A new organisation with its owner, signed in on `page`. */
  owner: Account;
  /** Console errors a test expects, such as a refused request; all others fail it. */
  allowConsole: RegExp[];
}

interface WorkerFixtures {
  server: Server;
}

export const password = 'orchard lantern drizzle 47';
let accounts = 0;

/** Details of a person who has no account yet. */
export function newAccount(): Account {
  const id = `${process.pid}${Date.now().toString(36)}${++accounts}`;
  return {
    fullName: 'Mara Lindqvist',
    email: `mara.${id}@example.com`,
    orgName: `Nordlicht ${id}`,
    password,
  };
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
    async ({}, use) => {
      const running = process.env.ENTENTE_E2E_URL;
      const server = running ? { url: running, output: '', stop: async () => {} } : await startServer();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  allowConsole: [[], { option: true }],

  page: async ({ page, allowConsole }, use) => {
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
    page.on('console', (message) => {
      const text = message.text();
      // The browser reports every refused request by itself; what the app makes of it is what tests look at.
      if (message.type() !== 'error' || /^Failed to load resource/.test(text)) return;
      if (!allowConsole.some((pattern) => pattern.test(text))) problems.push(text);
    });
    await use(page);
    expect(problems, 'errors in the browser console').toEqual([]);
  },

  owner: async ({ page }, use) => {
    const account = newAccount();
    await signUp(page.request, account);
    await use(account);
  },
});

export { expect };

/** Makes an account through the API; the cookie goes to whoever owns the request context. */
export async function signUp(request: APIRequestContext, account: Account) {
  await post(request, '/auth/signup', account);
}

export async function signIn(request: APIRequestContext, account: Account) {
  await post(request, '/auth/login', { email: account.email, password: account.password });
}

/** Sends a body to `/api/v1` and gives the answer's body; fails the test when it is refused. */
export async function post<T = unknown>(request: APIRequestContext, path: string, data: unknown): Promise<T> {
  const response = await request.post(`/api/v1${path}`, { data });
  expect(response.ok(), `${path}: ${response.status()} ${await response.text()}`).toBe(true);
  return response.json() as Promise<T>;
}

export async function addCustomer(page: Page, fullName: string, email?: string) {
  return post<{ id: string }>(page.request, '/customers', {
    fullName,
    contacts: email ? [{ channel: 'email', value: email }] : [],
  });
}

/** Opens a page behind the sign-in and waits until it can be used. */
export async function visit(page: Page, path: string) {
  await page.goto(path);
  // By its element: below a dialog that the address opens, the heading has no role.
  await expect(page.locator('h1').first()).toBeVisible();
}
