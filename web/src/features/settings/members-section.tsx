import { useQuery } from '@tanstack/react-query';
import { bootstrapQuery, useMe } from '@/api/bootstrap';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Avatar } from '@/ui/avatar';
import { Badge } from '@/ui/badge';
import { Skeleton } from '@/ui/skeleton';
import { roleHints, roleLabels } from './roles';
import { Block, ListProblem, Row, Rows, SectionIntro } from './section-parts';

export function MembersSection() {
  const t = useT();
  const me = useMe();
  const format = useFormat();
  // The workspace data is made fresh on entry: colleagues may have joined since the page was loaded.
  const { data, error, refetch } = useQuery({ ...bootstrapQuery, staleTime: 10_000, refetchOnMount: true });
  const members = data?.members;
  const sorted = members?.toSorted(
    (a, b) => Number(a.disabled) - Number(b.disabled) || format.compare(a.fullName, b.fullName),
  );
  return (
    <>
      <SectionIntro>{t('settings.members.intro')}</SectionIntro>
      {error && !members ? <ListProblem error={error} onRetry={() => void refetch()} /> : null}
      {sorted ? (
        <div className="mb-7">
          <Rows label={t('settings.members.title')}>
            {sorted.map((member) => (
              <Row key={member.id}>
                <Avatar name={member.fullName} size="medium" />
                <div className="min-w-0 flex-1">
                  <p className="truncate font-medium">
                    {member.fullName}
                    {member.id === me.id ? (
                      <span className="font-normal text-muted"> ({t('common.value.you')})</span>
                    ) : null}
                  </p>
                  <p className="truncate text-xs text-muted">{member.email}</p>
                </div>
                {member.disabled ? <Badge tone="outline">{t('settings.members.disabled')}</Badge> : null}
                <Badge tone={member.role === 'member' ? 'gray' : 'blue'}>{t(roleLabels[member.role])}</Badge>
              </Row>
            ))}
          </Rows>
        </div>
      ) : error ? null : (
        <Skeleton className="h-44 rounded-lg" />
      )}
      <Block title={t('settings.members.roles')}>
        <dl className="flex flex-col gap-2 text-sm">
          {(['owner', 'admin', 'member'] as const).map((role) => (
            <div key={role} className="flex gap-3">
              <dt className="w-28 shrink-0 font-medium">{t(roleLabels[role])}</dt>
              <dd className="min-w-0 text-muted">{t(roleHints[role])}</dd>
            </div>
          ))}
        </dl>
      </Block>
    </>
  );
}
