/** A program in a pseudo-terminal, with somebody who reads and types. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished, vi } from 'vitest';

/** Characters that keys send. */
export const keys = { enter: '\r', down: '\u001B[B', up: '\u001B[A', interrupt: '\u0003' } as const;

/** A program that runs in a terminal of its own. */
export interface Terminal {
  /** Waits until the program has written a text since the last keys. */
  waitFor(text: string): Promise<void>;
  /** Types; what was written before counts no more. */
  type(text: string): void;
  /** Resolves with the exit code, once the program has ended. */
  readonly ended: Promise<number>;
}

// Python has a pseudo-terminal on every system that these tests run on. It copies this process's pipes to it.
const python = `import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(["sh", "-c", 'stty cols 100 rows 40; exec "$@"', "sh", *sys.argv[1:]])))`;

/** Starts a program in a terminal of 100 columns. It is ended with the test. */
export function openTerminal(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): Terminal {
  const child = spawn('python3', ['-c', python, ...command], { cwd, env: { ...env, TERM: 'xterm-256color' } });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (written += String(text)));
  const ended = once(child, 'close').then(([code]) => Number(code));
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill();
    await ended;
  });
  return {
    ended,
    type(text) {
      written = '';
      child.stdin.write(text);
    },
    async waitFor(text) {
      await vi.waitFor(
        () => {
          const shown = stripVTControlCharacters(written);
          if (!shown.includes(text)) throw new Error(`The terminal does not show “${text}”, but:\n${shown}`);
        },
        { timeout: 60_000, interval: 20 },
      );
    },
  };
}
