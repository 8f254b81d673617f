import { safeLink } from './safe-link';

/**
 * What was copied from a page or a document, as markdown. The markup is read by a parser that runs nothing and asks for
 * nothing; only words, and the few kinds of structure that markdown has, come out of it.
 */
export function htmlToMarkdown(html: string): string {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  return tidy(blocks(body, 0)).trim();
}

/** Whether the markup says more than its words: else they are pasted as they are. */
export function hasStructure(html: string): boolean {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  return (
    body.querySelector('a[href],b,strong,i,em,del,s,ul,ol,table,h1,h2,h3,h4,h5,h6,pre,code,blockquote,hr') !==
    null
  );
}

const dropped = new Set([
  ...[
    'SCRIPT',
    'STYLE',
    'TEMPLATE',
    'NOSCRIPT',
    'IFRAME',
    'FRAME',
    'OBJECT',
    'EMBED',
    'APPLET',
    'SVG',
    'MATH',
  ],
  ...[
    'HEAD',
    'META',
    'LINK',
    'BASE',
    'TITLE',
    'BUTTON',
    'SELECT',
    'TEXTAREA',
    'OPTION',
    'CANVAS',
    'AUDIO',
    'VIDEO',
  ],
]);
const blockNames = new Set([
  ...[
    'ADDRESS',
    'ARTICLE',
    'ASIDE',
    'BLOCKQUOTE',
    'BODY',
    'CENTER',
    'DD',
    'DETAILS',
    'DIV',
    'DL',
    'DT',
    'FIELDSET',
  ],
  ...[
    'FIGCAPTION',
    'FIGURE',
    'FOOTER',
    'FORM',
    'H1',
    'H2',
    'H3',
    'H4',
    'H5',
    'H6',
    'HEADER',
    'HR',
    'LI',
    'MAIN',
  ],
  ...['NAV', 'OL', 'P', 'PRE', 'SECTION', 'SUMMARY', 'TABLE', 'UL'],
]);
/** Deeper than documents are. */
const DEPTH_MAX = 60;

const nameOf = (node: Node) => node.nodeName.toUpperCase();
const isBlock = (node: Node) => blockNames.has(nameOf(node));
const isDropped = (node: Node) =>
  node.nodeType !== Node.TEXT_NODE && (node.nodeType !== Node.ELEMENT_NODE || dropped.has(nameOf(node)));

/** The content as blocks with an empty line between them. */
function blocks(parent: Node, depth: number): string {
  if (depth > DEPTH_MAX) return escaped(parent.textContent ?? '');
  const parts: string[] = [];
  let line = '';
  const end = () => {
    const text = line.replace(/[ \t]*\n[ \t]*/g, '\n').trim();
    if (text !== '') parts.push(atLineStart(text));
    line = '';
  };
  for (const node of parent.childNodes) {
    if (isDropped(node)) continue;
    // An element of a line that holds blocks, such as the wrapper of some word processors.
    if (isBlock(node) || (node instanceof Element && [...node.querySelectorAll('*')].some(isBlock))) {
      end();
      const block = isBlock(node) ? oneBlock(node as Element, depth) : blocks(node, depth + 1);
      if (block !== '') parts.push(block);
    } else line += inline(node, depth);
  }
  end();
  return parts.join('\n\n');
}

function oneBlock(element: Element, depth: number): string {
  const name = nameOf(element);
  if (/^H[1-6]$/.test(name)) {
    const text = inlines(element, depth).replace(/\s+/g, ' ').trim();
    return text === '' ? '' : `${'#'.repeat(Number(name[1]))} ${text}`;
  }
  switch (name) {
    case 'HR':
      return '---';
    case 'PRE':
      return fenced(element.textContent ?? '');
    case 'BLOCKQUOTE':
      return blocks(element, depth + 1)
        .replace(/^/gm, '> ')
        .replace(/^> $/gm, '>');
    case 'UL':
    case 'OL':
      return list(element, depth);
    case 'TABLE':
      return table(element, depth);
    default:
      return blocks(element, depth + 1);
  }
}

function list(element: Element, depth: number): string {
  if (depth > DEPTH_MAX) return escaped(element.textContent ?? '');
  let number = Number.parseInt(element.getAttribute('start') ?? '1', 10) || 1;
  const lines: string[] = [];
  for (const item of element.children) {
    const name = nameOf(item);
    if (name === 'UL' || name === 'OL') {
      // A list in a list without an item around it belongs to the item before.
      lines.push(list(item, depth + 1).replace(/^/gm, '  '));
      continue;
    }
    if (isDropped(item)) continue;
    const mark = nameOf(element) === 'OL' ? `${number++}. ` : '- ';
    const box = item.querySelector(
      ':scope > input[type=checkbox], :scope > label > input[type=checkbox], :scope > p > input[type=checkbox]',
    );
    const tick = box === null ? '' : box.hasAttribute('checked') ? '[x] ' : '[ ] ';
    const text = blocks(item, depth + 1).replace(/\n\n(?=\s*(?:[-*+]|\d+\.) )/g, '\n');
    lines.push(mark + tick + text.replace(/\n/g, `\n${' '.repeat(mark.length)}`).replace(/[ ]+$/gm, ''));
  }
  return lines.filter((line) => line.trim() !== '-').join('\n');
}

