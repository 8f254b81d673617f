import { Toast as Base } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useEffect } from 'react';
import { useT } from '@/i18n/use-t';
import { IconButton } from './button';
import { Kbd } from './kbd';
import { connectToaster, type ToastData } from './toast';

const manager = Base.createToastManager<ToastData>();

export function Toaster() {
  const t = useT();
  // Runs after the provider below has begun to listen.
  useEffect(() => connectToaster(manager), []);
  return (
    <Base.Provider toastManager={manager} limit={4}>
      <Base.Portal>
        <Base.Viewport
          aria-label={t('common.toast.region')}
          className="fixed right-3 bottom-[calc(0.75rem+var(--bottom-bar,0px)+var(--job-strip,0px))] left-3 z-[60] mx-auto sm:right-4 sm:bottom-[calc(1rem+var(--job-strip,0px))] sm:left-auto sm:w-88"
        >
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function ToastList() {
  const { toasts } = Base.useToastManager<ToastData>();
  const t = useT();
  return toasts.map((item) => {
    const action = item.data?.action;
    return (
      <Base.Root
        key={item.id}
        toast={item}
        swipeDirection={['right', 'down']}
        className="absolute right-0 bottom-0 w-full select-none rounded-lg bg-raised text-fg shadow-3 transition-[transform,opacity] duration-200 ease-out [z-index:calc(100-var(--toast-index))] [transform:translateX(var(--toast-swipe-movement-x))_translateY(calc(var(--toast-swipe-movement-y)-var(--toast-index)*0.625rem))_scale(calc(1-var(--toast-index)*0.04))] after:absolute after:top-full after:left-0 after:h-3 after:w-full data-ending-style:opacity-0 data-limited:opacity-0 data-starting-style:opacity-0 data-starting-style:[transform:translateY(1rem)] data-expanded:[transform:translateX(var(--toast-swipe-movement-x))_translateY(calc(var(--toast-swipe-movement-y)-var(--toast-offset-y)-var(--toast-index)*0.625rem))]"
      >
        <Base.Content className="flex items-start gap-2.5 p-3 transition-opacity duration-150 data-behind:opacity-0 data-expanded:opacity-100">
          {item.type === 'failed' ? (
            <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger-fg" />
          ) : (
            <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success-fg" />
          )}
          <div className="min-w-0 flex-1">
            <Base.Title className="text-sm font-medium" render={<p />} />
            <Base.Description className="mt-0.5 line-clamp-4 text-sm text-muted" />
          </div>
          {action ? (
            <button
              type="button"
              onClick={() => {
                manager.close(item.id);
                action.run();
              }}
              className="-my-0.5 flex min-h-6 shrink-0 items-center gap-1.5 rounded-sm px-1.5 text-sm font-medium text-accent-fg hover:bg-hover pointer-coarse:min-h-11"
            >
              {action.label}
              {action.keys ? <Kbd keys={action.keys} className="max-sm:hidden" /> : null}
            </button>
          ) : null}
          {/* Not the part of the library: that one is hidden from screen readers until the stack is spread out. */}
          <IconButton
            label={t('common.action.dismiss')}
            onClick={() => manager.close(item.id)}
            className="-my-0.5 -mr-1 size-6! pointer-coarse:size-11!"
          >
            <X aria-hidden className="size-3.5" />
          </IconButton>
        </Base.Content>
      </Base.Root>
    );
  });
}
