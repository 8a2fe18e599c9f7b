import { expect, test } from 'vitest';
import { createSandbox } from '../../src/index.ts';
import { createTestSandbox, type JsonMember } from '../support/merchant.ts';

test('an unknown setting and an invalid value are rejected by name', () => {
  expect(() => createSandbox({ otpAttempts: 0 })).toThrow(/"otpAttempts" must be an integer from 1 to 10/);
  const typo: object = { otpAttemps: 2 };
  expect(() => createSandbox(typo)).toThrow(/Unknown setting "otpAttemps"/);
  expect(() => createSandbox().configure({ returnMethod: 'PUT' as never })).toThrow(
    /"returnMethod" must be one of POST, GET/,
  );
});

test('merchantName: the message and the page of the bank name the merchant', async () => {
  const { sandbox, merchant } = await createTestSandbox({ merchantName: 'Nilgiri <Leaf>' });
  const { paymentId, challengeUrl } = await merchant.start();
  await merchant.generate(paymentId);
  expect(sandbox.state.messages[0]?.text).toContain(' at NILGIRI <LEAF> on ');
  expect(await (await sandbox.fetch(challengeUrl)).text()).toContain('<dd>Nilgiri &lt;Leaf&gt;</dd>');
  for (const merchantName of ['', ' ', 'x'.repeat(101), 7 as never]) {
    expect(() => sandbox.configure({ merchantName })).toThrow(/"merchantName" must be text of 1 to 100 characters/);
  }
});

test('unknownOrderStatus and invalidRequestStatus: 422 where the docs disagree', async () => {
  const { merchant } = await createTestSandbox({ unknownOrderStatus: 422, invalidRequestStatus: 422 });
  expect(await merchant.getOrder('nobody')).toMatchObject({ status: 422, body: { code: 'ORDER_NOT_FOUND' } });
  expect(await merchant.createOrder({ order_amount: null })).toMatchObject({
    status: 422,
    body: { code: 'INVALID_REQUEST' },
  });
});

test("orderAfterLinking CREATED: the order's status as in the guide's sample", async () => {
  const { merchant } = await createTestSandbox({ orderAfterLinking: 'CREATED' });
  const { orderId } = await merchant.start();
  expect(await merchant.statuses(orderId)).toEqual(['CREATED', 'PENDING']);
});

test('secondPayment "reject": PAYMENT_PENDING while another payment is undecided', async () => {
  const { merchant } = await createTestSandbox({ secondPayment: 'reject' });
  const { orderId } = await merchant.start();
  expect(await merchant.createPayment(orderId)).toMatchObject({ status: 422, body: { code: 'PAYMENT_PENDING' } });
});

test('callsPerMinute: a call over the limit is 429 until a minute has passed', async () => {
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

test('paymentAmount "smaller": the payment of an order that is read has another amount', async () => {
  const { merchant, sandbox } = await createTestSandbox();
  const { orderId } = await merchant.start();
  const amount = async (): Promise<unknown> => {
    const { body } = await merchant.getOrder(orderId);
    const payments = body['data']?.['payments'] as readonly JsonMember[] | undefined;
    return payments?.[0]?.['payment_amount'];
  };
  const requested = await amount();
  sandbox.configure({ paymentAmount: 'smaller' });
  expect(await amount()).toEqual({ value: 100, currency: 'INR' });
  expect(requested).not.toEqual(await amount());
});

test('challengeHost: challenge_url leads to another host, to one that looks alike, past user info, or to a script', async () => {
  const { merchant, sandbox } = await createTestSandbox();
  const { orderId } = await merchant.start();
  const challengeUrl = async (): Promise<string> =>
    JSON.stringify((await merchant.getOrder(orderId)).body['data']?.['challenge_url']);
  expect(await challengeUrl()).toMatch(/^"https:\/\/plural\.test\/web\/auth/);
  sandbox.configure({ challengeHost: 'foreign' });
  expect(await challengeUrl()).toMatch(/^"https:\/\/bank\.example\/web\/auth/);
  sandbox.configure({ challengeHost: 'lookalike' });
  expect(await challengeUrl()).toMatch(/^"https:\/\/plural\.test\.bank\.example\/web\/auth/);
  sandbox.configure({ challengeHost: 'userInfo' });
  expect(await challengeUrl()).toMatch(/^"https:\/\/bank\.example@plural\.test\/web\/auth/);
  sandbox.configure({ challengeHost: 'script' });
  expect(await challengeUrl()).toMatch(/^"javascript:/);
});

test('checkoutUrl: an http or https URL or nothing, so that no card leads to a script', async () => {
  const { sandbox } = await createTestSandbox();
  for (const checkoutUrl of ['javascript:alert(1)', 'shop', `https://shop.test/${'x'.repeat(300)}`, 7 as never]) {
    expect(() => sandbox.configure({ checkoutUrl })).toThrow(/"checkoutUrl" must be an http or https URL/);
  }
  sandbox.configure({ checkoutUrl: 'https://shop.test/checkout' });
  sandbox.configure({ checkoutUrl: '' });
  expect(sandbox.settings().checkoutUrl).toBe('');
});
