/**
 * Runs every gate and every suite, prints how long each took, what was not run and why, and counts the tests from
 * the runners' own reports. Ends with 1 when anything failed, when nothing ran, when a listed test file
 * had no test that ran, and when anything could not be run here, unless `--allow-missing` is given and CI is not set.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findOrInstallEngines } from './engines.mjs';
import { closingLine, countReports, filesInReports, reportFailedSteps } from './reports.mjs';
import { exitCodeOf, root } from './run.mjs';
import { readTestFiles } from './test-files.mjs';
import { unitProjects } from './unit-projects.mjs';

const reports = join(root, 'reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports);

const engines = await findOrInstallEngines();
const vitest = (report, ...args) => [
  'vitest',
  ['run', '--reporter=default', '--reporter=junit', `--outputFile.junit=${join(reports, `${report}.xml`)}`, ...args],
];

/** In this order; `needs` names the engines a suite cannot do without. */
const steps = [
  { name: 'format', command: ['oxfmt', ['--check']] },
  { name: 'test files', command: ['node', ['tools/test-files.mjs']] },
  { name: 'commits', command: ['node', ['tools/check-commits.mjs']] },
  { name: 'build', command: ['node', ['tools/build.mjs']] },
  // The linter knows the packages' types from their builds.
  { name: 'lint', command: ['oxlint', ['--type-aware']] },
  { name: 'types', command: ['tsc', ['-p', 'tsconfig.tests.json']] },
  { name: 'dependency rules', command: ['depcruise', ['--config', 'dependency-rules.config.mjs', 'packages', 'apps']] },
  { name: 'unused code', command: ['knip', []] },
  { name: 'sizes', command: ['size-limit', []] },
  { name: 'packages', command: ['node', ['tools/check-packages.mjs']] },
  { name: 'unit', command: vitest('unit', ...unitProjects) },
  { name: 'simulator', command: vitest('simulator', '--project', 'simulator') },
  { name: 'documents', command: vitest('documents', '--project', 'docs') },
  { name: 'stores', command: vitest('stores', '--project', 'stores') },
  {
    name: 'built, live',
    needs: ['Chromium'],
    command: vitest('built-live', '--project', 'sandbox-live', '--project', 'edge-live', '--project', 'element-live'),
  },
  { name: 'runtimes', command: vitest('runtimes', '--project', 'runtimes') },
  { name: 'element', needs: ['Chromium'], command: ['pnpm', ['--filter', '@plural-otp/element', 'run', 'test']] },
  { name: 'end to end', needs: ['Chromium'], command: vitest('e2e', '--project', 'e2e') },
];

const failures = () => countReports(reports).reduce((total, { failed }) => total + failed, 0);
const failedSteps = [];
const rows = [];
for (const { name, command, needs = [] } of steps) {
  const absent = needs.filter((need) => engines.missing.includes(need));
  if (absent.length > 0) {
    rows.push({ name, result: `not run: no ${absent.join(', ')}`, seconds: 0 });
    continue;
  }
  console.log(`\n── ${name}`);
  const startedAtMs = performance.now();
  const before = failures();
  const code = await exitCodeOf(...command, { ...engines.env, REPORTS_DIR: reports });
  if (code !== 0 && failures() === before) failedSteps.push(name);
  rows.push({ name, result: code === 0 ? 'passed' : 'FAILED', seconds: (performance.now() - startedAtMs) / 1000 });
}

const isComplete = rows.every(({ seconds }) => seconds > 0) && engines.missing.length === 0;
const ran = filesInReports(reports);
for (const file of isComplete ? readTestFiles() : []) {
  if (!ran.has(file)) failedSteps.push(`${file}: no test of it ran`);
}

console.log('\n── summary');
for (const { name, result, seconds } of rows) {
  console.log(`${name.padEnd(18)} ${seconds.toFixed(1).padStart(6)} s  ${result}`);
}
reportFailedSteps(reports, failedSteps);
const counts = countReports(reports);
for (const { name, passed, failed, skipped } of counts) {
  console.log(`${name.padEnd(18)} ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
}
const incomplete = engines.missing.length > 0;
const mayMiss = process.argv.includes('--allow-missing') && process.env['CI'] !== 'true';
if (incomplete) {
  console.log(`Not found on this machine, so not tested with: ${engines.missing.join(', ')}.`);
  if (!mayMiss) console.log('Install them, or accept that with: npm test -- --allow-missing');
}
console.log(closingLine(counts));

const ranNone = counts.reduce((total, { passed }) => total + passed, 0) === 0;
const failed =
  failedSteps.length > 0 || rows.some(({ result }) => result === 'FAILED') || counts.some((row) => row.failed > 0);
process.exit(failed || ranNone || (incomplete && !mayMiss) ? 1 : 0);
