/** What people write into custom fields, and what it means. Pure. */
import type { CustomField } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';

/** The sign between whole numbers and decimals. */
function decimalSign(locale: string): string {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  return parts.find(({ type }) => type === 'decimal')?.value ?? '.';
}

const NUMBER_MAX = 1e15;

/** A number as it is written in a language: with or without signs between thousands; null for anything else. */
export function parseNumber(text: string, locale: string): number | null {
  const plain = text.replace(/[\s\u00a0\u202f’']/g, '').replace('−', '-');
  const decimal = decimalSign(locale);
  const other = decimal === ',' ? '.' : ',';
  const grouped = new RegExp(`^-?\\d{1,3}(\\${other}\\d{3})+(\\${decimal}\\d+)?$`);
  const read = grouped.test(plain) ? plain.replaceAll(other, '') : plain;
  const number = /^-?(\d+([.,]\d*)?|[.,]\d+)$/.test(read) ? Number(read.replace(',', '.')) : Number.NaN;
  return Math.abs(number) <= NUMBER_MAX ? number : null;
}

/** The kinds that are written; of the others one is picked. */
export function isWritten({ kind }: CustomField): boolean {
  return kind === 'text' || kind === 'number' || kind === 'date' || kind === 'url' || kind === 'email';
}

/** A value as it is edited. */
export function writtenText(value: unknown, locale: string): string {
  if (typeof value !== 'number') return typeof value === 'string' ? value : '';
  return new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 15 }).format(value);
}

/** What a written text stands for; null is no value. */
export function readWritten(field: CustomField, text: string, locale: string): unknown {
  if (text === '') return null;
  return field.kind === 'number' ? parseNumber(text, locale) : text;
}

export const LENGTHS: { [Kind in CustomField['kind']]?: number } = { text: 500, url: 1000 };

/** A day of the calendar, `2026-01-31`. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/** What is wrong with a written text, as far as the page can tell; the server looks closer. */
export function writtenProblem(field: CustomField, text: string, locale: string): MessageId | null {
  if (text === '') return field.required ? 'common.field.required' : null;
  switch (field.kind) {
    case 'number':
      return parseNumber(text, locale) === null ? 'customValue.problem.number' : null;
    case 'date':
      return isDay(text) ? null : 'customValue.problem.date';
    case 'email':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? null : 'common.field.email';
    default:
      return null;
  }
}
