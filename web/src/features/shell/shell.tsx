import { useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useCommandOverlay } from '@/commands/overlay';
import type { FoundRecord } from '@/commands/search';
import { listenForShortcuts } from '@/commands/shortcuts';
import { withLateTexts } from '@/i18n/setup';
import { useT } from '@/i18n/use-t';
import { usePhone } from '@/lib/use-media';
import { ConfirmHost } from '@/ui/confirm';
import { deferComponent, loadDeferred } from '@/ui/deferred';
import { BottomBar } from './bottom-bar';
import { ConnectionBanner } from './connection-banner';
import { RouteAnnouncer } from './route-announcer';
import { Sidebar } from './sidebar';
import { useShellCommands } from './use-shell-commands';
import { useUnsavedGuard } from './use-unsaved-guard';

const loadPalette = () => import('@/commands/palette');
const loadHelp = () => import('@/commands/help-sheet');
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }));
const HelpSheet = lazy(async () => ({ default: (await loadHelp()).HelpSheet }));

/** What goes on in the background may have been there before this page. */
const JobStrip = deferComponent<object>(
  () => withLateTexts(async () => (await import('@/record/bulk/job-strip')).JobStrip),
  () => false,
);

/** The frame of every signed-in page: navigation, palette, shortcuts, news of the connection. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useT();
  const phone = usePhone();
  useShellCommands();
  useUnsavedGuard();
  useEffect(listenForShortcuts, []);
  useEffect(() => {
    // Palette and popups must open within a frame; their code is fetched once the page has come to rest.
    const timer = setTimeout(
      () => void Promise.allSettled([loadDeferred(), loadPalette(), loadHelp()]),
      1_000,
    );
    return () => clearTimeout(timer);
  }, []);

  return (
    <div className="flex h-dvh flex-col bg-canvas max-md:[--bottom-bar:3.5rem]">
      <a
        href="#main"
        className="sr-only z-[70] rounded-md bg-raised px-3 py-2 text-sm shadow-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t('shell.skip.label')}
      </a>
      <ConnectionBanner />
      <div className="flex min-h-0 flex-1">
        {phone ? null : <Sidebar />}
        <main
          id="main"
          tabIndex={-1}
          className="flex min-w-0 flex-1 flex-col overflow-y-auto bg-surface outline-none md:my-2 md:mr-2 md:rounded-lg md:border md:border-line md:shadow-1"
        >
          {children}
          <JobStrip />
        </main>
      </div>
      {phone ? <BottomBar /> : null}
      <Overlays />
      <ConfirmHost />
      <RouteAnnouncer />
    </div>
  );
}

const recordLists = {
  customer: '/crm/customers',
  company: '/crm/companies',
  deal: '/crm/deals',
  note: '/crm/notes',
} as const;

function Overlays() {
  const open = useCommandOverlay((state) => state.open);
  // Once opened, both stay mounted so that they can fade out and finish what was chosen.
  const [used, setUsed] = useState({ palette: false, help: false });
  if (open !== null && !used[open]) setUsed({ ...used, [open]: true });

  const navigate = useNavigate();
  const openRecord = ({ record, id }: FoundRecord) => {
    void navigate({
      to: recordLists[record],
      search: { open: id },
    });
  };
  return (
    <Suspense fallback={null}>
      {used.palette ? <Palette onOpenRecord={openRecord} /> : null}
      {used.help ? <HelpSheet /> : null}
    </Suspense>
  );
}
