/** What the tools of a note do to the text and the selection in it. Pure: the field applies what they answer. */

export interface Edit {
  text: string;
  start: number;
  end: number;
}

export const tools = ['strong', 'em', 'link', 'bullets', 'checks', 'cells', 'code'] as const;
export type Tool = (typeof tools)[number];

export function use(tool: Tool, edit: Edit): Edit {
  switch (tool) {
    case 'strong':
      return around(edit, '**');
    case 'em':
      return around(edit, '_');
    case 'code':
      return edit.text.slice(edit.start, edit.end).includes('\n') ? fenced(edit) : around(edit, '`');
    case 'link':
      return linked(edit);
    case 'bullets':
      return marked(edit, '- ', /^(\s*)[-*+] (?!\[[ xX]\] )/);
    case 'checks':
      return marked(edit, '- [ ] ', /^(\s*)[-*+] \[[ xX]\] /);
    case 'cells':
      return withCells(edit);
  }
}

/** Puts marks around what is selected, or takes them away where they are. */
function around({ text, start, end }: Edit, mark: string): Edit {
  const inside = text.slice(start, end);
  const size = mark.length;
  if (text.slice(start - size, start) === mark && text.slice(end, end + size) === mark) {
    return {
      text: text.slice(0, start - size) + inside + text.slice(end + size),
      start: start - size,
      end: end - size,
    };
  }
  if (inside.length >= 2 * size && inside.startsWith(mark) && inside.endsWith(mark)) {
    const bare = inside.slice(size, -size);
    return { text: text.slice(0, start) + bare + text.slice(end), start, end: start + bare.length };
  }
  // Marks do not work beside a space.
  const lead = inside.length - inside.trimStart().length;
  const trail = inside.trim() === '' ? 0 : inside.length - inside.trimEnd().length;
  const [from, to] = inside.trim() === '' ? [start, end] : [start + lead, end - trail];
  return {
    text: text.slice(0, from) + mark + text.slice(from, to) + mark + text.slice(to),
    start: from + size,
    end: to + size,
  };
}

function fenced({ text, start, end }: Edit): Edit {
  const inside = text.slice(start, end).replace(/\n$/, '');
  const longest = Math.max(2, ...[...inside.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const before = start === 0 || text[start - 1] === '\n' ? '' : '\n';
  const after = text[end - 1] === '\n' || text[end] === '\n' || end === text.length ? '' : '\n';
  const opening = `${before}${fence}\n`;
  const closing = `\n${fence}${text[end - 1] === '\n' ? '\n' : after}`;
  return {
    text: text.slice(0, start) + opening + inside + closing + text.slice(end),
    start: start + opening.length,
    end: start + opening.length + inside.length,
  };
}

const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/;

function linked({ text, start, end }: Edit): Edit {
  const inside = text.slice(start, end);
  if (ADDRESS.test(inside)) {
    const whole = `[](${inside})`;
    return { text: text.slice(0, start) + whole + text.slice(end), start: start + 1, end: start + 1 };
  }
  const whole = `[${inside}](https://)`;
  const place = start + inside.length + 3;
  return {
    text: text.slice(0, start) + whole + text.slice(end),
    start: inside === '' ? start + 1 : place,
    end: inside === '' ? start + 1 : place + 'https://'.length,
  };
}

/** Makes every selected line an item, or a plain line again when all of them are items. */
function marked({ text, start, end }: Edit, mark: string, has: RegExp): Edit {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const until = text.indexOf('\n', Math.max(from, end - (end > start ? 1 : 0)));
  const to = until < 0 ? text.length : until;
  const lines = text.slice(from, to).split('\n');
  const isMarked =
    lines.every((line) => line.trim() === '' || has.test(line)) && lines.some((l) => has.test(l));
  const next = lines.map((line) => {
    if (isMarked) return line.replace(has, '$1');
    if (line.trim() === '' && lines.length > 1) return line;
    const indent = /^\s*/.exec(line)?.[0] ?? '';
    const bare = line.slice(indent.length).replace(/^(?:[-*+]|\d{1,9}[.)]) (?:\[[ xX]\] )?/, '');
    return indent + mark + bare;
  });
  const changed = next.join('\n');
  const whole = text.slice(0, from) + changed + text.slice(to);
  if (start !== end) return { text: whole, start: from, end: from + changed.length };
  const caret = Math.max(from, start + changed.length - (to - from));
  return { text: whole, start: caret, end: caret };
}

function withCells({ text, start, end }: Edit): Edit {
  const before =
    start === 0 ? '' : text.slice(0, start).endsWith('\n\n') ? '' : text[start - 1] === '\n' ? '\n' : '\n\n';
  const rows = '|  |  |\n| --- | --- |\n|  |  |\n';
  const after = end < text.length && text[end] !== '\n' ? '\n' : '';
  const caret = start + before.length + 2;
  return { text: text.slice(0, start) + before + rows + after + text.slice(end), start: caret, end: caret };
}

const ITEM = /^(\s*(?:>\s?)*)([-*+]|\d{1,9}[.)])( +)(\[[ xX]\] +)?/;

/** What Enter does in an item: the next one, or the end of the list after an empty one. Null: a plain new line. */
export function nextItem({ text, start, end }: Edit): Edit | null {
  if (start !== end) return null;
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const line = text.slice(from, start);
  const item = ITEM.exec(line);
  if (item === null) return null;
  const [whole, indent = '', mark = '', space = '', box] = item;
  if (line.length === whole.length) {
    const rest = text.indexOf('\n', start);
    if (text.slice(start, rest < 0 ? undefined : rest).trim() !== '') return null;
    return { text: text.slice(0, from) + text.slice(start), start: from, end: from };
  }
  const number = Number.parseInt(mark, 10);
  const next = Number.isNaN(number) ? mark : `${number + 1}${mark.at(-1)}`;
  const added = `\n${indent}${next}${space}${box === undefined ? '' : '[ ] '}`;
  const caret = start + added.length;
  return { text: text.slice(0, start) + added + text.slice(start), start: caret, end: caret };
}

/** The part between the same beginning and the same end: what a field has to be told. */
export function difference(before: string, after: string): { start: number; end: number; insert: string } {
  const limit = Math.min(before.length, after.length);
  let head = 0;
  while (head < limit && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < limit - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { start: head, end: before.length - tail, insert: after.slice(head, after.length - tail) };
}

export interface Asking {
  sign: '@' | '#';
  /** Where the sign stands. */
  at: number;
  text: string;
}

/** The member or record that is being named before the caret, if one is. */
export function asking(text: string, caret: number): Asking | null {
  const before = text.slice(Math.max(0, caret - 60), caret);
  const found = /(?:^|[\s([{'"„“,;:!?])([@#])((?:[\p{L}\p{N}][\p{L}\p{N}'’.\- ]{0,40})?)$/u.exec(before);
  if (found === null) return null;
  const [, sign, typed = ''] = found;
  // A heading, and a sentence that has gone on.
  if (/\s{2}|\s\S+\s\S+\s/.test(typed)) return null;
  return { sign: sign as Asking['sign'], at: caret - typed.length - 1, text: typed };
}

const lists = { customer: '/crm/customers', company: '/crm/companies', deal: '/crm/deals' } as const;
export type Named = keyof typeof lists;

/** A link to a record, as text. */
export function recordLink(record: Named, id: string, name: string): string {
  return `[${name.replace(/[\\[\]`*_<&]/g, '\\$&')}](${lists[record]}?open=${encodeURIComponent(id)})`;
}
