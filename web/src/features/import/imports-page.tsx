import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Eye, ListChecks, type LucideIcon, Undo2 } from 'lucide-react';
import type { ImportRecord } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { PageHeader } from '@/ui/page-header';
import { importsQuery } from './api';
import { ImportList } from './import-list';
import { UploadPanel } from './upload-panel';

interface ImportsPageProps {
  record: ImportRecord;
}

/** Starts an import and lists the earlier ones. */
export function ImportsPage({ record }: ImportsPageProps) {
  const t = useT();
  const navigate = useNavigate();
  const { data: items } = useInfiniteQuery(importsQuery);
  return (
    <>
      <PageHeader title={t('nav.imports.label')} />
      <div className="mx-auto w-full max-w-4xl px-4 py-6 sm:px-6">
        <section aria-labelledby="new-import">
          <h2 id="new-import" tabIndex={-1} className="text-lg font-semibold outline-none">
            {t('imports.new.title')}
          </h2>
          <p className="mt-1 mb-4 max-w-2xl text-sm text-muted">{t('imports.new.intro')}</p>
          <UploadPanel
            record={record}
            onRecordChange={(next) =>
              void navigate({ to: '/imports', search: { record: next }, replace: true })
            }
            onUploaded={({ id }) =>
              void navigate({ to: '/imports/$id', params: { id }, search: { step: 'file' } })
            }
          />
        </section>
        {items?.length === 0 ? <HowItWorks /> : <ImportList />}
      </div>
    </>
  );
}

/** Instead of a list while there is nothing to list: what will happen to a file. */
function HowItWorks() {
  const t = useT();
  return (
    <section aria-labelledby="how-imports-work" className="mt-8">
      <h2 id="how-imports-work" className="mb-3 text-sm font-semibold">
        {t('imports.how.title')}
      </h2>
      <ol className="grid gap-x-6 gap-y-4 sm:grid-cols-3">
        <Point icon={ListChecks} title={t('imports.how.matchTitle')} text={t('imports.how.matchText')} />
        <Point icon={Eye} title={t('imports.how.checkTitle')} text={t('imports.how.checkText')} />
        <Point icon={Undo2} title={t('imports.how.undoTitle')} text={t('imports.how.undoText')} />
      </ol>
    </section>
  );
}

function Point({ icon: Icon, title, text }: { icon: LucideIcon; title: string; text: string }) {
  return (
    <li className="flex gap-3">
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <div className="min-w-0">
        <h3 className="text-sm font-medium">{title}</h3>
        <p className="text-sm text-muted">{text}</p>
      </div>
    </li>
  );
}
