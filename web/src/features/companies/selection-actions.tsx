import type { Company } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { BulkActions } from '@/record/bulk/bulk-actions';
import { CopySelected } from '@/record/copy-selected';
import type { SelectionActions } from '@/record/list-screen';

export function CompanySelection(about: SelectionActions<Company>) {
  const t = useT();
  return (
    <BulkActions
      {...about}
      record="company"
      exact={about.selection.mode === 'some' || about.list.count?.exact !== false}
    >
      <CopySelected
        {...about}
        textOf={(company) => company.domains[0]}
        separator={'\n'}
        label={t('companies.action.copyDomains')}
        done={(count) => t('companies.action.domainsCopied', { count })}
        limit={(max) => t('companies.action.copyLimit', { max })}
      />
    </BulkActions>
  );
}
