import type { Customer } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { BulkActions } from '@/record/bulk/bulk-actions';
import { CopySelected } from '@/record/copy-selected';
import type { SelectionActions } from '@/record/list-screen';
import { primaryContact } from './columns';

export function CustomerSelection(about: SelectionActions<Customer>) {
  const t = useT();
  return (
    <BulkActions
      {...about}
      record="customer"
      exact={about.selection.mode === 'some' || about.list.count?.exact !== false}
    >
      <CopySelected
        {...about}
        textOf={(customer) => primaryContact(customer, 'email')?.value}
        separator=", "
        label={t('customers.action.copyEmails')}
        done={(count) => t('customers.action.emailsCopied', { count })}
        limit={(max) => t('customers.action.copyLimit', { max })}
      />
    </BulkActions>
  );
}
