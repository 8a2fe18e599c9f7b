/** The command `plural-otp`, run as a person runs it: a process of its own in a folder of its own. */

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Finding } from '../../src/check.ts';

const script = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Output of the command, and its end. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Findings that it printed as JSON. */
  findings(): Finding[];
}

/** A folder that is removed with the test. */
export interface Workplace {
  readonly folder: string;
  /** Writes a file, and returns its name. */
  write(name: string, text: string): string;
  /** Runs the command with nothing in its environment but the given variables. */
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<CommandResult>;
}

/** Creates a folder to run the command in. */
export function createWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return {
    folder,
    write(name, text) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
      return name;
    },
    run: (args, environment = {}) =>
      new Promise((resolve) => {
        const options = { cwd: folder, env: { PATH: process.env['PATH'], ...environment } };
        execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) => {
          const status = error === null ? 0 : Number(error.code);
          resolve({ status, stdout, stderr, findings: () => JSON.parse(stdout) as Finding[] });
        });
      }),
  };
}
