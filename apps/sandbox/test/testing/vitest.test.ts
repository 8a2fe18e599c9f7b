import { test as base, expect, onTestFinished, vi } from 'vitest';
import { createSandboxClient } from '@plural-otp/sandbox';
import { sandboxFixtures } from '@plural-otp/sandbox/vitest';
import { Merchant } from '../support/merchant.ts';

const test = base.extend(sandboxFixtures);

/** Pays over the given transport, with the OTP that the phone receives. */
async function pay(merchant: Merchant, readOtp: () => Promise<string>, reference: string): Promise<string> {
  await merchant.signIn();
  const { orderId, paymentId } = await merchant.start('pays', { merchant_order_reference: reference });
  await merchant.generate(paymentId);
  await merchant.submit(paymentId, await readOtp());
  return orderId;
}

// Twice under one reference: a sandbox that both tests shared would refuse the second.
for (const round of [1, 2])
  test(`each test has a sandbox of its own (${round})`, async ({ sandbox, bank }) => {
    const merchant = new Merchant((request) => sandbox.fetch(request), bank.origin);
    const orderId = await pay(merchant, () => bank.otp({ reference: 'fixed' }), 'fixed');
    expect(await bank.waitFor('orders', { orderId, status: 'PROCESSED' })).toMatchObject({
      otpsSent: 1,
      calls: { submitOtp: 1 },
    });
    expect(await bank.find('requests', { operation: 'submitOtp' })).toHaveLength(1);
  });

test('a shop in another process reaches the sandbox over a socket', async ({ sandboxOrigin, bank, sandbox }) => {
  const merchant = new Merchant((request) => fetch(request), sandboxOrigin);
  const orderId = await pay(merchant, () => bank.otp(), 'over-a-socket');
  expect(sandbox.state.orders.get(orderId)?.status).toBe('PROCESSED');
});

test('a client drives one namespace, says what it did not find, and removes it', async ({ sandboxOrigin, sandbox }) => {
  const bank = createSandboxClient({ origin: sandboxOrigin, namespace: 'checkout' });
  await bank.configure({ otpAttempts: 1 });
  await bank.script({ operation: 'createOrder', fault: 'status', status: 503 });
  await bank.advance(60);
  await bank.setWebhookUrl(['http://127.0.0.1:9/a', 'http://127.0.0.1:9/b']);
  const { state, settings } = sandbox.namespace('checkout');
  expect([settings().otpAttempts, state.faults.length, state.webhookUrls.length]).toEqual([1, 1, 2]);
  expect(sandbox.settings().otpAttempts).toBe(3);
  await expect(bank.waitFor('messages', { reference: 'x' }, 1)).rejects.toThrow(
    'No entry of messages matched {"reference":"x"} within 1 ms; there are 0 others.',
  );
  await expect(bank.configure({ otpAttempts: 99 })).rejects.toThrow(
    /POST \/sandbox\/settings: 400 "otpAttempts" must be/,
  );
  await bank.reset({ keep: ['settings'] });
  expect([settings().otpAttempts, state.faults.length]).toEqual([1, 0]);
  await bank.remove();
  expect([...sandbox.state.namespaces.keys()]).toEqual([]);
});

test('otp waits for a message that arrives, past one that is lost', async ({ sandbox, bank }) => {
  const merchant = await new Merchant((request) => sandbox.fetch(request)).signIn();
  const { paymentId, challengeUrl } = await merchant.start('sms-lost');
  await merchant.generate(paymentId);
  const waiting = bank.otp();
  await sandbox.fetch(challengeUrl);
  expect(await waiting).toBe('123456');
});

test.describe('sandboxOptions', () => {
  test.override({ sandboxOptions: { otpAttempts: 1 } });
  test('give every sandbox of a group its settings', ({ sandbox }) => {
    expect(sandbox.settings().otpAttempts).toBe(1);
  });
});

/** Creates a client of a sandbox whose answers are given, and lists the queries that it sent. */
function createScriptedClient(answers: (query: URLSearchParams) => object) {
  const queries: URLSearchParams[] = [];
  const bank = createSandboxClient({
    origin: 'http://127.0.0.1:3001',
    fetch: async ({ url }) => {
      const query = new URL(url).searchParams;
      queries.push(query);
      return Response.json(answers(query));
    },
  });
  return { bank, queries };
}

test('otp is the one of the newest message that arrived', async () => {
  const message = (number: number, otp: string, arrived = true): object => ({ number, otp, arrived });
  const all = [message(1, '111111'), message(2, '222222'), message(3, '333333', false)];
  const { bank } = createScriptedClient((query) => ({ messages: all.slice(Number(query.get('after'))) }));
  expect(await bank.otp()).toBe('222222');
  expect(await bank.otp({ after: 1 })).toBe('222222');
});

test('otp names its whole wait where no message arrives after one that was lost', async () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  onTestFinished(() => clock.mockRestore());
  const lost = { number: 1, otp: '111111', arrived: false };
  const { bank } = createScriptedClient((query) => {
    clock.mockReturnValue(4000);
    return { messages: [lost].slice(Number(query.get('after'))) };
  });
  await expect(bank.otp()).rejects.toThrow('within 5000 ms');
});

test('a wait that is longer than one answer of the sandbox is as long as it says', async () => {
  const { bank, queries } = createScriptedClient(() => ({ orders: [] }));
  await expect(bank.waitFor('orders', {}, 150_000)).rejects.toThrow('within 150000 ms');
  expect(queries.map((query) => query.get('waitMs'))).toEqual(['60000', '60000', '30000', null]);

  let answers = 0;
  const late = createScriptedClient(() => ({ orders: (answers += 1) < 3 ? [] : [{ otpsSent: 0 }] }));
  expect(await late.bank.waitFor('orders', {}, 150_000)).toEqual({ otpsSent: 0 });
  expect(late.queries).toHaveLength(3);
});
