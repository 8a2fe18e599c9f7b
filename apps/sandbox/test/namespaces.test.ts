import { describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox, type SandboxNamespace } from '../src/index.ts';
import { cardBody, createTestSandbox, Merchant, paymentBody } from './support/merchant.ts';

/** A merchant of a namespace, who knows it by the client id alone. */
function merchantOf(sandbox: Sandbox, { credentials }: Pick<SandboxNamespace, 'credentials'>): Promise<Merchant> {
  return new Merchant((request) => sandbox.fetch(request)).signIn(credentials);
}

describe('namespaces', () => {
  test('two merchants on one sandbox share no order, reference, fault, setting, message, count or clock', async () => {
    const sandbox = createSandbox();
    const [first, second] = [sandbox.namespace('first'), sandbox.namespace('second')];
    const [a, b] = [await merchantOf(sandbox, first), await merchantOf(sandbox, second)];
    first.script({ operation: 'generateOtp', fault: 'status', status: 503, times: 0 });
    first.configure({ otpAttempts: 1 });
    first.advance(1000);

    const fixed = { merchant_order_reference: 'the-same' };
    const [ofA, ofB] = [await a.start('pays', fixed), await b.start('pays', fixed)];
    expect((await a.generate(ofA.paymentId)).status).toBe(503);
    expect((await b.generate(ofB.paymentId)).status).toBe(200);
    await b.submit(ofB.paymentId, '000000');
    expect(await b.statuses(ofB.orderId)).toEqual(['ATTEMPTED', 'PENDING']);
    expect((await b.getOrder(ofA.orderId)).status).toBe(404);
    expect([first.state.messages.length, second.state.messages.length]).toEqual([0, 1]);
    expect([first.state.counts.submitOtp, second.state.counts.submitOtp]).toEqual([undefined, 1]);
    expect(first.state.clockOffsetMs - second.state.clockOffsetMs).toBe(1_000_000);
    // The sandbox's own namespace saw nothing of it.
    expect(sandbox.state).toMatchObject({ counts: {}, requests: [], messages: [], faults: [] });
    expect(sandbox.state.orders.size).toBe(0);
  });

  test("the bank's page belongs to the namespace of its payment, without a header", async () => {
    const sandbox = createSandbox();
    const bank = sandbox.namespace('bank-page');
    const { challengeUrl, orderId } = await (await merchantOf(sandbox, bank)).start();
    await sandbox.fetch(challengeUrl);
    await sandbox.fetch(challengeUrl, { method: 'POST', body: new URLSearchParams({ otp: '123456' }) });
    expect(bank.state.orders.get(orderId)?.status).toBe('PROCESSED');
  });

  test('the header and the query of a control route name one too', async () => {
    const { sandbox, merchant } = await createTestSandbox();
    const header = { 'sandbox-namespace': 'by-header' };
    await merchant.call('POST', '/sandbox/settings', { otpAttempts: 7 }, header);
    await merchant.call('POST', '/sandbox/settings?namespace=by-query', { otpAttempts: 8 });
    expect(
      [sandbox, sandbox.namespace('by-header'), sandbox.namespace('by-query')].map((n) => n.settings().otpAttempts),
    ).toEqual([3, 7, 8]);
    const { body } = await merchant.call('GET', '/sandbox/scenarios?namespace=by-query');
    expect(body['credentials']).toMatchObject({ clientId: 'sandbox-client-by-query' });
    const page = await sandbox.fetch('https://plural.test/?namespace=by-query');
    expect(page.headers.get('location')).toBe('/sandbox/?namespace=by-query');
  });

  test('a token opens its own namespace only', async () => {
    const { sandbox, merchant } = await createTestSandbox();
    const other = await merchantOf(sandbox, sandbox.namespace('other'));
    const { orderId } = await merchant.start();
    expect((await other.getOrder(orderId)).status).toBe(404);
    other.token = merchant.token;
    const header = { 'sandbox-namespace': 'other' };
    expect((await other.call('GET', `/api/pay/v1/orders/${orderId}`, undefined, header)).status).toBe(401);
  });

  test.each(['', 'a b', 'x'.repeat(65), '../a', 'a~b'])('%j is no name, and creates nothing', async (name) => {
    const sandbox = createSandbox();
    expect(() => sandbox.namespace(name)).toThrow(/1 to 64 letters/);
    const grant = {
      client_id: `sandbox-client-${name}`,
      client_secret: 'sandbox-secret',
      grant_type: 'client_credentials',
    };
    const stranger = new Merchant((request) => sandbox.fetch(request));
    expect((await stranger.call('POST', '/api/auth/v1/token', grant)).status).toBe(401);
    expect(sandbox.state.namespaces.size).toBe(0);
  });

  test('an unknown token or challenge that names a namespace creates none', async () => {
    const sandbox = createSandbox();
    const stranger = new Merchant((request) => sandbox.fetch(request));
    stranger.token = 'guess~sandbox.1';
    expect((await stranger.getOrder('x')).status).toBe(401);
    expect((await sandbox.fetch('https://plural.test/web/auth/landing/?token=guess~1')).status).toBe(404);
    expect(sandbox.state.namespaces.size).toBe(0);
  });

  test('they are listed, removed, and kept by a state', async () => {
    const { sandbox, merchant } = await createTestSandbox();
    const { orderId } = await (await merchantOf(sandbox, sandbox.namespace('kept'))).start();
    sandbox.namespace('second');
    const copy = createSandbox();
    copy.importState(sandbox.exportState());
    expect(copy.namespace('kept').state.orders.has(orderId)).toBe(true);

    expect((await merchant.call('GET', '/sandbox/namespaces')).body['namespaces']).toEqual(['kept', 'second']);
    await merchant.call('DELETE', '/sandbox/namespaces?name=kept');
    expect(sandbox.namespace('kept').state.orders.size).toBe(0);
    await merchant.call('DELETE', '/sandbox/namespaces');
    expect(sandbox.state.namespaces.size).toBe(0);
  });
});

