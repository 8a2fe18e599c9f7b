import { expect, test } from 'vitest';
import { createSandbox, credentials } from '../../src/index.ts';
import { Merchant, createTestSandbox, createManualClock } from '../support/merchant.ts';

test('a setting that does not exist or cannot take its value is refused by name', () => {
  expect(() => createSandbox({ otpAttempts: 0 })).toThrow(/"otpAttempts" takes 1 to 10/);
  const typo: object = { otpAttemps: 2 };
  expect(() => createSandbox(typo)).toThrow(/no setting "otpAttemps"/);
  expect(() => createSandbox().configure({ returnMethod: 'PUT' as never })).toThrow(/"returnMethod" takes POST \| GET/);
});

test('webhookUrl and origin are refused when they are no addresses', () => {
  expect(() => createSandbox({ webhookUrl: 'file:///etc/passwd' })).toThrow('http or https address');
  expect(() => createSandbox({ origin: 'bank' })).toThrow(TypeError);
});

test('challenge URLs lead to the given origin, else to where the request came to', async () => {
  const given = await createTestSandbox({ origin: 'https://bank.test/' });
  expect((await given.merchant.start()).challengeUrl).toMatch(/^https:\/\/bank\.test\/web\//);
  const own = await createTestSandbox();
  expect((await own.merchant.start()).challengeUrl).toMatch(/^https:\/\/plural\.test\/web\//);
});

test('tokenAnswer: a token tells its end in both ways, or in one', async () => {
  const ask = async (tokenAnswer: 'both' | 'expires_in' | 'expires_at'): Promise<object> => {
    const clock = createManualClock();
    const sandbox = createSandbox({ now: clock.now, tokenExpiryFields: tokenAnswer });
    const merchant = new Merchant((request) => sandbox.fetch(request));
    const { clientId: client_id, clientSecret: client_secret } = credentials;
    return (
      await merchant.call('POST', '/api/auth/v1/token', { client_id, client_secret, grant_type: 'client_credentials' })
    ).body;
  };
  expect(await ask('both')).toMatchObject({ expires_in: 3600, expires_at: '2026-01-05T07:30:00.000Z' });
  expect(await ask('expires_in')).not.toHaveProperty('expires_at');
  expect(await ask('expires_at')).not.toHaveProperty('expires_in');
});

test('wrong credentials are 401, in either known body, and give no token', async () => {
  const sandbox = createSandbox();
  const merchant = new Merchant((request) => sandbox.fetch(request));
  const wrong = { client_id: credentials.clientId, client_secret: 'guess', grant_type: 'client_credentials' };
  expect(await merchant.call('POST', '/api/auth/v1/token', wrong)).toEqual({
    status: 401,
    body: { error: 'invalid_client', error_description: 'client_id or client_secret is wrong' },
  });
  sandbox.configure({ tokenErrorBody: 'trace' });
  const traced = await merchant.call('POST', '/api/auth/v1/token', wrong);
  expect(traced).toMatchObject({ status: 401, body: { status: 401, type: 'UNAUTHORIZED' } });
  expect(traced.body).toHaveProperty('traceId');
  expect(sandbox.state.tokens.size).toBe(0);
});

test('a token ends when it said it would', async () => {
  const { merchant, clock } = await createTestSandbox({ tokenLifeSeconds: 60 });
  clock.advance(59);
  expect((await merchant.createOrder()).status).toBe(200);
  clock.advance(1);
  expect((await merchant.createOrder()).status).toBe(401);
});

test('unknownOrderStatus and invalidRequestStatus: 422 where the docs disagree', async () => {
  const { merchant } = await createTestSandbox({ unknownOrderStatus: 422, invalidRequestStatus: 422 });
  expect(await merchant.getOrder('nobody')).toMatchObject({ status: 422, body: { code: 'ORDER_NOT_FOUND' } });
  expect(await merchant.createOrder({ order_amount: null })).toMatchObject({
    status: 422,
    body: { code: 'INVALID_REQUEST' },
  });
});

test('orderAfterLinking CREATED: as in the sample of the guide', async () => {
  const { merchant } = await createTestSandbox({ orderAfterLinking: 'CREATED' });
  const { orderId } = await merchant.start();
  expect(await merchant.statuses(orderId)).toEqual(['CREATED', 'PENDING']);
});

test('secondPayment "refuse": PAYMENT_PENDING while another is undecided', async () => {
  const { merchant } = await createTestSandbox({ secondPayment: 'reject' });
  const { orderId } = await merchant.start();
  expect(await merchant.createPayment(orderId)).toMatchObject({ status: 422, body: { code: 'PAYMENT_PENDING' } });
});

test('callsPerMinute: one call too many is 429 until a minute has passed', async () => {
  const { merchant, clock } = await createTestSandbox({ callsPerMinute: 3 });
  await merchant.createOrder();
  await merchant.createOrder();
  expect(await merchant.createOrder()).toMatchObject({ status: 429, body: { code: 'API_RATE_LIMIT' } });
  clock.advance(60);
  expect((await merchant.createOrder()).status).toBe(200);
});

test('refundAfterSeconds and refundEnds: a refund is PENDING first, and may fail', async () => {
  const { merchant, clock } = await createTestSandbox({ refundAfterSeconds: 60, refundEnds: 'FAILED' });
  const { orderId, paymentId } = await merchant.start();
  await merchant.generate(paymentId);
  await merchant.submit(paymentId, '123456');
  const { body } = await merchant.call('POST', `/api/pay/v1/refunds/${orderId}`, {
    merchant_order_reference: 'back',
    order_amount: { value: 35_000, currency: 'INR' },
  });
  expect(body['data']).toMatchObject({ status: 'PENDING' });
  clock.advance(60);
  const refund = await merchant.call('GET', '/api/pay/v1/orders/reference/back');
  expect(refund.body['data']).toMatchObject({ status: 'FAILED' });
  expect((await merchant.statuses(orderId))[0]).toBe('PROCESSED');
});
