/** Child processes for tests: started, waited for, stopped. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Command } from '../../src/runtimes/launch-commands.ts';

/** Started process that is ready for requests. */
export interface RunningProcess {
  readonly child: ChildProcess;
  readonly origin: string;
  /** Returns everything it has printed. */
  output(): string;
  /** Stops it with SIGTERM, as a service manager does. Returns its exit code. */
  stop(): Promise<number | null>;
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
}

/** Returns a port of 127.0.0.1 that is free. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts a Node script or another program, and waits for a line that starts with `ready`. */
export async function start(
  script: string | Command,
  { port, ready, args = [], nodeArgs = [], env = {} }: StartOptions,
): Promise<RunningProcess> {
  const { child, output, exited } = run(script, { args, nodeArgs, env });
  await new Promise<void>((resolve, reject) => {
    output.onLine((line) => line.startsWith(ready) && resolve());
    child.once('exit', () =>
      reject(new Error(`${describeCommand(script)} ended before it was ready:\n${output.text()}`)),
    );
  });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exited;
  };
  return {
    child,
    origin: `http://127.0.0.1:${port}`,
    output: output.text,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  };
}

/** Options of {@link start}. */
interface StartOptions {
  readonly port: number;
  readonly ready: string;
  readonly args?: readonly string[];
  readonly nodeArgs?: readonly string[];
  readonly env?: Record<string, string>;
}

/** Runs a script until it exits. Returns its exit code and its output. */
export async function runToEnd(
  script: string | Command,
  env: Record<string, string>,
): Promise<{ code: number | null; text: string }> {
  const { output, exited } = run(script, { args: [], nodeArgs: [], env });
  return { code: await exited, text: output.text() };
}

const describeCommand = (script: string | Command): string =>
  typeof script === 'string' ? script : [script.program, ...script.args].join(' ');

function run(
  script: string | Command,
  { args, nodeArgs, env }: Required<Pick<StartOptions, 'args' | 'nodeArgs' | 'env'>>,
) {
  const command = typeof script === 'string' ? { program: process.execPath, args: [script] } : script;
  const child = spawn(command.program, [...nodeArgs, ...command.args, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines: string[] = [];
  const listeners: ((line: string) => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const listener of listeners) listener(line);
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const output = {
    text: () => lines.join('\n'),
    onLine: (listener: (line: string) => void) => void listeners.push(listener),
  };
  return { child, output, exited };
}

/** Paths of the scripts that tests start. */
export const scripts = {
  sandbox: fileURLToPath(new URL('main.js', import.meta.resolve('@plural-otp/sandbox'))),
  shop: fileURLToPath(new URL('../../src/runtimes/node.ts', import.meta.url)),
  demo: fileURLToPath(new URL('../../src/demo.ts', import.meta.url)),
  clock: new URL('clock.mjs', import.meta.url).href,
} as const;
