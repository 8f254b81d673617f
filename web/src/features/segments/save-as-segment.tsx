import { UsersRound } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { useCommands } from '@/commands/registry';
import type { ListView } from '@/grid/use-list';
import { useT } from '@/i18n/use-t';
import { useRuleCatalogue } from '@/rules/use-rule-catalogue';
import { Button } from '@/ui/button';
import { withoutMe } from './filter-rule';
import { SegmentDialog } from './segment-dialog';

export interface SaveAsSegmentProps {
  /** What the list shows; nothing is drawn without a filter. */
  view: ListView;
  onOpen: (id: string) => void;
}

/** Makes the filter of a list the rule of a new segment. */
export function SaveAsSegment({ view: { filter, q }, onOpen }: SaveAsSegmentProps) {
  const t = useT();
  const me = useMe();
  const catalogue = useRuleCatalogue('customer');
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const none = filter === undefined;
  // A rule cannot hold it: the segment would have other people in it than those in sight.
  const searching = q === '' ? undefined : t('segments.action.saveFilterSearch');
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
            disabledReason: searching,
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
          title={searching === undefined ? t('segments.action.saveFilterHint') : undefined}
          disabledReason={searching}
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
