import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, FileUp, KeyRound, type LucideIcon, UserPlus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMe } from '@/api/bootstrap';
import { useT } from '@/i18n/use-t';
import { buttonStyle } from '@/ui/button';
import { anyApiKeyQuery } from './api';

/** What a new owner does first; steps that are done say so. */
export function FirstSteps() {
  const t = useT();
  const me = useMe();
  const manages = me.role !== 'member';
  const { data: hasKey = false } = useQuery({ ...anyApiKeyQuery, enabled: manages });
  const firstName = me.fullName.split(' ')[0] ?? me.fullName;
  return (
    <section aria-labelledby="first-steps" className="mx-auto max-w-2xl py-4 sm:py-10">
      <h2 id="first-steps" className="text-2xl font-semibold">
        {t('firstSteps.title.text', { name: firstName })}
      </h2>
      <p className="mt-1.5 mb-7 text-base text-muted">{t('firstSteps.intro.text')}</p>
      <ol className="flex flex-col gap-3">
        <Step
          icon={FileUp}
          title={t('firstSteps.import.title')}
          text={t('firstSteps.import.text')}
          action={
            <Link to="/imports" className={buttonStyle({ variant: 'primary' })}>
              {t('firstSteps.import.action')}
            </Link>
          }
        />
        <Step
          icon={UserPlus}
          title={t('firstSteps.customer.title')}
          text={t('firstSteps.customer.text')}
          action={
            <Link to="/crm/customers" search={{ new: true }} className={buttonStyle({})}>
              {t('firstSteps.customer.action')}
            </Link>
          }
        />
        {manages ? (
          <Step
            icon={KeyRound}
            title={t('firstSteps.apiKey.title')}
            text={t('firstSteps.apiKey.text')}
            done={hasKey}
            action={
              <Link to="/settings/$section" params={{ section: 'api-keys' }} className={buttonStyle({})}>
                {t('firstSteps.apiKey.action')}
              </Link>
            }
          />
        ) : null}
      </ol>
    </section>
  );
}

interface StepProps {
  icon: LucideIcon;
  title: string;
  text: string;
  done?: boolean;
  action: ReactNode;
}

function Step({ icon: Icon, title, text, done = false, action }: StepProps) {
  const t = useT();
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border border-line bg-surface p-4 shadow-1">
      <span className="flex size-9 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent-fg">
        {done ? <Check aria-hidden className="size-5" /> : <Icon aria-hidden className="size-5" />}
      </span>
      <div className="min-w-0 flex-1 basis-56">
        <h3 className="text-base font-medium">
          {title}
          {done ? (
            <span className="ml-2 text-sm font-normal text-success-fg">{t('firstSteps.done.label')}</span>
          ) : null}
        </h3>
        <p className="text-sm text-muted">{text}</p>
      </div>
      {action}
    </li>
  );
}
