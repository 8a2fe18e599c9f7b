import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { root } from '../support/examples.ts';
import { patience } from './customer.ts';
import { freePort } from '../../../packages/edge/test/support/databases.ts';
import { at, secrets, type StartRecipe } from './runs.ts';

const program = (name: string): string => join(root, 'apps/runtimes/node_modules/.bin', name);
const clock = join(root, 'docs/test/recipes/clock.mjs');

/** A recipe that is a program of its own. */
export const asProgram =
  (command: readonly string[], settings: Readonly<Record<string, string>> = {}): StartRecipe =>
  async (pluralUrl) => {
    const folder = mkdtempSync(join(tmpdir(), 'plural-otp-recipe-'));
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const [file = '', ...args] = command;
    const clockFile = join(folder, 'two-minutes-later');
    const child = spawn(file, args, {
      cwd: folder,
      // A group of its own, since some programs on the path are scripts that start the real one.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...secrets,
        ...settings,
        SHOP_ORIGIN: origin,
        PLURAL_ENVIRONMENT: pluralUrl,
        PORT: String(port),
        DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
        DENO_DIR: join(folder, 'deno'),
        RECIPE_CLOCK: clockFile,
      },
    });
    let told = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (told += String(text)));
    const end = async (): Promise<void> => {
      if (child.pid !== undefined && child.exitCode === null) {
        const gone = once(child, 'exit');
        process.kill(-child.pid, 'SIGTERM');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    };
    try {
      await vi.waitFor(async () => {
        if (child.exitCode !== null) return;
        await fetch(origin);
      }, patience);
      if (child.exitCode !== null) throw new Error(`${file} ended: ${told}`);
    } catch (error) {
      await end();
      throw new Error(`the recipe did not listen: ${told}`, { cause: error });
    }
    return {
      origin,
      printed: () => told,
      forward: async () => writeFileSync(clockFile, ''),
      schedule: async () => undefined,
      end,
    };
  };

/** The command of a program on Node, with the clock. */
export const node = (...args: string[]): string[] => [process.execPath, '--import', clock, ...args];

export const onNode = (name: string): StartRecipe => asProgram(node(at(`${name}/server.ts`)));

export const onBun: StartRecipe = asProgram([program('bun'), 'run', '--preload', clock, at('bun/server.ts')]);

const denoMain = at('deno-deploy/main.ts');
// Its npm packages are those of this checkout.
const denoFlags = ['--no-remote', '--no-lock', '--node-modules-dir=manual'];
const denoAllowed = ['--allow-net=127.0.0.1', '--allow-env', '--allow-read'];

export const onDeno: StartRecipe = asProgram([
  program('deno'),
  'run',
  '--no-check',
  ...denoFlags,
  ...denoAllowed,
  '--preload',
  clock,
  denoMain,
]);

/** The program and arguments that type-check the Deno recipe. */
export const denoCheck: readonly [program: string, args: string[]] = [
  program('deno'),
  ['check', ...denoFlags, denoMain],
];
