import { Lexer, type MarkedToken, type Token, type Tokens } from 'marked';

/**
 * A note's text as a tree. HTML in it is text: the tree has no node that holds markup, so whoever draws it makes elements
 * by their own choice only.
 */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'strong' | 'em' | 'del'; content: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'break' }
  | { kind: 'link'; address: string; content: Inline[] }
  | { kind: 'picture'; address: string; text: string }
  | { kind: 'check'; task: number; checked: boolean };

export type Block =
  | { kind: 'heading'; level: number; content: Inline[] }
  | { kind: 'paragraph'; content: Inline[] }
  /** A line of an item whose list has no space between its items. */
  | { kind: 'line'; content: Inline[] }
  | { kind: 'pre'; text: string }
  | { kind: 'quote'; content: Block[] }
  | { kind: 'items'; ordered: boolean; start: number; items: Array<{ isTask: boolean; content: Block[] }> }
  | {
      kind: 'rows';
      align: Array<'left' | 'center' | 'right' | null>;
      head: Inline[][];
      body: Inline[][][];
    }
  | { kind: 'rule' };

/** A box that can be ticked: the line it stands in, from 0. */
interface Task {
  line: number;
  checked: boolean;
}

interface Document {
  blocks: Block[];
  tasks: Task[];
}

/** Deeper than people write; the rest is shown as it was typed. */
const DEPTH_MAX = 40;
const LINE_END = /\r\n|\r|\n/;

/** Reads a text; one that nobody can read is a single paragraph of what was typed. */
export function readMarkdown(text: string): Document {
  const normal = text.split(LINE_END).join('\n');
  try {
    return new Reader().read(Lexer.lex(normal, { gfm: true }) as MarkedToken[]);
  } catch {
    // Nested so deep that the stack did not hold it.
    return { blocks: [{ kind: 'paragraph', content: [{ kind: 'text', text: normal }] }], tasks: [] };
  }
}

class Reader {
  private readonly tasks: Task[] = [];
  private depth = 0;
  /** The line of the item that is read: a box stands in its first one. */
  private itemLine = 0;

  read(tokens: MarkedToken[]): Document {
    return { blocks: this.blocks(tokens, 0), tasks: this.tasks };
  }

  private blocks(tokens: Token[], firstLine: number): Block[] {
    if (this.depth >= DEPTH_MAX) return [{ kind: 'pre', text: tokens.map(({ raw }) => raw).join('') }];
    this.depth += 1;
    const blocks: Block[] = [];
    let line = firstLine;
    for (const token of tokens as MarkedToken[]) {
      const leading = /^\n*/.exec(token.raw)?.[0].length ?? 0;
      const block = this.block(token, line + (token.type === 'space' ? 0 : leading));
      // A box and the text after it are one line.
      const before = blocks.at(-1);
      if (block?.kind === 'line' && before?.kind === 'line' && before.content.at(-1)?.kind === 'check')
        before.content.push(...block.content);
      else if (block) blocks.push(block);
      line += countLines(token.raw);
    }
    this.depth -= 1;
    return blocks;
  }

  private block(token: MarkedToken, line: number): Block | null {
    switch (token.type) {
      case 'space':
      case 'def':
        return null;
      case 'heading':
        return { kind: 'heading', level: token.depth, content: this.inlines(token.tokens) };
      case 'paragraph':
        return { kind: 'paragraph', content: this.inlines(token.tokens) };
      case 'code':
        return { kind: 'pre', text: token.text };
      case 'blockquote':
        return { kind: 'quote', content: this.blocks(token.tokens, line) };
      case 'hr':
        return { kind: 'rule' };
      case 'list':
        return this.items(token, line);
      case 'table':
        return {
          kind: 'rows',
          align: token.align,
          head: token.header.map((cell) => this.inlines(cell.tokens)),
          body: token.rows.map((row) => row.map((cell) => this.inlines(cell.tokens))),
        };
      case 'html':
        return { kind: 'paragraph', content: [{ kind: 'text', text: token.text.replace(/\n+$/, '') }] };
      case 'checkbox':
        return { kind: 'line', content: [this.check(token)] };
      case 'text':
        return { kind: 'line', content: token.tokens ? this.inlines(token.tokens) : [plain(token.text)] };
      default:
        return { kind: 'paragraph', content: [plain(token.raw)] };
    }
  }

  private items(list: Tokens.List, firstLine: number): Block {
    const outer = this.itemLine;
    let line = firstLine;
    const items = list.items.map((item) => {
      this.itemLine = line;
      const content = this.blocks(item.tokens, line);
      line += countLines(item.raw);
      return { isTask: item.task, content };
    });
    this.itemLine = outer;
    return { kind: 'items', ordered: list.ordered, start: Number(list.start) || 0, items };
  }

  private check({ checked }: { checked: boolean }): Inline {
    this.tasks.push({ line: this.itemLine, checked });
    return { kind: 'check', task: this.tasks.length - 1, checked };
  }

  private inlines(tokens: Token[]): Inline[] {
    if (this.depth >= DEPTH_MAX) return [plain(tokens.map(({ raw }) => raw).join(''))];
    this.depth += 1;
    const inlines = (tokens as MarkedToken[]).map((token) => this.inline(token));
    this.depth -= 1;
    return inlines;
  }

  private inline(token: MarkedToken): Inline {
    switch (token.type) {
      case 'text':
        return plain(token.text);
      case 'escape':
        return plain(token.text);
      case 'strong':
      case 'em':
      case 'del':
        return { kind: token.type, content: this.inlines(token.tokens) };
      case 'codespan':
        return { kind: 'code', text: token.text };
      case 'br':
        return { kind: 'break' };
      case 'link':
        return { kind: 'link', address: token.href, content: this.inlines(token.tokens) };
      case 'image':
        return { kind: 'picture', address: token.href, text: token.text };
      case 'checkbox':
        return this.check(token);
      case 'html':
        // The only markup that people write in tables for want of another way.
        return /^<br\s*\/?>$/i.test(token.text) ? { kind: 'break' } : plain(token.text);
      default:
        return plain(token.raw);
    }
  }
}

function plain(text: string): Inline {
  return { kind: 'text', text };
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

/** Marks of quotes and items that stand before a box in its line. */
const BEFORE_BOX = /^[\s>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)+(?=\[[ xX]\]\s)/;

/**
 * The text with one box ticked or cleared: one character is another one, and every byte else is as it was. Null when the
 * text does not show which character that is.
 */
export function withToggled(text: string, task: number): string | null {
  const { tasks } = readMarkdown(text);
  const at = tasks[task];
  if (at === undefined) return null;
  let start = 0;
  for (let line = 0; line < at.line; line += 1) {
    const end = LINE_END.exec(text.slice(start));
    if (end === null) return null;
    start += end.index + end[0].length;
  }
  const marks = BEFORE_BOX.exec(text.slice(start, start + 1_000));
  if (marks === null) return null;
  const box = start + marks[0].length + 1;
  const toggled = text.slice(0, box) + (at.checked ? ' ' : 'x') + text.slice(box + 1);
  const now = readMarkdown(toggled).tasks;
  const isAlone =
    now.length === tasks.length &&
    now.every(({ checked }, index) => checked === (tasks[index]?.checked !== (index === task)));
  return isAlone ? toggled : null;
}
