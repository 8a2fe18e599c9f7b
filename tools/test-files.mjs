/**
 * The list of test files, `tools/test-files.txt`: a test file that vanished, or that no suite ran, fails the run.
 * `node tools/test-files.mjs` compares the list with the files; `-u` rewrites it.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './run.mjs';

const listPath = join(root, 'tools/test-files.txt');
const patterns = ['packages/*/test/**/*.{test,browser}.ts', 'apps/*/test/**/*.{test,e2e}.ts', 'docs/test/**/*.test.ts'];

/**
 * Finds every test file, as paths from the root of the repository.
 *
 * @returns {string[]}
 */
export const findTestFiles = () =>
  globSync(patterns, { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .toSorted();

/**
 * Reads the list of test files.
 *
 * @returns {string[]}
 */
export const readTestFiles = () => readFileSync(listPath, 'utf8').split('\n').filter(Boolean);

/**
 * Describes the difference between the list and the files, one line each.
 *
 * @param {readonly string[]} listed
 * @param {readonly string[]} found
 * @returns {string[]}
 */
export function compareTestFiles(listed, found) {
  return [
    ...listed.filter((file) => !found.includes(file)).map((file) => `${file} vanished`),
    ...found.filter((file) => !listed.includes(file)).map((file) => `${file} is not in tools/test-files.txt`),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = findTestFiles();
  if (process.argv.includes('-u')) writeFileSync(listPath, `${found.join('\n')}\n`);
  const differences = compareTestFiles(readTestFiles(), found);
  for (const line of differences) console.error(line);
  if (differences.length > 0) console.error('Rewrite the list with: node tools/test-files.mjs -u');
  process.exitCode = differences.length > 0 ? 1 : 0;
}
