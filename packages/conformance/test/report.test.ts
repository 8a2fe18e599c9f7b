import { describe, expect, test } from 'vitest';
import { nameOf } from '../src/case.ts';
import { masked } from '../src/redact.ts';
import { exitCodeOf, junitOf, linesOf, summaryOf } from '../src/report.ts';
import { casesOf, type CaseResult } from '../src/run.ts';
import { signedReturn, webhookHeaders } from '../src/signatures.ts';

const held: CaseResult = { group: 'returns', rule: 'one', end: 'held', durationMs: 12 };
const broken: CaseResult = { ...held, rule: 'two <b>', end: 'broken', expected: '"a" & b', came: 'c' };
const notRun: CaseResult = { ...held, group: 'webhooks', rule: 'three', end: 'notRun', reason: 'no clock' };

describe('cases', () => {
  test('have names of their own', () => {
    const names = casesOf().map(nameOf);
    expect(new Set(names).size).toBe(names.length);
  });

  test('are chosen by any part of their names, in any case, and left out the same way', () => {
    const chosen = casesOf({ only: ['WEBHOOKS:', 'a form is refused'], skip: ['ten minutes'] }).map(nameOf);
    expect(chosen).toContain('requests: a form is refused');
    expect(chosen.filter((name) => name.startsWith('webhooks:')).length).toBe(chosen.length - 1);
    expect(chosen.join()).not.toContain('ten minutes');
    expect(casesOf({ only: ['nobody wrote this'] })).toEqual([]);
  });
});

describe('the report', () => {
  test('names the group once, and what was expected and what came', () => {
    expect(linesOf(held, undefined)).toBe('\nreturns\n  ✓ one');
    expect(linesOf(broken, held)).toBe('  ✗ two <b>\n      expected "a" & b\n      came     c');
    expect(linesOf(notRun, broken)).toBe('\nwebhooks\n  - three (not run: no clock)');
    expect(summaryOf([held, broken, notRun])).toBe('1 held, 1 broken, 1 not run of 3');
    expect(summaryOf([held])).toBe('1 held, 0 broken of 1');
  });

  test.each([
    ['every rule holds', [held, held], 0],
    ['a rule that was not run is no failure', [held, notRun], 0],
    ['one rule does not hold', [held, broken], 1],
    ['nothing was run', [notRun], 2],
    ['there was nothing to run', [], 2],
  ] as const)('%s: it ends so', (_what, results, code) => expect(exitCodeOf(results)).toBe(code));

  test('is JUnit XML for build servers, with every sign in its place', () => {
    const xml = junitOf([held, broken, notRun]);
    expect(xml).toContain('tests="3" failures="1" skipped="1"');
    expect(xml).toContain(
      'name="two &#60;b&#62;" time="0.012"><failure message="expected &#34;a&#34; &#38; b; came c"/>',
    );
    expect(xml).toContain('<skipped message="no clock"/>');
  });
});

describe('what is shown', () => {
  test('holds no secret of the run, session, code or long number', () => {
    const session = 'v1.AbCdEfGh'.repeat(6);
    const shown = masked(
      `{"session":"short","otp":"123456"} ${session} order-9 4012001037141112 and 00654321`,
      new Set(['order-9']),
    );
    expect(shown).toBe('{"session":"•••","otp":"•••"} ••• ••• ••• and •••');
  });

  test('keeps what helps: statuses, phases, references, and not more than a few lines', () => {
    expect(masked('403 awaitingOtp K7QF-3M9X-2HBD', new Set())).toBe('403 awaitingOtp K7QF-3M9X-2HBD');
    expect(masked('a '.repeat(500), new Set())).toHaveLength(401);
  });
});

describe('signatures', () => {
  test('of a return is the HMAC of its sorted fields', async () => {
    const fields = await signedReturn({ status: 'PROCESSED', order_id: 'v1-1' }, '00'.repeat(32));
    const key = await crypto.subtle.importKey('raw', new Uint8Array(32), { name: 'HMAC', hash: 'SHA-256' }, false, [
      'verify',
    ]);
    const signature = Uint8Array.from(fields.get('signature')?.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    const text = new TextEncoder().encode('order_id=v1-1&status=PROCESSED');
    expect(await crypto.subtle.verify('HMAC', key, signature, text)).toBe(true);
  });

  test('of a webhook changes with its body, its time and its secret', async () => {
    const of = async (body: string, atSeconds: number, secret: string) =>
      (await webhookHeaders(body, { id: 'a', atSeconds, secret }))['webhook-signature'];
    const all = await Promise.all([of('{}', 1, 's'), of('[]', 1, 's'), of('{}', 2, 's'), of('{}', 1, 't')]);
    expect(new Set(all).size).toBe(4);
    expect(all[0]).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
  });
});
