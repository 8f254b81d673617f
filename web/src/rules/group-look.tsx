import { useQuery } from '@tanstack/react-query';
import { Users } from 'lucide-react';
import { useState } from 'react';
import { isStatus } from '@/api/errors';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { IconButton } from '@/ui/button';
import { Popover, PopoverTitle } from '@/ui/popover';
import { type Look, partName, useBuilder } from './builder-context';
import { type RuleGroup, without, writeRule } from './tree';

/** Whom one group selects by itself: how many, and some of them. Asked only when somebody wants to know. */
export function GroupLook({ node }: { node: RuleGroup }) {
  const t = useT();
  const { rule, look } = useBuilder();
  const [open, setOpen] = useState(false);
  if (look === undefined) return null;
  const root = node.id === rule.root.id;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      align="end"
      trigger={
        <IconButton
          label={t(root ? 'rule.look.rule' : 'rule.look.group')}
          data-rule-part={root ? undefined : partName(node.id, 'look')}
        >
          <Users aria-hidden className="size-4" />
        </IconButton>
      }
      className="flex w-72 flex-col gap-2 p-3"
    >
      <People node={node} look={look} />
    </Popover>
  );
}

function People({ node, look }: { node: RuleGroup; look: Look }) {
  const t = useT();
  const format = useFormat();
  const { rule } = useBuilder();
  const unfinished = new Set(
    [...rule.problems].flatMap(([id, { kind }]) => (kind === 'incomplete' ? [id] : [])),
  );
  const { filter } = writeRule(without(node, unfinished));
  const { data, error } = useQuery({
    queryKey: ['rule-look', rule.catalogue.record, JSON.stringify(filter ?? null)],
    queryFn: ({ signal }) => look(filter, signal),
    staleTime: 10_000,
    gcTime: 60_000,
    retry: false,
  });
  const title =
    data === undefined
      ? t('rule.look.title')
      : t('rule.count.customer', { shown: format.number(data.count), count: data.count });
  return (
    <>
      <PopoverTitle className="font-medium text-sm">{title}</PopoverTitle>
      <div role="status" aria-busy={data === undefined && error === null} className="text-sm">
        {error !== null ? (
          <p className="text-danger-fg">
            {t(isStatus(error, 400) || isStatus(error, 422) ? 'rule.count.broken' : 'rule.count.failed')}
          </p>
        ) : data === undefined ? (
          <p className="text-muted">{t('rule.count.waiting')}</p>
        ) : data.sample.length === 0 ? (
          <p className="text-muted">{t('rule.look.nobody')}</p>
        ) : (
          <>
            <ul className="flex max-h-80 flex-col gap-1.5 overflow-y-auto">
              {data.sample.map(({ id, fullName, jobTitle, companyName }) => (
                <li key={id} className="min-w-0">
                  <span className="block truncate text-fg">{fullName}</span>
                  {jobTitle || companyName ? (
                    <span className="block truncate text-muted text-xs">
                      {[jobTitle, companyName].filter(Boolean).join(' · ')}
                    </span>
                  ) : null}
                </li>
              ))}
            </ul>
            {data.count > data.sample.length ? (
              <p className="mt-2 text-muted text-xs">
                {t('rule.look.more', { count: data.count - data.sample.length })}
              </p>
            ) : null}
          </>
        )}
        {unfinished.size > 0 && rule.unfinished > 0 && error === null && data !== undefined ? (
          <p className="mt-2 text-muted text-xs">{t('rule.look.unfinished')}</p>
        ) : null}
      </div>
    </>
  );
}