function table(element: Element, depth: number): string {
  const rows = [...element.querySelectorAll('tr')]
    .filter((row) => row.closest('table') === element)
    .map((row) =>
      [...row.children]
        .filter((cell) => /^T[DH]$/.test(nameOf(cell)))
        .map((cell) =>
          blocks(cell, depth + 1)
            .replace(/\s*\n\s*/g, ' ')
            .replace(/(?<!\\)\|/g, '\\|'),
        ),
    )
    .filter((cells) => cells.length > 0);
  const width = Math.max(0, ...rows.map((cells) => cells.length));
  // One cell is only the frame of a page.
  if (rows.length === 0 || width < 2) return rows.map((cells) => cells.join(' ')).join('\n\n');
  const [head = [], ...body] = rows;
  const row = (cells: string[]) =>
    `| ${Array.from({ length: width }, (_, at) => cells[at] ?? '').join(' | ')} |`;
  return [row(head), row(Array.from({ length: width }, () => '---')), ...body.map(row)].join('\n');
}

function inlines(parent: Node, depth: number): string {
  let text = '';
  for (const node of parent.childNodes) if (!isDropped(node)) text += inline(node, depth + 1);
  return text;
}

function inline(node: Node, depth: number): string {
  if (node.nodeType === Node.TEXT_NODE) return escaped((node.textContent ?? '').replace(/[ \t\r\n]+/g, ' '));
  if (depth > DEPTH_MAX || !(node instanceof Element)) return escaped(node.textContent ?? '');
  const name = nameOf(node);
  switch (name) {
    case 'BR':
      return '\\\n';
    case 'CODE':
    case 'KBD':
    case 'SAMP':
    case 'TT':
      return code(node.textContent ?? '');
    case 'IMG': {
      const label = escaped((node.getAttribute('alt') ?? '').replace(/\s+/g, ' ').trim());
      const link = safeLink(node.getAttribute('src') ?? '', location.origin);
      return link === null || link.path !== null ? label : `![${label}](${inBrackets(link.href)})`;
    }
    case 'INPUT':
      return '';
    case 'A': {
      const text = inlines(node, depth).replace(/\s+/g, ' ');
      const link = safeLink(node.getAttribute('href') ?? '', location.origin);
      if (link === null || text.trim() === '' || (node.getAttribute('href') ?? '').startsWith('#'))
        return text;
      return outside(text, (inner) => `[${inner}](${inBrackets(link.path ?? link.href)})`);
    }
    default: {
      const text = inlines(node, depth);
      // Not by `style`: a policy of the page may empty it.
      const style = (node.getAttribute('style') ?? '').toLowerCase();
      const weight = /font-weight:\s*(bold|normal|\d+)/.exec(style)?.[1];
      const isStrong =
        weight === undefined ? name === 'B' || name === 'STRONG' : weight === 'bold' || Number(weight) >= 600;
      const slant = /font-style:\s*(italic|oblique|normal)/.exec(style)?.[1];
      const isEm = slant === undefined ? name === 'I' || name === 'EM' : slant !== 'normal';
      let made = text;
      if (isEm) made = outside(made, (inner) => `_${inner}_`);
      if (isStrong) made = outside(made, (inner) => `**${inner}**`);
      if (name === 'DEL' || name === 'S' || name === 'STRIKE')
        made = outside(made, (inner) => `~~${inner}~~`);
      return made;
    }
  }
}

/** Marks do not work beside a space, so the spaces go outside of them. */
function outside(text: string, wrap: (inner: string) => string): string {
  const inner = text.trim();
  if (inner === '' || inner === '\\') return text;
  const lead = text.slice(0, text.indexOf(inner));
  return lead + wrap(inner) + text.slice(lead.length + inner.length);
}

function code(text: string): string {
  const flat = text.replace(/\s+/g, ' ');
  if (flat.trim() === '') return flat;
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${mark}${pad}${flat}${pad}${mark}`;
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  return `${mark}\n${text.replace(/\r\n?/g, '\n').replace(/^\n|\n+$/g, '')}\n${mark}`;
}

/** An address between the brackets of a link. */
function inBrackets(address: string): string {
  return address.replace(/[()\s<>]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Words that markdown would read as marks. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*[\]<]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/~~/g, '\\~\\~')
    .replace(/&(?=#?\w+;)/g, '\\&')
    .replace(/\u00a0/g, ' ');
}

/** Marks that mean something at the beginning of a line only. */
function atLineStart(text: string): string {
  return text.replace(/^(\s*)([-+>#=|]|~~~)/gm, '$1\\$2').replace(/^(\s*\d{1,9})([.)])(?=\s|$)/gm, '$1\\$2');
}

function tidy(text: string): string {
  return text.replace(/\\\n(?=\n|$)/g, '\n').replace(/\n{3,}/g, '\n\n');
}
