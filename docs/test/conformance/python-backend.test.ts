import { execFile, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DatabaseSync } from 'node:sqlite';
import { selectCases, type CaseResult } from '@plural-otp/conformance';
import type { PaymentView } from '@plural-otp/flow/contract';
import { credentials } from '@plural-otp/sandbox';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../support/examples.ts';
import { type Listening, startListening } from '../support/listening.ts';

const folder = join(root, 'docs/examples/python-backend');
const python = process.env['PYTHON_PATH'] ?? 'python3';
const version = spawnSync(python, ['-c', 'import sys; print(sys.version_info >= (3, 11))'], { encoding: 'utf8' });
const isAvailable = version.stdout === 'True\n';
const noBytecode = { PYTHONDONTWRITEBYTECODE: '1' };

// In memory where possible, because each commit is synced to disk, which is slow.
const data = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'plural-otp-python-'));
let sandbox: Listening;
let backend: Listening;
let database: string;

const startBackend = (): Promise<Listening> =>
  startListening(python, ['server.py'], {
    cwd: folder,
    env: {
      ...noBytecode,
      CONFORMANCE: '1',
      PORT: '0',
      DATABASE: database,
      PLURAL_BASE_URL: sandbox.origin,
      PLURAL_CLIENT_ID: credentials.clientId,
      PLURAL_CLIENT_SECRET: credentials.clientSecret,
      PLURAL_RETURN_SECRET_KEY: credentials.returnSecretKey,
      PLURAL_WEBHOOK_SECRET: credentials.webhookSecret,
    },
  });

async function collectOutput(child: ChildProcess): Promise<{ stdout: string; stderr: string; code: number | null }> {
  if (!child.stdout || !child.stderr) throw new Error('started without pipes');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, 'exit');
  return { stdout, stderr, code: child.exitCode };
}

// With CI=true a missing Python fails the tests instead of skipping them.
describe.skipIf(!isAvailable && process.env['CI'] !== 'true')('the backend in plain Python', () => {
  beforeAll(async () => {
    sandbox = await startListening(process.execPath, [join(root, 'apps/sandbox/dist/main.js'), '--port', '0']);
  });
  beforeEach(async () => {
    database = join(data, `${randomUUID()}.sqlite`);
    backend = await startBackend();
    return () => backend.end();
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

  test('passes every conformance case', async () => {
    const cli = join(root, 'packages/conformance/dist/cli.js');
    const args = [cli, `${backend.origin}/plural`, '--sandbox', sandbox.origin, '--json'];
    const { stdout, stderr, code } = await collectOutput(execFile(process.execPath, args, { maxBuffer: 10_000_000 }));
    expect(stderr).toBe('');
    const results = JSON.parse(stdout) as CaseResult[];
    expect(results.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(results).toHaveLength(selectCases().length);
    expect(code).toBe(0);
  }, 180_000);

  test('after a kill and a restart it returns the same phase and repeats no call', async () => {
    const session = await start();
    const idempotencyKey = randomUUID();
    await view('otp/generate', { session, idempotencyKey });
    const before = await counts();
    await backend.end();
    backend = await startBackend();
    expect((await view('otp/generate', { session, idempotencyKey })).phase).toBe('awaitingOtp');
    expect((await view('payment', { session })).phase).toBe('awaitingOtp');
    expect((await counts())['generateOtp']).toBe(before['generateOtp']);
    expect((await view('otp/submit', { session, idempotencyKey: randomUUID(), otp: '123456' })).phase).toBe(
      'confirming',
    );
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
    const rows = JSON.stringify([
      ...db.prepare('select * from payments').all(),
      ...db.prepare('select * from sessions').all(),
    ]);
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
    const script = `
import json, sys
from plural import is_valid_return
for case in json.load(sys.stdin):
    fields = list(case['fields'].items())
    changed = [(name, value + '.' if name == 'status' else value) for name, value in fields]
    print(is_valid_return(fields, case['secret']), is_valid_return(changed, case['secret']))
`;
    const options = {
      cwd: folder,
      input: JSON.stringify(cases),
      encoding: 'utf8' as const,
      env: { ...process.env, ...noBytecode },
    };
    const { stdout, stderr } = spawnSync(python, ['-c', script], options);
    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(vectors.length);
    expect(new Set(lines)).toEqual(new Set(['True False']));
  });
});
