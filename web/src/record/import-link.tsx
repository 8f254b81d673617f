import { Link } from '@tanstack/react-router';
import { FileUp } from 'lucide-react';
import type { ImportRecord } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { buttonStyle } from '@/ui/button';

/** Leads from an empty list to the import of such records. */
export function ImportLink({ record }: { record: ImportRecord }) {
  const t = useT();
  return (
    <Link to="/imports" search={{ record }} className={buttonStyle()}>
      <FileUp aria-hidden className="size-4" />
      {t('common.action.importFile')}
    </Link>
  );
}
