import type { Customer } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { CopySelected } from '@/record/copy-selected';
import type { SelectionActions } from '@/record/list-screen';
import { primaryContact } from './columns';
import { ExportLink } from './export-link';

export function CustomerSelection({ view, columns, ...about }: SelectionActions<Customer>) {
  const t = useT();
  return (
    <>
      <CopySelected
        {...about}
        textOf={(customer) => primaryContact(customer, 'email')?.value}
        separator=", "
        label={t('customers.action.copyEmails')}
        done={(count) => t('customers.action.emailsCopied', { count })}
        limit={(max) => t('customers.action.copyLimit', { max })}
      />
      <ExportLink
        view={view}
        columns={columns}
        total={about.list.total}
        label={t('customers.action.exportList')}
      />
    </>
  );
}
