import { useEffect, useState } from 'react';
import type { Import } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { Progress } from '@/ui/progress';
import { type Look, percentOf, secondsLeft, withLook } from './logic/progress';
import { CountsRow, StepFrame, type Trouble, TroubleAlert } from './parts';

interface StepRunProps {
  item: Import;
  onCancel: () => void;
  pending: boolean;
  trouble: Trouble | null;
}

/** The import at work. It goes on without this page. */
export function StepRun({ item, onCancel, pending, trouble }: StepRunProps) {
  const t = useT();
  return (
    <StepFrame
      title={t('imports.run.title')}
      intro={t('imports.run.intro')}
      footer={
        <Button onClick={onCancel} loading={pending}>
          {t('imports.run.cancel')}
        </Button>
      }
    >
      <TroubleAlert trouble={trouble} />
      <WorkProgress processed={item.processed} rows={item.rows} label={t('imports.run.title')} />
      <div className="mt-6">
        <CountsRow counts={item} />
      </div>
    </StepFrame>
  );
}

interface WorkProgressProps {
  processed: number;
  rows: number;
  label: string;
}

/** How far the work is, and how long it will take at this pace. */
export function WorkProgress({ processed, rows, label }: WorkProgressProps) {
  const t = useT();
  const format = useFormat();
  const left = useTimeLeft(processed, rows);
  const percent = percentOf(processed, rows);
  // Spoken at every fifth, so that a screen reader is not talked over all the time.
  const fifth = percent === null ? null : Math.floor(percent / 20) * 20;
  return (
    <div>
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-3 text-sm">
        <p className="tabular">
          {t('imports.run.rows', { done: format.number(processed), rows: format.number(rows) })}
        </p>
        <p className="tabular text-muted">
          {left === null
            ? null
            : left < 90
              ? t('imports.run.secondsLeft', { count: Math.max(1, left) })
              : t('imports.run.minutesLeft', { count: Math.round(left / 60) })}
        </p>
      </div>
      <Progress value={percent} label={label} />
      <p role="status" className="sr-only">
        {fifth === null || fifth === 0 ? '' : format.number(fifth / 100, { style: 'percent' })}
      </p>
    </div>
  );
}

function useTimeLeft(processed: number, rows: number): number | null {
  const [looks, setLooks] = useState<Look[]>([]);
  useEffect(() => {
    // The clock is outside of React, so the look is taken after the number came.
    setLooks((known) => withLook(known, { at: Date.now(), processed }));
  }, [processed]);
  return secondsLeft(looks, rows);
}
