import { UsersRound } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useMe } from '@/api/bootstrap';
import type { Filter } from '@/api/types';
import { useCommands } from '@/commands/registry';
import { useT } from '@/i18n/use-t';
import { useRuleCatalogue } from '@/rules/use-rule-catalogue';
import { Button } from '@/ui/button';
import { withoutMe } from './filter-rule';
import { SegmentDialog } from './segment-dialog';

export interface SaveAsSegmentProps {
  /** Of the list; nothing is drawn without one. */
  filter: Filter | undefined;
  onOpen: (id: string) => void;
}

/** Makes the filter of a list the rule of a new segment. */
export function SaveAsSegment({ filter, onOpen }: SaveAsSegmentProps) {
  const t = useT();
  const me = useMe();
  const catalogue = useRuleCatalogue('customer');
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const none = filter === undefined;
  // Once the dialog no longer holds what was typed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new one once
  useEffect(() => {
    if (made !== null) onOpen(made);
  }, [made]);
  useCommands(
    none
      ? []
      : [
          {
            id: 'list.segment',
            group: 'view',
            label: 'command.list.segment',
            icon: UsersRound,
            run: () => setOpen(true),
          },
        ],
  );
  return (
    <>
      {none ? null : (
        <Button
          variant="ghost"
          size="small"
          title={t('segments.action.saveFilterHint')}
          onClick={() => setOpen(true)}
        >
          <UsersRound aria-hidden className="size-4" />
          <span className="max-xl:sr-only">{t('segments.action.saveFilter')}</span>
        </Button>
      )}
      <SegmentDialog
        subject={open ? 'new' : null}
        begun={none ? undefined : withoutMe(filter, catalogue, me.id)}
        onClose={() => setOpen(false)}
        onSaved={(segment) => {
          setOpen(false);
          setMade(segment.id);
        }}
      />
    </>
  );
}
