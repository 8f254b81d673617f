import type { FitEvidence, FitPart } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import type { Translate } from '@/i18n/use-t';

/** Why a score is what it is, in words. */
export function evidenceText(
  t: Translate,
  score: (value: number) => string,
  part: Pick<FitPart, 'type' | 'source'> & { evidence: FitEvidence | null },
): string {
  const { evidence, source, type } = part;
  if (evidence === null) return '';
  const { reason, from, delta, types, signals, rule, label } = evidence;
  if (source === 'manual' || source === 'automation') {
    const adjusted =
      typeof delta === 'number' && typeof from === 'number'
        ? t('leads.evidence.adjusted', { from: score(from), delta: score(delta) })
        : '';
    return [adjusted, reason ?? ''].filter((each) => each !== '').join(' · ');
  }
  if (type === 'behavioral') {
    if (!types || types.length === 0) return t('leads.evidence.nothingHappened');
    return types
      .map(({ type: kind, count }) => t('leads.evidence.events', { what: eventName(t, kind), count }))
      .join(' · ');
  }
  if (type === 'intent') {
    if (!signals || signals.length === 0) return t('leads.evidence.noSignal');
    return signals
      .map(({ name, strength }) => t('leads.evidence.signal', { name, strength: score(strength) }))
      .join(' · ');
  }
  if (type === 'conversation') {
    const { quotes, invented, confidence } = evidence;
    return [
      ...(quotes ?? []).map(({ text }) => `“${text}”`),
      typeof confidence === 'number' ? t('model.evidence.sure', { share: percent(confidence) }) : '',
      invented ? t('model.evidence.invented', { count: invented }) : '',
    ]
      .filter((each) => each !== '')
      .join(' · ');
  }
  if (typeof rule !== 'number') return t('leads.evidence.otherwise');
  return label ? label : t('leads.evidence.rule', { place: rule + 1 });
}

const percent = (part: number) => `${Math.round(part * 100)}%`;

/** A type of activity in words; its own name where this build has none. */
function eventName(t: Translate, type: string): string {
  const id = `rule.activity.${type}` as MessageId;
  const known = t(id);
  return known === id ? type : known;
}
