import { expect, test } from 'vitest';
import type { Import, ImportState } from '@/api/types';
import { mayDiscard, mayUndo, openSteps, shownStep } from './steps';

const at = (state: ImportState, started = false) => ({
  state,
  startedAt: started ? '2026-01-01T00:00:00Z' : null,
});

test('before the check the file and its columns are open', () => {
  expect(openSteps(at('uploaded'))).toEqual(['file', 'columns']);
  expect(shownStep(at('uploaded'), undefined)).toBe('file');
  expect(shownStep(at('uploaded'), 'columns')).toBe('columns');
  expect(shownStep(at('uploaded'), 'check')).toBe('columns');
});

test('a checked file leads to the check, and back', () => {
  for (const state of ['planning', 'planned'] as const) {
    expect(shownStep(at(state), undefined)).toBe('check');
    expect(shownStep(at(state), 'file')).toBe('file');
    expect(shownStep(at(state), 'columns')).toBe('columns');
    expect(shownStep(at(state), 'result')).toBe('check');
  }
});

test('a check that was stopped or broke goes on from there', () => {
  expect(shownStep(at('canceled'), 'check')).toBe('columns');
  expect(shownStep(at('canceled'), undefined)).toBe('columns');
  expect(shownStep(at('failed'), undefined)).toBe('check');
  expect(shownStep(at('failed'), 'columns')).toBe('columns');
});

test('from the run on the state alone decides', () => {
  expect(shownStep(at('running', true), 'columns')).toBe('run');
  for (const state of ['completed', 'canceled', 'failed', 'undoing', 'undone'] as const) {
    expect(shownStep(at(state, true), 'check')).toBe('result');
    expect(openSteps(at(state, true))).toEqual(['result']);
  }
});

test('what was never run may be dropped, unless the server is at it', () => {
  for (const state of ['uploaded', 'planned', 'canceled', 'failed'] as const) {
    expect(mayDiscard(at(state))).toBe(true);
  }
  expect(mayDiscard(at('planning'))).toBe(false);
  for (const state of ['running', 'completed', 'canceled', 'failed', 'undoing', 'undone'] as const) {
    expect(mayDiscard(at(state, true))).toBe(false);
  }
});

test('an import is undone once, and only when it wrote something', () => {
  const item = (state: ImportState, started: boolean, created: number) =>
    mayUndo({ ...at(state, started), created, updated: 0 } as Import);
  expect(item('completed', true, 3)).toBe(true);
  expect(item('canceled', true, 3)).toBe(true);
  expect(item('failed', true, 3)).toBe(true);
  expect(item('completed', true, 0)).toBe(false);
  // The counts of a check are no records.
  expect(item('canceled', false, 3)).toBe(false);
  expect(item('running', true, 3)).toBe(false);
  expect(item('undone', true, 3)).toBe(false);
});
