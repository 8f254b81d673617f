// Writes src/api/schema.d.ts from the server's OpenAPI document.
//
//   cargo xtask openapi && npm --prefix web run types              write the file
//   cargo xtask openapi && npm --prefix web run types -- --check   fail when the committed file is out of date
//
// The generator needs the JavaScript compiler API of TypeScript 5, which the app's own compiler no longer has, so it
// lives in this folder with its own lock file; the first run installs it.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '../../src/api/schema.d.ts');
const args = process.argv.slice(2);
const check = args.includes('--check');
// Another document than the one that `cargo xtask openapi` writes here.
const source = resolve(args.find((arg) => !arg.startsWith('--')) ?? join(here, 'openapi.json'));

if (!existsSync(source)) {
  console.error(`${source} is missing: run \`cargo xtask openapi\` first.`);
  process.exit(2);
}
const document = JSON.parse(readFileSync(source, 'utf8'));

if (!existsSync(join(here, 'node_modules', 'openapi-typescript'))) {
  execFileSync('npm', ['ci'], { cwd: here, stdio: 'inherit' });
}
const { default: openapiTS, astToString } = await import('openapi-typescript');

// The app's client carries the prefix in its base address, so paths read as in the API manual.
const prefix = '/api/v1';
document.paths = Object.fromEntries(
  Object.entries(document.paths).map(([path, item]) => [
    path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path,
    item,
  ]),
);

const text = `// Generated from the server's OpenAPI document by \`npm run types\`. Do not edit.\n\n${astToString(
  await openapiTS(document, { alphabetize: true, defaultNonNullable: true, emptyObjectsUnknown: true }),
)}`;

if (check) {
  const committed = existsSync(target) ? readFileSync(target, 'utf8') : '';
  if (committed !== text) {
    console.error('src/api/schema.d.ts does not match the OpenAPI document: run `npm run types`.');
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
