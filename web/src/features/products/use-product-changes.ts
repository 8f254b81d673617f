import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { client, ifMatch, unwrap } from '@/api/client';
import type { Product, ProductPatch } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { useFieldText } from '@/record/field-text';
import { recordEdits } from '@/record/record-edits';
import { useAskClash } from '@/record/use-ask-clash';
import { useRunChange } from '@/record/use-run-change';
import { productCounts, productKeys } from './api';

export type ProductChanges = ReturnType<typeof useProductChanges>;

/** Every change of a product, as `useCustomerChanges` for customers. */
export function useProductChanges() {
  const t = useT();
  const queryClient = useQueryClient();
  const { fieldLabel } = useFieldText();
  const ask = useAskClash('products');
  const run = useRunChange<Product>({
    keys: productKeys,
    aggregates: productCounts,
    onDone: () => void queryClient.invalidateQueries({ queryKey: ['pick', 'products'] }),
  });
  const latest = useRef({ t, fieldLabel, ask });
  latest.current = { t, fieldLabel, ask };

  return useMemo(() => {
    const path = (id: string) => ({ params: { path: { id } } });
    return recordEdits<Product, ProductPatch & { custom?: never }>({
      run,
      now: () => latest.current,
      nameOf: (product) => product.name,
      linked: [],
      read: (id) => unwrap(client.GET('/products/{id}', path(id))),
      send: (id, version, body) =>
        unwrap(client.PATCH('/products/{id}', { ...path(id), headers: ifMatch(version), body })),
      archive: (id, archived) =>
        unwrap(client.POST(archived ? '/products/{id}/archive' : '/products/{id}/restore', path(id))),
      onArchived: () => void queryClient.invalidateQueries({ queryKey: ['products', 'page'] }),
    });
  }, [queryClient, run]);
}
