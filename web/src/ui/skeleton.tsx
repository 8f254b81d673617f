import { cn } from '@/lib/cn';

/** Holds the place of content that is on its way; give it the size of that content. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn('block animate-pulse rounded-sm bg-sunken', className)} />;
}
