import { useState } from 'react';
import { errorText } from '@/api/error-text';
import type { Select } from '@/api/types';
import type { ListView } from '@/grid/use-list';
import type { MessageId } from '@/i18n/message-id';
import { useT } from '@/i18n/use-t';
import { Button, buttonStyle } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { Dialog } from '@/ui/dialog';
import { RadioCards } from '@/ui/radio-cards';
import { toast } from '@/ui/toast';
import { useCustomFields } from '../custom-fields';
import { type ExportFormat, exportAddress } from './export-address';
import { fetchExport, saveFile } from './export-chosen';
import { columnsOnScreen, type ExportRecord, exportColumns } from './export-columns';

export interface ExportDialogProps {
  open: boolean;
  onClose: () => void;
  record: ExportRecord;
  view: ListView;
  defaultSort: string;
  /** As the list shows them. */
  columns: readonly string[];
  total: number;
  exact: boolean;
  /** Only these of the list. */
  select?: Select;
}

/** Downloads the whole list: in which form, and what of every record. */
export function ExportDialog({
  open,
  onClose,
  record,
  view,
  defaultSort,
  columns,
  total,
  exact,
  select,
}: ExportDialogProps) {
  const t = useT();
  const [format, setFormat] = useState<ExportFormat>('csv');
  const [which, setWhich] = useState<'screen' | 'all' | 'own'>('screen');
  const custom = useCustomFields(record === 'customers' ? 'customer' : 'company');
  const offered = [
    ...exportColumns(record).map(([name, label]) => ({ name, label: t(label) })),
    ...custom.map(({ info, label }) => ({ name: info.field, label })),
  ];
  const all = offered.map(({ name }) => name);
  const shown = columnsOnScreen(
    record,
    columns,
    custom.map(({ info }) => info.field),
  );
  const [own, setOwn] = useState<readonly string[]>(() => ['id', ...shown.filter((name) => name !== 'id')]);
  const chosen =
    which === 'screen' ? shown : which === 'all' ? all : all.filter((name) => own.includes(name));
  const many = (names: readonly string[]) => t('export.columns.count', { count: names.length });
  const [busy, setBusy] = useState(false);
  const download = async (chosenRecords: Select) => {
    setBusy(true);
    try {
      saveFile(
        await fetchExport(record, chosenRecords, format, view.sort === '' ? defaultSort : view.sort, chosen),
        `${record}.${format}`,
      );
      onClose();
    } catch (error) {
      toast.failed({ title: t('export.selection.failed'), description: errorText(error) });
    } finally {
      setBusy(false);
    }
  };
  const scope: MessageId =
    record === 'customers'
      ? exact
        ? 'export.dialog.customers'
        : 'export.dialog.atLeastCustomers'
      : exact
        ? 'export.dialog.companies'
        : 'export.dialog.atLeastCompanies';
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t('export.dialog.title')}
      description={
        select === undefined
          ? t(scope, { count: total })
          : t('export.dialog.selected', {
              what: t(record === 'customers' ? 'bulk.count.customer' : 'bulk.count.company', {
                count: total,
              }),
            })
      }
      footer={
        <>
          <Button onClick={onClose}>{t('common.action.cancel')}</Button>
          {chosen.length === 0 ? (
            <Button variant="primary" disabledReason={t('export.columns.none')}>
              {t('export.action.download')}
            </Button>
          ) : select !== undefined ? (
            <Button variant="primary" loading={busy} onClick={() => void download(select)}>
              {t('export.action.download')}
            </Button>
          ) : (
            // A link, so that the browser shows the download's progress.
            <a
              href={exportAddress(record, format, view, defaultSort, chosen)}
              download={`${record}.${format}`}
              className={buttonStyle({ variant: 'primary' })}
              onClick={() => setTimeout(onClose)}
            >
              {t('export.action.download')}
            </a>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-5 pb-1">
        <section>
          <h3 className="mb-1.5 font-medium text-sm">{t('export.format.title')}</h3>
          <RadioCards
            label={t('export.format.title')}
            value={format}
            onValueChange={setFormat}
            className="sm:grid-cols-2"
            options={[
              { value: 'csv', label: t('export.format.csv'), hint: t('export.format.csvHint') },
              { value: 'xlsx', label: t('export.format.xlsx'), hint: t('export.format.xlsxHint') },
            ]}
          />
        </section>
        <section>
          <h3 className="mb-1.5 font-medium text-sm">{t('export.columns.title')}</h3>
          <RadioCards
            label={t('export.columns.title')}
            value={which}
            onValueChange={setWhich}
            options={[
              { value: 'screen', label: t('export.columns.screen'), hint: many(shown) },
              { value: 'all', label: t('export.columns.all'), hint: many(all) },
              {
                value: 'own',
                label: t('export.columns.own'),
                hint: many(all.filter((name) => own.includes(name))),
              },
            ]}
          />
          {which === 'own' ? (
            <ul className="mt-3 grid gap-x-4 gap-y-1.5 rounded-md border border-line p-3 sm:grid-cols-2">
              {offered.map(({ name, label }) => (
                <li key={name}>
                  <Checkbox
                    label={label}
                    checked={own.includes(name)}
                    onCheckedChange={(checked) =>
                      setOwn(checked ? [...own, name] : own.filter((other) => other !== name))
                    }
                  />
                </li>
              ))}
            </ul>
          ) : null}
          <p className="mt-2 text-muted text-xs">{t('export.columns.idHint')}</p>
        </section>
      </div>
    </Dialog>
  );
}
