import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';

const locales = fileURLToPath(new URL('../src/i18n/locales', import.meta.url));
const prefix = 'virtual:messages/';

/** Files whose texts no first page shows: they come with what needs them, as `virtual:messages/<locale>/later`. */
const later = ['rules.json', 'segments.json'];

/**
 * Serves `virtual:messages/<locale>`: the `src/i18n/locales/<locale>/*.json` files as one catalogue, their ICU texts
 * compiled here so that no message parser reaches the browser.
 */
export function messages(): Plugin {
  return {
    name: 'entente:messages',
    resolveId(id) {
      return id.startsWith(prefix) ? `\0${id}` : undefined;
    },
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const [locale = '', part] = id.slice(prefix.length + 1).split('/');
      const folder = join(locales, locale);
      const catalogue: Record<string, unknown> = {};
      for (const name of readdirSync(folder).sort()) {
        if (later.includes(name) !== (part === 'later')) continue;
        const file = join(folder, name);
        this.addWatchFile(file);
        const texts = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
        for (const [key, text] of Object.entries(texts)) {
          if (key in catalogue) this.error(`message ${key} stands twice (${file})`);
          catalogue[key] = compileMessage(text);
        }
      }
      return `export const messages = JSON.parse(${JSON.stringify(JSON.stringify(catalogue))});`;
    },
  };
}
