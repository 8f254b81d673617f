import { useMemo } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import type {
  Dashboard,
  Report,
  ReportFigure,
  ReportGroup,
  ReportQuery,
  ReportSource,
  Widget,
} from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { currencyDigits } from '@/lib/format';
import { useFieldText } from '@/record/field-text';
import { catalogueOf } from '@/rules/catalogue';
import { fieldLabel } from '@/rules/use-rule-words';
import { isTime } from './figures';

/** Periods that a widget or the whole dashboard can be about. */
export const ranges = [
  'today',
  'last_7_days',
  'last_30_days',
  'last_90_days',
  'this_week',
  'this_month',
  'this_quarter',
  'this_year',
  'last_month',
  'last_quarter',
  'last_year',
  'last_12_months',
  'next_7_days',
  'next_30_days',
  'next_90_days',
] as const;

const presets: readonly string[] = [
  'new_customers',
  'open_value',
  'won_month',
  'tasks_due',
  'deal_funnel',
  'won_by_month',
  'won_by_owner',
  'customers_by_source',
  'latest_activity',
];

/** The words of dashboards: titles, periods, groups and figures. */
export function useWords() {
  const t = useT();
  const format = useFormat();
  const { members, fields: known, customFields } = useBootstrap();
  const fields = useFieldText();
  return useMemo(() => {
    const day = (text: string, options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(format.locale, { ...options, timeZone: 'UTC' }).format(
        new Date(`${text}T12:00:00Z`),
      );
    const days = (period: { from: string; to: string }) =>
      new Intl.DateTimeFormat(format.locale, { dateStyle: 'medium', timeZone: 'UTC' }).formatRange(
        new Date(`${period.from}T12:00:00Z`),
        new Date(`${period.to}T12:00:00Z`),
      );
    const range = (text: string | null | undefined): string => {
      if (!text) return t('home.range.all');
      const [from, to] = text.split('..');
      return from && to ? days({ from, to }) : t(`home.range.${text}` as MessageId);
    };
    const fieldName = (source: ReportSource, field: string): string =>
      isTime(field) ? t('home.by.time') : fieldLabel(t, catalogueOf(known, source, [], customFields), field);
    const money = (figure: ReportFigure): string =>
      figure.amounts.map(({ amount, currency }) => format.money(amount, currency)).join(' + ') || '–';
    return {
      range,
      days,
      fieldName,
      owner: (owner: string | null | undefined): string => {
        if (owner == null || owner === 'all') return t('home.owner.all');
        if (owner === 'me' || owner === 'none') return t(`home.owner.${owner}`);
        return members.find((member) => member.id === owner)?.fullName ?? t('record.owner.former');
      },
      title: (widget: Widget): string => {
        if (widget.title) return widget.title;
        if (presets.includes(widget.id)) return t(`home.preset.${widget.id}` as MessageId);
        const { query } = widget;
        if (!query) return t('home.kind.feed');
        const what = t(query.measure === 'amount' ? 'home.what.amount' : `home.what.${query.source}`);
        return query.by ? t('home.title.by', { what, by: fieldName(query.source, query.by) }) : what;
      },
      dashboard: (dashboard: Dashboard): string =>
        dashboard.isStandard && dashboard.name === 'Overview' ? t('home.standard.name') : dashboard.name,
      /** What a group is called: the name that the server gives, or the word for a code. */
      group: (query: ReportQuery, group: ReportGroup, report: Report): string => {
        if (group.key === null) return t('home.group.none');
        if (isTime(query.by)) {
          switch (report.grain) {
            case 'year':
              return group.key.slice(0, 4);
            case 'quarter':
              return t('home.quarter.name', {
                quarter: Math.floor((Number(group.key.slice(5, 7)) - 1) / 3) + 1,
                year: group.key.slice(0, 4),
              });
            case 'month':
              return day(group.key, { month: 'long', year: 'numeric' });
            case 'week':
              return t('home.week.name', { day: day(group.key, { dateStyle: 'medium' }) });
            default:
              return day(group.key, { dateStyle: 'medium' });
          }
        }
        if (group.label) return group.label;
        if (query.by === 'stage') return t(`deals.stage.${group.key}` as MessageId);
        if (query.by === 'status') return t(`tasks.status.${group.key}` as MessageId);
        if (query.by === 'source') return word(t, `record.source.${group.key}`, group.key);
        if (query.by === 'country' || query.by === 'company.country') return format.country(group.key);
        return fields.valueText(query.by ?? '', group.key);
      },
      /** A group below a narrow bar. */
      short: (query: ReportQuery, group: ReportGroup, report: Report): string => {
        if (group.key === null || !isTime(query.by)) return group.label ?? group.key ?? '';
        if (report.grain === 'year') return group.key.slice(0, 4);
        if (report.grain === 'quarter') return `Q${Math.floor((Number(group.key.slice(5, 7)) - 1) / 3) + 1}`;
        if (report.grain === 'month') return day(group.key, { month: 'short' });
        return day(group.key, { day: 'numeric', month: 'short' });
      },
      money,
      /** A figure in words: with its unit, all currencies. */
      figure: (query: ReportQuery, figure: ReportFigure): string =>
        query.measure === 'amount' ? money(figure) : format.number(figure.count),
      /** A size on an axis or a bar. */
      size: (query: ReportQuery, size: number, currency: string | undefined): string => {
        if (query.measure !== 'amount' || currency === undefined)
          return format.number(size, size >= 10_000 ? { notation: 'compact', maximumFractionDigits: 1 } : {});
        return format.number(size / 10 ** currencyDigits(currency), {
          style: 'currency',
          currency,
          notation: 'compact',
          maximumFractionDigits: 1,
        });
      },
      /** What is counted, for axes and tables. */
      unit: (query: ReportQuery, currency: string | undefined): string =>
        query.measure === 'amount'
          ? t('home.unit.amount', { currency: currency ?? '' }).trim()
          : t(`home.what.${query.source}`),
    };
  }, [t, format, members, fields, known, customFields]);
}

/** The text of an id, or the code itself for one that this build does not know. */
function word(t: ReturnType<typeof useT>, id: string, code: string): string {
  const text = t(id as MessageId);
  return text === id ? code : text;
}
