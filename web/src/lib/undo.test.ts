import { beforeEach, expect, test } from 'vitest';
import { clearUndo, lastUndo, pushUndo, takeUndo, undoStack } from './undo';

beforeEach(clearUndo);
const act = () => Promise.resolve();

test('the newest act is undone first, and each only once', () => {
  const first = pushUndo('first', act);
  const second = pushUndo('second', act);
  expect(lastUndo()).toBe(second);
  expect(takeUndo(second.id)).toBe(second);
  expect(takeUndo(second.id)).toBeUndefined();
  expect(lastUndo()).toBe(first);
});

test('an older act may be undone out of turn', () => {
  const first = pushUndo('first', act);
  const second = pushUndo('second', act);
  expect(takeUndo(first.id)).toBe(first);
  expect(lastUndo()).toBe(second);
});

test('keeps fifty', () => {
  for (let number = 1; number <= 60; number++) pushUndo(`act ${number}`, act);
  const { entries } = undoStack.getState();
  expect(entries.length).toBe(50);
  expect(entries[0]?.label).toBe('act 11');
});
