import { cn } from '@/lib/cn';

interface ProgressProps {
  /** 0 to 100; `null` while the end is not known. */
  value: number | null;
  label: string;
  className?: string;
}

export function Progress({ value, label, className }: ProgressProps) {
  return (
    <progress
      aria-label={label}
      max={100}
      value={value ?? undefined}
      className={cn(
        'h-1.5 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-accent [&::-webkit-progress-value]:transition-[width] indeterminate:animate-pulse',
        className,
      )}
    />
  );
}
