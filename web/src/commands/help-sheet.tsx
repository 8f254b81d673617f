import { useStore } from 'zustand';
import type { MessageId } from '@/i18n/message-id';
import { useT } from '@/i18n/use-t';
import { setPreference, usePreferences } from '@/lib/preferences';
import { Dialog } from '@/ui/dialog';
import { Kbd } from '@/ui/kbd';
import { Switch } from '@/ui/switch';
import { closeOverlay, useCommandOverlay } from './overlay';
import { activeCommands, type CommandGroup, registry } from './registry';

const groups: ReadonlyArray<[CommandGroup, MessageId]> = [
  ['view', 'palette.group.view'],
  ['record', 'palette.group.record'],
  ['create', 'palette.group.create'],
  ['navigate', 'palette.group.navigate'],
  ['app', 'palette.group.app'],
];

/** All shortcuts that work on this screen, and the switch that turns single keys off. */
export function HelpSheet() {
  const open = useCommandOverlay((state) => state.open === 'help');
  const t = useT();
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && closeOverlay()}
      title={t('help.dialog.title')}
      description={t('help.dialog.description')}
      size="large"
      footer={<ShortcutSwitch />}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: there is more than fits, and nothing else in it takes the keys that scroll */}
      <section aria-label={t('help.dialog.title')} tabIndex={0} className="focus-inset rounded-md">
        <ShortcutTable />
      </section>
    </Dialog>
  );
}

export function ShortcutTable() {
  const t = useT();
  const scopes = useStore(registry, (state) => state.scopes);
  const commands = activeCommands(scopes).filter(({ keys }) => keys !== undefined);
  return (
    <div className="gap-x-10 sm:columns-2">
      {groups.map(([group, label]) => {
        const inGroup = commands.filter((command) => command.group === group);
        if (inGroup.length === 0) return null;
        return (
          <section key={group} aria-label={t(label)} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 text-xs font-medium text-muted">{t(label)}</h3>
            <dl>
              {inGroup.map(({ id, keys, label: text, labelValues }) => (
                <div
                  key={id}
                  className="flex min-h-8 items-center justify-between gap-4 border-b border-line py-1 text-sm last:border-0"
                >
                  <dt className="min-w-0">{t(text, labelValues)}</dt>
                  <dd className="shrink-0">{keys ? <Kbd keys={keys} /> : null}</dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
    </div>
  );
}

export function ShortcutSwitch() {
  const t = useT();
  const enabled = usePreferences((state) => state.shortcuts);
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the switch inside
    <label className="mr-auto flex min-h-control items-center gap-2.5 text-sm">
      <Switch checked={enabled} onCheckedChange={(next) => setPreference('shortcuts', next)} />
      {t('help.switch.label')}
    </label>
  );
}
