// biome-ignore-start lint/style/noRestrictedImports: loads by itself, after the first page
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
// biome-ignore-end lint/style/noRestrictedImports: as above
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { CornerDownLeft, Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useBootstrap } from '@/api/bootstrap';
import type { MessageId } from '@/i18n/message-id';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { useDebounced } from '@/lib/debounce';
import { highlight } from '@/lib/highlight';
import { readRecent } from '@/lib/recent';
import { Avatar } from '@/ui/avatar';
import { Kbd } from '@/ui/kbd';
import { backdropStyle, groupLabelStyle, itemStyle } from '@/ui/popup-style';
import { Spinner } from '@/ui/spinner';
import { closeOverlay, setPaletteText, useCommandOverlay } from './overlay';
import { type PaletteGroup, type PaletteItem, paletteGroups } from './palette-items';
import { activeCommands, registry } from './registry';
import { type FoundRecord, searchRecords } from './search';

const groupLabels: Record<PaletteGroup['key'], MessageId> = {
  record: 'palette.group.record',
  view: 'palette.group.view',
  create: 'palette.group.create',
  navigate: 'palette.group.navigate',
  app: 'palette.group.app',
  customer: 'palette.group.customers',
  company: 'palette.group.companies',
  deal: 'palette.group.deals',
  note: 'palette.group.notes',
  guess: 'palette.group.guesses',
  recent: 'palette.group.recent',
};

const addressLabels: Record<NonNullable<FoundRecord['address']>['field'], MessageId> = {
  email: 'record.channel.email',
  phone: 'record.channel.phone',
  linkedin: 'record.channel.linkedin',
  telegram: 'record.channel.telegram',
  domain: 'palette.match.domain',
};

interface PaletteProps {
  onOpenRecord: (found: FoundRecord) => void;
}

