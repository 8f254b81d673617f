import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface EmptyStateProps {
  icon?: LucideIcon;
  title: string;
  /** Where it is the whole page, its title is the page's heading. */
  page?: boolean;
  /** What this place is for, or what went wrong. */
  description?: ReactNode;
  /** The next step: one or two buttons. */
  actions?: ReactNode;
  className?: string;
}

/** For empty, no-match, no-permission and error places alike: says what is so, and offers the next step. */
export function EmptyState({ icon: Icon, title, page, description, actions, className }: EmptyStateProps) {
  const Title = page ? 'h1' : 'p';
  return (
    <div className={cn('flex flex-col items-center justify-center gap-1 px-6 py-12 text-center', className)}>
      {Icon ? (
        <span className="mb-2 flex size-10 items-center justify-center rounded-lg border border-line bg-surface text-muted shadow-1">
          <Icon aria-hidden className="size-5" />
        </span>
      ) : null}
      <Title className="text-base font-medium text-fg">{title}</Title>
      {description ? <div className="max-w-md text-balance text-sm text-muted">{description}</div> : null}
      {actions ? <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div> : null}
    </div>
  );
}
