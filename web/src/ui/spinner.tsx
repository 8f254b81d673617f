import { LoaderCircle } from 'lucide-react';
import { cn } from '@/lib/cn';

/** Only for waits that started with a press; lists and panels show skeletons instead. Silent to screen readers. */
export function Spinner({ className }: { className?: string }) {
  return <LoaderCircle aria-hidden className={cn('size-4 shrink-0 animate-spin', className)} />;
}
