import { Clock, Equal, EqualNot, type LucideIcon, Merge, Undo2, UserCheck, UsersRound } from 'lucide-react';
import { useMe } from '@/api/bootstrap';
import type { Decision, DuplicatePair } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';
import { useT } from '@/i18n/use-t';
import { bothOf } from '@/record/merge/duplicates';
import { useBlocked } from '@/record/ownership';
import { isAdmin } from '@/record/permissions';

export interface PairAct {
  readonly id: Decision | 'merge';
  readonly label: MessageId;
  readonly icon: LucideIcon;
  readonly keys: string;
  readonly main?: boolean;
  readonly disabledReason: string | undefined;
  readonly run: () => void;
}

/** What can be done about a pair in the state that it is in. */
export function usePairActs(
  onDecide: (pair: DuplicatePair, decision: Decision) => void,
  onMerge: (pair: DuplicatePair) => void,
) {
  const t = useT();
  const me = useMe();
  const blocked = useBlocked();
  return (pair: DuplicatePair): PairAct[] => {
    if (pair.state === 'merged') return [];
    const { record } = pair;
    const owners = bothOf(pair).map(({ ownerId }) => blocked(ownerId));
    const foreign = owners.find((reason) => reason !== null) ?? undefined;
    const say = (decision: Decision) => ({
      id: decision,
      disabledReason: foreign,
      run: () => onDecide(pair, decision),
    });
    const same: PairAct = {
      ...say('same'),
      label: isAdmin(me) ? `duplicates.act.sameMerge.${record}` : `duplicates.act.same.${record}`,
      icon: record === 'customer' ? UserCheck : Equal,
      keys: 's',
      main: true,
    };
    const merge: PairAct = {
      id: 'merge',
      label: 'duplicates.act.merge',
      icon: Merge,
      keys: 'm',
      main: true,
      disabledReason: isAdmin(me) ? undefined : t('record.merge.onlyAdmin'),
      run: () => onMerge(pair),
    };
    const different: PairAct = {
      ...say('different'),
      label: `duplicates.act.different.${record}`,
      icon: record === 'customer' ? UsersRound : EqualNot,
      keys: 'd',
    };
    const later: PairAct = { ...say('later'), label: 'duplicates.act.later', icon: Clock, keys: 'l' };
    const open: PairAct = { ...say('open'), label: 'duplicates.act.open', icon: Undo2, keys: 'o' };
    switch (pair.state) {
      case 'open':
        return [same, different, later];
      case 'same':
        return [merge, different, open];
      case 'later':
        return [same, different, open];
      default:
        return [same, open];
    }
  };
}
