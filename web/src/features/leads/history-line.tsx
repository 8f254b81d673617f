import type { Assessment } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { useScoreText } from '@/record/fit/score-text';
import { linePoints } from './line-points';

const WIDTH = 96;
const HEIGHT = 24;

/** How a score went over time: a line, with all of its numbers for whoever cannot see it. */
export function HistoryLine({ assessments }: { assessments: readonly Assessment[] }) {
  const t = useT();
  const format = useFormat();
  const text = useScoreText();
  const inOrder = [...assessments].reverse();
  if (inOrder.length < 2) return <span className="text-faint text-xs">{t('leads.history.one')}</span>;
  const said = inOrder.map(({ score, createdAt }) => `${format.date(createdAt)}: ${text(score)}`).join(', ');
  const label = t('leads.history.label', { count: inOrder.length, said });
  const points = linePoints(
    inOrder.map(({ score, createdAt }) => ({ at: Date.parse(createdAt), score })),
    WIDTH,
    HEIGHT,
  );
  return (
    <svg role="img" aria-label={label} width={WIDTH} height={HEIGHT} className="overflow-visible">
      <title>{label}</title>
      <line x1={0} x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} className="stroke-line" strokeDasharray="2 3" />
      <polyline
        points={points.map(({ x, y }) => `${x},${y}`).join(' ')}
        fill="none"
        strokeWidth={1.5}
        strokeLinejoin="round"
        className="stroke-accent-fg"
      />
      <circle cx={points.at(-1)?.x} cy={points.at(-1)?.y} r={2.5} className="fill-accent-fg" />
    </svg>
  );
}
