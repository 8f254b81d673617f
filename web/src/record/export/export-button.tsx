import { Download } from 'lucide-react';
import { useState } from 'react';
import { useCommands } from '@/commands/registry';
import { withLateTexts } from '@/i18n/setup';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { deferComponent } from '@/ui/deferred';
import type { ListTools } from '../list-screen';
import type { ExportDialogProps } from './export-dialog';

const ExportDialog = deferComponent<ExportDialogProps>(
  () => withLateTexts(async () => (await import('./export-dialog')).ExportDialog),
  ({ open }) => open,
);

interface ExportButtonProps extends ListTools {
  record: ExportDialogProps['record'];
  defaultSort: string;
}

/** Downloads the list as it is filtered and sorted. */
export function ExportButton({ nothing, ...about }: ExportButtonProps) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const disabledReason = nothing ? t('grid.export.nothing') : undefined;
  useCommands([
    {
      id: 'list.export',
      group: 'view',
      label: 'command.list.export',
      icon: Download,
      disabledReason,
      run: () => setOpen(true),
    },
  ]);
  return (
    <>
      <Button variant="ghost" size="small" disabledReason={disabledReason} onClick={() => setOpen(true)}>
        <Download aria-hidden className="size-4" />
        <span className="max-sm:sr-only">{t('grid.export.button')}</span>
      </Button>
      <ExportDialog {...about} open={open} onClose={() => setOpen(false)} />
    </>
  );
}
