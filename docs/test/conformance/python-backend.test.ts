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

  describe('a start', () => {
    interface Started {
      status: number;
      session?: string;
      view?: PaymentView;
    }
    const startOrder = async (order: string, request: object = {}): Promise<Started> => {
      const response = await post('/conformance', { card: '4012001037141112', order, ...request });
      return { status: response.status, ...((await response.json()) as object) };
    };
    const scriptFault = (fault: object): Promise<Response> =>
      fetch(`${sandbox.origin}/sandbox/script`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      });
    const countCreated = async (work: () => Promise<unknown>): Promise<[orders: number, payments: number]> => {
      const before = await counts();
      await work();
      const after = await counts();
      const grown = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0);
      return [grown('createOrder'), grown('createPayment')];
    };
    const newOrder = (): string => `order-${randomUUID().slice(0, 8)}`;

    test('that is repeated returns the same payment', async () => {
      const order = newOrder();
      const created = await countCreated(async () => {
        const [first, second] = [await startOrder(order), await startOrder(order)];
        expect(second.view?.reference).toBe(first.view?.reference);
        expect(second.session).not.toBe(first.session);
      });
      expect(created).toEqual([2, 1]);
    });

    test('that is doubled by two clicks creates one payment, and both get it', async () => {
      const order = newOrder();
      const created = await countCreated(async () => {
        const started = await Promise.all([startOrder(order), startOrder(order), startOrder(order)]);
        expect(started.map(({ status }) => status)).toEqual([200, 200, 200]);
        expect(new Set(started.map(({ view }) => view?.reference)).size).toBe(1);
      });
      expect(created[1]).toBe(1);
    });

    test.each(['createOrder', 'createPayment'])(
      'whose response to %s is lost goes on with what was created',
      async (operation) => {
        const order = newOrder();
        const created = await countCreated(async () => {
          await scriptFault({ operation, fault: 'reset', takesEffect: true });
          expect((await startOrder(order)).view?.phase).toBe('ready');
        });
        expect(created[1]).toBe(1);
      },
    );

    test('of unclear outcome is called again with the same reference, and creates no second payment', async () => {
      const order = newOrder();
      const created = await countCreated(async () => {
        // The first read of the order and the one after the reservation work; those after the payment fail.
        await scriptFault({ operation: 'createPayment', fault: 'reset', takesEffect: true });
        const unreadable = { operation: 'getOrder', fault: 'status', status: 503 };
        await scriptFault({ ...unreadable, times: 0, skip: 2 });
        const first = await startOrder(order);
        await fetch(`${sandbox.origin}/sandbox/script`, { method: 'DELETE' });
        expect(first.status).toBe(503);
        expect((await startOrder(order)).view?.phase).toBe('ready');
      });
      expect(created[1]).toBe(1);
    });

    test('after a decline takes the next attempt on the same order', async () => {
      const order = newOrder();
      const declined = await startOrder(order, { card: '4000000000000309' });
      const { session } = declined;
      await view('otp/generate', { session, idempotencyKey: randomUUID() });
      await view('otp/submit', { session, idempotencyKey: randomUUID(), otp: '123456' });
      await expect.poll(async () => (await view('payment', { session })).phase, { timeout: 10_000 }).toBe('failed');
      const second = await startOrder(order, { attempt: 2 });
      expect(second.view).toMatchObject({ phase: 'ready' });
      expect(second.view?.reference).not.toBe(declined.view?.reference);
    });

    test('with another reference is rejected while a payment is open, and with another amount at all', async () => {
      const order = newOrder();
      await startOrder(order);
      const created = await countCreated(async () => {
        expect((await startOrder(order, { attempt: 2 })).status).toBe(503);
        expect((await startOrder(order, { value: 5 })).status).toBe(503);
      });
      expect(created[1]).toBe(0);
    });
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
