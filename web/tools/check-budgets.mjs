// Compares the sizes of `dist/` with the load budgets; run after `npm run build`.
//
// The first load of a screen is the entry with all it imports statically, the chunks of its routes, and one catalogue.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const manifestFile = join(dist, '.vite/manifest.json');
if (!existsSync(manifestFile)) {
  console.error('dist/ is missing: run `npm run build` first');
  process.exit(2);
}
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
const kib = (bytes) => Math.round(bytes / 102.4) / 10;
const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;

function closure(keys) {
  const seen = new Set();
  const visit = (key) => {
    if (seen.has(key) || !manifest[key]) return;
    seen.add(key);
    for (const imported of manifest[key].imports ?? []) visit(imported);
  };
  keys.forEach(visit);
  return seen;
}

const find = (pattern) => Object.keys(manifest).filter((key) => pattern.test(key));
const gridKeys = [
  ...find(/^index\.html$/),
  ...find(/routes\/_app\.tsx\?tsr-split=component/),
  ...find(/routes\/_app\/crm\/customers\.tsx\?tsr-split=component/),
  ...find(/virtual:messages\/en/),
];
const grid = closure(gridKeys);
const files = (keys, field) => new Set([...keys].flatMap((key) => manifest[key][field] ?? []));
const scripts = (keys) =>
  new Set([...keys].map((key) => manifest[key].file).filter((file) => file.endsWith('.js')));
const total = (set) => [...set].reduce((sum, file) => sum + size(file), 0);

const everyScript = scripts(Object.keys(manifest));
const everyStyle = new Set(
  Object.values(manifest).flatMap(({ css = [], file }) => (file.endsWith('.css') ? [file, ...css] : css)),
);
const firstStyles = files(grid, 'css');
const laterStyles = new Set([...everyStyle].filter((file) => !firstStyles.has(file)));
// Popups load once the first page stands; a lazy screen is what it adds to both.
const popups = scripts(closure(find(/^src\/ui\/.*-parts\.tsx$/)));
const first = scripts(grid);
const afterFirst = new Set([...popups].filter((file) => !first.has(file)));
const present = new Set([...first, ...popups]);
const lazy = Object.entries(manifest)
  .filter(([key, { isDynamicEntry }]) => isDynamicEntry && !grid.has(key) && !/-parts\.tsx$/.test(key))
  .map(([key]) => {
    const added = [...scripts(closure([key]))].filter((file) => !present.has(file));
    return [key.replace(/^src\//, ''), added.reduce((sum, file) => sum + size(file), 0)];
  })
  .sort((a, b) => b[1] - a[1]);

const rows = [
  ['L1 script before the customers grid', total(first), 200],
  ['L2 styles before the customers grid', total(firstStyles), 15],
  ['L2 styles of later parts', total(laterStyles), 8],
  ['L3 popups, after the first page', total(afterFirst), 110],
  ...lazy.slice(0, 5).map(([key, bytes]) => [`L3 ${key}`, bytes, 60]),
  ['L4 all scripts', total(everyScript), 900],
];
let failed = gridKeys.length < 4;
if (failed) console.error(`expected four starting points, found: ${gridKeys.join(', ')}`);
for (const [name, bytes, limit] of rows) {
  const over = bytes > limit * 1024;
  failed ||= over;
  console.log(`${over ? 'OVER' : 'ok  '}  ${String(kib(bytes)).padStart(6)} of ${limit} KB gzip  ${name}`);
}
process.exit(failed ? 1 : 0);
