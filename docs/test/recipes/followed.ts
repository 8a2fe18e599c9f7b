/** A shop made by typing the lines of docs/recipes.md into an empty folder. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { createSandbox } from '@plural-otp/sandbox';
import { listen } from '@plural-otp/sandbox/listen';
import { vi } from 'vitest';
import { freePort } from '../../../packages/edge/test/support/databases.ts';
import { root } from '../support/examples.ts';
import { secrets } from './runs.ts';

const run = promisify(execFile);
const page = readFileSync(join(root, 'docs/recipes.md'), 'utf8');

/** Names of the recipes that have lines to follow, in the order of the page. */
export const followable = [...page.matchAll(/<!-- follow: ([\w-]+) -->/g)].map(([, name = '']) => name);

/** Lines of a recipe: all but the last make the shop, the last starts it. */
function linesOf(recipe: string): { make: string; start: string } {
  const [, printed = ''] = new RegExp(`<!-- follow: ${recipe} -->\n\n\`\`\`sh\n(.*?)\n\`\`\``, 's').exec(page) ?? [];
  const lines = printed.split('\n');
  const start = lines.pop() ?? '';
  if (lines.length === 0) throw new Error(`docs/recipes.md has no lines for ${recipe}`);
  return { make: lines.join('\n'), start };
}

/**
 * Environment of a person at a new machine: no variables of npm or pnpm, the packages from a registry, and npm's settings
 * of this machine in both of its files, such as a proxy and the certificates of a network that has its own. npm looks for
 * the global file next to Node, and the tests run with a Node of their own.
 */
export function environmentOf(registry: string, home: string): NodeJS.ProcessEnv {
  const outside = Object.entries(process.env).filter(([name]) => !/^p?npm_(?!config_globalconfig$)/i.test(name));
  const ownSettings = join(process.env['HOME'] ?? '/root', '.npmrc');
  const kept = existsSync(ownSettings) ? `${readFileSync(ownSettings, 'utf8')}\n` : '';
  // The scope alone comes from elsewhere, so that npm finds everything else in its cache.
  writeFileSync(join(home, '.npmrc'), `${kept}@plural-otp:registry=${registry}\n`, { mode: 0o600 });
  return {
    ...Object.fromEntries(outside),
    KIT: root,
    HOME: home,
    PATH: [process.env['PATH'], join(root, 'apps/runtimes/node_modules/.bin')].join(delimiter),
    npm_config_prefer_offline: 'true',
    npm_config_cache: join(process.env['HOME'] ?? '/root', '.npm'),
    WRANGLER_SEND_METRICS: 'false',
    NEXT_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
  };
}

/** Fetches with the whole body: Node's fetch breaks when a server closes its connection under an unread one. */
export async function fetchWhole(url: string): Promise<Response> {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response;
}

/** A shop that runs next to a sandbox. */
export interface FollowedShop {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Starts a command line in a shop's folder, on a free port next to a sandbox of its own. */
export async function startShop(
  start: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  files: readonly string[] = [],
): Promise<FollowedShop> {
  const bank = await listen(createSandbox(), 0);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const settings = { ...secrets, SHOP_ORIGIN: origin, PLURAL_ENVIRONMENT: bank.origin, PORT: String(port) };
  // wrangler reads its file alone: the reader's two lines of it change with the ports.
  for (const file of files.map((name) => join(folder, name)).filter((path) => existsSync(path))) {
    const text = readFileSync(file, 'utf8').replace('http://127.0.0.1:3000', origin);
    writeFileSync(file, text.replace('http://127.0.0.1:3001', bank.origin));
  }
  try {
    const stop = await startBeside(start, folder, { ...env, ...settings }, origin);
    return {
      origin,
      async stop() {
        await stop();
        await bank.close();
      },
    };
  } catch (error) {
    await bank.close();
    throw error;
  }
}

/** Starts a command line in a folder, and waits until an origin responds. Returns what ends it and its children. */
export async function startBeside(
  start: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  origin: string,
): Promise<() => Promise<void>> {
  const server = spawn('bash', ['-c', `exec ${start}`], {
    cwd: folder,
    env,
    // A group of its own: npm and npx start the program as a child.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (output += String(text)));
  const stop = async (): Promise<void> => {
    const ended = server.exitCode === null && server.signalCode === null ? once(server, 'exit') : undefined;
    try {
      // PHP's launcher ends its server when it is asked to; killed, it could not.
      process.kill(-(server.pid ?? 0), 'SIGTERM');
    } catch {
      // The whole group has ended.
    }
    await ended;
  };
  try {
    await vi.waitFor(
      async () => {
        if (server.exitCode !== null) return;
        await fetchWhole(origin);
      },
      { timeout: 120_000, interval: 100 },
    );
    if (server.exitCode !== null) throw new Error('it ended');
  } catch (error) {
    await stop();
    throw new Error(`“${start}” did not start to listen: ${output}`, { cause: error });
  }
  return stop;
}

/** Types the lines of a recipe into an empty folder and starts the shop. */
export async function followRecipe(
  recipe: string,
  registry: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<FollowedShop> {
  const { make, start } = linesOf(recipe);
  const home = mkdtempSync(join(tmpdir(), 'plural-otp-follow-'));
  const folder = join(home, 'shop');
  const remove = (): void => rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  try {
    await run('mkdir', [folder]);
    const env = { ...environmentOf(registry, home), ...settings };
    await run('bash', ['-euc', make], { cwd: folder, env, maxBuffer: 2 ** 26 });
    const shop = await startShop(start, folder, env, ['cloudflare-workers/.dev.vars']);
    return {
      origin: shop.origin,
      async stop() {
        await shop.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
