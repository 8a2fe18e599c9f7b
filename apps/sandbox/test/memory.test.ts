import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const bench = new URL('../bench/memory.mjs', import.meta.url).pathname;

test('10,000 orders retain at most 4 kB of memory each, and later ones no more than earlier ones', async () => {
  // The benchmark exits with 1 over the limit, and then execFile rejects.
  const { stdout } = await promisify(execFile)(process.execPath, [bench, '10000']);
  expect(stdout).toMatch(/10000 further orders: \d+\.\d MB, \d+ bytes each/);
}, 120_000);
