import type { Bucket } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { Badge } from '@/ui/badge';
import { useScoreText } from './score-text';

const tones = { hot: 'orange', warm: 'yellow', cold: 'blue' } as const;

/** A score as a number and as a bar from the middle: to the right is better. What nobody has assessed has neither. */
export function Score({ score, className }: { score: number | null; className?: string }) {
  const t = useT();
  const text = useScoreText();
  if (score === null)
    return <span className={cn('text-faint text-xs', className)}>{t('leads.score.none')}</span>;
  const width = `${Math.abs(score) * 50}%`;
  return (
    <span className={cn('flex items-center gap-2', className)}>
      <span className="tabular w-11 shrink-0 text-right font-medium text-sm">{text(score)}</span>
      <span aria-hidden className="relative h-1.5 min-w-10 flex-1 overflow-hidden rounded-full bg-sunken">
        <span
          className={cn('absolute inset-y-0', score < 0 ? 'right-1/2 bg-line-strong' : 'left-1/2 bg-accent')}
          style={{ width }}
        />
        <span className="absolute inset-y-0 left-1/2 w-px bg-line-strong" />
      </span>
    </span>
  );
}

export function BucketBadge({ bucket }: { bucket: Bucket | null }) {
  const t = useT();
  if (bucket === null) return <Badge tone="outline">{t('leads.bucket.none')}</Badge>;
  return <Badge tone={tones[bucket]}>{t(`leads.bucket.${bucket}`)}</Badge>;
}
