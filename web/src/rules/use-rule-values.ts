import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useBootstrap, useMe } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import { isStatus } from '@/api/errors';
import type { PickOption, PickSource } from '@/grid/types';
import type { MessageId } from '@/i18n/message-id';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { fold } from '@/lib/fold';
import { useNames, useSources } from '@/record/use-sources';
import { fieldOf, type RuleCatalogue } from './catalogue';
import type { GoneValues } from './check';
import { eachNode, type RuleGroup } from './tree';

export interface RuleValues {
  /** What the values of a field are picked from; undefined where they are written. */
  readonly sourceOf: (field: string) => PickSource | undefined;
  readonly nameOf: (field: string, id: string) => string;
  readonly gone: GoneValues;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Segments come with the bootstrap data once the server has them. */
function segmentsOf(bootstrap: object): readonly Named[] {
  const list: unknown = 'segments' in bootstrap ? bootstrap.segments : none;
  return Array.isArray(list) ? list : none;
}

const none: readonly Named[] = [];

/** More companies than these are shown by their ids. */
const NAMED_COMPANIES = 40;

/** The companies that a tree names, so that their names can be shown. */
function companiesIn(root: RuleGroup, catalogue: RuleCatalogue): string[] {
  const ids = new Set<string>();
  eachNode(root, (node) => {
    if (node.kind !== 'field') return;
    const field = fieldOf(catalogue, node.field);
    if (field?.ref !== 'company') return;
    for (const id of [node.value].flat()) if (typeof id === 'string' && id !== '') ids.add(id);
  });
  return [...ids].slice(0, NAMED_COMPANIES);
}

/** What the fields of a catalogue are compared with: lists to pick from, names of what was picked, what is no more. */
export function useRuleValues(catalogue: RuleCatalogue, root: RuleGroup, me: boolean): RuleValues {
  const t = useT();
  const format = useFormat();
  const bootstrap = useBootstrap();
  const myself = useMe();
  const sources = useSources();
  const names = useNames();
  const { members, tags } = bootstrap;
  const segments = segmentsOf(bootstrap);

  const companies = useQueries({
    queries: companiesIn(root, catalogue).map((id) => ({
      queryKey: ['companies', 'one', id],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        unwrap(client.GET('/companies/{id}', { params: { path: { id } }, signal })),
      staleTime: 60_000,
      retry: false,
    })),
    combine: (results) =>
      results.map(({ data, error }) => ({
        id: data?.id,
        name: data?.name,
        missing: isStatus(error, 404) || isStatus(error, 400),
      })),
  });
  const companyIds = companiesIn(root, catalogue).join();

  return useMemo(() => {
    const memberIds = new Set(members.map((member) => member.id));
    const tagNames = new Set(tags.map((tag) => fold(tag.name)));
    const segmentNames = new Map(segments.map((segment) => [segment.id, segment.name]));
    const asked = companyIds.split(',');
    const companyNames = new Map(asked.map((id, at) => [id, companies[at]]));
    const mine: PickOption = { id: 'me', label: t('rule.value.me'), hint: myself.fullName };
    const people: PickSource = {
      name: 'rule members',
      all: () => [...(me ? [mine] : []), ...sources.members.all()],
    };
    const ofField = (name: string) => {
      const field = fieldOf(catalogue, name);
      const custom = catalogue.custom?.get(name);
      const reference = custom?.kind === 'user' ? 'user' : field?.ref;
      return { field, reference, options: custom && custom.options.length > 0 ? custom.options : undefined };
    };
    const enumText = (field: string, value: string) => {
      const id = `record.${field.slice(field.lastIndexOf('.') + 1)}.${value}`;
      const text = t(id as MessageId);
      return text === id ? value : text;
    };
    return {
      sourceOf: (name) => {
        const { field, reference, options } = ofField(name);
        if (options)
          return {
            name: `rule ${catalogue.record} ${name}`,
            // Records may still have those that are put aside.
            all: () =>
              [...options]
                .sort((a, b) => Number(a.archived) - Number(b.archived))
                .map(({ id, label, archived }) => ({
                  id,
                  label,
                  hint: archived ? t('rule.value.archived') : undefined,
                })),
          };
        if (field?.enum)
          return {
            name: `rule ${catalogue.record} ${name}`,
            all: () => (field.enum ?? []).map((id) => ({ id, label: enumText(name, id) })),
          };
        switch (reference) {
          case 'company':
            return sources.companies;
          case 'user':
            return people;
          case 'tag':
            return sources.tags;
          case 'country':
            return sources.countries;
          case 'language':
            return sources.languages;
          case 'timezone':
            return sources.timezones;
          case 'segment':
            return {
              name: 'rule segments',
              all: () => segments.map((segment) => ({ id: segment.id, label: segment.name })),
            };
          default:
            return undefined;
        }
      },
      nameOf: (name, id) => {
        const { field, reference, options } = ofField(name);
        if (options) return options.find((option) => option.id === id)?.label ?? id;
        if (field?.enum) return enumText(name, id);
        switch (reference) {
          case 'company':
            return companyNames.get(id)?.name ?? (companyNames.get(id)?.missing ? id : t('rule.say.open'));
          case 'user':
            return id === 'me' ? t('rule.value.me') : names.member(id);
          case 'segment':
            return segmentNames.get(id) ?? id;
          case 'country':
            return format.country(id);
          case 'language':
            return format.language(id);
          default:
            return id;
        }
      },
      gone: (name, ids) => {
        switch (ofField(name).reference) {
          case 'company':
            return ids.filter((id) => companyNames.get(id)?.missing);
          case 'user':
            return ids.filter((id) => id !== 'me' && !memberIds.has(id));
          case 'tag':
            return ids.filter((id) => !tagNames.has(fold(id)));
          case 'segment':
            return ids.filter((id) => !segmentNames.has(id));
          default:
            return [];
        }
      },
    };
  }, [
    t,
    format,
    catalogue,
    me,
    myself.fullName,
    members,
    tags,
    segments,
    sources,
    names,
    companies,
    companyIds,
  ]);
}
