// biome-ignore lint/style/noRestrictedImports: loads by itself, after the first page
import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useRef } from 'react';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Button } from '@/ui/button';
import { backdropStyle } from '@/ui/popup-style';
import { useAsked } from './conflict-dialog';

export function ConflictDialog() {
  const t = useT();
  const format = useFormat();
  const { clash, open, answer } = useAsked();
  const keep = useRef<HTMLButtonElement>(null);
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && answer('theirs')}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropStyle} forceRender />
        <AlertDialog.Viewport className="fixed inset-0 z-50 flex items-end justify-center p-3 sm:items-center sm:p-6">
          <AlertDialog.Popup
            data-modal=""
            initialFocus={keep}
            className="w-full rounded-xl bg-raised p-5 shadow-3 outline-none transition-[opacity,transform] duration-150 ease-out data-ending-style:translate-y-2 data-starting-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:opacity-0 sm:max-w-lg"
          >
            <AlertDialog.Title className="font-semibold text-lg">
              {t('record.clash.title', { name: clash?.name ?? '' })}
            </AlertDialog.Title>
            <AlertDialog.Description className="mt-1 text-muted text-sm">
              {clash?.who && clash.when
                ? t('record.clash.by', { who: clash.who, when: format.relative(clash.when) })
                : t('record.clash.bySomeone')}
            </AlertDialog.Description>
            <table className="mt-4 w-full text-left text-sm">
              <thead>
                <tr className="text-muted text-xs">
                  <th className="py-1 pr-3 font-medium">{t('record.clash.field')}</th>
                  <th className="py-1 pr-3 font-medium">{t('record.clash.theirs')}</th>
                  <th className="py-1 font-medium">{t('record.clash.mine')}</th>
                </tr>
              </thead>
              <tbody>
                {clash?.fields.map((field) => (
                  <tr key={field.label} className="border-line border-t align-top">
                    <th scope="row" className="py-2 pr-3 font-normal text-muted">
                      {field.label}
                    </th>
                    <td className="py-2 pr-3">{field.theirs}</td>
                    <td className="py-2">{field.mine}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <div className="mt-5 flex flex-wrap justify-end gap-2">
              <Button ref={keep} onClick={() => answer('theirs')}>
                {t('record.clash.keepTheirs')}
              </Button>
              <Button variant="primary" onClick={() => answer('mine')}>
                {t('record.clash.useMine')}
              </Button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
