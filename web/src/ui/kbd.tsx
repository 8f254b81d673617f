import { cn } from '@/lib/cn';
import { describeKeys } from '@/lib/keys';

/** A shortcut as keys: `$mod+k` shows ⌘ K or Ctrl K, `g c` two keys in a row. */
export function Kbd({ keys, className }: { keys: string; className?: string }) {
  return (
    <span className={cn('inline-flex items-center gap-0.5', className)}>
      {describeKeys(keys).map((key, index) => (
        <kbd
          // The same key may stand twice in a sequence, and the list never changes order.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          className="inline-flex h-[1.125rem] min-w-[1.125rem] items-center justify-center rounded-sm border border-line bg-sunken px-1 font-sans text-2xs font-medium text-muted"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
