import { useRef, useState } from 'react';
import { useMe } from '@/api/bootstrap';
import { PickList } from '@/grid/cell-editors/pick-list';
import { useFormat } from '@/i18n/use-format';
import { useT } from '@/i18n/use-t';
import { Avatar } from '@/ui/avatar';
import { Button } from '@/ui/button';
import { FieldRow, PickPopover } from './inline-fields';
import { isAdmin, ownerAct } from './permissions';
import { useNames, useSources } from './use-sources';

interface OwnerControlProps {
  ownerId: string | null;
  since: string | null;
  onChange: (ownerId: string | null) => void;
}

/** Who owns a customer, and the acts that the role allows; what it does not allow says why. */
export function OwnerControl({ ownerId, since, onChange }: OwnerControlProps) {
  const t = useT();
  const format = useFormat();
  const me = useMe();
  const names = useNames();
  const sources = useSources();
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const mine = ownerId === me.id;
  const ownerName = ownerId === null ? '' : names.member(ownerId);
  const leave = ownerAct(me, ownerId, null);
  return (
    <FieldRow label={t('record.field.claimedById')}>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1 py-0.5">
        {ownerId === null ? (
          <span className="text-muted">{t('record.owner.none')}</span>
        ) : (
          <span className="flex min-w-0 flex-wrap items-center gap-x-1.5">
            <Avatar name={ownerName} />
            <span className="truncate">{mine ? t('record.owner.me', { name: ownerName }) : ownerName}</span>
            {since ? (
              <span className="shrink-0 text-muted text-xs" title={format.dateTime(since)}>
                {t('record.owner.since', { when: format.date(since) })}
              </span>
            ) : null}
          </span>
        )}
        <span className="flex flex-wrap items-center gap-1">
          {ownerId === null ? (
            <Button size="small" variant="primary" onClick={() => onChange(me.id)}>
              {t('record.owner.claim')}
            </Button>
          ) : (
            <Button
              size="small"
              disabledReason={
                leave === 'refused' ? t('record.owner.onlyOwner', { name: ownerName }) : undefined
              }
              onClick={() => onChange(null)}
            >
              {t(mine ? 'record.owner.unclaim' : 'record.owner.release')}
            </Button>
          )}
          {isAdmin(me) ? (
            <PickPopover
              label={t('record.owner.choose')}
              input={input}
              open={open}
              onOpenChange={setOpen}
              className="w-64"
              trigger={
                <Button size="small">
                  {t(ownerId === null ? 'record.owner.assign' : 'record.owner.reassign')}
                </Button>
              }
            >
              <PickList
                ref={input}
                label={t('record.owner.choose')}
                placeholder={t('record.owner.choose')}
                source={sources.members}
                selected={ownerId === null ? [] : [ownerId]}
                onPick={(option) => option && onChange(option.id)}
                onLeave={() => setOpen(false)}
              />
            </PickPopover>
          ) : (
            <Button size="small" disabledReason={t('record.owner.onlyAdmin')}>
              {t('record.owner.reassign')}
            </Button>
          )}
        </span>
      </div>
    </FieldRow>
  );
}
