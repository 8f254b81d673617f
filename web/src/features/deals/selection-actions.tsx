import type { Deal } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { CopySelected } from '@/record/copy-selected';
import type { SelectionActions } from '@/record/list-screen';

export function DealSelection(about: SelectionActions<Deal>) {
  const t = useT();
  return (
    <CopySelected
      {...about}
      textOf={(deal) => deal.name}
      separator={'\n'}
      label={t('deals.action.copyNames')}
      done={(count) => t('deals.action.namesCopied', { count })}
      limit={(max) => t('deals.action.copyLimit', { max })}
    />
  );
}
