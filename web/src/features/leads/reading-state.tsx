import { Link } from '@tanstack/react-router';
import type { FitPart } from '@/api/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { modelReason } from '@/record/fit/model-reason';
import { Badge } from '@/ui/badge';

/** How the reading by a language model goes; nothing once it is done. */
export function ReadingState({ reading }: { reading: NonNullable<FitPart['reading']> }) {
  const t = useT();
  const format = useFormat();
  const { state, reason, said, nextAt } = reading;
  const why = reason === null ? '' : modelReason(t, reason);
  if (state === 'done') return null;
  if (state === 'no_model')
    return (
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Badge tone="yellow">{t('model.state.no_model')}</Badge>
        <Link to="/settings/$section" params={{ section: 'models' }} className="text-accent-fg text-sm">
          {t('model.state.setUp')}
        </Link>
      </span>
    );
  if (state === 'nothing') return <span className="text-muted">{why}</span>;
  const next = nextAt === null ? '' : t('model.state.again', { when: format.relative(nextAt) });
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1" title={said ?? undefined}>
      <Badge tone={state === 'failed' ? 'red' : 'blue'}>{t(`model.state.${state}`)}</Badge>
      {why === '' ? null : (
        <span className="text-muted">
          {state === 'failed' ? why : [why, next].filter(Boolean).join(' · ')}
        </span>
      )}
    </span>
  );
}
