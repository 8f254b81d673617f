import { useMemo } from 'react';
import { useBootstrap } from '@/api/bootstrap';
import type { MessageId } from '@/i18n/message-id';
import { useFormat } from '@/i18n/use-format';
import { type Translate, useT } from '@/i18n/use-t';
import { fieldOf, isMoney, type RuleCatalogue } from './catalogue';
import type { RuleWords } from './sentence';
import type { RuleValues } from './use-rule-values';

/** A text whose name comes from data; null when this build has none. */
function textOf(t: Translate, id: string, values?: Record<string, string>): string | null {
  const text = t(id as MessageId, values);
  return text === id ? null : text;
}

/** The names of fields, as far as this build knows them; what somebody named themselves is shown as it is. */
export function fieldLabel(t: Translate, catalogue: RuleCatalogue, name: string): string {
  const label = fieldOf(catalogue, name)?.label;
  if (label !== undefined && catalogue.custom?.has(name)) return label;
  if (label === undefined) return name;
  const own = textOf(t, `field.${label}`);
  if (own === null) return label.includes('.') && !label.includes(' ') ? name : label;
  // A field of the record it belongs to says whose it is: the name of a customer's company.
  const [record = ''] = label.split('.');
  return record === catalogue.record ? own : (textOf(t, `field.of.${record}`, { field: own }) ?? own);
}

/** Everything a filter names, in words. */
export function useRuleWords(catalogue: RuleCatalogue, values: RuleValues): RuleWords {
  const t = useT();
  const format = useFormat();
  const { currency } = useBootstrap().org;
  return useMemo(() => {
    const named = new Map<string, string>();
    return {
      t,
      locale: format.locale,
      field: (name) => {
        const known = named.get(name) ?? fieldLabel(t, catalogue, name);
        named.set(name, known);
        return known;
      },
      operator: (op) => textOf(t, `rule.op.${op}`) ?? op,
      value: (name, id) => values.nameOf(name, id),
      number: (name, value) => {
        const field = fieldOf(catalogue, name);
        return field && isMoney(field) ? format.money(value, currency) : format.number(value);
      },
      date: (date) => format.date(`${date}T12:00:00`),
      time: format.dateTime,
      activity: (type) => textOf(t, `rule.activity.${type}`) ?? type,
    };
  }, [t, format, currency, catalogue, values]);
}
