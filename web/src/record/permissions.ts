/** The role table of ownership, as the server decides it, so that people see beforehand what is not allowed. */
import type { Me } from '@/api/types';

export type OwnerAct = 'claim' | 'unclaim' | 'release' | 'reassign';
type Who = Pick<Me, 'id' | 'role'>;

export function isAdmin(me: Who): boolean {
  return me.role !== 'member';
}

/** Members write what is theirs or nobody's; owners and admins write everything. */
export function mayWrite(me: Who, ownerId: string | null): boolean {
  return isAdmin(me) || ownerId === null || ownerId === me.id;
}

/**
 * The act that turns owner `from` into owner `to`; `none` when nothing changes, `refused` when the role does not allow
 * it.
 */
export function ownerAct(me: Who, from: string | null, to: string | null): OwnerAct | 'none' | 'refused' {
  if (from === to) return 'none';
  if (to === null) return from === me.id ? 'unclaim' : isAdmin(me) ? 'release' : 'refused';
  if (from === null && to === me.id) return 'claim';
  return isAdmin(me) ? 'reassign' : 'refused';
}
