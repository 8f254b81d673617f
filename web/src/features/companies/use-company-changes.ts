import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { client, ifMatch, unwrap } from '@/api/client';
import type { Company, CompanyPatch } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { useFieldText } from '@/record/field-text';
import { recordEdits } from '@/record/record-edits';
import { useAskClash } from '@/record/use-ask-clash';
import { useRunChange } from '@/record/use-run-change';
import { companyCounts, companyKeys } from './api';

export type CompanyChanges = ReturnType<typeof useCompanyChanges>;

/** Every change of a company, as `useCustomerChanges` for customers. */
export function useCompanyChanges() {
  const t = useT();
  const queryClient = useQueryClient();
  const { fieldLabel } = useFieldText('company');
  const ask = useAskClash('companies');
  const run = useRunChange<Company>({
    keys: companyKeys,
    aggregates: companyCounts,
    onDone: (item) => {
      void queryClient.invalidateQueries({ queryKey: ['companies', 'activity', item.id] });
    },
  });
  const latest = useRef({ t, fieldLabel, ask });
  latest.current = { t, fieldLabel, ask };

  return useMemo(() => {
    const path = (id: string) => ({ params: { path: { id } } });
    return recordEdits<Company, CompanyPatch>({
      run,
      now: () => latest.current,
      nameOf: (company) => company.name,
      linked: [{ id: 'parentId', shown: 'parent' }],
      read: (id) => unwrap(client.GET('/companies/{id}', path(id))),
      send: (id, version, body) =>
        unwrap(client.PATCH('/companies/{id}', { ...path(id), headers: ifMatch(version), body })),
      archive: (id, archived) =>
        unwrap(client.POST(archived ? '/companies/{id}/archive' : '/companies/{id}/restore', path(id))),
      onEdited: (body) => {
        if ('parentId' in body) void queryClient.invalidateQueries({ queryKey: ['companies', 'children'] });
        // Customers show the name of their company.
        if ('name' in body) void queryClient.invalidateQueries({ queryKey: ['customers', 'page'] });
      },
      onArchived: () => void queryClient.invalidateQueries({ queryKey: ['companies', 'page'] }),
    });
  }, [queryClient, run]);
}
