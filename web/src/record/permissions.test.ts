import { describe, expect, it } from 'vitest';
import { mayWrite, ownerAct } from './permissions';

const member = { id: 'me', role: 'member' } as const;
const admin = { id: 'me', role: 'admin' } as const;
const owner = { id: 'me', role: 'owner' } as const;

describe('writing a record', () => {
  it.each([
    [member, null, true],
    [member, 'me', true],
    [member, 'other', false],
    [admin, 'other', true],
    [owner, 'other', true],
  ])('%o may write a record of %s: %s', (who, ownerId, expected) => {
    expect(mayWrite(who, ownerId)).toBe(expected);
  });
});

describe('changing the owner', () => {
  it.each([
    [member, null, 'me', 'claim'],
    [member, 'me', null, 'unclaim'],
    [member, 'other', null, 'refused'],
    [member, 'other', 'me', 'refused'],
    [member, null, 'other', 'refused'],
    [member, 'me', 'other', 'refused'],
    [member, 'me', 'me', 'none'],
    [admin, null, 'me', 'claim'],
    [admin, 'me', null, 'unclaim'],
    [admin, 'other', null, 'release'],
    [admin, 'other', 'me', 'reassign'],
    [admin, null, 'other', 'reassign'],
    [owner, 'other', 'third', 'reassign'],
    [owner, null, null, 'none'],
  ] as const)('%o: from %s to %s is %s', (who, from, to, expected) => {
    expect(ownerAct(who, from, to)).toBe(expected);
  });
});
