import { describe, expect, test } from 'vitest';
import { getCaseName } from '../src/case.ts';
import { redact } from '../src/redact.ts';
import { failSkipped, getExitCode, formatJunit, formatResult, formatSummary } from '../src/report.ts';
import { selectCases, type CaseResult } from '../src/run.ts';
import { signReturn, signWebhookHeaders } from '../src/signatures.ts';

const passed: CaseResult = { group: 'returns', rule: 'one', status: 'passed', durationMs: 12 };
const failed: CaseResult = { ...passed, rule: 'two <b>', status: 'failed', expected: '"a" & b', received: 'c' };
const skipped: CaseResult = { ...passed, group: 'webhooks', rule: 'three', status: 'skipped', reason: 'no clock' };

describe('cases', () => {
  test('have unique names', () => {
    const names = selectCases().map(getCaseName);
    expect(new Set(names).size).toBe(names.length);
  });

  test('are selected and skipped by a substring of their name, ignoring case', () => {
    const selected = selectCases({ only: ['WEBHOOKS:', 'a form body is rejected'], skip: ['ten minutes'] }).map(
      getCaseName,
    );
    expect(selected).toContain('requests: a form body is rejected');
    expect(selected.filter((name) => name.startsWith('webhooks:')).length).toBe(selected.length - 1);
    expect(selected.join()).not.toContain('ten minutes');
    expect(selectCases({ only: ['no such case'] })).toEqual([]);
  });
});

describe('the report', () => {
  test('prints a group once, and the expected and received values of a failure', () => {
    expect(formatResult(passed, undefined)).toBe('\nreturns\n  ✓ one');
    expect(formatResult(failed, passed)).toBe('  ✗ two <b>\n      expected "a" & b\n      received c');
    expect(formatResult(skipped, failed)).toBe('\nwebhooks\n  - three (skipped: no clock)');
    expect(formatSummary([passed, failed, skipped])).toBe('1 passed, 1 failed, 1 skipped of 3');
    expect(formatSummary([passed])).toBe('1 passed, 0 failed of 1');
  });

  test.each([
    ['all cases pass', [passed, passed], 0],
    ['a skipped case is not a failure', [passed, skipped], 0],
    ['a case fails', [passed, failed], 1],
    ['every case is skipped', [skipped], 2],
    ['no case is selected', [], 2],
  ] as const)('exits with the code for: %s', (_condition, results, code) => expect(getExitCode(results)).toBe(code));

  test('is valid JUnit XML with escaped attributes', () => {
    const xml = formatJunit([passed, failed, skipped]);
    expect(xml).toContain('tests="3" failures="1" skipped="1"');
    expect(xml).toContain(
      'name="two &#60;b&#62;" time="0.012"><failure message="expected &#34;a&#34; &#38; b; received c"/>',
    );
    expect(xml).toContain('<skipped message="no clock"/>');
  });
});

describe('redaction', () => {
  test('removes secrets of the run, sessions, OTPs and long numbers', () => {
    const session = 'v1.AbCdEfGh'.repeat(6);
    const shown = redact(
      `{"session":"short","otp":"123456"} ${session} order-9 4012001037141112 and 00654321`,
      new Set(['order-9']),
    );
    expect(shown).toBe('{"session":"•••","otp":"•••"} ••• ••• ••• and •••');
  });

  test('keeps statuses, phases and references, and truncates long strings', () => {
    expect(redact('403 awaitingOtp K7QF-3M9X-2HBD', new Set())).toBe('403 awaitingOtp K7QF-3M9X-2HBD');
    expect(redact('a '.repeat(500), new Set())).toHaveLength(401);
  });
});

describe('signatures', () => {
  test('of a return is the HMAC of the sorted fields', async () => {
    const fields = await signReturn({ status: 'PROCESSED', order_id: 'v1-1' }, '00'.repeat(32));
    const key = await crypto.subtle.importKey('raw', new Uint8Array(32), { name: 'HMAC', hash: 'SHA-256' }, false, [
      'verify',
    ]);
    const signature = Uint8Array.from(fields.get('signature')?.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    const text = new TextEncoder().encode('order_id=v1-1&status=PROCESSED');
    expect(await crypto.subtle.verify('HMAC', key, signature, text)).toBe(true);
  });

  test('of a webhook depends on body, timestamp and secret', async () => {
    const of = async (body: string, atSeconds: number, secret: string) =>
      (await signWebhookHeaders(body, { id: 'a', atSeconds, secret }))['webhook-signature'];
    const all = await Promise.all([of('{}', 1, 's'), of('[]', 1, 's'), of('{}', 2, 's'), of('{}', 1, 't')]);
    expect(new Set(all).size).toBe(4);
    expect(all[0]).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
  });
});

test('with strict a skipped case has failed, with its reason', () => {
  expect(getExitCode([passed, skipped])).toBe(0);
  expect(getExitCode([passed, skipped], { strict: true })).toBe(1);
  expect(getExitCode([passed], { strict: true })).toBe(0);
  expect(failSkipped([passed, skipped])).toMatchObject([
    { status: 'passed' },
    { status: 'failed', received: 'skipped: no clock' },
  ]);
});
