import type { Customer } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { BulkActions } from '@/record/bulk/bulk-actions';
import { CopySelected } from '@/record/copy-selected';
import type { SelectionActions } from '@/record/list-screen';
import { primaryContact } from './columns';

export function CustomerSelection(about: SelectionActions<Customer>) {
  const t = useT();
  return (
    <BulkActions record="customer" selection={about.selection} count={about.count} clear={about.clear}>
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
