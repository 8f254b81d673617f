import { ArrowRight } from 'lucide-react';
import type { ImportOffer } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { MeaningPopover } from './meaning-popover';

interface OffersProps {
  offers: readonly ImportOffer[];
  meaningOf: (column: string, value: string) => string | undefined;
  onMeaning: (column: string, value: string, meaning: string | null) => void;
}

/** Misspelt values that were understood, to be looked at. */
export function Offers({ offers, meaningOf, onMeaning }: OffersProps) {
  const t = useT();
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line shadow-1">
      {offers.map(({ column, value, name, rows }) => {
        const meaning = meaningOf(column, value);
        return (
          <li
            key={`${column}\n${value}`}
            className="flex min-h-10 flex-wrap items-center gap-x-2.5 px-4 py-1 text-sm"
          >
            <span className="min-w-0 truncate text-muted">{value}</span>
            <ArrowRight aria-hidden className="size-3.5 shrink-0 text-faint" />
            <span className="min-w-0 truncate font-medium">
              {meaning === undefined ? name : meaning === '' ? t('imports.meaning.empty') : meaning}
            </span>
            <span className="min-w-0 truncate text-xs text-muted">
              {column} · {t('imports.list.rows', { count: rows })}
            </span>
            <span className="-mr-2 ml-auto">
              <MeaningPopover
                column={column}
                value={value}
                suggestion={meaning ?? name}
                label={t('imports.meaning.change')}
                onMeaning={(next) => onMeaning(column, value, next)}
              />
            </span>
          </li>
        );
      })}
    </ul>
  );
}
