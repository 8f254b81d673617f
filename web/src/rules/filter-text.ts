import { useFormat } from '@/i18n/use-format';
import { type Translate, useT } from '@/i18n/use-t';
import { parseChoices, parseTime, type QuickFilter } from './quick-filters';

/** What a filter holds, in words. */
export function useFilterText() {
  const t = useT();
  const format = useFormat();
  return (filter: QuickFilter, value: string | undefined): string => {
    if (!value) return t('filters.chip.empty');
    switch (filter.kind) {
      case 'choice': {
        const names = parseChoices(value).map(filter.nameOf);
        return names.length > 2
          ? t('filters.chip.more', { names: names.slice(0, 2).join(', '), count: names.length - 2 })
          : names.join(', ');
      }
      case 'text':
        return t('filters.chip.contains', { text: value });
      case 'time': {
        const time = parseTime(value);
        if (time === null) return t('filters.chip.empty');
        if (time.kind === 'last') return lastText(t, time.span);
        const day = (text: string) => format.date(`${text}T12:00:00`);
        if (time.from && time.to)
          return t('filters.time.between', { from: day(time.from), to: day(time.to) });
        return time.from
          ? t('filters.time.since', { from: day(time.from) })
          : t('filters.time.until', { to: day(time.to ?? '') });
      }
      case 'switch':
        return filter.options.find((option) => option.value === value)?.label ?? t('filters.chip.empty');
    }
  };
}

const units = { h: 'hours', d: 'days', w: 'weeks', mo: 'months', y: 'years' } as const;

export function lastText(t: Translate, span: string): string {
  const match = /^(\d+)(h|d|w|mo|y)$/.exec(span);
  const unit = units[(match?.[2] ?? 'd') as keyof typeof units];
  return t(`filters.last.${unit}`, { count: Number(match?.[1] ?? 0) });
}
