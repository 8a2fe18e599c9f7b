import type { CaseResult } from './run.ts';

const marks = { passed: '✓', failed: '✗', skipped: '-' } as const;

/** One result as lines for people; a group's name comes before its first. */
export function formatResult(result: CaseResult, previous: CaseResult | undefined): string {
  const { group, rule, status, expected, received, reason } = result;
  const lines = previous?.group === group ? [] : ['', group];
  lines.push(`  ${marks[status]} ${rule}${reason === undefined ? '' : ` (skipped: ${reason})`}`);
  if (status === 'failed') lines.push(`      expected ${expected}`, `      received ${received}`);
  return lines.join('\n');
}

/** The last line: how many held, how many did not, and how many were not run. */
export function formatSummary(results: readonly CaseResult[]): string {
  const count = (status: CaseResult['status']): number => results.filter((result) => result.status === status).length;
  const parts = [`${count('passed')} passed`, `${count('failed')} failed`];
  if (count('skipped') > 0) parts.push(`${count('skipped')} skipped`);
  return `${parts.join(', ')} of ${results.length}`;
}

/** 0: every rule that was run holds; 1: one does not; 2: none was run. */
export function getExitCode(results: readonly CaseResult[]): 0 | 1 | 2 {
  if (results.some(({ status }) => status === 'failed')) return 1;
  return results.some(({ status }) => status === 'passed') ? 0 : 2;
}

const escapeXml = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The results as JUnit XML, for build servers. */
export function formatJunit(results: readonly CaseResult[]): string {
  const cases = results.map(({ group, rule, status, expected, received, reason, durationMs }) => {
    const seconds = (durationMs / 1000).toFixed(3);
    const inside = {
      passed: '',
      failed: `<failure message="${escapeXml(`expected ${expected}; received ${received}`)}"/>`,
      skipped: `<skipped message="${escapeXml(reason ?? '')}"/>`,
    }[status];
    return `  <testcase classname="${escapeXml(group)}" name="${escapeXml(rule)}" time="${seconds}">${inside}</testcase>`;
  });
  const count = (status: CaseResult['status']): number => results.filter((result) => result.status === status).length;
  const totals = `tests="${results.length}" failures="${count('failed')}" skipped="${count('skipped')}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="conformance" ${totals}>\n${cases.join('\n')}\n</testsuite>\n`;
}
