/**
 * `pnpm bench element`: what `<plural-otp>` costs in Chromium beside a bare Lit element and its nearest relatives, all
 * in one run, as ratios. Also holds that creating and typing make no long task, and that a waiting step has one timer.
 *
 * A ratio counts only when the null test of its run lies within 0.95 to 1.05. Ends with 1 when something that counts
 * is past its limit.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import puppeteer from 'puppeteer-core';
import type { Comparison } from '../../core/bench/compare.ts';
import type { Found } from './page.ts';

const limit = { reach: 5, never: 9 };

function show(title: string, { nullRatio, ratios }: Comparison, limited: boolean): void {
  const counts = Math.abs(nullRatio - 1) <= 0.05;
  console.log(`\n${title}, over a bare Lit element`);
  console.log(`  ${nullRatio.toFixed(2).padStart(6)}  null test${counts ? '' : ': disturbed, nothing here counts'}`);
  for (const [index, { name, ratio }] of ratios.entries()) {
    const judged = limited && index === 0 && counts;
    if (judged && ratio > limit.never) process.exitCode = 1;
    const held = ratio <= limit.reach ? `within ${limit.reach}` : `within ${limit.never}, not yet ${limit.reach}`;
    const verdict = ratio > limit.never ? `PAST ${limit.never}` : held;
    console.log(`  ${ratio.toFixed(2).padStart(6)}  ${name.padEnd(46)} ${judged ? verdict : ''}`);
  }
}

function hold(what: string, found: number, most: number): void {
  console.log(`  ${String(found).padStart(6)}  ${what}${found > most ? `: PAST ${most}` : ''}`);
  if (found > most) process.exitCode = 1;
}

const folder = mkdtempSync(join(tmpdir(), 'plural-otp-bench-'));
const browser = await puppeteer.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--allow-file-access-from-files',
  ],
  protocolTimeout: 600_000,
});
try {
  await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    outfile: join(folder, 'page.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['production'],
    define: { 'process.env.NODE_ENV': '"production"' },
    // Used by the source as it stands; a bench needs no types of it.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    logLevel: 'warning',
  });
  writeFileSync(
    join(folder, 'page.html'),
    '<!doctype html><title>Bench</title><script type="module" src="page.js"></script>',
  );
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(pathToFileURL(join(folder, 'page.html')).href);
  const { create, type, longTasks, timers } = await page.evaluate(() =>
    (globalThis as unknown as { bench(): Promise<Found> }).bench(),
  );
  show('create and first render, 20 at once', create, true);
  show('type six digits and take them out', type, false);
  console.log('\nthe step by itself');
  hold('long tasks while it is made and typed in', longTasks, 0);
  hold('timers while it waits for the next code', timers, 1);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
