import { useMemo } from 'react';
import { useMe } from '@/api/bootstrap';
import type { PickSource } from '@/grid/types';
import { useT } from '@/i18n/use-t';
import { isAdmin, mayWrite } from './permissions';
import { useNames, useSources } from './use-sources';

/** Why a record of this owner cannot be changed by this person, or null. */
export function useBlocked(): (ownerId: string | null) => string | null {
  const t = useT();
  const me = useMe();
  const names = useNames();
  return useMemo(
    () => (ownerId) =>
      mayWrite(me, ownerId) ? null : t('record.owner.onlyOwner', { name: names.member(ownerId ?? '') }),
    [t, me, names],
  );
}

/** Members whom this person may make the owner; the others say why not. */
export function useAssignable(refusal: string): PickSource {
  const me = useMe();
  const { members } = useSources();
  return useMemo(
    () => ({
      name: 'owner editor',
      all: () =>
        members
          .all()
          .map((option) => (isAdmin(me) || option.id === me.id ? option : { ...option, disabled: refusal })),
    }),
    [me, members, refusal],
  );
}
