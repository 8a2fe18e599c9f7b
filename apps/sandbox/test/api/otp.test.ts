import { describe, expect, test } from 'vitest';
import { createTestSandbox } from '../support/merchant.ts';

describe('resend', () => {
  test('before resend_after it is rejected with RESEND_OTP still in next, and sends nothing', async () => {
    const { merchant, clock, sandbox } = await createTestSandbox();
    const { paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    clock.advance(29.999);
    expect(await merchant.resend(paymentId)).toMatchObject({
      status: 422,
      body: { next: ['SUBMIT_OTP', 'RESEND_OTP'] },
    });
    expect(sandbox.state.messages).toHaveLength(1);
  });

  test('from resend_after on it sends another OTP, and resend_after starts again', async () => {
    const { merchant, clock, sandbox } = await createTestSandbox();
    const { paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    clock.advance(30);
    expect(await merchant.resend(paymentId)).toEqual({
      status: 200,
      body: { status: 'SUCCESS', next: ['SUBMIT_OTP', 'RESEND_OTP'], meta_data: { resend_after: '30' } },
    });
    expect(sandbox.state.messages).toHaveLength(2);
    expect((await merchant.resend(paymentId)).status).toBe(422);
  });

  test('over the limit it is rejected without RESEND_OTP in next, and the OTP still pays', async () => {
    const { merchant, clock } = await createTestSandbox({ otpResends: 2 });
    const { orderId, paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    for (let sent = 0; sent < 2; sent++) {
      clock.advance(30);
      expect((await merchant.resend(paymentId)).status).toBe(200);
    }
    clock.advance(30);
    expect(await merchant.resend(paymentId)).toMatchObject({ status: 422, body: { next: ['SUBMIT_OTP'] } });
    await merchant.submit(paymentId, '123456');
    expect(await merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('without a first OTP it is rejected and sends nothing', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { paymentId } = await merchant.start();
    expect((await merchant.resend(paymentId)).status).toBe(422);
    expect(sandbox.state.messages).toHaveLength(0);
  });

  test('card 4111111111111111 reports 2 seconds and allows a resend after them', async () => {
    const { merchant, clock } = await createTestSandbox();
    const { paymentId } = await merchant.start('quick-resend');
    expect((await merchant.generate(paymentId)).body).toMatchObject({ meta_data: { resend_after: '2' } });
    clock.advance(2);
    expect((await merchant.resend(paymentId)).status).toBe(200);
  });
});

describe('submit', () => {
  test('a right OTP takes money once: the second submit has no next step', async () => {
    const { merchant } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    expect(await merchant.submit(paymentId, '123456')).toMatchObject({ status: 422, body: { next: ['NONE'] } });
    expect(await merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('before generate an OTP is rejected, without offering a resend that would be rejected too', async () => {
    const { merchant } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start();
    const { status, body } = await merchant.submit(paymentId, '123456');
    expect(status).toBe(422);
    expect(body).not.toHaveProperty('next');
    expect(await merchant.statuses(orderId)).toEqual(['PENDING', 'PENDING']);
  });

  test('an expired OTP is rejected as a wrong one is, but does not count as one', async () => {
    const { merchant, clock } = await createTestSandbox({ otpLifeSeconds: 180, otpAttempts: 1 });
    const { orderId, paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    clock.advance(180);
    expect(await merchant.submit(paymentId, '123456')).toMatchObject({
      status: 422,
      body: { next: ['SUBMIT_OTP', 'RESEND_OTP'] },
    });
    expect(await merchant.statuses(orderId)).toEqual(['ATTEMPTED', 'PENDING']);
    await merchant.resend(paymentId);
    await merchant.submit(paymentId, '123456');
    expect(await merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test("the guide's 1234 is wrong, except under lenient", async () => {
    const strict = await createTestSandbox();
    const first = await strict.merchant.start();
    await strict.merchant.generate(first.paymentId);
    expect((await strict.merchant.submit(first.paymentId, '1234')).status).toBe(422);

    const lenient = await createTestSandbox({ lenient: true });
    const second = await lenient.merchant.start();
    await lenient.merchant.generate(second.paymentId);
    expect((await lenient.merchant.submit(second.paymentId, '1234')).status).toBe(200);
  });

  test('with orderAfterLastOtp FAILED the last wrong OTP closes the order', async () => {
    const { merchant } = await createTestSandbox({ orderAfterLastOtp: 'FAILED' });
    const { orderId, paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    for (let miss = 0; miss < 3; miss++) await merchant.submit(paymentId, '000000');
    expect(await merchant.statuses(orderId)).toEqual(['FAILED', 'FAILED']);
    expect(await merchant.createPayment(orderId)).toMatchObject({
      status: 422,
      body: { code: 'OPERATION_NOT_ALLOWED' },
    });
  });

  test('two open payments of one order can both be paid: nothing upstream prevents it', async () => {
    const { merchant } = await createTestSandbox();
    const first = await merchant.start();
    const second = await merchant.startAnother(first.orderId);
    for (const { paymentId } of [first, second]) {
      await merchant.generate(paymentId);
      expect((await merchant.submit(paymentId, '123456')).status).toBe(200);
    }
    expect(await merchant.statuses(first.orderId)).toEqual(['PROCESSED', 'PROCESSED', 'PROCESSED']);
  });
});

describe('an order that is paid', () => {
  test('stays PROCESSED when its other payments fail or are cancelled', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const paid = await merchant.start();
    const missed = await merchant.startAnother(paid.orderId);
    const left = await merchant.startAnother(paid.orderId);
    for (const { paymentId } of [paid, missed]) await merchant.generate(paymentId);
    await merchant.submit(paid.paymentId, '123456');
    for (let miss = 0; miss < 3; miss++) await merchant.submit(missed.paymentId, '000000');
    await sandbox.fetch(left.challengeUrl, { method: 'POST', body: new URLSearchParams({ action: 'cancel' }) });
    expect(await merchant.statuses(paid.orderId)).toEqual(['PROCESSED', 'PROCESSED', 'FAILED', 'FAILED']);
    expect(sandbox.state.deliveries.map(({ eventType }) => eventType)).toEqual([
      'ORDER_PROCESSED',
      'PAYMENT_FAILED',
      'PAYMENT_FAILED',
    ]);
  });
});

test('a failed order becomes PROCESSED when a payment that was authenticated before is paid', async () => {
  const { merchant, clock } = await createTestSandbox({ orderAfterLastOtp: 'FAILED' });
  const slow = await merchant.start('slow');
  const missed = await merchant.startAnother(slow.orderId);
  for (const { paymentId } of [slow, missed]) await merchant.generate(paymentId);
  await merchant.submit(slow.paymentId, '123456');
  for (let miss = 0; miss < 3; miss++) await merchant.submit(missed.paymentId, '000000');
  expect((await merchant.statuses(slow.orderId))[0]).toBe('FAILED');
  clock.advance(6);
  expect(await merchant.statuses(slow.orderId)).toEqual(['PROCESSED', 'PROCESSED', 'FAILED']);
});

describe('generate', () => {
  test.each(['bank-page-only', 'generate-rejected', 'international'])(
    'card %s is rejected without a next step, and no OTP is sent',
    async (card) => {
      const { merchant, sandbox } = await createTestSandbox();
      const { paymentId } = await merchant.start(card);
      const response = await merchant.generate(paymentId);
      expect(response.status).toBe(422);
      expect(response.body).not.toHaveProperty('next');
      expect(sandbox.state.messages).toHaveLength(0);
    },
  );

  test('an unknown payment is 422 and names the field', async () => {
    const { merchant } = await createTestSandbox();
    expect(await merchant.generate('v1-0-aa-nobody-cc-a')).toMatchObject({
      status: 422,
      body: { additional_error_details: { source: 'payment_id' } },
    });
  });

  test("the text message contains the amount with its fee and the card's last digits", async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start('fee');
    await merchant.generate(paymentId);
    const { body } = await merchant.getOrder(orderId);
    // 2 % of 350.00 is 7.00, a fixed 10.00, 18 % tax on both is 3.06.
    expect(JSON.stringify(body)).toContain('"applicable_fee_amount":{"value":2006,"currency":"INR"}');
    expect(sandbox.state.messages[0]?.text).toMatch(/^123456 is your OTP for Rs 370\.06 at .* card xx0101\./);
  });
});

test('repeatGenerate: a second generate is free, held to the rules of a resend, or rejected', async () => {
  const { merchant, sandbox, clock } = await createTestSandbox({ otpResends: 1 });
  const generated = async (paymentId: string): Promise<number> => (await merchant.generate(paymentId)).status;
  const { paymentId: free } = await merchant.start();
  expect([await generated(free), await generated(free), await generated(free)]).toEqual([200, 200, 200]);

  sandbox.configure({ repeatGenerate: 'countsAsResend' });
  const { paymentId: counted } = await merchant.start();
  expect([await generated(counted), await generated(counted)]).toEqual([200, 422]);
  clock.advance(30);
  expect(await generated(counted)).toBe(200);
  clock.advance(30);
  expect([await generated(counted), (await merchant.resend(counted)).status]).toEqual([422, 422]);

  sandbox.configure({ repeatGenerate: 'refuse' });
  const { paymentId: refused } = await merchant.start();
  expect(await generated(refused)).toBe(200);
  clock.advance(30);
  expect(await generated(refused)).toBe(422);
  expect((await merchant.resend(refused)).status).toBe(200);
});

test('an OTP that nothing accepts is told which status forbids it', async () => {
  const { merchant, sandbox } = await createTestSandbox();
  const { orderId, paymentId } = await merchant.start('order-fails');
  const second = await merchant.startAnother(orderId);
  await merchant.generate(paymentId);
  sandbox.advance(10);
  expect((await merchant.generate(second.paymentId)).body).toMatchObject({
    message: 'A payment of an order in status FAILED accepts no OTP',
    next: ['NONE'],
  });
});

test('a loop of generates keeps the history of its order bounded', async () => {
  const { merchant, sandbox } = await createTestSandbox();
  const { orderId, paymentId } = await merchant.start();
  for (let i = 0; i < 600; i++) await merchant.generate(paymentId);
  expect(sandbox.state.orders.get(orderId)?.history).toHaveLength(500);
});
