import {
  type ComponentType,
  cloneElement,
  type FocusEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactElement,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';

/**
 * Popups are needed only after a press, and their code is a quarter of what a first page would load. Each kind of popup
 * is therefore two files: a light one that pages import and that draws the trigger, and the parts behind it, which load
 * when the page has come to rest, or at once when somebody points at, focuses or presses a trigger.
 */
export interface DeferredModule<M> {
  load: () => Promise<M>;
  /** The module once it has arrived; the component renders again then. */
  useModule: () => M | null;
}

const all: Array<() => Promise<unknown>> = [];
/** The first page stands: what pages register from now on need not wait for it. */
let idle = false;
const restAfterPage = 500;

export function deferModule<M>(importer: () => Promise<M>): DeferredModule<M> {
  let module: M | null = null;
  let pending: Promise<M> | null = null;
  const listeners = new Set<() => void>();
  const load = () => {
    pending ??= importer().then(
      (loaded) => {
        module = loaded;
        for (const listener of listeners) listener();
        return loaded;
      },
      (error: unknown) => {
        // The next press tries again.
        pending = null;
        throw error;
      },
    );
    return pending;
  };
  if (idle) setTimeout(() => void load().catch(() => {}), restAfterPage);
  else all.push(load);
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { load, useModule: () => useSyncExternalStore(subscribe, () => module) };
}

/** Fetches the parts of every popup the page knows of; called once the first page stands. */
export async function loadDeferred() {
  idle = true;
  await Promise.allSettled(all.map((load) => load()));
}

/**
 * A part of a page that is drawn only after somebody asked for it, such as a drawer or the form for a new record: its
 * code arrives like that of popups, or at once when `wanted` says that it is to be drawn.
 */
export function deferComponent<P extends object>(
  importer: () => Promise<ComponentType<P>>,
  wanted: (props: P) => boolean,
): ComponentType<P> {
  const deferred = deferModule(importer);
  // Made once per call, which stands at the top of a module.
  // biome-ignore lint/correctness/noComponentHookFactories: see above
  return function Deferred(props: P) {
    const Component = deferred.useModule();
    const now = wanted(props);
    useEffect(() => {
      if (now) void deferred.load();
    }, [now]);
    return Component ? <Component {...props} /> : null;
  };
}

interface TriggerProps {
  'aria-haspopup'?: 'menu' | 'listbox' | 'dialog';
  'aria-expanded'?: boolean;
  onClick?: (event: MouseEvent<HTMLElement>) => void;
  onFocus?: (event: FocusEvent<HTMLElement>) => void;
  onBlur?: (event: FocusEvent<HTMLElement>) => void;
  onPointerEnter?: () => void;
  onPointerDown?: (event: PointerEvent<HTMLElement>) => void;
  onPointerUp?: () => void;
  onPointerLeave?: () => void;
  onPointerCancel?: () => void;
  ref?: RefObject<HTMLElement | null>;
}

interface DeferredTrigger<M> {
  module: M | null;
  /** The trigger as it is drawn until the parts are there. */
  waiting: ReactElement | null;
  /** The trigger for the parts; takes the focus over when its forerunner had it. */
  trigger: ReactElement | undefined;
  /** It was pressed before the parts were there, so they start open. */
  pressed: boolean;
}

interface DeferredOptions {
  popup: 'menu' | 'listbox' | 'dialog';
  trigger?: ReactElement;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** The two lives of a popup's trigger: on its own, and then as part of the popup. */
export function useDeferredTrigger<M>(
  deferred: DeferredModule<M>,
  { popup, trigger, open = false, onOpenChange }: DeferredOptions,
): DeferredTrigger<M> {
  const module = deferred.useModule();
  useEffect(() => {
    if (open) void deferred.load();
  }, [open, deferred]);
  const [pressed, setPressed] = useState(false);
  // Between press and release the parts may arrive: then there is no click, for no element has had both.
  const [held, setHeld] = useState(false);
  const element = useRef<HTMLElement>(null);
  const focused = useRef(false);

  useLayoutEffect(() => {
    if (!module) return;
    if (focused.current) {
      focused.current = false;
      element.current?.focus();
    }
    if (held) {
      setHeld(false);
      setPressed(true);
      onOpenChange?.(true);
    }
  }, [module, held, onOpenChange]);

  if (!trigger) return { module, waiting: null, trigger: undefined, pressed };
  const own = trigger.props as TriggerProps;
  if (module) {
    return {
      module,
      waiting: null,
      trigger: cloneElement(trigger, { ref: element } as TriggerProps),
      pressed: pressed || held,
    };
  }
  const props: TriggerProps = {
    ref: element,
    'aria-haspopup': popup,
    'aria-expanded': false,
    onClick: (event) => {
      own.onClick?.(event);
      if (event.defaultPrevented) return;
      setPressed(true);
      onOpenChange?.(true);
      void deferred.load();
    },
    onFocus: (event) => {
      own.onFocus?.(event);
      focused.current = true;
      void deferred.load();
    },
    onBlur: (event) => {
      own.onBlur?.(event);
      // Replacing the element also blurs it, but then it is no longer in the page.
      if (event.currentTarget.isConnected) focused.current = false;
    },
    onPointerEnter: () => {
      own.onPointerEnter?.();
      void deferred.load();
    },
    onPointerDown: (event) => {
      own.onPointerDown?.(event);
      setHeld(event.button === 0);
    },
    onPointerUp: () => {
      own.onPointerUp?.();
      setHeld(false);
    },
    onPointerLeave: () => {
      own.onPointerLeave?.();
      setHeld(false);
    },
    onPointerCancel: () => {
      own.onPointerCancel?.();
      setHeld(false);
    },
  };
  return { module: null, waiting: cloneElement(trigger, props), trigger, pressed };
}
