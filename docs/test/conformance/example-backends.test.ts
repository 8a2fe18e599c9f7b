import { execFile, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DatabaseSync } from 'node:sqlite';
import { selectCases, type CaseResult } from '@plural-otp/conformance';
import type { PaymentView } from '@plural-otp/flow/contract';
import { credentials } from '@plural-otp/sandbox';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDataFolder, exampleEnv, examples, isMissing, type Language } from './example-backends.ts';
import { root } from '../support/examples.ts';
import { type Listening, startListening } from '../support/listening.ts';

const languages: readonly Language[] = ['python', 'php'];

async function collectOutput(child: ChildProcess): Promise<{ stdout: string; stderr: string; code: number | null }> {
  if (!child.stdout || !child.stderr) throw new Error('started without pipes');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, 'exit');
  return { stdout, stderr, code: child.exitCode };
}

/** Verifies, in the language of an example, returns and changed ones, and prints `True False` for each pair. */
const verifyReturns: Readonly<Record<Language, readonly string[]>> = {
  python: [
    '-c',
    `
import json, sys
from plural import is_valid_return
for case in json.load(sys.stdin):
    fields = list(case['fields'].items())
    changed = [(name, value + '.' if name == 'status' else value) for name, value in fields]
    print(is_valid_return(fields, case['secret']), is_valid_return(changed, case['secret']))
`,
  ],
  php: [
    '-r',
    `
require 'plural.php';
foreach (json_decode(stream_get_contents(STDIN), true) as $case) {
    $fields = array_map(null, array_map(strval(...), array_keys($case['fields'])), array_values($case['fields']));
    $changed = array_map(fn($field) => $field[0] === 'status' ? ['status', $field[1] . '.'] : $field, $fields);
    $results = [is_valid_return($fields, $case['secret']), is_valid_return($changed, $case['secret'])];
    echo implode(' ', array_map(fn($result) => $result ? 'True' : 'False', $results)), "\\n";
}
`,
  ],
};

describe.each(languages)('the example backend in %s', (language) => {
  const { folder, program, args } = examples[language];
  test('has at most five files of at most 300 lines', () => {
    const files = readdirSync(folder).filter((name) => /\.(?:py|php)$/.test(name));
    expect(files.length).toBeLessThanOrEqual(5);
    for (const file of files)
      expect(readFileSync(join(folder, file), 'utf8').trimEnd().split('\n').length, file).toBeLessThanOrEqual(300);
  });

  describe.skipIf(isMissing(language))('when it runs', () => {
    const data = createDataFolder();
    let sandbox: Listening;
    let backend: Listening;
    let database: string;
    const startBackend = (): Promise<Listening> =>
      startListening(program, args, { cwd: folder, env: exampleEnv(sandbox.origin, database) });
    // PHP's launcher ends its server when it is asked to; killed, it could not.
    const endBackend = (): Promise<void> => backend.end(language === 'php' ? 'SIGTERM' : 'SIGKILL');

    beforeAll(async () => {
      sandbox = await startListening(process.execPath, [join(root, 'apps/sandbox/dist/main.js'), '--port', '0']);
    });
    beforeEach(async () => {
      database = join(data, `${randomUUID()}.sqlite`);
      backend = await startBackend();
      return () => endBackend();
    });
    afterAll(async () => {
      await sandbox.end();
      rmSync(data, { recursive: true, force: true });
    });

    const post = async (path: string, body: object): Promise<Response> =>
      fetch(backend.origin + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: backend.origin },
        body: JSON.stringify(body),
      });
    const start = async (): Promise<string> => {
      const { session } = (await (await post('/conformance', { card: '4012001037141112' })).json()) as {
        session: string;
      };
      return session;
    };
    const view = async (route: string, body: object): Promise<PaymentView> =>
      (await (await post(`/plural/${route}`, body)).json()) as PaymentView;
    const counts = async (): Promise<Record<string, number>> => {
      const response = await fetch(`${sandbox.origin}/sandbox/requests`);
      return ((await response.json()) as { counts: Record<string, number> }).counts;
    };

    test('passes every conformance case, and none is skipped', async () => {
      const cli = join(root, 'packages/conformance/dist/cli.js');
      const cliArgs = [cli, `${backend.origin}/plural`, '--sandbox', sandbox.origin, '--strict', '--json'];
      const child = execFile(process.execPath, cliArgs, { maxBuffer: 10_000_000 });
      const { stdout, stderr, code } = await collectOutput(child);
      expect(stderr).toBe('');
      const results = JSON.parse(stdout) as CaseResult[];
      expect(results.filter(({ status }) => status !== 'passed')).toEqual([]);
      expect(results).toHaveLength(selectCases().length);
      expect(code).toBe(0);
    }, 900_000);

    test('after it ended and was started again it returns the same phase and repeats no call', async () => {
      const session = await start();
      const idempotencyKey = randomUUID();
      await view('otp/generate', { session, idempotencyKey });
      const before = await counts();
      await endBackend();
      backend = await startBackend();
      expect((await view('otp/generate', { session, idempotencyKey })).phase).toBe('awaitingOtp');
      expect((await view('payment', { session })).phase).toBe('awaitingOtp');
      expect((await counts())['generateOtp']).toBe(before['generateOtp']);
      const submitted = await view('otp/submit', { session, idempotencyKey: randomUUID(), otp: '123456' });
      expect(submitted.phase).toBe('confirming');
    });

    test('without its database it calls nothing and responds with 503 and Retry-After', async () => {
      const session = await start();
      const db = new DatabaseSync(database);
      db.exec('drop table payments');
      db.close();
      const before = await counts();
      for (const route of ['otp/generate', 'otp/submit', 'otp/resend']) {
        const otp = route === 'otp/submit' ? { otp: '123456' } : {};
        const response = await post(`/plural/${route}`, { session, idempotencyKey: randomUUID(), ...otp });
        expect(response.status).toBe(503);
        expect(response.headers.get('retry-after')).toBe('2');
        expect(await response.json()).toEqual({ problem: { code: 'BACKEND_UNREACHABLE' } });
      }
      expect(await counts()).toEqual(before);
    });

    test('the database contains no session, OTP, card number, CVV or secret', async () => {
      const session = await start();
      await view('otp/generate', { session, idempotencyKey: randomUUID() });
      await view('otp/submit', { session, idempotencyKey: randomUUID(), otp: '98765432' });
      const db = new DatabaseSync(database);
      const tables = db.prepare("select name from sqlite_master where type = 'table'").all();
      const rows = JSON.stringify(tables.map(({ name }) => db.prepare(`select * from ${String(name)}`).all()));
      db.close();
      expect(rows).toContain('awaitingOtp');
      for (const secret of [session, '98765432', '4012001037141112', 'cvv', credentials.clientSecret])
        expect(rows).not.toContain(secret);
    });

    test('verifies returns signed by the vendor’s sample, and rejects changed ones', () => {
      const vectors = JSON.parse(
        readFileSync(join(root, 'packages/core/test/fixtures/return-signature.json'), 'utf8'),
      ) as { params: Record<string, string>; secret: string; signature: string }[];
      const cases = vectors.map(({ params, secret, signature }) => ({ fields: { ...params, signature }, secret }));
      const { stdout, stderr } = spawnSync(program, [...verifyReturns[language]], {
        cwd: folder,
        input: JSON.stringify(cases),
        encoding: 'utf8',
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      });
      expect(stderr).toBe('');
      const lines = stdout.trim().split('\n');
      expect(lines).toHaveLength(vectors.length);
      expect(new Set(lines)).toEqual(new Set(['True False']));
    });
  });
});
