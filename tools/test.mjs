/**
 * Runs every gate and every suite, prints how long each took, what was not run and why, and counts the tests from
 * the runners' own reports. Ends with 1 when anything failed, when nothing ran, when a listed test file
 * had no test that ran, and when anything could not be run here or was skipped, unless `--allow-missing` is given and CI
 * is not set.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findOrInstallEngines } from './engines.mjs';
import { closingLine, countReports, failedTests, filesInReports, reportFailedSteps, skippedTests } from './reports.mjs';
import { exitCodeAfterOutputOf, exitCodeOf, root } from './run.mjs';
import { readTestFiles } from './test-files.mjs';
import { unitProjects } from './unit-projects.mjs';

const reports = join(root, 'reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports);

const engines = await findOrInstallEngines();
/** A suite whose tests vitest runs, with its report. */
const vitest = (name, report, ...projects) => {
  const flags = ['--reporter=default', '--reporter=junit', `--outputFile.junit=${join(reports, `${report}.xml`)}`];
  return { name, report, command: ['vitest', ['run', ...flags, ...projects]] };
};

/** Rules that no test holds: one after another, and first, because they are quick. */
const gates = [
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
];

/**
 * The longest first, three at a time: most of their time they wait for browsers, processes and timers. `needs` names the
 * engines a suite cannot do without.
 */
const suites = [
  vitest('documents', 'documents', '--project', 'docs'),
  { ...vitest('end to end', 'e2e', '--project', 'e2e'), needs: ['Chromium'] },
  vitest('stores', 'stores', '--project', 'stores'),
  {
    name: 'element',
    report: 'element',
    needs: ['Chromium'],
    command: ['pnpm', ['--filter', '@plural-otp/element', 'run', 'test']],
  },
  vitest('unit', 'unit', ...unitProjects),
  {
    ...vitest(
      'built, live',
      'built-live',
      '--project',
      'sandbox-live',
      '--project',
      'edge-live',
      '--project',
      'insight-live',
      '--project',
      'element-live',
    ),
    needs: ['Chromium'],
  },
  vitest('simulator', 'simulator', '--project', 'simulator'),
  { ...vitest('site', 'site', '--project', 'site'), needs: ['Chromium'] },
  vitest('runtimes', 'runtimes', '--project', 'runtimes'),
];

/** Runs a gate or a suite by the given runner of programs. */
async function runStep({ name, report, command, needs = [] }, exitCodeFrom) {
  const absent = needs.filter((need) => engines.missing.includes(need));
  if (absent.length > 0) return { name, result: `not run: no ${absent.join(', ')}`, seconds: 0 };
  console.log(`\n── ${name}`);
  const stepStartedAtMs = performance.now();
  const code = await exitCodeFrom(...command, { ...engines.env, REPORTS_DIR: reports });
  const seconds = (performance.now() - stepStartedAtMs) / 1000;
  return { name, report, result: code === 0 ? 'passed' : 'FAILED', seconds };
}

const startedAtMs = performance.now();
const rows = [];
for (const gate of gates) rows.push(await runStep(gate, exitCodeOf));
const waiting = [...suites];
const runWaiting = async () => {
  for (let suite = waiting.shift(); suite; suite = waiting.shift()) {
    rows.push(await runStep(suite, exitCodeAfterOutputOf));
  }
};
await Promise.all([runWaiting(), runWaiting(), runWaiting()]);
const minutes = (performance.now() - startedAtMs) / 60_000;

// A suite may add reports whose names begin with that of its own.
const failedIn = (report) => countReports(reports).some(({ name, failed }) => name.startsWith(report) && failed > 0);
const failedSteps = rows.filter(({ result, report }) => result === 'FAILED' && !(report && failedIn(report)));
const isComplete = rows.every(({ seconds }) => seconds > 0) && engines.missing.length === 0;
const ran = filesInReports(reports);
const skipped = skippedTests(reports);
const unseen = isComplete ? readTestFiles().filter((file) => !ran.has(file) && !skipped.has(file)) : [];
const isCi = process.env['CI'] === 'true';
const mayMiss = process.argv.includes('--allow-missing') && !isCi;
// Where every engine is there, no test has a reason to be skipped: one that is would count as run otherwise.
const leftOut = isCi || (isComplete && !mayMiss) ? [...skipped.values()] : [];
reportFailedSteps(reports, [
  ...failedSteps.map(({ name }) => name),
  ...unseen.map((file) => `${file}: no test of it ran`),
  ...leftOut,
]);

console.log('\n── summary');
for (const { name, result, seconds } of rows) {
  console.log(`${name.padEnd(18)} ${seconds.toFixed(1).padStart(6)} s  ${result}`);
}
console.log(`${'all together'.padEnd(18)} ${minutes.toFixed(1).padStart(6)} min`);
const counts = countReports(reports);
for (const { name, passed, failed, skipped: out } of counts) {
  console.log(`${name.padEnd(18)} ${passed} passed, ${failed} failed${out > 0 ? `, ${out} skipped` : ''}`);
}
for (const test of failedTests(reports)) console.log(`FAILED ${test}`);
const incomplete = engines.missing.length > 0;
if (incomplete) {
  console.log(`Not found on this machine, so not tested with: ${engines.missing.join(', ')}.`);
  if (!mayMiss) console.log('Install them, or accept that with: npm test -- --allow-missing');
}
console.log(closingLine(counts));

const ranNone = counts.reduce((total, { passed }) => total + passed, 0) === 0;
const failed = rows.some(({ result }) => result === 'FAILED') || counts.some((row) => row.failed > 0);
process.exit(failed || ranNone || (incomplete && !mayMiss) ? 1 : 0);
