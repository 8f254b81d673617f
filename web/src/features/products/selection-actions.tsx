import type { Product } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { CopySelected } from '@/record/copy-selected';
import type { SelectionActions } from '@/record/list-screen';

export function ProductSelection(about: SelectionActions<Product>) {
  const t = useT();
  return (
    <CopySelected
      {...about}
      textOf={(product) => product.name}
      separator={'\n'}
      label={t('products.action.copyNames')}
      done={(count) => t('products.action.namesCopied', { count })}
      limit={(max) => t('products.action.copyLimit', { max })}
    />
  );
}
