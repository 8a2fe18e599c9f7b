/** The commands that start the shop on each runtime. */

import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Runtimes that the shop can run on. */
export const runtimes = ['node', 'deno', 'bun', 'workerd', 'edge-runtime'] as const;
/** Name of a runtime. */
export type Runtime = (typeof runtimes)[number];

/** Returns true for the name of a runtime. */
export const isRuntime = (name: string): name is Runtime => (runtimes as readonly string[]).includes(name);

/** Program with its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

const entryFile = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const packageFile = (name: string, file: string): string =>
  fileURLToPath(new URL(file, import.meta.resolve(`${name}/package.json`)));

const nodeCommand = (file: string): Command => ({ program: process.execPath, args: [entryFile(file)] });

const commands: Record<Runtime, () => Command> = {
  node: () => nodeCommand('node.ts'),
  deno: () => ({
    program: packageFile('deno', process.platform === 'win32' ? 'deno.exe' : 'deno'),
    args: [
      'run',
      ...['net', 'env', 'read', 'write'].map((permission) => `--allow-${permission}`),
      entryFile('deno.ts'),
    ],
  }),
  bun: () => ({ program: packageFile('bun', 'bin/bun.exe'), args: ['run', entryFile('bun.ts')] }),
  workerd: () => nodeCommand('serve-workerd.ts'),
  'edge-runtime': () => nodeCommand('serve-edge-runtime.ts'),
};

/** Returns the command that starts the shop on a runtime. Every runtime but Node is an npm package. */
export const getCommand = (runtime: Runtime): Command => commands[runtime]();