/** Every act of the app and every record, from one field. */
export function Palette({ onOpenRecord }: PaletteProps) {
  const open = useCommandOverlay((state) => state.open === 'palette');
  const t = useT();
  // What was chosen runs after the focus went back, so that a dialog it opens gets the right place to return to.
  const chosen = useRef<PaletteItem | null>(null);

  const finish = () => {
    const item = chosen.current;
    chosen.current = null;
    if (item?.kind === 'command') item.command.run();
    if (item?.kind === 'record') onOpenRecord(item.found);
  };

  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => !next && closeOverlay()}
      onOpenChangeComplete={(next) => !next && finish()}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className={cn(backdropStyle, 'z-50 duration-75')} />
        <Dialog.Viewport className="fixed inset-0 z-50 flex items-start justify-center px-3 pt-[max(0.75rem,12vh)]">
          <Dialog.Popup
            data-modal
            data-palette
            aria-label={t('palette.dialog.label')}
            className="flex max-h-[min(28rem,80dvh)] w-full max-w-xl flex-col overflow-hidden rounded-xl bg-raised shadow-3 outline-none"
          >
            <PaletteList
              onChoose={(item) => {
                chosen.current = item;
                closeOverlay();
              }}
            />
            <Dialog.Close className="sr-only">{t('common.action.close')}</Dialog.Close>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PaletteList({ onChoose }: { onChoose: (item: PaletteItem) => void }) {
  const t = useT();
  const typed = useCommandOverlay((state) => state.text);
  const asked = useDebounced(typed.trim(), 120);
  const scopes = useStore(registry, (state) => state.scopes);
  const search = useQuery({
    queryKey: ['search', asked],
    queryFn: ({ signal }) => searchRecords(asked, signal),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

  const searching = typed.trim() !== '';
  const late = searching && (search.isFetching || asked !== typed.trim());
  const found = searching ? search.data : undefined;
  const { me, org } = useBootstrap();
  const [recent] = useState(() => {
    const open = new URLSearchParams(location.search).get('open');
    return readRecent(`${org.id}.${me.id}`)
      .filter(({ id }) => id !== open)
      .map((each): FoundRecord => ({ ...each, address: null, guess: false }));
  });
  const groups = useMemo(
    () => paletteGroups(typed, activeCommands(scopes), found ?? [], t, recent),
    [typed, scopes, found, t, recent],
  );
  const empty = groups.length === 0;

  // Records of an earlier text are only looked at. Enter waits for those of the text that stands there.
  const highlighted = useRef<PaletteItem | undefined>(undefined);
  const [waiting, setWaiting] = useState<string | null>(null);
  const enter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || !late) return;
    if (highlighted.current?.kind === 'command') return;
    event.preventDefault();
    event.stopPropagation();
    setWaiting(typed);
  };
  useEffect(() => {
    if (waiting === null) return;
    if (waiting !== typed) setWaiting(null);
    else if (!late) {
      setWaiting(null);
      const first = groups[0]?.items[0];
      if (first) onChoose(first);
    }
  }, [waiting, typed, late, groups, onChoose]);

  return (
    <Autocomplete.Root
      open
      inline
      items={groups}
      filter={null}
      value={typed}
      onValueChange={(next, details) => {
        // Choosing an item would write its label into the field of a palette that is about to close.
        if (details.reason !== 'item-press') setPaletteText(next);
      }}
      itemToStringValue={(item: PaletteItem) => item.label}
      autoHighlight="always"
      keepHighlight
      onItemHighlighted={(item: PaletteItem | undefined) => {
        highlighted.current = item;
      }}
    >
      <div className="flex shrink-0 items-center gap-2.5 border-b border-line px-4">
        {late ? (
          <Spinner className="text-faint" />
        ) : (
          <Search aria-hidden className="size-4 shrink-0 text-faint" />
        )}
        <Autocomplete.Input
          aria-label={t('palette.input.label')}
          placeholder={t('palette.input.placeholder')}
          onKeyDownCapture={enter}
          className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none pointer-coarse:text-lg"
        />
      </div>
      <Autocomplete.List className="min-h-0 flex-1 scroll-py-8 overflow-y-auto overscroll-contain p-1.5 outline-none data-empty:hidden">
        {(group: PaletteGroup) => (
          <Autocomplete.Group key={group.key} items={group.items}>
            <Autocomplete.GroupLabel className={groupLabelStyle}>
              {t(groupLabels[group.key])}
            </Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(item: PaletteItem) => (
                <Autocomplete.Item
                  key={item.key}
                  value={item}
                  disabled={item.kind === 'command' && item.command.disabledReason !== undefined}
                  onClick={() => (item.kind === 'record' && late ? undefined : onChoose(item))}
                  className={cn(itemStyle, 'min-h-9', item.kind === 'record' && late && 'opacity-60')}
                >
                  <ItemContent item={item} typed={asked} />
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
      {empty ? (
        <p className="px-4 py-8 text-center text-sm text-muted">
          {late ? t('palette.state.searching') : t('palette.state.none', { text: typed.trim() })}
        </p>
      ) : null}
      {search.error && searching ? (
        <p className="border-t border-line px-4 py-2 text-sm text-danger-fg">{t('palette.state.failed')}</p>
      ) : null}
      <div className="flex shrink-0 items-center gap-4 border-t border-line px-4 py-2 text-xs text-muted max-sm:hidden">
        <span className="inline-flex items-center gap-1.5">
          <Kbd keys="ArrowUp ArrowDown" /> {t('palette.hint.move')}
        </span>
        <span className="inline-flex items-center gap-1.5">
          <kbd className="inline-flex h-[1.125rem] items-center rounded-sm border border-line bg-sunken px-1">
            <CornerDownLeft aria-hidden className="size-3" />
            <span className="sr-only">Enter</span>
          </kbd>
          {t('palette.hint.run')}
        </span>
        <span className="inline-flex items-center gap-1.5">
          <Kbd keys="Escape" /> {t('palette.hint.close')}
        </span>
      </div>
      <Autocomplete.Status className="sr-only">
        {late
          ? t('palette.state.searching')
          : t('palette.state.count', { count: groups.reduce((sum, { items }) => sum + items.length, 0) })}
      </Autocomplete.Status>
    </Autocomplete.Root>
  );
}

function Marked({ text, typed }: { text: string; typed: string }) {
  let at = 0;
  return highlight(text, typed).map(({ text: part, hit }) => {
    const key = at;
    at += part.length;
    return hit ? (
      <mark key={key} className="rounded-[2px] bg-accent-soft text-accent-fg">
        {part}
      </mark>
    ) : (
      <span key={key}>{part}</span>
    );
  });
}

function ItemContent({ item, typed }: { item: PaletteItem; typed: string }) {
  const t = useT();
  if (item.kind === 'record') {
    const { record, hint, address, guess } = item.found;
    return (
      <>
        <Avatar name={item.label} shape={record === 'customer' ? 'circle' : 'square'} />
        <span className="min-w-0 max-w-[60%] shrink-0 truncate font-medium">
          {guess ? item.label : <Marked text={item.label} typed={typed} />}
        </span>
        <span className={cn('min-w-0 flex-1 truncate text-muted', address && 'max-sm:hidden')}>{hint}</span>
        {address ? (
          <span className="min-w-0 truncate text-muted">
            {t(addressLabels[address.field])} <Marked text={address.value} typed={typed} />
          </span>
        ) : null}
      </>
    );
  }
  const { icon: Icon, keys, disabledReason } = item.command;
  return (
    <>
      {Icon ? <Icon aria-hidden className="size-4 shrink-0 text-muted" /> : <span className="size-4" />}
      <span className="min-w-0 flex-1 truncate">
        {item.label}
        {disabledReason ? <span className="ml-2 text-xs">{disabledReason}</span> : null}
      </span>
      {keys ? <Kbd keys={keys} className="max-sm:hidden" /> : null}
    </>
  );
}
