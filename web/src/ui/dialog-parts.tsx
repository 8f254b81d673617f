import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { IconButton } from './button';
import type { DialogProps } from './dialog';
import { backdropStyle } from './popup-style';
import { mayDiscard, useUnsaved } from './unsaved';

export const Close = Base.Close;

const widths = {
  small: 'sm:max-w-sm',
  medium: 'sm:max-w-lg',
  large: 'sm:max-w-2xl',
  wide: 'sm:max-w-4xl',
} as const;

export function Dialog({
  open,
  defaultOpen,
  onOpenChange,
  trigger,
  title,
  description,
  size = 'medium',
  footer,
  initialFocus,
  keepOpen = false,
  changed,
  dismissible = true,
  children,
}: DialogProps & { defaultOpen: boolean }) {
  const t = useT();
  const [typed, setTyped] = useState(false);
  const asking = useRef(false);
  const [own, setOwn] = useState(defaultOpen);
  const shown = open ?? own;
  useEffect(() => {
    if (!shown) setTyped(false);
  }, [shown]);
  const guarded = keepOpen && (changed ?? typed);
  useUnsaved(shown && guarded);
  const change = (next: boolean) => {
    setOwn(next);
    onOpenChange?.(next);
  };
  const askToLeave = async () => {
    asking.current = true;
    const leave = await mayDiscard(true);
    // The key that answered reaches this dialog as well.
    setTimeout(() => {
      asking.current = false;
    });
    if (leave) change(false);
  };
  return (
    <Base.Root
      open={shown}
      onOpenChange={(next, details) => {
        const leaving = !next && (details.reason === 'escape-key' || details.reason === 'close-press');
        if (!dismissible && details.reason === 'escape-key') details.cancel();
        else if (leaving && asking.current) details.cancel();
        else if (leaving && guarded) {
          details.cancel();
          void askToLeave();
        } else change(next);
      }}
      disablePointerDismissal={keepOpen || !dismissible}
    >
      {trigger ? <Base.Trigger render={trigger} /> : null}
      <Base.Portal>
        <Base.Backdrop className={backdropStyle} />
        <Base.Viewport className="fixed inset-0 z-40 flex items-end justify-center sm:items-center sm:p-6">
          <Base.Popup
            data-modal
            initialFocus={initialFocus}
            onInput={() => setTyped(true)}
            className={cn(
              'relative flex max-h-[92dvh] w-full flex-col rounded-t-xl bg-raised shadow-3 outline-none transition-[opacity,transform] duration-150 ease-out data-ending-style:translate-y-2 data-starting-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:opacity-0 sm:max-h-[min(46rem,100%)] sm:rounded-xl',
              widths[size],
            )}
          >
            <div className="px-5 pt-4 pr-14 pb-1">
              <Base.Title className="text-lg font-semibold text-fg">{title}</Base.Title>
              {description ? (
                <Base.Description className="mt-0.5 text-sm text-muted" render={<div />}>
                  {description}
                </Base.Description>
              ) : null}
            </div>
            <div className="min-h-0 flex-1 overflow-y-auto px-5 py-3">{children}</div>
            {footer ? (
              <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
                {footer}
              </div>
            ) : null}
            {/* Last in the order of focus, so that a dialog opens on its first field. */}
            {dismissible ? (
              <div className="absolute top-3 right-3">
                <Base.Close
                  render={
                    <IconButton label={t('common.action.close')} keys="Escape">
                      <X aria-hidden className="size-4" />
                    </IconButton>
                  }
                />
              </div>
            ) : null}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
