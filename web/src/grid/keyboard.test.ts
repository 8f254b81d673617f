import { describe, expect, it } from 'vitest';
import { commandFor, HEADER_ROW, type KeyPress, nextEditable } from './keyboard';

const shape = { rows: 100, cols: 5, page: 10 };

function press(text: string): KeyPress {
  const parts = text.split('+');
  const key = parts.pop() ?? '';
  return {
    key: key === 'Space' ? ' ' : key,
    shift: parts.includes('Shift'),
    mod: parts.includes('Mod'),
    alt: parts.includes('Alt'),
  };
}

function moves(text: string, row: number, col: number) {
  const command = commandFor(press(text), { row, col }, shape);
  return command?.kind === 'move' ? [command.to.row, command.to.col] : command?.kind;
}

describe('moving', () => {
  it.each([
    ['ArrowDown', 3, 2, [4, 2]],
    ['ArrowUp', 3, 2, [2, 2]],
    ['ArrowRight', 3, 2, [3, 3]],
    ['ArrowLeft', 3, 2, [3, 1]],
    ['ArrowDown', 99, 2, [99, 2]],
    ['ArrowRight', 3, 4, [3, 4]],
    ['ArrowLeft', 3, 0, [3, 0]],
    ['ArrowUp', 0, 2, [HEADER_ROW, 2]],
    ['ArrowDown', HEADER_ROW, 2, [0, 2]],
    ['Home', 3, 2, [3, 0]],
    ['End', 3, 2, [3, 4]],
    ['Mod+Home', 50, 2, [0, 0]],
    ['Mod+End', 50, 2, [99, 4]],
    ['Mod+ArrowDown', 50, 2, [99, 2]],
    ['Mod+ArrowUp', 50, 2, [0, 2]],
    ['PageDown', 50, 2, [60, 2]],
    ['PageDown', 95, 2, [99, 2]],
    ['PageUp', 50, 2, [40, 2]],
    ['PageUp', 5, 2, [0, 2]],
  ])('%s from %i,%i', (key, row, col, expected) => {
    expect(moves(key, row, col)).toEqual(expected);
  });

  it('stays in the header of an empty list', () => {
    const command = commandFor(
      press('ArrowDown'),
      { row: HEADER_ROW, col: 0 },
      { rows: 0, cols: 5, page: 10 },
    );
    expect(command).toEqual({ kind: 'move', to: { row: HEADER_ROW, col: 0 } });
  });
});

describe('acting on a cell', () => {
  it.each([
    ['Enter', 'edit'],
    ['F2', 'edit'],
    ['Mod+Enter', 'open'],
    ['Space', 'toggle'],
    ['Shift+Space', 'toggleRange'],
    ['Mod+a', 'selectAll'],
    ['Mod+c', 'copy'],
    ['Escape', 'clear'],
  ])('%s is %s', (key, kind) => {
    expect(commandFor(press(key), { row: 2, col: 1 }, shape)?.kind).toBe(kind);
  });

  it('Shift with an arrow or a page key extends the selection', () => {
    expect(commandFor(press('Shift+ArrowDown'), { row: 2, col: 1 }, shape)).toEqual({
      kind: 'extend',
      to: { row: 3, col: 1 },
    });
    expect(commandFor(press('Shift+PageDown'), { row: 2, col: 1 }, shape)?.kind).toBe('extend');
  });

  it('leaves letters, Tab and foreign chords to others', () => {
    for (const key of ['j', 'Tab', 'Alt+ArrowLeft', 'Mod+k', 'Mod+Shift+a']) {
      expect(commandFor(press(key), { row: 2, col: 1 }, shape)).toBeNull();
    }
  });
});

describe('acting on a header', () => {
  it.each([
    ['Enter', { kind: 'sort', add: false }],
    ['Shift+Enter', { kind: 'sort', add: true }],
    ['Alt+ArrowDown', { kind: 'headerMenu' }],
    ['ContextMenu', { kind: 'headerMenu' }],
    ['Shift+ArrowRight', { kind: 'resizeColumn', by: 1 }],
    ['Mod+Shift+ArrowLeft', { kind: 'moveColumn', by: -1 }],
    ['Space', { kind: 'toggle' }],
  ])('%s', (key, expected) => {
    expect(commandFor(press(key), { row: HEADER_ROW, col: 1 }, shape)).toEqual(expected);
  });
});

describe('Tab while editing', () => {
  const editable = [false, true, false, true];

  it('goes to the next editable cell, then to the next row', () => {
    expect(nextEditable({ row: 0, col: 1 }, false, editable, 2)).toEqual({ row: 0, col: 3 });
    expect(nextEditable({ row: 0, col: 3 }, false, editable, 2)).toEqual({ row: 1, col: 1 });
  });

  it('goes back the same way', () => {
    expect(nextEditable({ row: 1, col: 1 }, true, editable, 2)).toEqual({ row: 0, col: 3 });
  });

  it('passes over the heads of groups', () => {
    const isHead = (row: number) => row === 0 || row === 2 || row === 3;
    expect(nextEditable({ row: 1, col: 3 }, false, editable, 5, isHead)).toEqual({ row: 4, col: 1 });
    expect(nextEditable({ row: 4, col: 1 }, true, editable, 5, isHead)).toEqual({ row: 1, col: 3 });
    expect(nextEditable({ row: 1, col: 1 }, true, editable, 5, isHead)).toBeNull();
    expect(nextEditable({ row: 1, col: 3 }, false, editable, 4, isHead)).toBeNull();
  });

  it('ends with the list', () => {
    expect(nextEditable({ row: 1, col: 3 }, false, editable, 2)).toBeNull();
    expect(nextEditable({ row: 0, col: 1 }, true, editable, 2)).toBeNull();
    expect(nextEditable({ row: 0, col: 0 }, false, [false, false], 2)).toBeNull();
  });
});
