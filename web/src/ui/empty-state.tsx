import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface EmptyStateProps {
  icon?: LucideIcon;
  title: string;
  /** What this place is for, or what went wrong. */
  description?: ReactNode;
  /** The next step: one or two buttons. */
  actions?: ReactNode;
  className?: string;
}

/** For empty, no-match, no-permission and error places alike: says what is so, and offers the next step. */
export function EmptyState({ icon: Icon, title, description, actions, className }: EmptyStateProps) {
  return (
    <div className={cn('flex flex-col items-center justify-center gap-1 px-6 py-12 text-center', className)}>
      {Icon ? (
        <span className="mb-2 flex size-10 items-center justify-center rounded-lg border border-line bg-surface text-muted shadow-1">
          <Icon aria-hidden className="size-5" />
        </span>
      ) : null}
      <p className="text-base font-medium text-fg">{title}</p>
      {description ? <div className="max-w-md text-balance text-sm text-muted">{description}</div> : null}
      {actions ? <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div> : null}
    </div>
  );
}
