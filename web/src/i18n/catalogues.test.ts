import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const locales = fileURLToPath(new URL('./locales', import.meta.url));

function catalogue(locale: string, file: string): Record<string, string> {
  return JSON.parse(readFileSync(join(locales, locale, file), 'utf8'));
}

/** Names of ICU placeholders at the top level and in plural branches, without the `#` and the branch names. */
function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\s*([a-zA-Z]\w*)\s*[,}]/g)].map((match) => match[1] ?? '').sort();
}

const [source, ...others] = ['en', 'de'] as const;
const files = readdirSync(join(locales, source)).sort();

test('every language has the same files', () => {
  for (const locale of others) expect(readdirSync(join(locales, locale)).sort()).toEqual(files);
});

for (const file of files) {
  test(`${file}: no text is missing in any language`, () => {
    const english = catalogue(source, file);
    for (const locale of others) {
      const translated = catalogue(locale, file);
      expect(Object.keys(translated).sort()).toEqual(Object.keys(english).sort());
      for (const [id, text] of Object.entries(english)) {
        expect(text.trim(), id).not.toBe('');
        expect(translated[id]?.trim(), id).not.toBe('');
        expect(new Set(placeholders(translated[id] ?? '')), `${locale} ${id}`).toEqual(
          new Set(placeholders(text)),
        );
      }
    }
  });

  test(`${file}: ids read screen.element.purpose`, () => {
    for (const id of Object.keys(catalogue(source, file))) {
      expect(id).toMatch(/^[a-z][a-zA-Z0-9]*(\.[a-z0-9][a-zA-Z0-9_-]*)+$/);
    }
  });
}

test('no id stands in two files', () => {
  const ids = files.flatMap((file) => Object.keys(catalogue(source, file)));
  expect(ids.length).toBe(new Set(ids).size);
});
