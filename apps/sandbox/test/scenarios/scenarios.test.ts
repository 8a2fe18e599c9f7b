import { describe, expect, test } from 'vitest';
import { amountDeclines, scenarios } from '../../src/index.ts';
import { createTestSandbox, type TestSandbox } from '../support/merchant.ts';

async function payWith(
  context: TestSandbox,
  scenarioId: string,
  more: { order_amount?: object } = {},
): Promise<{ orderId: string; paymentId: string }> {
  const started = await context.merchant.start(scenarioId, more);
  await context.merchant.generate(started.paymentId);
  await context.merchant.submit(started.paymentId, '123456');
  return started;
}

test('each card has its own number and id', () => {
  expect(new Set(scenarios.map(({ number }) => number)).size).toBe(scenarios.length);
  expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length);
});

test('/sandbox/scenarios lists every card with all that a shop needs to pay with it', async () => {
  const { merchant } = await createTestSandbox();
  const { body } = await merchant.call('GET', '/sandbox/scenarios');
  const cards = body['cards'] as unknown as readonly object[];
  expect(cards).toHaveLength(scenarios.length);
  for (const card of cards)
    expect(card).toEqual({
      id: expect.any(String) as string,
      group: expect.any(String) as string,
      title: expect.any(String) as string,
      description: expect.any(String) as string,
      number: expect.stringMatching(/^\d{16}$/) as string,
      expiryMonth: '12',
      expiryYear: '2039',
      cvv: '123',
      name: expect.any(String) as string,
      network: expect.any(String) as string,
      issuer: expect.any(String) as string,
      type: expect.stringMatching(/^(CREDIT|DEBIT)$/) as string,
      nativeOtp: expect.any(Boolean) as boolean,
      resendAfterSeconds: expect.any(Number) as number,
    });
});

