import { useQuery } from '@tanstack/react-query';
import { Split } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { errorText } from '@/api/error-text';
import { useT } from '@/i18n/use-t';
import { isAdmin } from '@/record/permissions';
import { Button } from '@/ui/button';
import { confirm } from '@/ui/confirm';
import { toast } from '@/ui/toast';
import { type Restored, recordQuery, sendUnmerge, useMergeChanged } from './api';
import type { MergeRecord } from './choices';

/** Says in words what could not go back. */
export function useLostText() {
  const t = useT();
  return ({ lost }: Restored) =>
    lost.map(({ value, holder }) => t('merge.undo.lost', { value, holder })).join(' ') || undefined;
}

export interface UndoMergeProps {
  record: MergeRecord;
  /** Who was folded into the record that is shown. */
  id: string;
  name: string;
  onOpenRecord: (record: string, id: string) => void;
}

/** Takes a record out of the one that it was merged into; nothing when that has been done. */
export function UndoMerge({ record, id, name, onOpenRecord }: UndoMergeProps) {
  const t = useT();
  const me = useMe();
  const changed = useMergeChanged();
  const lostText = useLostText();
  const { data } = useQuery(recordQuery(record, id));
  const [busy, setBusy] = useState(false);
  if (!data?.mergedIntoId) return null;

  const undo = async () => {
    const sure = await confirm({
      title: t('merge.undo.title', { name }),
      description: t(record === 'customer' ? 'merge.undo.customer' : 'merge.undo.company', { name }),
      confirmLabel: t('merge.undo.confirm'),
    });
    if (!sure) return;
    setBusy(true);
    try {
      const back = await sendUnmerge(record, id);
      toast.done({
        title: t('merge.undo.done', { name: back.name }),
        description: lostText(back),
        action: { label: t('merge.undo.open'), run: () => onOpenRecord(record, id) },
      });
    } catch (error) {
      toast.failed({ title: t('merge.undo.failed', { name }), description: errorText(error) });
    }
    setBusy(false);
    changed();
  };
  return (
    <Button
      size="small"
      className="mt-1.5 mb-1"
      loading={busy}
      disabledReason={isAdmin(me) ? undefined : t('record.merge.onlyAdmin')}
      onClick={() => void undo()}
    >
      <Split aria-hidden className="size-3.5" />
      {t('merge.undo.confirm')}
      <span className="sr-only">: {name}</span>
    </Button>
  );
}
