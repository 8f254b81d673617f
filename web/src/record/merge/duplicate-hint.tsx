import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CopyCheck } from 'lucide-react';
import { useT } from '@/i18n/use-t';
import { useDebounced } from '@/lib/debounce';
import { buttonStyle } from '@/ui/button';
import type { MergeRecord } from './choices';
import { bothOf, duplicatesOf } from './duplicates';
import { evidenceText } from './evidence';

export interface DuplicateHintProps {
  record: MergeRecord;
  id: string;
}

/** What the record may be too and why, with the way to the queue. */
export function DuplicateHint({ record, id }: DuplicateHintProps) {
  const t = useT();
  // Who goes through records quickly asks about none of them.
  const settled = useDebounced(id, 200);
  const { data } = useQuery({ ...duplicatesOf(record, id), enabled: settled === id });
  const [pair] = data?.items ?? [];
  const other = pair && bothOf(pair).find((one) => one.id !== id);
  if (pair === undefined || other === undefined) return null;
  const further = (data?.items.length ?? 1) - 1;
  const why = pair.evidence.map((one) => t(evidenceText(pair, one))).join(' · ');
  return (
    <div className="flex items-center gap-2 rounded-md bg-accent-soft py-1.5 pr-1.5 pl-2.5 text-accent-fg text-sm">
      <CopyCheck aria-hidden className="size-4 shrink-0" />
      <p className="min-w-0 flex-1">
        <span className="block font-medium">
          {t(`duplicates.hint.${record}`, { name: other.name, further })}
        </span>
        <span className="block text-xs">{why}</span>
      </p>
      <Link
        to="/crm/duplicates"
        search={record === 'customer' ? { customer: id } : { record, company: id }}
        className={buttonStyle({ size: 'small' })}
      >
        {t('duplicates.hint.compare')}
      </Link>
    </div>
  );
}
