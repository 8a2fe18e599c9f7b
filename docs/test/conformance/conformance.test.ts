import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { selectCases, runConformance, type CaseResult } from '@plural-otp/conformance';
import { describe, expect, test } from 'vitest';
import { conformBackend, type ConformBackend } from './edge-backend.ts';
import { root } from '../support/examples.ts';
import { checkAgainstOpenApi } from './openapi-responses.ts';
import { saboteurs } from './broken-backends.ts';

const run = (
  { url, hook, sandboxUrl, fetch }: ConformBackend,
  more: { only?: string[]; fetch?: typeof globalThis.fetch } = {},
): Promise<readonly CaseResult[]> => runConformance({ url, hook, sandbox: sandboxUrl, fetch, ...more });

const namesOf = (results: readonly CaseResult[], status: CaseResult['status']): string[] =>
  results.filter((result) => result.status === status).map(({ group, rule }) => `${group}: ${rule}`);

test('the edge handler keeps every rule, and each of its answers is as the OpenAPI document says', async () => {
  const backend = conformBackend();
  const check = checkAgainstOpenApi();
  const faults: string[] = [];
  const results = await run(backend, {
    async fetch(input, init) {
      const request = new Request(input, init);
      const answer = await backend.fetch(request.clone());
      if (new URL(request.url).pathname.startsWith('/plural/'))
        faults.push(...(await check.faults(request, answer.clone())));
      return answer;
    },
  });
  expect(results.filter(({ status }) => status !== 'passed')).toEqual([]);
  expect(results).toHaveLength(selectCases().length);
  expect(results.length).toBeGreaterThan(100);
  expect(faults).toEqual([]);
  expect(check.described).toBeGreaterThan(500);
}, 120_000);

test('an answer that is not as the OpenAPI document says is found', async () => {
  const { faults } = checkAgainstOpenApi();
  const request = () => new Request('http://127.0.0.1:3000/plural/payment', { method: 'POST', body: '{}' });
  const headers = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
  const problem = { problem: { code: 'INTERNAL' } };
  expect(await faults(request(), Response.json(problem, { status: 400, headers }))).toEqual([]);
  expect(await faults(request(), Response.json(problem, { status: 400 }))).toHaveLength(3);
  expect(await faults(request(), Response.json({ problem: 'no' }, { status: 400, headers }))).toHaveLength(1);
  expect(await faults(request(), Response.json(problem, { status: 418, headers }))).toHaveLength(1);
  expect(await faults(request(), Response.json({ phase: 'ready' }, { headers }))).toHaveLength(2);
});

describe('a backend is caught that', () => {
  test.each(saboteurs)('$does', async ({ caughtBy, ...sabotage }) => {
    const results = await run(conformBackend(sabotage), { only: [caughtBy] });
    expect(results.length).toBeGreaterThan(0);
    expect(namesOf(results, 'failed').join()).toContain(caughtBy);
  });
});

describe('where the hook cannot do everything', () => {
  const without = (member: string): ConformBackend =>
    conformBackend({
      atHook: async (body, answer) => (member in body ? new Response(null, { status: 404 }) : answer()),
    });

  test('a case that needs the shop’s verdicts is not run, and says so', async () => {
    const results = await run(without('verdictsOf'), { only: ['the shop is told of a paid payment'] });
    expect(results).toMatchObject([{ status: 'skipped', reason: 'the hook does not offer verdictsOf' }]);
  });

  test('a case that needs a clock is not run; a short wait is waited for', async () => {
    const results = await run(without('advanceSeconds'), {
      only: ['a session that ran out still tells', 'another code comes once its time has come'],
    });
    expect(namesOf(results, 'passed')).toHaveLength(1);
    expect(results.at(-1)).toMatchObject({ status: 'skipped', reason: 'the hook does not offer advanceSeconds' });
  });
});

test('a result names what was expected and what came, and holds no session, code, id or card', async () => {
  const seen: string[] = [];
  const backend = conformBackend({
    async atDoor(request, handle, { sandbox }) {
      const body = await request.clone().text();
      seen.push(...[...body.matchAll(/"session":"([^"]{20,})"/g)].map(([, session = '']) => session));
      await handle(request);
      return new Response(`${body} ${[...sandbox.state.orders.keys()].join()} 4012001037141112`, { status: 418 });
    },
  });
  const results = await run(backend, { only: ['the right code pays', 'repeats what was sent', 'a member too many'] });
  expect(namesOf(results, 'failed')).toHaveLength(3);
  const text = JSON.stringify(results);
  expect(text).toContain('418');
  for (const secret of [...seen, ...backend.sandbox.state.orders.keys(), '123456', '92837465', '4012001037141112'])
    expect(text).not.toContain(secret);
});

describe('the command', () => {
  const main = join(root, 'packages/conformance/dist/cli.js');
  const conform = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

  test('lists its cases', () => {
    const { stdout, status } = conform('--list', '--only', 'webhooks');
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(selectCases({ only: ['webhooks:'] }).length);
  });

  const wrong: [string, string[], string][] = [
    ['no address', [], 'Expected one URL'],
    ['two addresses', ['http://127.0.0.1:1/plural', 'http://127.0.0.1:1/plural'], 'Expected one URL'],
    ['a case there is none of', ['http://127.0.0.1:1/plural', '--only', 'xyzzy'], 'No case has such a name'],
    ['an option there is none of', ['http://127.0.0.1:1/plural', '--all'], '--all'],
    ['an address that is none', ['here'], 'Invalid URL: here'],
    ['no backend', ['http://127.0.0.1:1/plural', '--sandbox', 'http://127.0.0.1:1'], 'Could not run any case'],
  ];
  test.each(wrong)('ends with 2 and a reason for %s', (_what, args, reason) => {
    const { stderr, status } = conform(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(reason);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
