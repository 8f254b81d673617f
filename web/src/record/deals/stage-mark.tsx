import type { DealStage } from '@/api/types';
import { cn } from '@/lib/cn';
import { toneStyle } from '@/ui/badge';

/** The colour of what a stage means. */
export const stageTones = { open: 'gray', negotiating: 'blue', won: 'green', lost: 'red' } as const;

const dots = {
  open: 'bg-line-strong',
  negotiating: 'bg-tint-blue-fg',
  won: 'bg-tint-green-fg',
  lost: 'bg-tint-red-fg',
} as const;

/** The name of a stage on the colour of its meaning, in one element. */
export function stageMark(stage: DealStage, name: string) {
  return (
    <span
      className={`truncate rounded-sm px-1.5 font-medium text-xs leading-5 ${toneStyle[stageTones[stage]]}`}
    >
      {name}
    </span>
  );
}

export function StageDot({ stage, className }: { stage: DealStage; className?: string }) {
  return <span aria-hidden className={cn('size-2 shrink-0 rounded-full', dots[stage], className)} />;
}
