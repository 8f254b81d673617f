import { client, unwrap } from '@/api/client';
import type { Customer } from '@/api/types';
import { cutSearch } from '@/lib/search-text';

export interface FoundRecord {
  record: 'customer' | 'company';
  id: string;
  name: string;
  /** What tells two of the same name apart. */
  hint: string;
}

const perRecord = 6;

/** Customers and companies that hold the text in a name, address or domain. */
export async function searchRecords(text: string, signal: AbortSignal): Promise<FoundRecord[]> {
  const query = { q: cutSearch(text), limit: perRecord };
  const [customers, companies] = await Promise.all([
    unwrap(client.GET('/customers', { params: { query }, signal })),
    unwrap(client.GET('/companies', { params: { query }, signal })),
  ]);
  return [
    ...customers.items.map((customer) => ({
      record: 'customer' as const,
      id: customer.id,
      name: customer.fullName,
      hint: customerHint(customer),
    })),
    ...companies.items.map((company) => ({
      record: 'company' as const,
      id: company.id,
      name: company.name,
      hint: [company.domains[0], company.city].filter(Boolean).join(' · '),
    })),
  ];
}

function customerHint(customer: Customer): string {
  const address =
    customer.contacts.find(({ channel, isPrimary }) => channel === 'email' && isPrimary) ??
    customer.contacts[0];
  return [customer.company?.name, address?.value].filter(Boolean).join(' · ');
}