describe('reset', () => {
  test('a fixed reference can be used again, with the token that the client holds', async () => {
    const { sandbox, merchant } = await createTestSandbox({ otpAttempts: 2, webhookUrl: 'https://shop.test/hook' });
    await merchant.start('pays', { merchant_order_reference: 'fixed' });
    expect((await merchant.createOrder({ merchant_order_reference: 'fixed' })).status).toBe(422);
    sandbox.script({ operation: '*', fault: 'hang' });
    sandbox.configure({ otpAttempts: 9, lenient: true });
    sandbox.setWebhookUrl(null);
    sandbox.advance(500);
    expect((await merchant.call('POST', '/sandbox/reset', {})).status).toBe(200);

    expect((await merchant.createOrder({ merchant_order_reference: 'fixed' })).status).toBe(200);
    expect(sandbox.settings()).toMatchObject({ otpAttempts: 2, lenient: false });
    expect(sandbox.state).toMatchObject({ clockOffsetMs: 0, faults: [], webhookUrls: ['https://shop.test/hook'] });
    expect(sandbox.state.counts).toEqual({ createOrder: 1 });
  });

  test('keep names the parts that stay, and a wrong name is an error', async () => {
    const { sandbox, merchant } = await createTestSandbox();
    const { orderId } = await merchant.start();
    sandbox.configure({ otpAttempts: 9 });
    sandbox.script({ operation: 'getOrder', fault: 'empty' });
    sandbox.advance(60);
    await merchant.call('POST', '/sandbox/reset', { keep: ['settings', 'clock', 'orders'] });
    expect(sandbox.settings().otpAttempts).toBe(9);
    expect(sandbox.state.clockOffsetMs).toBe(60_000);
    expect((await merchant.getOrder(orderId)).status).toBe(200);
    expect(sandbox.state.requests).toHaveLength(1);
    const wrong = await merchant.call('POST', '/sandbox/reset', { keep: ['everything'] });
    expect(wrong).toMatchObject({
      status: 400,
      body: { problem: expect.stringContaining('orders, customers, logs') as string },
    });
    expect((await merchant.getOrder(orderId)).status).toBe(200);
  });

  test('a webhook that is to be tried again is not sent into the next test', async () => {
    let attempts = 0;
    let retry = (): void => undefined;
    const { sandbox, merchant } = await createTestSandbox({
      webhookUrl: 'https://shop.test/hook',
      fetch: () => {
        attempts += 1;
        return Promise.resolve(new Response(null, { status: 500 }));
      },
      wait: (_, signal) =>
        signal === null ? new Promise((resolve) => (retry = resolve)) : new Promise(() => undefined),
    });
    const { paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    await sandbox.waitFor('webhooks', { state: 'sending' });
    await expect.poll(() => attempts).toBe(1);
    sandbox.reset();
    retry();
    await sandbox.whenIdle();
    expect(attempts).toBe(1);
  });

  test('one namespace is reset, and no other', async () => {
    const sandbox = createSandbox();
    const [a, b] = [sandbox.namespace('a'), sandbox.namespace('b')];
    const merchants = [await merchantOf(sandbox, a), await merchantOf(sandbox, b)];
    for (const merchant of merchants) await merchant.start('pays', { merchant_order_reference: 'one' });
    a.reset();
    expect([a.state.orders.size, b.state.orders.size]).toEqual([0, 1]);
    expect((await merchants[0]?.createOrder({ merchant_order_reference: 'one' }))?.status).toBe(200);
  });
});

test('a seed gives the same ids in each run, after a reset, and others in each namespace', async () => {
  const run = async (sandbox: Sandbox, space: Pick<SandboxNamespace, 'credentials'>): Promise<string> => {
    const merchant = await merchantOf(sandbox, space);
    const { orderId, paymentId, challengeUrl } = await merchant.start();
    await merchant.createPayment(orderId, { ...paymentBody(), payment_option: { card_details: cardBody } });
    return JSON.stringify([merchant.token, orderId, paymentId, challengeUrl]);
  };
  const options = { seed: 7, startAtMs: Date.UTC(2026, 0, 5), frozen: true };
  const sandbox = createSandbox(options);
  const first = await run(sandbox, sandbox);
  sandbox.reset();
  // Drawing the control page draws no id.
  await sandbox.fetch('https://plural.test/sandbox/');
  expect(await run(sandbox, sandbox)).toBe(first);
  expect(await run(createSandbox(options), sandbox)).toBe(first);
  expect(await run(createSandbox({ ...options, seed: 8 }), sandbox)).not.toBe(first);
  expect(await run(sandbox, sandbox.namespace('a'))).not.toBe(await run(sandbox, sandbox.namespace('b')));
});
