import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  closingLine,
  countReports,
  failedTests,
  filesInReports,
  reportFailedSteps,
  reportFailures,
  skippedTests,
} from '../../tools/reports.mjs';
import { compareTestFiles, findTestFiles } from '../../tools/test-files.mjs';
import { root } from './support/examples.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plural-otp-reports-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, suites: string): void =>
  writeFileSync(join(folder, name), `<?xml version="1.0"?><testsuites>${suites}</testsuites>`);

describe('the closing line', () => {
  test('counts a failed test once, also where the runner reports it as a failure and as an error', () => {
    write(
      'element.xml',
      `<testsuite tests="2" errors="1" failures="1"><testcase name="a"><failure>x</failure></testcase><testcase name="b"/></testsuite>`,
    );
    expect(closingLine(countReports(folder))).toBe('1 passed, 1 failed');
  });

  test('adds up the suites of every report, and counts skipped tests separately', () => {
    write('unit.xml', `<testsuite><testcase name="a"/></testsuite><testsuite><testcase name="b"/></testsuite>`);
    write(
      'e2e.xml',
      `<testsuite><testcase name="c"><skipped/></testcase><testcase name="d"><error/></testcase></testsuite>`,
    );
    expect(closingLine(countReports(folder))).toBe('2 passed, 1 failed, 1 skipped');
  });

  test('counts a step that failed without a failed test: a gate, a crash, a file that did not load', () => {
    write('element.xml', '');
    reportFailedSteps(folder, ['lint', 'built, live']);
    expect(closingLine(countReports(folder))).toBe('0 passed, 2 failed');
  });

  test('reports no failure when no step failed', () => {
    write('unit.xml', `<testsuite><testcase name="a"/></testsuite>`);
    reportFailedSteps(folder, []);
    expect(closingLine(countReports(folder))).toBe('1 passed, 0 failed');
  });
});

describe('the list of failed tests', () => {
  test('names file, test and the first line of the message, from a failure with a message and from one with text alone', () => {
    write(
      'unit.xml',
      `<testsuite><testcase name="a" classname="docs/test/a.test.ts"><failure message="expected 1&#10;to be 2">stack</failure></testcase><testcase name="b" classname="docs/test/b.test.ts"/></testsuite>`,
    );
    write(
      'element.xml',
      `<testsuite><testcase name="c" classname="x" file="test/c.browser.ts"><failure>x</failure><error>y</error></testcase></testsuite>`,
    );
    reportFailedSteps(folder, ['lint']);
    expect(failedTests(folder)).toEqual([
      'test/c.browser.ts: c: x',
      'lint: the step failed, see its output',
      'docs/test/a.test.ts: a: expected 1',
    ]);
  });

  test('names a page that failed without a test, with its file', () => {
    const name = 'its page in Firefox';
    reportFailures(join(folder, 'element-pages.xml'), [{ file: 'test/c.browser.ts', name, message: 'a < b\n& c' }]);
    expect(failedTests(folder)).toEqual(['test/c.browser.ts: its page in Firefox: a < b']);
  });

  test('is empty when every test passed or was skipped', () => {
    write('unit.xml', `<testsuite><testcase name="a"/><testcase name="b"><skipped/></testcase></testsuite>`);
    expect(failedTests(folder)).toEqual([]);
  });
});

describe('the list of test files', () => {
  test('a file that vanished and a file that is not listed are named', () => {
    expect(compareTestFiles(['a.test.ts', 'b.test.ts'], ['b.test.ts', 'c.test.ts'])).toEqual([
      'a.test.ts vanished',
      'c.test.ts is not in tools/test-files.txt',
    ]);
  });

  test('equal lists have no difference', () => {
    expect(compareTestFiles(['a.test.ts'], ['a.test.ts'])).toEqual([]);
  });

  test('the files are found by path from the root, this one too', () => {
    expect(findTestFiles()).toContain('docs/test/reports.test.ts');
  });

  test('a file whose tests were all skipped did not run, and each file with a skipped test is named', () => {
    const skipped = (file: string, name: string): string =>
      `<testcase name="${name}" classname="${file}"><skipped/></testcase>`;
    write(
      'unit.xml',
      `<testsuite><testcase name="a" classname="docs/test/a.test.ts"/>${skipped('docs/test/a.test.ts', 'b')}</testsuite><testsuite>${skipped('docs/test/c.test.ts', 'd')}${skipped('docs/test/c.test.ts', 'e')}</testsuite>`,
    );
    write('element.xml', `<testsuite><testcase name="f" file="test/f.browser.ts"><skipped/></testcase></testsuite>`);
    expect([...filesInReports(folder)]).toEqual(['docs/test/a.test.ts']);
    expect([...skippedTests(folder)]).toEqual([
      ['packages/element/test/f.browser.ts', 'packages/element/test/f.browser.ts: 1 skipped, the first: f'],
      ['docs/test/a.test.ts', 'docs/test/a.test.ts: 1 skipped, the first: b'],
      ['docs/test/c.test.ts', 'docs/test/c.test.ts: 2 skipped, the first: d'],
    ]);
  });

  test('Vitest reports every way to leave a test out as skipped', async () => {
    const file = join(folder, 'left-out.test.ts');
    const body = '() => { expect(1).toBe(1); }';
    writeFileSync(
      file,
      `import { describe, expect, test } from 'vitest';
      test.skipIf(true)('by a condition', ${body});
      test.runIf(false)('by another', ${body});
      test('by an option', { skip: true }, ${body});
      test('by its context', (context) => context.skip());
      test.todo('as a todo');
      describe.skipIf(true)('a suite', () => { test.each([1, 2])('its test %i', ${body}); });`,
    );
    const config = join(folder, 'vitest.config.mjs');
    writeFileSync(config, `export default { test: { root: ${JSON.stringify(folder)}, include: ['*.test.ts'] } };`);
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const report = join(folder, 'left-out.xml');
    await promisify(execFile)(
      process.execPath,
      [
        join(root, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--config',
        config,
        '--reporter=junit',
        `--outputFile=${report}`,
      ],
      { cwd: folder },
    );
    expect(closingLine(countReports(folder))).toBe('0 passed, 0 failed, 7 skipped');
    expect([...skippedTests(folder).values()]).toEqual(['left-out.test.ts: 7 skipped, the first: by a condition']);
    expect([...filesInReports(folder)]).toEqual([]);
  });

  test('a file counts as run when a report has a test of it, in Vitest and in a browser', () => {
    write('unit.xml', `<testsuite><testcase name="a" classname="docs/test/a.test.ts"/></testsuite>`);
    write(
      'element.xml',
      `<testsuite><testcase name="b" classname="x" file="test/b.browser.ts"/></testsuite><testsuite/>`,
    );
    expect([...filesInReports(folder)].toSorted()).toEqual([
      'docs/test/a.test.ts',
      'packages/element/test/b.browser.ts',
    ]);
  });
});
