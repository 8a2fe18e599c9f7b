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

/** A recipe that is a program of its own. */
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
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
    const stop = async (): Promise<void> => {
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
      }, waitOptions);
      if (child.exitCode !== null) throw new Error(`${file} ended: ${output}`);
    } catch (error) {
      await stop();
      throw new Error(`the recipe did not listen: ${output}`, { cause: error });
    }
    return {
      origin,
      getOutput: () => output,
      advanceClock: async () => writeFileSync(clockFile, ''),
      runSchedule: async () => undefined,
      stop,
    };
  };

/** The command of a program on Node, with the clock. */
export const node = (...args: string[]): string[] => [process.execPath, '--import', clock, ...args];

export const onNode = (name: string): StartRecipe => startProgram(node(recipePath(`${name}/server.ts`)));

export const onBun: StartRecipe = startProgram([
  program('bun'),
  'run',
  '--preload',
  clock,
  recipePath('bun/server.ts'),
]);

const denoMain = recipePath('deno-deploy/main.ts');
// Its npm packages are those of this checkout.
const denoFlags = ['--no-remote', '--no-lock', '--node-modules-dir=manual'];
const denoAllowed = ['--allow-net=127.0.0.1', '--allow-env', '--allow-read'];

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

/** The program and arguments that type-check the Deno recipe. */
export const denoCheck: readonly [program: string, args: string[]] = [
  program('deno'),
  ['check', ...denoFlags, denoMain],
];
