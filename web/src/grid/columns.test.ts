import { describe, expect, it } from 'vitest';
import {
  type ColumnAction,
  type ColumnShape,
  defaultColumns,
  formatColumns,
  MAX_WIDTH,
  MIN_WIDTH,
  parseColumns,
  pinnedOffsets,
  reduceColumns,
  visibleColumns,
} from './columns';

const shapes: ColumnShape[] = [
  { id: 'fullName', width: 240, pinned: true, required: true },
  { id: 'email', width: 220 },
  { id: 'company.name', width: 180 },
  { id: 'tags', width: 200 },
  { id: 'language', width: 90, optional: true },
];

function ids(actions: ColumnAction[]): string {
  const state = actions.reduce(
    (each, action) => [...reduceColumns(each, action, shapes)],
    defaultColumns(shapes),
  );
  return visibleColumns(state)
    .map((each) => (each.pinned ? `${each.id}!` : each.id))
    .join(' ');
}

describe('columns', () => {
  it('start as declared, optional ones hidden', () => {
    expect(ids([])).toBe('fullName! email company.name tags');
  });

  it('hide and show, but never the required one', () => {
    expect(ids([{ kind: 'hide', id: 'email' }])).toBe('fullName! company.name tags');
    expect(ids([{ kind: 'hide', id: 'fullName' }])).toBe('fullName! email company.name tags');
    expect(ids([{ kind: 'show', id: 'language' }])).toBe('fullName! email company.name tags language');
  });

  it('move past visible neighbours and stop at the ends', () => {
    expect(ids([{ kind: 'move', id: 'tags', by: -1 }])).toBe('fullName! email tags company.name');
    expect(
      ids([
        { kind: 'hide', id: 'company.name' },
        { kind: 'move', id: 'tags', by: -1 },
      ]),
    ).toBe('fullName! tags email');
    expect(ids([{ kind: 'move', id: 'email', by: -1 }])).toBe('fullName! email company.name tags');
    expect(ids([{ kind: 'move', id: 'email', by: 99 }])).toBe('fullName! company.name tags email');
  });

  it('drop before another or at the end', () => {
    expect(ids([{ kind: 'moveBefore', id: 'tags', before: 'email' }])).toBe(
      'fullName! tags email company.name',
    );
    expect(ids([{ kind: 'moveBefore', id: 'email', before: null }])).toBe(
      'fullName! company.name tags email',
    );
    expect(ids([{ kind: 'moveBefore', id: 'email', before: 'fullName' }])).toBe(
      'fullName! email company.name tags',
    );
  });

  it('pin to the left and come back', () => {
    expect(ids([{ kind: 'pin', id: 'tags' }])).toBe('fullName! tags! email company.name');
    expect(
      ids([
        { kind: 'pin', id: 'tags' },
        { kind: 'unpin', id: 'tags' },
      ]),
    ).toBe('fullName! tags email company.name');
  });

  it('keep a sane width', () => {
    const narrow = reduceColumns(defaultColumns(shapes), { kind: 'resize', id: 'email', width: 3 }, shapes);
    expect(narrow.find((each) => each.id === 'email')?.width).toBe(MIN_WIDTH);
    const wide = reduceColumns(narrow, { kind: 'resize', id: 'email', width: 9999.4 }, shapes);
    expect(wide.find((each) => each.id === 'email')?.width).toBe(MAX_WIDTH);
  });

  it('ignore names that do not exist', () => {
    expect(
      ids([
        { kind: 'move', id: 'nope', by: 1 },
        { kind: 'moveBefore', id: 'email', before: 'nope' },
      ]),
    ).toBe('fullName! email company.name tags');
  });
});

describe('columns in the address', () => {
  it('are absent when nothing was changed', () => {
    expect(formatColumns(defaultColumns(shapes), shapes)).toBeUndefined();
  });

  it('survive the round trip', () => {
    const actions: ColumnAction[] = [
      { kind: 'resize', id: 'company.name', width: 301 },
      { kind: 'move', id: 'tags', by: -2 },
      { kind: 'pin', id: 'email' },
      { kind: 'show', id: 'language' },
    ];
    const state = actions.reduce(
      (each, action) => [...reduceColumns(each, action, shapes)],
      defaultColumns(shapes),
    );
    const text = formatColumns(state, shapes);
    expect(text).toBe('fullName!,email!,tags,company.name.301,language');
    expect(visibleColumns(parseColumns(text, shapes))).toEqual(visibleColumns(state));
    expect(formatColumns(parseColumns(text, shapes), shapes)).toBe(text);
  });

  it('forgive nonsense', () => {
    expect(parseColumns('%%,,nope.3', shapes)).toEqual(defaultColumns(shapes));
    expect(visibleColumns(parseColumns('email,email,nope', shapes)).map((each) => each.id)).toEqual([
      'fullName',
      'email',
    ]);
    expect(parseColumns('email.9999', shapes).find((each) => each.id === 'email')?.width).toBe(MAX_WIDTH);
  });

  it('say where pinned ones stick', () => {
    const pinned = reduceColumns(defaultColumns(shapes), { kind: 'pin', id: 'tags' }, shapes);
    expect([...pinnedOffsets(pinned, 40)]).toEqual([
      ['fullName', 40],
      ['tags', 280],
    ]);
  });
});
