import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { selectCases, runConformance, type CaseResult } from '@plural-otp/conformance';
import { describe, expect, test } from 'vitest';
import { createTestBackend, type TestBackend } from './edge-backend.ts';
import { root } from '../support/examples.ts';
import { checkAgainstOpenApi } from './openapi-responses.ts';
import { brokenBackends } from './broken-backends.ts';

const run = (
  { url, hook, sandboxUrl, fetch }: TestBackend,
  more: { only?: string[]; fetch?: typeof globalThis.fetch } = {},
): Promise<readonly CaseResult[]> => runConformance({ url, hook, sandbox: sandboxUrl, fetch, ...more });

const getNames = (results: readonly CaseResult[], status: CaseResult['status']): string[] =>
  results.filter((result) => result.status === status).map(({ group, rule }) => `${group}: ${rule}`);

test('the edge handler passes every case, and each response is valid by the OpenAPI document', async () => {
  const backend = createTestBackend();
  const check = checkAgainstOpenApi();
  const violations: string[] = [];
  const results = await run(backend, {
    async fetch(input, init) {
      const request = new Request(input, init);
      const response = await backend.fetch(request.clone());
      if (new URL(request.url).pathname.startsWith('/plural/'))
        violations.push(...(await check.violations(request, response.clone())));
      return response;
    },
  });
  expect(results.filter(({ status }) => status !== 'passed')).toEqual([]);
  expect(results).toHaveLength(selectCases().length);
  expect(results.length).toBeGreaterThan(100);
  expect(violations).toEqual([]);
  expect(check.checkedCount).toBeGreaterThan(500);
}, 900_000);

test('a backend that delivers shortly after its page shows the verdict passes', async () => {
  const seen = new Map<string, unknown>();
  const late = createTestBackend({
    // Each look at the verdicts returns those of the look before.
    async onHookCall(body, respond) {
      const response = await respond();
      const { verdictsOf: reference } = body;
      if (typeof reference !== 'string') return response;
      const before = seen.get(reference) ?? { verdicts: [] };
      seen.set(reference, await response.json());
      return Response.json(before);
    },
  });
  const results = await run(late, { only: ['delivered', 'deliver a payment', 'idempotent', 'reported'] });
  expect(results.filter(({ status }) => status !== 'passed')).toEqual([]);
  expect(results.length).toBeGreaterThan(15);
}, 120_000);

test('a response that violates the OpenAPI document is detected', async () => {
  const { violations } = checkAgainstOpenApi();
  const request = () => new Request('http://127.0.0.1:3000/plural/payment', { method: 'POST', body: '{}' });
  const headers = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
  const problem = { problem: { code: 'INTERNAL' } };
  expect(await violations(request(), Response.json(problem, { status: 400, headers }))).toEqual([]);
  expect(await violations(request(), Response.json(problem, { status: 400 }))).toHaveLength(3);
  expect(await violations(request(), Response.json({ problem: 'no' }, { status: 400, headers }))).toHaveLength(1);
  expect(await violations(request(), Response.json(problem, { status: 418, headers }))).toHaveLength(1);
  expect(await violations(request(), Response.json({ phase: 'ready' }, { headers }))).toHaveLength(2);
});

describe('a case fails for a backend that', () => {
  test.each(brokenBackends)('$defect', async ({ caughtBy, ...interceptors }) => {
    const results = await run(createTestBackend(interceptors), { only: [caughtBy] });
    expect(results.length).toBeGreaterThan(0);
    expect(getNames(results, 'failed').join()).toContain(caughtBy);
  });
});

describe('with a hook that offers less', () => {
  const without = (member: string): TestBackend =>
    createTestBackend({
      onHookCall: async (body, respond) => (member in body ? new Response(null, { status: 404 }) : respond()),
    });

  test('a case that needs verdicts is skipped, with the reason', async () => {
    const results = await run(without('verdictsOf'), { only: ['a paid payment is delivered to the shop'] });
    expect(results).toMatchObject([{ status: 'skipped', reason: 'the hook does not offer verdictsOf' }]);
  });

  test('a case that needs a long wait is skipped; a short wait takes real time', async () => {
    const results = await run(without('advanceSeconds'), {
      only: ['an expired session still returns the view', 'a resend after its time sends a second SMS'],
    });
    expect(getNames(results, 'passed')).toHaveLength(1);
    expect(results.at(-1)).toMatchObject({ status: 'skipped', reason: 'the hook does not offer advanceSeconds' });
  });
});

test('a result contains the expected and received values, and no session, OTP, id or card number', async () => {
  const sessions: string[] = [];
  const backend = createTestBackend({
    async onRequest(request, handle, { sandbox }) {
      const body = await request.clone().text();
      sessions.push(...[...body.matchAll(/"session":"([^"]{20,})"/g)].map(([, session = '']) => session));
      await handle(request);
      return new Response(`${body} ${[...sandbox.state.orders.keys()].join()} 4012001037141112`, { status: 418 });
    },
  });
  const results = await run(backend, { only: ['the correct OTP pays', 'repeats the request', 'an unknown member'] });
  expect(getNames(results, 'failed')).toHaveLength(3);
  const text = JSON.stringify(results);
  expect(text).toContain('418');
  for (const secret of [...sessions, ...backend.sandbox.state.orders.keys(), '123456', '92837465', '4012001037141112'])
    expect(text).not.toContain(secret);
});

describe('the command', () => {
  const main = join(root, 'packages/conformance/dist/cli.js');
  const runCli = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

  test('lists the cases', () => {
    const { stdout, status } = runCli('--list', '--only', 'webhooks');
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(selectCases({ only: ['webhooks:'] }).length);
  });

  const invalidUses: [string, string[], string][] = [
    ['no URL', [], 'Expected exactly one URL'],
    ['two URLs', ['http://127.0.0.1:1/plural', 'http://127.0.0.1:1/plural'], 'Expected exactly one URL'],
    ['an unknown case', ['http://127.0.0.1:1/plural', '--only', 'xyzzy'], 'No case matches'],
    ['an unknown option', ['http://127.0.0.1:1/plural', '--all'], '--all'],
    ['an invalid URL', ['here'], 'Invalid URL: here'],
    [
      'an unreachable sandbox',
      ['http://127.0.0.1:1/plural', '--sandbox', 'http://127.0.0.1:1'],
      'Could not run any case',
    ],
  ];
  test.each(invalidUses)('exits with 2 and a message for %s', (_use, args, message) => {
    const { stderr, status } = runCli(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
