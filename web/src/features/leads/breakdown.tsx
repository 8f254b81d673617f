import { useQuery } from '@tanstack/react-query';
import { PenLine } from 'lucide-react';
import type { Assessment, FitPart, Lead } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Score } from '@/record/fit/score';
import { useScoreText } from '@/record/fit/score-text';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { historyQuery } from './api';
import { evidenceText } from './evidence';
import { HistoryLine } from './history-line';

interface BreakdownProps {
  lead: Lead;
  onCorrect: (part: FitPart) => void;
}

/** What a fit is made of: each criterion with its weight, its score, why, and how it went before. */
export function Breakdown({ lead: { customer, fit }, onCorrect }: BreakdownProps) {
  const t = useT();
  const { data } = useQuery(historyQuery(customer.id, fit.productId));
  const whole = fit.criteria.reduce((sum, { weight }) => sum + weight, 0);
  return (
    <ul aria-label={t('leads.breakdown.label', { name: customer.fullName })} className="flex flex-col">
      {fit.criteria.map((part) => (
        <Part
          key={part.criterionId}
          part={part}
          share={whole === 0 ? 0 : part.weight / whole}
          history={data?.items.filter(({ criterionId }) => criterionId === part.criterionId) ?? []}
          onCorrect={() => onCorrect(part)}
        />
      ))}
    </ul>
  );
}

interface PartProps {
  part: FitPart;
  share: number;
  history: readonly Assessment[];
  onCorrect: () => void;
}

function Part({ part, share, history, onCorrect }: PartProps) {
  const t = useT();
  const format = useFormat();
  const score = useScoreText();
  const why = evidenceText(t, score, part);
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 border-line border-t py-2 first:border-t-0 md:grid-cols-[minmax(0,13rem)_9rem_minmax(0,1fr)_6rem_auto]">
      <span className="min-w-0">
        <span className="block truncate font-medium text-sm">{part.name}</span>
        <span className="block text-muted text-xs">
          {t(`leads.type.${part.type}`)} ·{' '}
          {t('leads.breakdown.weight', { share: format.number(share, { style: 'percent' }) })}
        </span>
      </span>
      <Score score={part.score} className="max-md:w-36" />
      <span className="min-w-0 text-sm max-md:col-span-2">
        <span className="flex flex-wrap items-center gap-x-2">
          <span className="min-w-0 break-words">{why === '' ? t('leads.breakdown.unscored') : why}</span>
          {part.stale ? <Badge tone="yellow">{t('leads.breakdown.stale')}</Badge> : null}
        </span>
        {part.assessedAt === null ? null : (
          <span className="block text-muted text-xs">
            <time dateTime={part.assessedAt} title={format.dateTime(part.assessedAt)}>
              {format.relative(part.assessedAt)}
            </time>
            {' · '}
            {part.actor && part.source === 'manual'
              ? t('leads.breakdown.by', { name: part.actor.name })
              : t('leads.breakdown.version', { version: part.version ?? 0 })}
            {part.expiresAt === null
              ? null
              : ` · ${t('leads.breakdown.until', { when: format.date(part.expiresAt) })}`}
          </span>
        )}
      </span>
      <span>
        <HistoryLine assessments={history} />
      </span>
      <Button
        variant="ghost"
        size="small"
        className="justify-self-end"
        aria-label={t('leads.correct.of', { name: part.name })}
        onClick={onCorrect}
      >
        <PenLine aria-hidden className="size-4" />
        {t('leads.correct.action')}
      </Button>
    </li>
  );
}
