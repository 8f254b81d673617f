import { Link } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';
import type { ReportSource } from '@/api/types';

/** The list that a figure opens, as the address of its screen. */
export function listOf(source: ReportSource, opens: unknown) {
  const text = JSON.stringify(opens);
  // Nothing is asked: the whole list, and no view of it.
  const filter = text === '{"and":[]}' ? undefined : text;
  switch (source) {
    case 'customer':
      return { to: '/crm/customers', search: filter ? { filter } : { view: 'all' } } as const;
    case 'company':
      return { to: '/crm/companies', search: filter ? { filter } : { view: 'all' } } as const;
    case 'deal':
      return {
        to: '/crm/deals',
        search: { show: 'list', pipeline: 'all', ...(filter ? { filter } : { view: 'all' }) },
      } as const;
    case 'task':
      return { to: '/tasks', search: { show: 'all', ...(filter ? { filter } : {}) } } as const;
  }
}

interface OpensProps extends Omit<ComponentProps<'a'>, 'href'> {
  source: ReportSource;
  opens: unknown;
  children?: ReactNode;
}

/** A link to exactly the records that a figure counts. */
export function Opens({ source, opens, ...props }: OpensProps) {
  return <Link {...(listOf(source, opens) as { to: '/crm/deals' })} {...props} />;
}
