/** Prints findings, and decides the exit code. */

import type { Finding } from './check.ts';

const marks = { ok: '✓', warning: '!', problem: '✗', skipped: '–' } as const;

/** Formats a finding for people, with what to change below it. */
export function formatFinding({ check, status, found, change }: Finding): string {
  const line = `${marks[status]} ${check}: ${found}`;
  return change === undefined ? line : `${line}\n    → ${change}`;
}

/** Counts the findings in one sentence. */
export function formatSummary(findings: readonly Finding[]): string {
  const count = (status: Finding['status']): number => findings.filter((finding) => finding.status === status).length;
  return `${count('ok')} ok, ${count('problem')} problems, ${count('warning')} warnings, ${count('skipped')} not checked.`;
}

/** Returns 1 for a problem; with `strict` also for a warning and for what was not checked. */
export function getExitCode(findings: readonly Finding[], strict: boolean): 0 | 1 {
  return findings.some(({ status }) => status === 'problem' || (strict && status !== 'ok')) ? 1 : 0;
}
