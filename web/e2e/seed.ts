import type { Page } from '@playwright/test';
import { expect, post } from './fixtures';

export interface SeededCustomer {
  id: string;
  fullName: string;
}

const first = ['Anna', 'Linh', 'Marco', 'Sofia', 'Yuki', 'Omar', 'Élodie', 'Piotr', 'Björn', 'Chiara'];
const last = ['Schmidt', 'Tran', 'Rossi', 'García', 'Tanaka', 'Hassan', 'Dubois', 'Nowak', 'Johansson'];

/** Customers with different names, countries, tags and addresses, the first made first. */
export async function seedCustomers(page: Page, count: number): Promise<SeededCustomer[]> {
  const made: SeededCustomer[] = [];
  for (let start = 0; start < count; start += 8) {
    const batch = Array.from({ length: Math.min(8, count - start) }, (_, at) => start + at);
    made.push(...(await Promise.all(batch.map((index) => seedCustomer(page, index)))));
  }
  return made;
}

function seedCustomer(page: Page, index: number): Promise<SeededCustomer> {
  const fullName = `${first[index % first.length]} ${last[(index * 7) % last.length]} ${String(index).padStart(4, '0')}`;
  return post<SeededCustomer>(page.request, '/customers', {
    fullName,
    country: ['DE', 'VN', 'SG', 'US'][index % 4],
    contacts: [{ channel: 'email', value: `person${index}@seed-${index % 5}.com` }],
    tags: index % 3 === 0 ? ['vip'] : [],
  });
}

/** The cell of a row (0 is the first below the header) in the column with this header. */
export async function cell(page: Page, row: number, header: string) {
  const column = page.getByRole('columnheader', { name: header, exact: true });
  const at = await column.getAttribute('data-col');
  return page.locator(`[data-row="${row}"] > [data-col="${at}"]`);
}

/** Waits until the list shows a row at the given place. */
export async function rowLoaded(page: Page, row: number) {
  await expect(page.locator(`[data-row="${row}"]:not([data-loading])`)).toBeAttached();
}

/** The open record; toasts are dialogs too, but have no tabs. */
export function drawerOf(page: Page) {
  return page.getByRole('dialog').filter({ has: page.getByRole('tablist') });
}

/** Where toasts are. */
export function news(page: Page) {
  return page.getByRole('region', { name: 'Notifications' });
}

/** Pastes a text where the focus is, as a browser does that has it in its clipboard. */
export async function paste(page: Page, text: string) {
  await page.evaluate((value) => {
    const data = new DataTransfer();
    data.setData('text/plain', value);
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  }, text);
}
