import { useMemo } from 'react';
import { useMe, useMembers, useTags } from '@/api/bootstrap';
import { client, unwrap } from '@/api/client';
import type { PickOption, PickSource } from '@/grid/types';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { cutSearch } from '@/lib/search-text';
import { tagColor } from '@/lib/tag-color';
import { COUNTRIES, LANGUAGES, timezones } from './codes';

/** What pickers choose from. Everything but companies is known to the page and answers at once. */
export function useSources() {
  const t = useT();
  const format = useFormat();
  const me = useMe();
  const members = useMembers();
  const tags = useTags();

  return useMemo(() => {
    const named = (codes: readonly string[], nameOf: (code: string) => string): PickOption[] =>
      codes
        .map((code) => ({ id: code, label: nameOf(code), hint: code.toUpperCase() }))
        .sort((a, b) => format.compare(a.label, b.label));
    const lazy = (name: string, make: () => PickOption[]): PickSource => {
      let made: PickOption[] | undefined;
      return {
        name: `${name}.${format.locale}`,
        all: () => {
          made ??= make();
          return made;
        },
      };
    };
    const people = members
      .filter((member) => !member.disabled)
      .sort(
        (a, b) => Number(b.id === me.id) - Number(a.id === me.id) || format.compare(a.fullName, b.fullName),
      );
    const owners: PickOption[] = people.map((member) => ({
      id: member.id,
      label: member.id === me.id ? t('record.owner.me', { name: member.fullName }) : member.fullName,
    }));
    // System tags last: they are seldom what somebody looks for.
    const tagOptions: PickOption[] = [...tags]
      .sort((a, b) => Number(a.isSystem) - Number(b.isSystem) || format.compare(a.name, b.name))
      .map((tag) => ({
        id: tag.name,
        label: tag.name,
        tint: tagColor(tag.color),
        hint: format.number(tag.customerCount),
      }));
    const companies = {
      name: 'companies',
      search: async (query: string, signal: AbortSignal) => {
        const page = await unwrap(
          client.GET('/companies', {
            params: { query: { limit: 50, sort: 'name', ...(query === '' ? {} : { q: cutSearch(query) }) } },
            signal,
          }),
        );
        return page.items.map((company) => ({
          id: company.id,
          label: company.name,
          hint: company.domains[0],
        }));
      },
    };
    return {
      countries: lazy('countries', () => named(COUNTRIES, format.country)),
      languages: lazy('languages', () => named(LANGUAGES, format.language)),
      timezones: lazy('timezones', () =>
        timezones().map((name) => ({ id: name, label: name.replaceAll('_', ' ') })),
      ),
      members: { name: 'members', all: () => owners } satisfies PickSource,
      tags: { name: 'tags', all: () => tagOptions } satisfies PickSource,
      companies,
    };
  }, [t, format, me.id, members, tags]);
}

/** Names of members and colours of tags by what records hold of them. */
export function useNames() {
  const t = useT();
  const members = useMembers();
  const tags = useTags();
  return useMemo(() => {
    const byId = new Map(members.map((member) => [member.id, member.fullName]));
    const colors = new Map(tags.map((tag) => [tag.name, tagColor(tag.color)]));
    const system = new Set(tags.filter((tag) => tag.isSystem).map((tag) => tag.name));
    return {
      /** The name of a member, also of a former one. */
      member: (id: string) => byId.get(id) ?? t('record.owner.former'),
      tagColor: (name: string) => colors.get(name) ?? 'gray',
      isSystemTag: (name: string) => system.has(name) || name.startsWith('bot:'),
    };
  }, [t, members, tags]);
}
