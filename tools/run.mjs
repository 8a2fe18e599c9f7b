import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the checkout. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs a program in the checkout with its output shown; gives its exit code. */
export function exitCodeOf(program, args, env = {}) {
  return exitCodeWith('inherit', program, args, env);
}

/** As {@link exitCodeOf}, but shows the output whole at the end, so that programs side by side stay readable. */
export async function exitCodeAfterOutputOf(program, args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-output-'));
  const file = join(folder, 'output.txt');
  const output = openSync(file, 'w');
  try {
    return await exitCodeWith(output, program, args, env);
  } finally {
    closeSync(output);
    process.stdout.write(readFileSync(file));
    rmSync(folder, { recursive: true });
  }
}

async function exitCodeWith(output, program, args, env) {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output],
    shell: process.platform === 'win32',
  });
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  try {
    const [code] = await once(child, 'exit');
    return code ?? 1;
  } finally {
    process.off('SIGINT', forward).off('SIGTERM', forward);
  }
}

/** Runs a program as {@link exitCodeOf} does, and ends this process with its exit code unless that is 0. */
export async function run(program, args, env) {
  const code = await exitCodeOf(program, args, env);
  if (code !== 0) process.exit(code);
}
