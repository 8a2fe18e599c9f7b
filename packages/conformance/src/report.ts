import type { CaseResult } from './run.ts';

const marks = { held: '✓', broken: '✗', notRun: '-' } as const;

/** One result as lines for people; a group's name comes before its first. */
export function linesOf(result: CaseResult, previous: CaseResult | undefined): string {
  const { group, rule, end, expected, came, reason } = result;
  const lines = previous?.group === group ? [] : ['', group];
  lines.push(`  ${marks[end]} ${rule}${reason === undefined ? '' : ` (not run: ${reason})`}`);
  if (end === 'broken') lines.push(`      expected ${expected}`, `      came     ${came}`);
  return lines.join('\n');
}

/** The last line: how many held, how many did not, and how many were not run. */
export function summaryOf(results: readonly CaseResult[]): string {
  const count = (end: CaseResult['end']): number => results.filter((result) => result.end === end).length;
  const parts = [`${count('held')} held`, `${count('broken')} broken`];
  if (count('notRun') > 0) parts.push(`${count('notRun')} not run`);
  return `${parts.join(', ')} of ${results.length}`;
}

/** 0: every rule that was run holds; 1: one does not; 2: none was run. */
export function exitCodeOf(results: readonly CaseResult[]): 0 | 1 | 2 {
  if (results.some(({ end }) => end === 'broken')) return 1;
  return results.some(({ end }) => end === 'held') ? 0 : 2;
}

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The results as JUnit XML, for build servers. */
export function junitOf(results: readonly CaseResult[]): string {
  const cases = results.map(({ group, rule, end, expected, came, reason, durationMs }) => {
    const seconds = (durationMs / 1000).toFixed(3);
    const inside = {
      held: '',
      broken: `<failure message="${escaped(`expected ${expected}; came ${came}`)}"/>`,
      notRun: `<skipped message="${escaped(reason ?? '')}"/>`,
    }[end];
    return `  <testcase classname="${escaped(group)}" name="${escaped(rule)}" time="${seconds}">${inside}</testcase>`;
  });
  const count = (end: CaseResult['end']): number => results.filter((result) => result.end === end).length;
  const totals = `tests="${results.length}" failures="${count('broken')}" skipped="${count('notRun')}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="conform" ${totals}>\n${cases.join('\n')}\n</testsuite>\n`;
}
