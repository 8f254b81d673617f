import { describe, expect, it } from 'vitest';
import { tintColors, tintOf, tints } from './tag-color';

describe('tint of a tag', () => {
  it.each(tints)('%s comes back as itself', (tint) => {
    expect(tintOf(tintColors[tint])).toBe(tint);
    expect(tintOf(tint)).toBe(tint);
  });

  it.each([
    ['#475569', 'gray'],
    ['#b45309', 'orange'],
    ['#be123c', 'pink'],
    ['#4338ca', 'blue'],
    ['#0369a1', 'blue'],
    ['#FF0000', 'red'],
    ['#000000', 'gray'],
  ])('%s is %s', (color, tint) => {
    expect(tintOf(color)).toBe(tint);
  });

  it.each([null, undefined, '', 'teapot', '#12', '#gggggg'])('%j is gray', (color) => {
    expect(tintOf(color)).toBe('gray');
  });
});