test.each([
  'pays',
  'quick-resend',
  'debit',
  'rupay',
  'fee',
  'sms-lost',
  'resend-limit',
  'one-attempt',
  'long-wait',
  'no-webhook',
])('card %s pays with the right OTP', async (card) => {
  const context = await createTestSandbox();
  const { orderId } = await payWith(context, card);
  expect(await context.merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
});

test('card details of each card match its scenario', async () => {
  const { merchant } = await createTestSandbox();
  const response = await merchant.call('POST', '/api/pay/v1/getCardDetails', {
    amount: '35000',
    card_details: scenarios
      .slice(0, 20)
      .map(({ number }) => ({ payment_identifier: number, payment_reference_type: 'CARD' })),
  });
  expect(response.body['card_payment_details']).toMatchObject(
    scenarios.slice(0, 20).map(({ network, issuer, type, behaviour }) => ({
      card_network: network,
      card_issuer: issuer,
      card_type: type,
      is_native_otp_supported: behaviour.nativeOtp,
      is_international_card: behaviour.international === true,
    })),
  );
});

test('international: issued abroad, without native OTP', async () => {
  const { merchant } = await createTestSandbox();
  const { orderId } = await merchant.start('international');
  const { body } = await merchant.getOrder(orderId);
  expect(body['data']).toMatchObject({
    payments: [{ payment_option: { card_data: { country_code: 'USA', is_native_otp_eligible: false } } }],
  });
});

describe('OTP scenarios', () => {
  test('sms-lost: OTPs requested by the API do not arrive, one requested by the ACS page does', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { paymentId, challengeUrl } = await merchant.start('sms-lost');
    await merchant.generate(paymentId);
    await sandbox.fetch(challengeUrl);
    expect(sandbox.state.messages.map(({ arrived }) => arrived)).toEqual([false, true]);
  });

  test('code-expired: the first OTP is rejected without a lasting effect, the second pays', async () => {
    const { merchant, clock } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start('code-expired');
    await merchant.generate(paymentId);
    for (let i = 0; i < 4; i++)
      expect(await merchant.submit(paymentId, '123456')).toMatchObject({
        status: 422,
        body: { next: ['SUBMIT_OTP', 'RESEND_OTP'] },
      });
    clock.advance(2);
    await merchant.resend(paymentId);
    await merchant.submit(paymentId, '123456');
    expect(await merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('resend-limit: the second resend is rejected for good', async () => {
    const { merchant, clock } = await createTestSandbox();
    const { paymentId } = await merchant.start('resend-limit');
    await merchant.generate(paymentId);
    clock.advance(2);
    expect((await merchant.resend(paymentId)).status).toBe(200);
    clock.advance(2);
    expect((await merchant.resend(paymentId)).body).toMatchObject({ next: ['SUBMIT_OTP'] });
  });

  test('one-attempt: the first wrong OTP ends the payment', async () => {
    const { merchant } = await createTestSandbox();
    const { paymentId } = await merchant.start('one-attempt');
    await merchant.generate(paymentId);
    expect((await merchant.submit(paymentId, '000000')).body).toMatchObject({ next: ['NONE'] });
  });
});

describe('issuer scenarios', () => {
  test.each([
    ['no-funds', 'INSUFFICIENT_FUNDS'],
    ['risk', 'RISK_CHECK_FAILED'],
  ])('%s: submit is accepted, then the payment fails with %s and the order stays open', async (card, code) => {
    const context = await createTestSandbox();
    const { orderId, paymentId } = await context.merchant.start(card);
    await context.merchant.generate(paymentId);
    expect((await context.merchant.submit(paymentId, '123456')).body).toEqual({ status: 'SUCCESS' });
    expect(await context.merchant.statuses(orderId)).toEqual(['ATTEMPTED', 'FAILED']);
    const { body } = await context.merchant.getOrder(orderId);
    expect(body['data']).toMatchObject({ payments: [{ error_detail: { code } }] });
  });

  test.each(amountDeclines.map(({ paise, code }) => [paise, code] as const))(
    'amount-decides: an amount that ends in %s paise is declined with %s',
    async (paise, code) => {
      const context = await createTestSandbox();
      const order_amount = { value: 20_000 + paise, currency: 'INR' };
      const { orderId } = await payWith(context, 'amount-decides', { order_amount });
      const { body } = await context.merchant.getOrder(orderId);
      expect(body['data']).toMatchObject({ payments: [{ status: 'FAILED', error_detail: { code } }] });
    },
  );

  test('amount-decides: any other amount pays', async () => {
    const context = await createTestSandbox();
    const { orderId } = await payWith(context, 'amount-decides', { order_amount: { value: 20_000, currency: 'INR' } });
    expect(await context.merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('slow: PENDING until the issuer decides, and no further OTP is accepted', async () => {
    const context = await createTestSandbox();
    const { orderId, paymentId } = await payWith(context, 'slow');
    context.clock.advance(5.9);
    expect(await context.merchant.statuses(orderId)).toEqual(['PENDING', 'PENDING']);
    expect((await context.merchant.submit(paymentId, '123456')).body).toMatchObject({ next: ['NONE'] });
    context.clock.advance(0.1);
    expect(await context.merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('very-slow: decided after 90 seconds', async () => {
    const context = await createTestSandbox();
    const { orderId } = await payWith(context, 'very-slow');
    context.clock.advance(89);
    expect(await context.merchant.statuses(orderId)).toEqual(['PENDING', 'PENDING']);
    context.clock.advance(1);
    expect(await context.merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('slow-decline: declined after 6 seconds', async () => {
    const context = await createTestSandbox();
    const { orderId } = await payWith(context, 'slow-decline');
    context.clock.advance(6);
    expect(await context.merchant.statuses(orderId)).toEqual(['ATTEMPTED', 'FAILED']);
  });

  test('order-fails: ten seconds after the first OTP the order is FAILED, unless an OTP was accepted before', async () => {
    const context = await createTestSandbox();
    const late = await context.merchant.start('order-fails');
    const early = await context.merchant.start('order-fails');
    for (const { paymentId } of [late, early]) await context.merchant.generate(paymentId);
    await context.merchant.submit(early.paymentId, '123456');
    context.clock.advance(10);
    expect(await context.merchant.statuses(late.orderId)).toEqual(['FAILED', 'FAILED']);
    expect(await context.merchant.statuses(early.orderId)).toEqual(['PROCESSED', 'PROCESSED']);
    expect((await context.merchant.submit(late.paymentId, '123456')).body).toMatchObject({ next: ['NONE'] });
  });
});

test('order-fails: a payment that has ended keeps its status', async () => {
  const { merchant, sandbox, clock } = await createTestSandbox();
  const { orderId, paymentId, challengeUrl } = await merchant.start('order-fails');
  await merchant.generate(paymentId);
  await sandbox.fetch(challengeUrl, { method: 'POST', body: new URLSearchParams({ action: 'cancel' }) });
  clock.advance(10);
  expect(await merchant.statuses(orderId)).toEqual(['ATTEMPTED', 'FAILED']);
  const { body } = await merchant.getOrder(orderId);
  expect(body['data']).toMatchObject({ payments: [{ error_detail: { code: 'USER_AUTHENTICATION_FAILED' } }] });
});

describe('network scenarios', () => {
  test('response-lost: submit rejects as a reset connection does, and the order is paid', async () => {
    const { merchant } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start('response-lost');
    await merchant.generate(paymentId);
    await expect(merchant.submit(paymentId, '123456')).rejects.toThrow(TypeError);
    expect(await merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('response-lost: a wrong OTP gets its usual response', async () => {
    const { merchant } = await createTestSandbox();
    const { paymentId } = await merchant.start('response-lost');
    await merchant.generate(paymentId);
    expect((await merchant.submit(paymentId, '000000')).status).toBe(422);
  });

  test('webhook-only: the response is lost and the order undecided until the webhook is sent', async () => {
    const sent: string[] = [];
    const waits: (() => void)[] = [];
    const context = await createTestSandbox({
      webhookUrl: 'https://shop.test/webhook',
      fetch: async (request) => {
        sent.push(((await request.json()) as { event_type: string }).event_type);
        return new Response();
      },
      wait: () => new Promise((resolve) => waits.push(resolve)),
    });
    const { orderId, paymentId } = await context.merchant.start('webhook-only');
    await context.merchant.generate(paymentId);
    await expect(context.merchant.submit(paymentId, '123456')).rejects.toThrow(TypeError);
    expect(await context.merchant.statuses(orderId)).toEqual(['PENDING', 'PENDING']);
    context.clock.advance(6);
    for (const wake of waits.splice(0)) wake();
    await context.sandbox.whenIdle();
    expect(sent).toEqual(['ORDER_PROCESSED']);
    expect(await context.merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('slow-calls: every OTP call takes 3 seconds', async () => {
    const waited: number[] = [];
    const { merchant } = await createTestSandbox({
      wait: (ms) => {
        waited.push(ms);
        return Promise.resolve();
      },
    });
    const { paymentId } = await merchant.start('slow-calls');
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    expect(waited).toEqual([3000, 3000]);
  });
});
