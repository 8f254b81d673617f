import { cn } from '@/lib/cn';

/** The sign of the product. Decorative: the name stands beside it or on the page. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 32 32"
      className={cn('size-6 shrink-0 rounded-md bg-accent text-on-accent', className)}
    >
      <path
        d="M9.5 11.5h8.75M9.5 16h13M14 20.5h8.5"
        stroke="currentColor"
        strokeWidth="2.6"
        strokeLinecap="round"
        fill="none"
      />
    </svg>
  );
}
