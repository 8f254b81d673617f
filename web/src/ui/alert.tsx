import { CircleAlert, Info } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface AlertProps {
  tone?: 'danger' | 'warning' | 'info';
  title?: string;
  action?: ReactNode;
  className?: string;
  children?: ReactNode;
}

const tones = {
  danger: 'bg-danger-soft text-danger-fg',
  warning: 'bg-warning-soft text-warning-fg',
  info: 'bg-accent-soft text-accent-fg',
} as const;

/** A message inside the page; a `danger` one is read out at once. */
export function Alert({ tone = 'danger', title, action, className, children }: AlertProps) {
  const Icon = tone === 'info' ? Info : CircleAlert;
  return (
    <div
      role={tone === 'danger' ? 'alert' : undefined}
      className={cn('flex items-start gap-2.5 rounded-md px-3 py-2.5 text-sm', tones[tone], className)}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1">
        {title ? <p className="font-medium">{title}</p> : null}
        {children}
      </div>
      {action}
    </div>
  );
}
