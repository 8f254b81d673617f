import { describe, expect, it } from 'vitest';
import { asking, difference, type Edit, nextItem, recordLink, type Tool, use } from './editing';

/** `[` and `]` in a shown text stand for the ends of the selection, `|` for the caret. */
function read(shown: string): Edit {
  const caret = shown.indexOf('¦');
  if (caret >= 0) return { text: shown.replace('¦', ''), start: caret, end: caret };
  const start = shown.indexOf('«');
  return { text: shown.replace(/[«»]/g, ''), start, end: shown.indexOf('»') - 1 };
}
function write({ text, start, end }: Edit): string {
  if (start === end) return `${text.slice(0, start)}¦${text.slice(start)}`;
  return `${text.slice(0, start)}«${text.slice(start, end)}»${text.slice(end)}`;
}

describe('tools', () => {
  const cases: Array<[Tool, string, string]> = [
    ['strong', 'a «b» c', 'a **«b»** c'],
    ['strong', 'a **«b»** c', 'a «b» c'],
    ['strong', 'a «**b**» c', 'a «b» c'],
    ['strong', 'a «b »c', 'a **«b»** c'],
    ['strong', 'a ¦', 'a **¦**'],
    ['em', '«x»', '_«x»_'],
    ['code', '«x»', '`«x»`'],
    ['code', 'a\n«b\nc»\nd', 'a\n```\n«b\nc»\n```\nd'],
    ['code', '«```\nb»', '````\n«```\nb»\n````'],
    ['link', 'see «this»', 'see [this](«https://»)'],
    ['link', '«https://a.example»', '[¦](https://a.example)'],
    ['bullets', 'one¦', '- one¦'],
    ['bullets', '«one\ntwo»', '«- one\n- two»'],
    ['bullets', '«- one\n- two»', '«one\ntwo»'],
    ['bullets', '- [ ] one¦', '- one¦'],
    ['checks', '«- one\n  - two»', '«- [ ] one\n  - [ ] two»'],
    ['checks', '- [x] one¦', 'one¦'],
    ['checks', '¦', '- [ ] ¦'],
    ['cells', 'a¦', 'a\n\n| ¦ |  |\n| --- | --- |\n|  |  |\n'],
  ];
  for (const [tool, before, after] of cases) {
    it(`${tool}: ${JSON.stringify(before)}`, () => expect(write(use(tool, read(before)))).toBe(after));
  }
});

describe('Enter in a list', () => {
  const entered = (shown: string) => {
    const edit = nextItem(read(shown));
    return edit === null ? null : write(edit);
  };
  it('goes on with it', () => {
    expect(entered('- a¦')).toBe('- a\n- ¦');
    expect(entered('  9. a¦b')).toBe('  9. a\n  10. ¦b');
    expect(entered('* [x] a¦')).toBe('* [x] a\n* [ ] ¦');
    expect(entered('> - a¦')).toBe('> - a\n> - ¦');
  });
  it('ends it after an empty item', () => {
    expect(entered('- a\n- ¦')).toBe('- a\n¦');
    expect(entered('- a\n- [ ] ¦')).toBe('- a\n¦');
  });
  it('leaves other lines alone', () => {
    expect(entered('a¦')).toBeNull();
    expect(entered('«- a»')).toBeNull();
    expect(entered('¦- a')).toBeNull();
  });
});

it('tells the field the part that differs', () => {
  expect(difference('abc', 'abXc')).toEqual({ start: 2, end: 2, insert: 'X' });
  expect(difference('aaa', 'aa')).toEqual({ start: 2, end: 3, insert: '' });
  expect(difference('abc', 'abc')).toEqual({ start: 3, end: 3, insert: '' });
});

describe('naming', () => {
  const at = (shown: string) => {
    const { text, start } = read(shown);
    return asking(text, start);
  };
  it('begins with a sign that begins a word', () => {
    expect(at('ask @¦')).toEqual({ sign: '@', at: 4, text: '' });
    expect(at('ask @An¦')).toEqual({ sign: '@', at: 4, text: 'An' });
    expect(at('(@Anna Mey¦')).toEqual({ sign: '@', at: 1, text: 'Anna Mey' });
    expect(at('see #Acme¦ x')).toEqual({ sign: '#', at: 4, text: 'Acme' });
  });
  it('is not an address, a heading, or the rest of a sentence', () => {
    expect(at('ada@exam¦')).toBeNull();
    expect(at('# Head¦')).toBeNull();
    expect(at('## Head¦')).toBeNull();
    expect(at('@Anna came and then¦')).toBeNull();
  });
});

it('writes a link whose name is no markup', () => {
  expect(recordLink('deal', 'x', 'A [b]_c_ <i>')).toBe('[A \\[b\\]\\_c\\_ \\<i>](/crm/deals?open=x)');
});
