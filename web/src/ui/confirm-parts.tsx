import { AlertDialog as Base } from '@base-ui/react/alert-dialog';
import { useRef } from 'react';
import { useT } from '@/i18n/use-t';
import { Button } from './button';
import { useAsked } from './confirm';
import { backdropStyle } from './popup-style';

export function ConfirmHost() {
  const { question, open, answer } = useAsked();
  const t = useT();
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && answer(false)}>
      <Base.Portal>
        <Base.Backdrop className={backdropStyle} forceRender />
        <Base.Viewport className="fixed inset-0 z-50 flex items-end justify-center p-3 sm:items-center sm:p-6">
          <Base.Popup
            data-modal
            initialFocus={cancel}
            className="w-full rounded-xl bg-raised p-5 shadow-3 outline-none transition-[opacity,transform] duration-150 ease-out data-ending-style:translate-y-2 data-starting-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:opacity-0 sm:max-w-md"
          >
            <Base.Title className="text-lg font-semibold">{question?.title}</Base.Title>
            <Base.Description className="mt-1 text-sm text-muted" render={<div />}>
              {question?.description}
            </Base.Description>
            <div className="mt-5 flex flex-wrap justify-end gap-2">
              <Button ref={cancel} onClick={() => answer(false)}>
                {question?.cancelLabel ?? t('common.action.cancel')}
              </Button>
              <Button variant={question?.danger ? 'danger' : 'primary'} onClick={() => answer(true)}>
                {question?.confirmLabel}
              </Button>
            </div>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
