import { ChevronDown, ChevronUp, Copy, Link2, MoreHorizontal, X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { useT } from '@/i18n/use-t';
import { copyText } from '@/lib/copy';
import { usePhone } from '@/lib/use-media';
import { IconButton } from '@/ui/button';
import { Drawer, DrawerTitle } from '@/ui/drawer';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { TabPanel, Tabs } from '@/ui/tabs';
import { toast } from '@/ui/toast';

export interface DrawerTab<T extends string> {
  value: T;
  label: string;
  count?: ReactNode;
  content: ReactNode;
}

interface DrawerFrameProps<T extends string> {
  /** Undefined closes the drawer. */
  id: string | undefined;
  title: string;
  subtitle?: ReactNode;
  avatar?: ReactNode;
  /** Below the header, such as why the record is read-only. */
  notice?: ReactNode;
  tab: T;
  onTab: (tab: T) => void;
  /** One alone needs no strip to choose from. */
  tabs: ReadonlyArray<DrawerTab<T>>;
  /** Place in the list, when the list knows it. */
  position?: { index: number; total: string };
  onPrevious?: () => void;
  onNext?: () => void;
  onClose: () => void;
  /** Further entries of the menu, such as archiving. */
  menu?: ReactNode;
  /** Instead of the tabs: loading or an error. */
  placeholder?: ReactNode;
}

/**
 * A record over its list. The list stays usable beside it on wide screens; on phones the record fills the screen.
 */
export function DrawerFrame<T extends string>({
  id,
  title,
  subtitle,
  avatar,
  notice,
  tab,
  onTab,
  tabs,
  position,
  onPrevious,
  onNext,
  onClose,
  menu,
  placeholder,
}: DrawerFrameProps<T>) {
  const t = useT();
  const phone = usePhone();
  const heading = useRef<HTMLHeadingElement>(null);
  const copy = async (text: string, what: string) => {
    if (await copyText(text)) toast.done({ title: t('common.copy.done', { what }) });
    else toast.failed({ title: t('common.copy.failed') });
  };
  return (
    <Drawer
      open={id !== undefined}
      onOpenChange={(open) => !open && onClose()}
      modal={phone}
      initialFocus={heading}
      // The list knows the row that the record stands in.
      finalFocus={false}
      className="sm:w-[31rem]"
    >
      <header className="flex flex-col gap-3 px-4 pt-2.5 pb-3">
        <div className="flex items-center gap-0.5">
          <IconButton
            label={t('record.drawer.previous')}
            keys="k"
            disabled={onPrevious === undefined}
            onClick={onPrevious}
            className="-ml-1.5"
          >
            <ChevronUp aria-hidden className="size-4" />
          </IconButton>
          <IconButton
            label={t('record.drawer.next')}
            keys="j"
            disabled={onNext === undefined}
            onClick={onNext}
          >
            <ChevronDown aria-hidden className="size-4" />
          </IconButton>
          {position ? (
            <span className="tabular ml-1.5 text-muted text-xs">
              {t('record.drawer.position', { index: position.index, total: position.total })}
            </span>
          ) : null}
          <span className="ml-auto flex items-center gap-0.5">
            <Menu
              align="end"
              trigger={
                <IconButton label={t('record.drawer.menu')}>
                  <MoreHorizontal aria-hidden className="size-4" />
                </IconButton>
              }
            >
              <MenuItem icon={Link2} onClick={() => void copy(recordLink(id), t('record.drawer.copyLink'))}>
                {t('record.drawer.copyLink')}
              </MenuItem>
              <MenuItem icon={Copy} onClick={() => void copy(id ?? '', id ?? '')}>
                {t('record.drawer.copyId')}
              </MenuItem>
              {menu ? (
                <>
                  <MenuSeparator />
                  {menu}
                </>
              ) : null}
            </Menu>
            <IconButton label={t('common.action.close')} keys="Escape" onClick={onClose} className="-mr-1.5">
              <X aria-hidden className="size-4" />
            </IconButton>
          </span>
        </div>
        <div className="flex min-w-0 items-center gap-3">
          {avatar}
          <div className="min-w-0 flex-1">
            <DrawerTitle
              ref={heading}
              tabIndex={-1}
              className="break-words font-semibold text-fg text-xl leading-6 outline-none"
            >
              {title}
            </DrawerTitle>
            {subtitle ? <div className="mt-0.5 truncate text-muted text-sm">{subtitle}</div> : null}
          </div>
        </div>
        {notice}
      </header>
      {placeholder ??
        (tabs.length === 1 ? (
          <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain border-line border-t">
            {tabs[0]?.content}
          </div>
        ) : (
          <Tabs
            label={t('record.drawer.tabs')}
            value={tab}
            onValueChange={onTab}
            tabs={tabs.map(({ value, label, count }) => ({ value, label, count }))}
            className="flex-1"
          >
            {tabs.map(({ value, content }) => (
              <TabPanel key={value} value={value} className="overflow-y-auto overscroll-contain">
                {content}
              </TabPanel>
            ))}
          </Tabs>
        ))}
    </Drawer>
  );
}

/** The address of the open record alone, without the filters of whoever copies it. */
function recordLink(id: string | undefined): string {
  const address = new URL(location.href);
  address.search = id === undefined ? '' : `?open=${encodeURIComponent(id)}`;
  address.hash = '';
  return address.href;
}
