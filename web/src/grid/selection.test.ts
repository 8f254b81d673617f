import { describe, expect, it } from 'vitest';
import {
  allState,
  isEmpty,
  isSelected,
  MAX_RANGE,
  NOTHING,
  rangeBetween,
  selectAllMatching,
  selectedCount,
  setSelected,
  toggle,
} from './selection';

const scope = { filter: { and: [] }, q: '' };

describe('some rows', () => {
  it('starts empty and toggles', () => {
    const one = toggle(NOTHING, 'a');
    expect(isSelected(one, 'a')).toBe(true);
    expect(selectedCount(one, 10)).toBe(1);
    expect(isEmpty(toggle(one, 'a'))).toBe(true);
  });

  it('leaves the former selection untouched', () => {
    const one = toggle(NOTHING, 'a');
    toggle(one, 'b');
    expect(selectedCount(one, 10)).toBe(1);
    expect(isEmpty(NOTHING)).toBe(true);
  });

  it('sets many at once, twice without effect', () => {
    const many = setSelected(setSelected(NOTHING, ['a', 'b'], true), ['b', 'c'], true);
    expect(selectedCount(many, 10)).toBe(3);
    expect(selectedCount(setSelected(many, ['a', 'x'], false), 10)).toBe(2);
  });
});

describe('all matching', () => {
  it('holds a filter and no ids', () => {
    const all = selectAllMatching(scope);
    expect(isSelected(all, 'never seen')).toBe(true);
    expect(selectedCount(all, 1_000_000)).toBe(1_000_000);
    expect(all).toEqual({ mode: 'allMatching', scope, except: new Set() });
  });

  it('keeps the rows that were taken out', () => {
    const less = toggle(selectAllMatching(scope), 'a');
    expect(isSelected(less, 'a')).toBe(false);
    expect(isSelected(less, 'b')).toBe(true);
    expect(selectedCount(less, 100)).toBe(99);
    expect(selectedCount(toggle(less, 'a'), 100)).toBe(100);
  });

  it('sets ranges as exceptions', () => {
    const less = setSelected(selectAllMatching(scope), ['a', 'b'], false);
    expect(selectedCount(less, 100)).toBe(98);
    expect(selectedCount(setSelected(less, ['a'], true), 100)).toBe(99);
  });
});

describe('the header box', () => {
  it('shows none, some or all', () => {
    expect(allState(NOTHING, 3)).toBe('none');
    expect(allState(toggle(NOTHING, 'a'), 3)).toBe('some');
    expect(allState(setSelected(NOTHING, ['a', 'b', 'c'], true), 3)).toBe('all');
    expect(allState(selectAllMatching(scope), 3)).toBe('all');
    expect(allState(toggle(selectAllMatching(scope), 'a'), 3)).toBe('some');
    expect(allState(selectAllMatching(scope), 0)).toBe('none');
  });
});

describe('ranges', () => {
  it('work in both directions', () => {
    expect(rangeBetween(3, 7)).toEqual({ first: 3, end: 8 });
    expect(rangeBetween(7, 3)).toEqual({ first: 3, end: 8 });
    expect(rangeBetween(4, 4)).toEqual({ first: 4, end: 5 });
  });

  it('are bounded, and keep the end the user is at', () => {
    expect(rangeBetween(0, 5000)).toEqual({ first: 5001 - MAX_RANGE, end: 5001 });
    expect(rangeBetween(5000, 0)).toEqual({ first: 0, end: MAX_RANGE });
  });
});
