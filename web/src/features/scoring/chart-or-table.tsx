import { ChartColumn, Table2 } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';

interface ChartOrTableProps {
  title: string;
  /** What the colours mean. */
  legend?: ReactNode;
  chart: ReactNode;
  table: ReactNode;
}

/** The same figures as a picture or as numbers. */
export function ChartOrTable({ title, legend, chart, table }: ChartOrTableProps) {
  const t = useT();
  const id = useId();
  const [numbers, setNumbers] = useState(false);
  const Icon = numbers ? ChartColumn : Table2;
  return (
    <figure aria-labelledby={id} className="rounded-lg border border-line bg-surface p-4">
      <figcaption className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-muted text-xs">
        <span id={id} className="font-medium text-fg text-sm">
          {title}
        </span>
        {legend}
        <Button
          variant="ghost"
          size="small"
          className="ml-auto"
          aria-pressed={numbers}
          onClick={() => setNumbers(!numbers)}
        >
          <Icon aria-hidden className="size-4" />
          {t(numbers ? 'scoring.chart.picture' : 'scoring.chart.numbers')}
        </Button>
      </figcaption>
      <div className="overflow-x-auto">{numbers ? table : chart}</div>
    </figure>
  );
}

/** A colour and what it means. */
export function Legend({ soft = false, children }: { soft?: boolean; children: ReactNode }) {
  return (
    <span className="flex items-center gap-1.5">
      <span
        aria-hidden
        className={
          soft ? 'size-2 rounded-full border border-accent bg-accent-soft' : 'size-2 rounded-full bg-accent'
        }
      />
      {children}
    </span>
  );
}
