import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { useT } from '@/i18n/use-t';
import { Input } from '@/ui/input';
import { searchSections } from './sections';

/** The list of sections, narrowed by what is typed. */
export function SettingsNav() {
  const t = useT();
  const [typed, setTyped] = useState('');
  const found = searchSections(typed, t);
  const groups = [
    { key: 'account', label: t('settings.group.account') },
    { key: 'workspace', label: t('settings.group.workspace') },
  ] as const;
  return (
    <div className="flex flex-col gap-3">
      <div className="relative">
        <Search
          aria-hidden
          className="pointer-events-none absolute inset-y-0 left-2.5 my-auto size-4 text-faint"
        />
        <Input
          type="search"
          aria-label={t('settings.search.label')}
          placeholder={t('settings.search.label')}
          value={typed}
          onValueChange={setTyped}
          className="pl-8"
        />
      </div>
      <nav aria-label={t('settings.nav.label')} className="flex flex-col gap-3">
        {groups.map(({ key, label }) => {
          const inGroup = found.filter(({ section }) => section.group === key);
          if (inGroup.length === 0) return null;
          return (
            <div key={key}>
              <p className="px-2 pb-1 text-xs font-medium text-muted">{label}</p>
              <ul className="flex flex-col gap-px">
                {inGroup.map(({ section: { id, label: name, icon: Icon }, hits }) => (
                  <li key={id}>
                    <Link
                      to="/settings/$section"
                      params={{ section: id }}
                      className="flex min-h-control-small items-start gap-2.5 rounded-md px-2 py-1 text-sm text-muted no-underline hover:bg-hover hover:text-fg data-[status=active]:bg-hover data-[status=active]:font-medium data-[status=active]:text-fg max-md:min-h-11 max-md:items-center"
                    >
                      <Icon aria-hidden className="mt-0.5 size-4 shrink-0 max-md:mt-0" />
                      <span className="min-w-0">
                        {t(name)}
                        {hits.length > 0 ? (
                          <span className="block text-xs font-normal text-muted">{hits.join(', ')}</span>
                        ) : null}
                      </span>
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
        {found.length === 0 ? <p className="px-2 text-sm text-muted">{t('common.search.none')}</p> : null}
      </nav>
    </div>
  );
}
