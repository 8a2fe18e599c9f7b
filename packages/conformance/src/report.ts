/** Formats of results: lines for people, JUnit XML for build servers, and the exit code. */
import type { CaseResult } from './run.ts';

const marks = { passed: '✓', failed: '✗', skipped: '-' } as const;

const count = (results: readonly CaseResult[], status: CaseResult['status']): number =>
  results.filter((result) => result.status === status).length;

/** Formats one result as lines; the group's name precedes its first result. */
export function formatResult(result: CaseResult, previous: CaseResult | undefined): string {
  const { group, rule, status, expected, received, reason } = result;
  const lines = previous?.group === group ? [] : ['', group];
  lines.push(`  ${marks[status]} ${rule}${reason === undefined ? '' : ` (skipped: ${reason})`}`);
  if (status === 'failed') lines.push(`      expected ${expected}`, `      received ${received}`);
  return lines.join('\n');
}

/** Formats the last line: the number of cases that passed, failed and were skipped. */
export function formatSummary(results: readonly CaseResult[]): string {
  const totals = [`${count(results, 'passed')} passed`, `${count(results, 'failed')} failed`];
  if (count(results, 'skipped') > 0) totals.push(`${count(results, 'skipped')} skipped`);
  return `${totals.join(', ')} of ${results.length}`;
}

/** Returns 0 when no case failed, 1 when one failed, 2 when none could run. With `strict` a skipped case has failed. */
export function getExitCode(results: readonly CaseResult[], { strict = false }: { strict?: boolean } = {}): 0 | 1 | 2 {
  if (results.some(({ status }) => status === 'failed' || (strict && status === 'skipped'))) return 1;
  return results.some(({ status }) => status === 'passed') ? 0 : 2;
}

const escapeXml = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Returns the results with each skipped case as a failure. */
export const failSkipped = (results: readonly CaseResult[]): CaseResult[] =>
  results.map(({ reason, ...result }) =>
    result.status === 'skipped'
      ? { ...result, status: 'failed', expected: 'the case to run', received: `skipped: ${reason}` }
      : result,
  );

/** Formats the results as JUnit XML, for build servers. */
export function formatJunit(results: readonly CaseResult[]): string {
  const cases = results.map(({ group, rule, status, expected, received, reason, durationMs }) => {
    const seconds = (durationMs / 1000).toFixed(3);
    const content = {
      passed: '',
      failed: `<failure message="${escapeXml(`expected ${expected}; received ${received}`)}"/>`,
      skipped: `<skipped message="${escapeXml(reason ?? '')}"/>`,
    }[status];
    return `  <testcase classname="${escapeXml(group)}" name="${escapeXml(rule)}" time="${seconds}">${content}</testcase>`;
  });
  const totals = `tests="${results.length}" failures="${count(results, 'failed')}" skipped="${count(results, 'skipped')}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="conformance" ${totals}>\n${cases.join('\n')}\n</testsuite>\n`;
}
