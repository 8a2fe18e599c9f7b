import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLBuilder, XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  htmlEntities: true,
  isArray: (name) => name === 'testsuite' || name === 'testcase',
});

const reportFiles = (folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.xml'))
    .toSorted();
const readSuites = (folder, file) => parser.parse(readFileSync(join(folder, file), 'utf8')).testsuites?.testsuite ?? [];

const readTests = (folder) =>
  reportFiles(folder).flatMap((file) => readSuites(folder, file).flatMap((suite) => suite.testcase ?? []));
// Vitest writes the path from the root as the class; the browser runner writes the path within its package.
const fileOf = ({ file, classname }) => (file === undefined ? classname : `packages/element/${file}`);
/** Runners report a test as skipped that was left out by any means: by a condition, an option, its context, as a todo. */
const wasSkipped = (test) => 'skipped' in test;

/**
 * Lists the test files of which at least one test ran, as paths from the root of the repository.
 *
 * @param {string} folder
 * @returns {Set<string>}
 */
export const filesInReports = (folder) =>
  new Set(
    readTests(folder)
      .filter((test) => !wasSkipped(test))
      .map(fileOf),
  );

/**
 * Describes the tests that a suite has and did not run, one line a file.
 *
 * @param {string} folder
 * @returns {Map<string, string>} lines by file
 */
export function skippedTests(folder) {
  const names = Map.groupBy(readTests(folder).filter(wasSkipped), fileOf);
  return new Map(
    [...names].map(([file, tests]) => [file, `${file}: ${tests.length} skipped, the first: ${tests[0].name}`]),
  );
}

const failureOf = (test) => [test.failure ?? test.error].flat()[0];
const hasFailed = (test) => 'failure' in test || 'error' in test;

/**
 * Lists the tests that failed, each with its file and the first line of what was wrong.
 *
 * @param {string} folder
 * @returns {string[]} `file: test: message`
 */
export function failedTests(folder) {
  return reportFiles(folder).flatMap((report) =>
    readSuites(folder, report)
      .flatMap((suite) => suite.testcase ?? [])
      .filter(hasFailed)
      .map((test) => {
        const failure = failureOf(test);
        const text = String(failure?.message ?? failure?.['#text'] ?? failure ?? '');
        const where = test.file ?? test.classname;
        return [where, test.name, text.trim().split('\n', 1)[0]].filter(Boolean).join(': ');
      }),
  );
}

/**
 * Counts the tests in every JUnit report of a folder.
 *
 * @param {string} folder
 * @returns {{ name: string, passed: number, failed: number, skipped: number }[]} one row a report
 */
export function countReports(folder) {
  return reportFiles(folder).map((file) => {
    const suites = readSuites(folder, file);
    // By test, not by a suite's own sums: some runners list one failed test as a failure and as an error.
    const tests = suites.flatMap((suite) => suite.testcase ?? []);
    const failed = tests.filter(hasFailed).length;
    const skipped = tests.filter(wasSkipped).length;
    return { name: file.slice(0, -'.xml'.length), passed: tests.length - failed - skipped, failed, skipped };
  });
}

/**
 * The one closing line, for people and for machines.
 *
 * @param {{ passed: number, failed: number, skipped: number }[]} rows
 */
export function closingLine(rows) {
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Writes a report of the steps that failed without a failed test: gates, crashed runners, files that did not load.
 *
 * @param {string} folder
 * @param {string[]} steps one failed test each
 */
export function reportFailedSteps(folder, steps) {
  if (steps.length === 0) return;
  reportFailures(
    join(folder, 'steps.xml'),
    steps.map((name) => ({ name, message: 'the step failed, see its output' })),
  );
}

/**
 * Writes a report of failures that are no test's: a page that did not load, a browser that ended.
 *
 * @param {string} path of the report; its folder exists
 * @param {{ file?: string, name: string, message: string }[]} failures one failed test each
 */
export function reportFailures(path, failures) {
  const testcase = failures.map(({ message, ...test }) => ({ ...test, failure: { message } }));
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '' });
  writeFileSync(path, builder.build({ testsuites: { testsuite: [{ testcase }] } }));
}
