import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const binary =
  process.env.ENTENTE_BINARY ?? fileURLToPath(new URL('../../target/debug/entente', import.meta.url));

export interface Server {
  url: string;
  /** What it printed while it started, such as how to sign in. */
  output: string;
  stop: () => Promise<void>;
}

/** Starts the program on a new SQLite database and a free port, and waits until it is ready. */
export async function startServer({ demo = false } = {}): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'entente-e2e-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const child = spawn(
    binary,
    [
      'serve',
      ...['--listen', `127.0.0.1:${port}`],
      ...['--database', `sqlite:${join(folder, 'e2e.db')}`],
      ...['--rate-limit', 'off'],
      // Models that tests play are on this machine.
      '--allow-private-networks',
      ...['--log', 'warn'],
      ...(demo ? ['--demo'] : []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  }
  try {
    await ready(url, child, output);
  } catch (error) {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    url,
    output: output.join(''),
    stop: async () => {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(late);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ready(url: string, child: ChildProcess, output: string[]) {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) break;
    try {
      const response = await fetch(`${url}/readyz`);
      if (response.ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the server did not become ready:\n${output.join('')}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
