import { describe, expect, test } from 'vitest';
import { amountDeclines, scenarios } from '../../src/index.ts';
import { createTestSandbox, type TestSandbox } from '../support/merchant.ts';

async function payWith(
  setting: TestSandbox,
  scenarioId: string,
  more: { order_amount?: object } = {},
): Promise<{ orderId: string; paymentId: string }> {
  const started = await setting.merchant.start(scenarioId, more);
  await setting.merchant.generate(started.paymentId);
  await setting.merchant.submit(started.paymentId, '123456');
  return started;
}

test('no two cards share a number or a name', () => {
  expect(new Set(scenarios.map(({ number }) => number)).size).toBe(scenarios.length);
  expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length);
});

test('every card is in the table the tool serves, with what a shop needs to pay with it', async () => {
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
])('card %s pays with the right code', async (card) => {
  const setting = await createTestSandbox();
  const { orderId } = await payWith(setting, card);
  expect(await setting.merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
});

test('card details tell of each card what its row says', async () => {
  const { merchant } = await createTestSandbox();
  const answer = await merchant.call('POST', '/api/pay/v1/getCardDetails', {
    amount: '35000',
    card_details: scenarios
      .slice(0, 20)
      .map(({ number }) => ({ payment_identifier: number, payment_reference_type: 'CARD' })),
  });
  expect(answer.body['card_payment_details']).toMatchObject(
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

describe('codes', () => {
  test('sms-lost: codes by the API do not arrive, the one of the bank page does', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { paymentId, challengeUrl } = await merchant.start('sms-lost');
    await merchant.generate(paymentId);
    await sandbox.fetch(challengeUrl);
    expect(sandbox.state.messages.map(({ arrived }) => arrived)).toEqual([false, true]);
  });

  test('code-expired: the first code is refused without ending anything, the second pays', async () => {
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

  test('resend-limit: the second resend is refused for good', async () => {
    const { merchant, clock } = await createTestSandbox();
    const { paymentId } = await merchant.start('resend-limit');
    await merchant.generate(paymentId);
    clock.advance(2);
    expect((await merchant.resend(paymentId)).status).toBe(200);
    clock.advance(2);
    expect((await merchant.resend(paymentId)).body).toMatchObject({ next: ['SUBMIT_OTP'] });
  });

  test('one-attempt: the first wrong code ends the payment', async () => {
    const { merchant } = await createTestSandbox();
    const { paymentId } = await merchant.start('one-attempt');
    await merchant.generate(paymentId);
    expect((await merchant.submit(paymentId, '000000')).body).toMatchObject({ next: ['NONE'] });
  });
});

describe('the bank', () => {
  test.each([
    ['no-funds', 'INSUFFICIENT_FUNDS'],
    ['risk', 'RISK_CHECK_FAILED'],
  ])('%s: submit is accepted, then the payment fails with %s and the order stays open', async (card, code) => {
    const setting = await createTestSandbox();
    const { orderId, paymentId } = await setting.merchant.start(card);
    await setting.merchant.generate(paymentId);
    expect((await setting.merchant.submit(paymentId, '123456')).body).toEqual({ status: 'SUCCESS' });
    expect(await setting.merchant.statuses(orderId)).toEqual(['ATTEMPTED', 'FAILED']);
    const { body } = await setting.merchant.getOrder(orderId);
    expect(body['data']).toMatchObject({ payments: [{ error_detail: { code } }] });
  });

  test.each(amountDeclines.map(({ paise, code }) => [paise, code] as const))(
    'amount-decides: an amount that ends in %s paise is declined with %s',
    async (paise, code) => {
      const setting = await createTestSandbox();
      const order_amount = { value: 20_000 + paise, currency: 'INR' };
      const { orderId } = await payWith(setting, 'amount-decides', { order_amount });
      const { body } = await setting.merchant.getOrder(orderId);
      expect(body['data']).toMatchObject({ payments: [{ status: 'FAILED', error_detail: { code } }] });
    },
  );

  test('amount-decides: any other amount pays', async () => {
    const setting = await createTestSandbox();
    const { orderId } = await payWith(setting, 'amount-decides', { order_amount: { value: 20_000, currency: 'INR' } });
    expect(await setting.merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('slow: PENDING until the bank decides, and no further code is taken', async () => {
    const setting = await createTestSandbox();
    const { orderId, paymentId } = await payWith(setting, 'slow');
    setting.clock.advance(5.9);
    expect(await setting.merchant.statuses(orderId)).toEqual(['PENDING', 'PENDING']);
    expect((await setting.merchant.submit(paymentId, '123456')).body).toMatchObject({ next: ['NONE'] });
    setting.clock.advance(0.1);
    expect(await setting.merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('very-slow: decided after 90 seconds', async () => {
    const setting = await createTestSandbox();
    const { orderId } = await payWith(setting, 'very-slow');
    setting.clock.advance(89);
    expect(await setting.merchant.statuses(orderId)).toEqual(['PENDING', 'PENDING']);
    setting.clock.advance(1);
    expect(await setting.merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('slow-decline: declined after 6 seconds', async () => {
    const setting = await createTestSandbox();
    const { orderId } = await payWith(setting, 'slow-decline');
    setting.clock.advance(6);
    expect(await setting.merchant.statuses(orderId)).toEqual(['ATTEMPTED', 'FAILED']);
  });

  test('order-fails: ten seconds after the first code the order is FAILED, unless the code came first', async () => {
    const setting = await createTestSandbox();
    const late = await setting.merchant.start('order-fails');
    const early = await setting.merchant.start('order-fails');
    for (const { paymentId } of [late, early]) await setting.merchant.generate(paymentId);
    await setting.merchant.submit(early.paymentId, '123456');
    setting.clock.advance(10);
    expect(await setting.merchant.statuses(late.orderId)).toEqual(['FAILED', 'FAILED']);
    expect(await setting.merchant.statuses(early.orderId)).toEqual(['PROCESSED', 'PROCESSED']);
    expect((await setting.merchant.submit(late.paymentId, '123456')).body).toMatchObject({ next: ['NONE'] });
  });
});

test('order-fails: what has ended before stays as it ended', async () => {
  const { merchant, sandbox, clock } = await createTestSandbox();
  const { orderId, paymentId, challengeUrl } = await merchant.start('order-fails');
  await merchant.generate(paymentId);
  await sandbox.fetch(challengeUrl, { method: 'POST', body: new URLSearchParams({ action: 'cancel' }) });
  clock.advance(10);
  expect(await merchant.statuses(orderId)).toEqual(['ATTEMPTED', 'FAILED']);
  const { body } = await merchant.getOrder(orderId);
  expect(body['data']).toMatchObject({ payments: [{ error_detail: { code: 'USER_AUTHENTICATION_FAILED' } }] });
});

describe('the network', () => {
  test('response-lost: submit rejects as a broken connection does, and the order is paid', async () => {
    const { merchant } = await createTestSandbox();
    const { orderId, paymentId } = await merchant.start('response-lost');
    await merchant.generate(paymentId);
    await expect(merchant.submit(paymentId, '123456')).rejects.toThrow(TypeError);
    expect(await merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('response-lost: a wrong code is answered as ever', async () => {
    const { merchant } = await createTestSandbox();
    const { paymentId } = await merchant.start('response-lost');
    await merchant.generate(paymentId);
    expect((await merchant.submit(paymentId, '000000')).status).toBe(422);
  });

  test('webhook-only: the answer is lost and the order undecided until the webhook goes out', async () => {
    const told: string[] = [];
    const waits: (() => void)[] = [];
    const setting = await createTestSandbox({
      webhookUrl: 'https://shop.test/webhook',
      fetch: async (request) => {
        told.push(((await request.json()) as { event_type: string }).event_type);
        return new Response();
      },
      wait: () => new Promise((resolve) => waits.push(resolve)),
    });
    const { orderId, paymentId } = await setting.merchant.start('webhook-only');
    await setting.merchant.generate(paymentId);
    await expect(setting.merchant.submit(paymentId, '123456')).rejects.toThrow(TypeError);
    expect(await setting.merchant.statuses(orderId)).toEqual(['PENDING', 'PENDING']);
    setting.clock.advance(6);
    for (const wake of waits.splice(0)) wake();
    await setting.sandbox.whenIdle();
    expect(told).toEqual(['ORDER_PROCESSED']);
    expect(await setting.merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('slow-calls: every OTP call waits 3 seconds', async () => {
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
