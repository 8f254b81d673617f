import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';

const locales = fileURLToPath(new URL('../src/i18n/locales', import.meta.url));
const prefix = 'virtual:messages/';
const latePrefix = 'virtual:late-messages/';

/**
 * Serves `virtual:messages/<locale>`: all `src/i18n/locales/<locale>/*.json` files as one catalogue, their ICU texts
 * compiled here so that no message parser reaches the browser. `*.late.json` files make a catalogue of their own,
 * `virtual:late-messages/<locale>`, for what shows only after the first page.
 */
export function messages(): Plugin {
  return {
    name: 'entente:messages',
    resolveId(id) {
      return id.startsWith(prefix) || id.startsWith(latePrefix) ? `\0${id}` : undefined;
    },
    load(id) {
      const late = id.startsWith(`\0${latePrefix}`);
      if (!late && !id.startsWith(`\0${prefix}`)) return undefined;
      const folder = join(locales, id.slice((late ? latePrefix : prefix).length + 1));
      const catalogue: Record<string, unknown> = {};
      for (const name of readdirSync(folder).sort()) {
        if (name.endsWith('.late.json') !== late) continue;
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
