import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { binary } from './server';

/** Says what is missing before the first browser starts. */
// biome-ignore lint/style/noDefaultExport: Playwright asks for a default export
export default function checkBuilt() {
  if (process.env.ENTENTE_E2E_URL) return;
  const page = fileURLToPath(new URL('../dist/index.html', import.meta.url));
  if (!existsSync(page)) throw new Error('web/dist is missing: run `npm run build` in web/');
  if (!existsSync(binary)) throw new Error(`${binary} is missing: run \`cargo build -p server\``);
}
