import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** What the shop has a start file for. */
export const runtimes = ['node', 'deno', 'bun', 'workerd', 'edge-runtime'] as const;
export type Runtime = (typeof runtimes)[number];

export const isRuntime = (name: string): name is Runtime => (runtimes as readonly string[]).includes(name);

/** A program with its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

const startFile = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const packageFile = (name: string, file: string): string =>
  fileURLToPath(new URL(file, import.meta.resolve(`${name}/package.json`)));

const nodeCommand = (file: string): Command => ({ program: process.execPath, args: [startFile(file)] });

const commands: Record<Runtime, () => Command> = {
  node: () => nodeCommand('node.ts'),
  deno: () => ({
    program: packageFile('deno', process.platform === 'win32' ? 'deno.exe' : 'deno'),
    args: ['run', ...['net', 'env', 'read', 'write'].map((what) => `--allow-${what}`), startFile('deno.ts')],
  }),
  bun: () => ({ program: packageFile('bun', 'bin/bun.exe'), args: ['run', startFile('bun.ts')] }),
  workerd: () => nodeCommand('serve-workerd.ts'),
  'edge-runtime': () => nodeCommand('serve-edge-runtime.ts'),
};

/** How the shop is started on a runtime; Deno, Bun and the two others come as npm packages. */
export const getCommand = (runtime: Runtime): Command => commands[runtime]();
