import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface TabsProps<T extends string> {
  label: string;
  value: T;
  onValueChange: (value: T) => void;
  tabs: ReadonlyArray<{ value: T; label: string; count?: ReactNode }>;
  className?: string;
  /** `TabPanel`s. */
  children?: ReactNode;
}

export function Tabs<T extends string>({
  label,
  value,
  onValueChange,
  tabs,
  className,
  children,
}: TabsProps<T>) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onValueChange(next as T)}
      className={cn('flex min-h-0 flex-col', className)}
    >
      <Base.List
        aria-label={label}
        className="relative flex shrink-0 gap-1 overflow-x-auto border-b border-line px-3 [scrollbar-width:none]"
      >
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="focus-inset flex h-9 shrink-0 select-none items-center gap-1.5 rounded-md px-2 text-sm font-medium text-muted hover:text-fg data-active:text-fg pointer-coarse:h-11"
          >
            {tab.label}
            {tab.count !== undefined ? <span className="tabular text-xs text-faint">{tab.count}</span> : null}
          </Base.Tab>
        ))}
        <Base.Indicator className="absolute bottom-0 left-0 h-0.5 w-(--active-tab-width) translate-x-(--active-tab-left) rounded-full bg-accent-fg transition-[translate,width] duration-150 ease-out" />
      </Base.List>
      {children}
    </Base.Root>
  );
}

interface TabPanelProps {
  value: string;
  className?: string;
  children: ReactNode;
}

export function TabPanel({ value, className, children }: TabPanelProps) {
  return (
    <Base.Panel value={value} className={cn('focus-inset min-h-0 flex-1', className)}>
      {children}
    </Base.Panel>
  );
}
