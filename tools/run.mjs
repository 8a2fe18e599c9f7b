import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the checkout. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs a program in the checkout with its output shown; gives its exit code. */
export async function exitCodeOf(program, args, env = {}) {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
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
