import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { client, ifMatch, unwrap } from '@/api/client';
import type { Company, CompanyPatch } from '@/api/types';
import { useT } from '@/i18n/use-t';
import { carefulPatch } from '@/record/careful-patch';
import { useFieldText } from '@/record/field-text';
import { inOrder } from '@/record/in-order';
import { useAskClash } from '@/record/use-ask-clash';
import { useRunChange, type Voice } from '@/record/use-run-change';
import { companyCounts, companyKeys } from './api';

export type CompanyChanges = ReturnType<typeof useCompanyChanges>;

/** Every change of a company, as `useCustomerChanges` for customers. */
export function useCompanyChanges() {
  const t = useT();
  const queryClient = useQueryClient();
  const { fieldLabel } = useFieldText();
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

    /** Sets fields; `shown` holds what goes with them on screen, such as the parent of its id. */
    const edit = async (
      company: Company,
      body: CompanyPatch,
      shown: Partial<Company> = {},
      voice: Voice = 'loud',
    ): Promise<Company | null> => {
      const { t: say, fieldLabel: label } = latest.current;
      const field = label(Object.keys(body)[0] ?? '');
      const name = company.name;
      const before: CompanyPatch = {};
      for (const key of Object.keys(body) as Array<keyof CompanyPatch>) {
        Object.assign(before, { [key]: company[key] });
      }
      const write = () =>
        carefulPatch<Company>({
          id: company.id,
          body,
          version: company.version,
          seen: company as unknown as Record<string, unknown>,
          send: (version) =>
            unwrap(client.PATCH('/companies/{id}', { ...path(company.id), headers: ifMatch(version), body })),
          read: () => unwrap(client.GET('/companies/{id}', path(company.id))),
          ask: (current, fields) =>
            latest.current.ask(
              name,
              company.id,
              fields,
              current as unknown as Record<string, unknown>,
              body,
              'parentId' in body
                ? {
                    parentId: {
                      theirs: current.parent?.name ?? say('record.value.empty'),
                      mine: shown.parent?.name ?? say('record.value.empty'),
                    },
                  }
                : {},
            ),
        });
      const item = await run(
        company,
        { ...(body as Partial<Company>), ...shown },
        write,
        {
          done: say('record.edit.saved', { field, name }),
          failed: say('record.edit.failed', { field, name }),
          undo: (next) => edit(next, before, 'parentId' in body ? { parent: company.parent } : {}, 'silent'),
        },
        voice,
      );
      if (item && 'parentId' in body)
        void queryClient.invalidateQueries({ queryKey: ['companies', 'children'] });
      // Customers show the name of their company.
      if (item && 'name' in body) void queryClient.invalidateQueries({ queryKey: ['customers', 'page'] });
      return item;
    };

    const setArchived = async (
      company: Company,
      archived: boolean,
      voice: Voice = 'loud',
    ): Promise<Company | null> => {
      const { t: say } = latest.current;
      const name = company.name;
      const item = await run(
        company,
        { archivedAt: archived ? new Date().toISOString() : null },
        () =>
          inOrder(company.id, undefined, () =>
            unwrap(
              client.POST(archived ? '/companies/{id}/archive' : '/companies/{id}/restore', path(company.id)),
            ),
          ),
        {
          done: say(archived ? 'record.archive.done' : 'record.archive.restored', { name }),
          failed: say(archived ? 'record.archive.failed' : 'record.restore.failed', { name }),
          undo: (next) => setArchived(next, !archived, 'silent'),
        },
        voice,
      );
      if (item) void queryClient.invalidateQueries({ queryKey: ['companies', 'page'] });
      return item;
    };

    return { edit, setArchived };
  }, [queryClient, run]);
}
