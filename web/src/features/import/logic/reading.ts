import type { MessageId } from '@/i18n/message-id';

/** Offered to read a text file by; names of the WHATWG encoding standard, which need no translation. */
const common = [
  'UTF-8',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'ISO-8859-2',
  'UTF-16LE',
  'UTF-16BE',
  'Shift_JIS',
  'GBK',
  'Big5',
  'EUC-KR',
];

/** The common encodings, and the detected one when it is not among them. */
export function encodings(detected: string | null): Array<{ value: string; label: string }> {
  const known = common.some((name) => name === detected);
  const names = detected !== null && !known ? [detected, ...common] : common;
  return names.map((name) => ({ value: name, label: name.replace('windows-', 'Windows-') }));
}

export const separators: ReadonlyArray<{ value: string; label: MessageId }> = [
  { value: ',', label: 'imports.delimiter.comma' },
  { value: ';', label: 'imports.delimiter.semicolon' },
  { value: '\t', label: 'imports.delimiter.tab' },
  { value: '|', label: 'imports.delimiter.pipe' },
];
