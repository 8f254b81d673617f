import { Progress as Base } from '@base-ui/react/progress';
import { cn } from '@/lib/cn';

interface ProgressProps {
  /** 0 to 100; `null` while the end is not known. */
  value: number | null;
  label: string;
  className?: string;
}

export function Progress({ value, label, className }: ProgressProps) {
  return (
    <Base.Root value={value} aria-label={label} className={cn('w-full', className)}>
      <Base.Track className="h-1.5 w-full overflow-hidden rounded-full bg-sunken">
        <Base.Indicator className="h-full rounded-full bg-accent transition-[width] duration-200 data-indeterminate:w-1/3 data-indeterminate:animate-pulse" />
      </Base.Track>
    </Base.Root>
  );
}
