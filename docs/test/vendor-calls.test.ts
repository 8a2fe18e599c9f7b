/** The requests of the vendor's guide and other documents, through the client, are answered by the sandbox. */

import { createPlural, type CreatePaymentBody, type Order, type Plural } from '@plural-otp/core';
import { createCustomer, createToken } from '@plural-otp/core/tokens';
import { createSandbox, credentials, rightOtp, type Sandbox } from '@plural-otp/sandbox';
import { describe, expect, test } from 'vitest';
import guide from '../../packages/core/test/fixtures/guide-samples.json' with { type: 'json' };
import { amount, card, vendorCalls } from '../../packages/core/test/support/vendor-calls.ts';

function createShop(): { plural: Plural; sandbox: Sandbox } {
  const sandbox = createSandbox({ origin: 'http://127.0.0.1:3001' });
  const plural = createPlural({
    environment: { baseUrl: 'http://127.0.0.1:3001' },
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    fetch: sandbox.fetch,
  });
  return { plural, sandbox };
}

/** Creates an order of the calls' amount, paid where it says so. */
async function prepareOrder(plural: Plural, isPaid: boolean): Promise<string> {
  const { order_id: orderId } = await plural.createOrder({ merchant_order_reference: 'shop-1', order_amount: amount });
  if (!isPaid) return orderId;
  const { payments } = await plural.createPayment(orderId, {
    payments: [
      {
        merchant_payment_reference: 'shop-1',
        payment_method: 'CARD',
        payment_amount: amount,
        payment_option: { card_details: card },
      },
    ],
  });
  const paymentId = payments[0]?.id ?? '';
  await plural.generateOtp(paymentId);
  await plural.submitOtp(paymentId, rightOtp);
  return orderId;
}

async function saveCard(plural: Plural): Promise<string> {
  const { customer_id: customerId } = await createCustomer(plural, { merchant_customer_reference: 'ravi-1' });
  const token = await createToken(plural, {
    customer_id: customerId,
    merchant_token_reference: 'card-1',
    payment_method: 'CARD',
    payment_option: { encrypted_card_details: `sealed-${card.card_number}` },
  });
  return token.token_id;
}

test.each(vendorCalls)('%s', async (title, call) => {
  const { plural, sandbox } = createShop();
  const orderId = await prepareOrder(plural, title.includes('refund'));
  const tokenId = await saveCard(plural);
  await expect(call(plural, orderId, tokenId)).resolves.toBeTypeOf('object');
  expect(sandbox.state.requests.at(-1)?.status).toBe(200);
});

describe('each request of the guide, as it is printed, is sent and answered', () => {
  // The guide prints an order of one amount and a payment of another, and a payment is of its order's amount.
  const [printed] = guide.createPaymentRequest.payments;
  const payment: CreatePaymentBody = {
    payments: guide.createPaymentRequest.payments.map((each) => ({ ...each, payment_method: 'CARD' })),
  };
  const { merchant_order_reference: reference, ...order } = guide.createOrderRequest;
  const createOrder = (plural: Plural): Promise<Order> =>
    plural.createOrder({
      ...order,
      // The guide sends a number here, and another as the OTP: both are strings in its reference.
      merchant_order_reference: String(reference),
      order_amount: printed?.payment_amount ?? amount,
      pre_auth: true,
    });

  interface Payment {
    readonly plural: Plural;
    readonly sandbox: Sandbox;
    readonly orderId: string;
    readonly paymentId: string;
  }
  const afterPayment = async (): Promise<Payment> => {
    const { plural, sandbox } = createShop();
    const { order_id: orderId } = await createOrder(plural);
    const { payments } = await plural.createPayment(orderId, payment);
    return { plural, sandbox, orderId, paymentId: payments[0]?.id ?? '' };
  };
  const afterOtp = async (): Promise<Payment> => {
    const started = await afterPayment();
    await started.plural.generateOtp(started.paymentId);
    await started.plural.submitOtp(started.paymentId, rightOtp);
    return started;
  };

  const calls: [string, () => Promise<unknown>, unknown][] = [
    ['token, and create order', () => createOrder(createShop().plural), { status: 'CREATED', payments: [] }],
    [
      'create payment',
      async () => {
        const { plural } = createShop();
        return plural.createPayment((await createOrder(plural)).order_id, payment);
      },
      { status: 'PENDING', challenge_url: expect.stringContaining('token=') as string },
    ],
    [
      'card details',
      () => createShop().plural.getCardDetails(guide.cardDetailsRequest),
      { card_payment_details: [{ is_native_otp_supported: true }] },
    ],
    [
      'generate',
      async () => {
        const { plural, paymentId } = await afterPayment();
        return plural.generateOtp(paymentId);
      },
      { next: ['SUBMIT_OTP', 'RESEND_OTP'], resendAfterSeconds: 30 },
    ],
    [
      'submit',
      async () => {
        const { plural, paymentId } = await afterPayment();
        await plural.generateOtp(paymentId);
        return plural.submitOtp(paymentId, rightOtp);
      },
      { status: 'SUCCESS' },
    ],
    [
      'resend, after the wait',
      async () => {
        const { plural, sandbox, paymentId } = await afterPayment();
        const { resendAfterSeconds } = await plural.generateOtp(paymentId);
        sandbox.advance(resendAfterSeconds);
        return plural.resendOtp(paymentId);
      },
      { status: 'SUCCESS', next: ['SUBMIT_OTP', 'RESEND_OTP'], resendAfterSeconds: 30 },
    ],
    [
      'capture',
      async () => {
        const { plural, orderId } = await afterOtp();
        return plural.captureOrder(orderId, guide.captureRequest);
      },
      { status: 'PROCESSED' },
    ],
    [
      'cancel',
      async () => {
        const { plural, orderId } = await afterOtp();
        return plural.cancelOrder(orderId);
      },
      { status: 'CANCELLED' },
    ],
  ];

  test.each(calls)('%s', async (_title, call, response) => {
    expect(await call()).toMatchObject(response as object);
  });

  test('a resend before the wait is rejected by name, and its code still pays', async () => {
    const { plural, paymentId, orderId } = await afterPayment();
    await plural.generateOtp(paymentId);
    await expect(plural.resendOtp(paymentId)).rejects.toMatchObject({ code: 'RESEND_TOO_EARLY' });
    await plural.submitOtp(paymentId, rightOtp);
    expect((await plural.getOrder(orderId)).status).toBe('AUTHORIZED');
  });
});
