/** Recipes that run as a process: on Node, Bun and Deno. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { root } from '../support/examples.ts';
import { waitOptions } from './customer.ts';
import { freePort } from '../../../packages/edge/test/support/databases.ts';
import { recipePath, secrets, type StartRecipe } from './runs.ts';

const program = (name: string): string => join(root, 'apps/runtimes/node_modules/.bin', name);
const clock = join(root, 'docs/test/recipes/clock.mjs');

/** Starts a recipe as a process. */
export const startProgram =
  (command: readonly string[], settings: Readonly<Record<string, string>> = {}): StartRecipe =>
  async (pluralUrl) => {
    const folder = mkdtempSync(join(tmpdir(), 'plural-otp-recipe-'));
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const [file = '', ...args] = command;
    const clockFile = join(folder, 'two-minutes-later');
    const child = spawn(file, args, {
      cwd: folder,
      // A separate process group, because some programs on the path are scripts that start the real one.
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
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
    const stop = async (): Promise<void> => {
      if (child.pid !== undefined && child.exitCode === null) {
        const exited = once(child, 'exit');
        process.kill(-child.pid, 'SIGTERM');
        await exited;
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    };
    try {
      await vi.waitFor(async () => {
        if (child.exitCode !== null) return;
        await fetch(origin);
      }, waitOptions);
      if (child.exitCode !== null) throw new Error(`${file} ended: ${output}`);
    } catch (error) {
      await stop();
      throw new Error(`the recipe did not start to listen: ${output}`, { cause: error });
    }
    return {
      origin,
      getOutput: () => output,
      advanceClock: async () => writeFileSync(clockFile, ''),
      runSchedule: async () => undefined,
      stop,
    };
  };

/** Returns the command of a program on Node, with the test clock. */
export const node = (...args: string[]): string[] => [process.execPath, '--import', clock, ...args];

/** Starts a recipe on Node. */
export const onNode = (name: string): StartRecipe => startProgram(node(recipePath(`${name}/server.ts`)));

/** Starts the recipe for Bun. */
export const onBun: StartRecipe = startProgram([
  program('bun'),
  'run',
  '--preload',
  clock,
  recipePath('bun/server.ts'),
]);

const denoMain = recipePath('deno-deploy/main.ts');
// Resolves npm packages from this checkout.
const denoFlags = ['--no-remote', '--no-lock', '--node-modules-dir=manual'];
const denoAllowed = ['--allow-net=127.0.0.1', '--allow-env', '--allow-read'];

/** Starts the recipe for Deno. */
export const onDeno: StartRecipe = startProgram([
  program('deno'),
  'run',
  '--no-check',
  ...denoFlags,
  ...denoAllowed,
  '--preload',
  clock,
  denoMain,
]);

/** Program and arguments that type-check the Deno recipe. */
export const denoCheck: readonly [program: string, args: string[]] = [
  program('deno'),
  ['check', ...denoFlags, denoMain],
];
