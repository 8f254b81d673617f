import type { Company } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { CopySelected } from '@/record/copy-selected';
import type { SelectionActions } from '@/record/list-screen';

export function CopyDomains(about: SelectionActions<Company>) {
  const t = useT();
  return (
    <CopySelected
      {...about}
      textOf={(company) => company.domains[0]}
      separator={'\n'}
      label={t('companies.action.copyDomains')}
      done={(count) => t('companies.action.domainsCopied', { count })}
      limit={(max) => t('companies.action.copyLimit', { max })}
    />
  );
}
