import { describe, expect, it } from 'vitest';
import { firstLine } from './excerpt';
import { type Block, type Inline, readMarkdown, withToggled } from './markdown';

const words = (parts: Inline[]): string =>
  parts
    .map((part) =>
      part.kind === 'break'
        ? '⏎'
        : part.kind === 'check'
          ? '☐'
          : 'content' in part
            ? words(part.content)
            : part.text,
    )
    .join('');
const kinds = (text: string): string[] => readMarkdown(text).blocks.map(({ kind }: Block) => kind);
const only = (text: string): Inline[] => {
  const [block] = readMarkdown(text).blocks;
  return block !== undefined && 'content' in block ? (block.content as Inline[]) : [];
};

describe('reading', () => {
  it('knows what people write', () => {
    expect(
      kinds(
        '# A\n\ntext\n\n> quote\n\n- item\n\n1. one\n\n```js\ncode\n```\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |\n',
      ),
    ).toEqual(['heading', 'paragraph', 'quote', 'items', 'items', 'pre', 'rule', 'rows']);
  });

  it('shows HTML as the text that it is', () => {
    expect(words(only('a <b onclick="x">c</b> d'))).toBe('a <b onclick="x">c</b> d');
    expect(words(only('<script>alert(1)</script>\n'))).toBe('<script>alert(1)</script>');
    expect(words(only('one<br>two'))).toBe('one⏎two');
  });

  it('reads a text however deep, and one of strange signs', () => {
    for (const text of [
      '>'.repeat(20_000),
      '- '.repeat(5_000),
      '['.repeat(20_000),
      '*'.repeat(20_000),
      `${'a*'.repeat(10_000)}`,
      '![['.repeat(5_000),
      '`'.repeat(9_999),
      '\u0000\ud800 \ufffd',
    ]) {
      const begun = performance.now();
      expect(readMarkdown(text).blocks.length).toBeGreaterThan(0);
      expect(performance.now() - begun, text.slice(0, 6)).toBeLessThan(3_000);
    }
  });
});

describe('ticking a box', () => {
  const text = [
    '# Plan',
    '',
    '- [ ] one',
    '  - [x] two  ',
    '    * [ ] three \\* `[ ]`',
    '',
    '1. [X] four',
    '10) [ ] five',
    '',
    '> - [ ] six',
    '> text [ ] not',
    '',
    '- [ ] loose',
    '',
    '  more',
    '',
    '- [x] loose too\t',
    '',
    '```',
    '- [ ] code',
    '```',
    '[ ] no item',
    '',
  ];

  for (const [name, end] of [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ] as const) {
    it(`changes one character and nothing else (${name})`, () => {
      const whole = text.join(end);
      const { tasks } = readMarkdown(whole);
      expect(tasks.map(({ checked }) => checked)).toEqual([
        false,
        true,
        false,
        true,
        false,
        false,
        false,
        true,
      ]);
      tasks.forEach((task, index) => {
        const toggled = withToggled(whole, index);
        expect(toggled).not.toBeNull();
        const at = [...whole].findIndex((sign, place) => sign !== toggled?.[place]);
        expect(toggled?.length).toBe(whole.length);
        expect(toggled?.slice(0, at)).toBe(whole.slice(0, at));
        expect(toggled?.slice(at + 1)).toBe(whole.slice(at + 1));
        expect(toggled?.[at]).toBe(task.checked ? ' ' : 'x');
        const back = withToggled(toggled ?? '', index);
        if (whole[at] !== 'X') expect(back).toBe(whole);
      });
    });
  }

  it('answers nothing for a box that is not there', () => {
    expect(withToggled('- [ ] one', 1)).toBeNull();
    expect(withToggled('', 0)).toBeNull();
  });

  it('never touches another box, whatever the text', () => {
    const pieces = [
      '- [ ] a',
      '  - [x] b',
      '> - [ ] c',
      '1. [ ] d',
      '',
      '    - [ ] e',
      'text',
      '- - [ ] f',
      '```',
      '* [x] g\t',
    ];
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let round = 0; round < 400; round += 1) {
      const made = Array.from({ length: 2 + random(8) }, () => pieces[random(pieces.length)]).join('\n');
      readMarkdown(made).tasks.forEach((_, index) => {
        const toggled = withToggled(made, index);
        if (toggled === null) return;
        const changed = [...made].filter((sign, place) => sign !== toggled[place]);
        expect(changed, made).toHaveLength(1);
        expect(toggled).toHaveLength(made.length);
      });
    }
  });
});

it('says what a note is about by its first words', () => {
  expect(firstLine('\n# Call with Ada\n\ntext')).toBe('Call with Ada');
  expect(firstLine('---\n- [ ] Ask **her**')).toBe('Ask **her**');
  expect(firstLine('!!')).toBe('');
});
