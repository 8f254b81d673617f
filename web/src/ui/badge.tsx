import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

/** Label colours: text on its own tint, readable in both themes. */
export const toneStyle = {
  gray: 'bg-tint-gray text-tint-gray-fg',
  red: 'bg-tint-red text-tint-red-fg',
  orange: 'bg-tint-orange text-tint-orange-fg',
  yellow: 'bg-tint-yellow text-tint-yellow-fg',
  green: 'bg-tint-green text-tint-green-fg',
  teal: 'bg-tint-teal text-tint-teal-fg',
  blue: 'bg-tint-blue text-tint-blue-fg',
  purple: 'bg-tint-purple text-tint-purple-fg',
  pink: 'bg-tint-pink text-tint-pink-fg',
  outline: 'border border-line text-muted',
} as const;

export type Tone = keyof typeof toneStyle;

interface BadgeProps {
  tone?: Tone;
  className?: string;
  children: ReactNode;
}

export function Badge({ tone = 'gray', className, children }: BadgeProps) {
  return (
    <span
      className={cn(
        'inline-flex h-5 max-w-full shrink-0 items-center gap-1 rounded-sm px-1.5 text-xs font-medium',
        toneStyle[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
