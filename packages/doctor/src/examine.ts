/** Runs the checks, one after another. */

import type { Check, Examination, Finding, Settings } from './check.ts';
import { partsChecks } from './checks/parts.ts';
import { pluralChecks } from './checks/plural.ts';
import { settingsChecks } from './checks/settings.ts';
import { shopChecks } from './checks/shop.ts';

const checks: readonly Check[] = [...settingsChecks, ...pluralChecks, ...shopChecks, ...partsChecks];

/** Names of all checks, in the order in which they run. */
export const checkNames: readonly string[] = checks.map(({ name }) => name);

/** Parts to examine. Everything but the settings may be absent; what needs it is then skipped. */
export type ExamineOptions = Pick<Examination, 'settings'> & Partial<Omit<Examination, 'settings'>>;

/**
 * Examines a shop. Never rejects, and no finding contains a value of a secret setting.
 *
 * @example
 * ```ts
 * import { examineShop } from '@plural-otp/doctor';
 *
 * const findings = await examineShop({ settings: process.env, url: new URL('https://shop.example') });
 * export const isReady = findings.every(({ status }) => status !== 'problem');
 * ```
 */
export async function examineShop(options: ExamineOptions): Promise<Finding[]> {
  const examination: Examination = {
    path: '/plural',
    parts: {},
    installed: {},
    fetch: globalThis.fetch,
    now: Date.now,
    ...options,
  };
  const findings: Finding[] = [];
  for (const { name, run } of checks) {
    findings.push(withoutSecrets({ check: name, ...(await runSafely(run, examination)) }, examination.settings));
  }
  return findings;
}

async function runSafely(run: Check['run'], examination: Examination): ReturnType<Check['run']> {
  try {
    return await run(examination);
  } catch (error) {
    const kind = error instanceof Error ? error.name : 'an error';
    return {
      status: 'problem',
      found: `The check ended with ${kind}.`,
      change: 'Look at what it called: the shop’s part failed.',
    };
  }
}

/** Removes the value of every secret setting, wherever it came from. */
function withoutSecrets(finding: Finding, settings: Settings): Finding {
  const secrets = Object.entries(settings)
    .filter(([name, value]) => /SECRET|TOKEN|PASSWORD|CLIENT_ID/.test(name) && value !== undefined && value.length > 3)
    .map(([, value]) => value ?? '');
  const hide = (text: string): string => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, '…'), text);
  return {
    ...finding,
    found: hide(finding.found),
    ...(finding.change !== undefined && { change: hide(finding.change) }),
  };
}
