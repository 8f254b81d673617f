import { expect, it } from 'vitest';
import { hasStructure, htmlToMarkdown } from './html-to-markdown';

const cases: Array<[string, string, string]> = [
  ['paragraphs', '<p>One</p><p>Two <b>bold</b> and <i>slanted</i></p>', 'One\n\nTwo **bold** and _slanted_'],
  ['headings', '<h1>Plan</h1><h3>Next</h3>', '# Plan\n\n### Next'],
  ['a link', '<a href="https://a.example/x?y=1">here</a>', '[here](https://a.example/x?y=1)'],
  ['lists', '<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>', '- a\n  - b\n- c'],
  ['numbers', '<ol start="3"><li>a</li><li>b</li></ol>', '3. a\n4. b'],
  [
    'checklists',
    '<ul><li><input type="checkbox" checked> a</li><li><input type="checkbox">b</li></ul>',
    '- [x] a\n- [ ] b',
  ],
  [
    'tables',
    '<table><tr><th>A</th><th>B</th></tr><tr><td>1|2</td><td><b>x</b></td></tr></table>',
    '| A | B |\n| --- | --- |\n| 1\\|2 | **x** |',
  ],
  ['code', '<pre>a\n  b</pre><p>use <code>x`y</code></p>', '```\na\n  b\n```\n\nuse `` x`y ``'],
  ['quotes', '<blockquote><p>a</p><p>b</p></blockquote>', '> a\n>\n> b'],
  [
    'words that look like marks',
    '<p>2 * 3 * 4 [x] snake_case _y_ &lt;b&gt;</p><p># no<br>1. no</p>',
    '2 \\* 3 \\* 4 \\[x\\] snake_case \\_y\\_ \\<b>\n\n\\# no\\\n1\\. no',
  ],
  [
    'a word processor',
    '<b style="font-weight:normal"><p>Plain <span style="font-weight:700">fat</span></p></b>',
    'Plain **fat**',
  ],
  [
    'scripts',
    '<p>a<script>alert(1)</script><style>x{}</style></p><svg onload="alert(1)"><text>s</text></svg>',
    'a',
  ],
  ['handlers', '<p onclick="alert(1)"><img src="x" onerror="alert(1)" alt="pic"> b</p>', 'pic b'],
  [
    'script links',
    '<a href="javascript:alert(1)">x</a> <a href="java&#10;script:alert(1)">y</a> <a href="data:text/html,z">z</a>',
    'x y z',
  ],
  [
    'pictures of others',
    '<p><img src="https://a.example/p.png" alt="A"></p>',
    '![A](https://a.example/p.png)',
  ],
];
for (const [name, html, markdown] of cases) {
  it(`writes ${name}`, () => expect(htmlToMarkdown(html)).toBe(markdown));
}

it('runs and fetches nothing while it reads', async () => {
  const marks = window as unknown as { pasted?: boolean };
  htmlToMarkdown(
    '<img src=x onerror="window.pasted=true"><svg onload="window.pasted=true"></svg><iframe srcdoc="<script>parent.pasted=true</script>"></iframe><script>window.pasted=true</script>',
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(marks.pasted).toBeUndefined();
});

it('ends for markup however deep', () => {
  expect(htmlToMarkdown(`${'<div>'.repeat(3_000)}x`)).toBe('x');
  expect(htmlToMarkdown(`${'<ul><li>'.repeat(300)}x`)).toContain('x');
});

it('leaves plain words to the browser', () => {
  expect(hasStructure('<meta charset="utf-8"><span style="color:red">x</span>')).toBe(false);
  expect(hasStructure('<p>a <a href="https://x.example">b</a></p>')).toBe(true);
});
