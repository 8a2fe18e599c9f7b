import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  isArray: (name) => name === 'testsuite',
});

/**
 * Counts the tests in every JUnit report of a folder.
 *
 * @param {string} folder
 * @returns {{ name: string, passed: number, failed: number, skipped: number }[]} one row a report
 */
export function countReports(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.xml'))
    .sort()
    .map((file) => {
      const suites = parser.parse(readFileSync(join(folder, file), 'utf8')).testsuites?.testsuite ?? [];
      const sum = (key) => suites.reduce((total, suite) => total + Number(suite[key] ?? 0), 0);
      const failed = sum('failures') + sum('errors');
      const skipped = sum('skipped');
      return { name: file.slice(0, -'.xml'.length), passed: sum('tests') - failed - skipped, failed, skipped };
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
