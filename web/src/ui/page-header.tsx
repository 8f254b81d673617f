import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface PageHeaderProps {
  /** The only h1 of the page; also the title of the browser tab. */
  title: string;
  /** Before the title, such as the way back. */
  leading?: ReactNode;
  /** Beside the title, such as a count. */
  note?: ReactNode;
  actions?: ReactNode;
  className?: string;
}

export function PageHeader({ title, leading, note, actions, className }: PageHeaderProps) {
  return (
    <header
      className={cn(
        'flex min-h-13 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2 sm:px-5',
        className,
      )}
    >
      <title>{`${title} · Entente`}</title>
      {leading}
      <h1 className="min-w-0 truncate text-base font-semibold">{title}</h1>
      {note ? <div className="min-w-0 text-sm text-muted">{note}</div> : null}
      {actions ? <div className="ml-auto flex items-center gap-2">{actions}</div> : null}
    </header>
  );
}
