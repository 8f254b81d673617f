import type { Role } from '@/api/types';
import type { MessageId } from '@/i18n/message-id';

export const roleLabels: Record<Role, MessageId> = {
  owner: 'role.owner.label',
  admin: 'role.admin.label',
  member: 'role.member.label',
};

export const roleHints: Record<Role, MessageId> = {
  owner: 'role.owner.hint',
  admin: 'role.admin.hint',
  member: 'role.member.hint',
};

/** The roles that somebody may hand out: none above their own. */
export function grantableRoles(own: Role): Role[] {
  const all: Role[] = ['member', 'admin', 'owner'];
  return all.slice(0, all.indexOf(own) + 1);
}

export function managesWorkspace(role: Role): boolean {
  return role !== 'member';
}
