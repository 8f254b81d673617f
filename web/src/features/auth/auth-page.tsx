import type { ReactNode } from 'react';
import { languages, preferredLanguage } from '@/i18n/setup';
import { useT } from '@/i18n/use-t';
import { cn } from '@/lib/cn';
import { setPreference } from '@/lib/preferences';
import { Mark } from '@/ui/mark';

interface AuthPageProps {
  title: string;
  description: string;
  /** The way to the other page. */
  footer: ReactNode;
  children: ReactNode;
}

/** The frame of the pages before sign-in. */
export function AuthPage({ title, description, footer, children }: AuthPageProps) {
  return (
    <div className="flex min-h-dvh flex-col bg-canvas px-4 py-6">
      <title>{`${title} · Entente`}</title>
      <main className="m-auto flex w-full max-w-sm flex-col py-8">
        <div className="mb-6 flex items-center gap-2.5">
          <Mark className="size-7" />
          <span className="text-lg font-semibold tracking-tight">Entente</span>
        </div>
        <div className="rounded-xl border border-line bg-surface p-6 shadow-1">
          <h1 className="text-xl font-semibold">{title}</h1>
          <p className="mt-1 mb-5 text-sm text-muted">{description}</p>
          {children}
        </div>
        <div className="mt-5 text-center text-sm text-muted">{footer}</div>
      </main>
      <LanguageChoice />
    </div>
  );
}

function LanguageChoice() {
  const t = useT();
  const active = preferredLanguage();
  return (
    <fieldset aria-label={t('auth.language.label')} className="flex justify-center gap-1">
      {languages.map(({ code, name }) => (
        <button
          key={code}
          type="button"
          lang={code}
          aria-pressed={code === active}
          onClick={() => setPreference('language', code)}
          className={cn(
            'min-h-6 rounded-sm px-2 text-xs hover:bg-hover pointer-coarse:min-h-11',
            code === active ? 'font-medium text-fg' : 'text-muted',
          )}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
