/** The requests of the vendor's guide and other documents, through the client, are answered by the sandbox. */

import { createPlural, type Plural } from '@plural-otp/core';
import { createSandbox, credentials, rightOtp, type Sandbox } from '@plural-otp/sandbox';
import { describe, expect, test } from 'vitest';
import { amount, vendorCalls } from '../../packages/core/test/support/vendor-calls.ts';

interface Shop {
  plural: Plural;
  sandbox: Sandbox;
  /** Creates an order of the calls' amount; a paid one where it says so. */
  order: (isPaid?: boolean) => Promise<string>;
}

function createShop(): Shop {
  const sandbox = createSandbox({ origin: 'http://127.0.0.1:3001' });
  const plural = createPlural({
    environment: { baseUrl: 'http://127.0.0.1:3001' },
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    fetch: (request) => sandbox.fetch(request),
  });
  let orders = 0;
  const order: Shop['order'] = async (isPaid = false) => {
    const reference = `shop-${(orders += 1)}`;
    const { order_id: orderId } = await plural.createOrder({
      merchant_order_reference: reference,
      order_amount: amount,
      pre_auth: false,
    });
    if (!isPaid) return orderId;
    const { payments } = await plural.createPayment(orderId, {
      payments: [
        {
          merchant_payment_reference: reference,
          payment_method: 'CARD',
          payment_amount: amount,
          payment_option: { card_token_details: { token_id: 'tok-4012001037141112', token_txn_type: 'ALT_TOKEN' } },
        },
      ],
    });
    const paymentId = payments[0]?.id ?? '';
    await plural.generateOtp(paymentId);
    await plural.submitOtp(paymentId, rightOtp);
    return orderId;
  };
  return { plural, sandbox, order };
}

// The sandbox takes payments by card alone.
const unsupported = 'offer_data, with an instalment method';

test.each(vendorCalls)('%s', async (title, call) => {
  const { plural, sandbox, order } = createShop();
  const orderId = await order(title.includes('refund'));
  const work = call(plural, orderId);
  if (title === unsupported) {
    await expect(work).rejects.toMatchObject({ upstream: { code: 'PAYMENT_METHOD_NOT_ENABLED' } });
    return;
  }
  await expect(work).resolves.toBeTypeOf('object');
  expect(sandbox.state.requests.at(-1)?.status).toBe(200);
});

describe('the guide’s calls, in its order', () => {
  const guide = { value: 350_00, currency: 'INR' };
  const start = async (preAuth: boolean) => {
    const { plural } = createShop();
    const { order_id: orderId } = await plural.createOrder({
      merchant_order_reference: '205512',
      order_amount: guide,
      pre_auth: preAuth,
      notes: 'tea',
      callback_url: 'https://shop.example/return',
      purchase_details: {
        customer: { email_id: 'ravi@shop.example', first_name: 'Ravi', mobile_number: '9876501234' },
        merchant_metadata: { cart: 'c-1' },
      },
    });
    const { card_payment_details: cards } = await plural.getCardDetails({
      amount: String(guide.value),
      card_details: [{ payment_identifier: '4012001037141112', payment_reference_type: 'CARD' }],
    });
    expect(cards[0]?.is_native_otp_supported).toBe(true);
    const { payments, challenge_url: url } = await plural.createPayment(orderId, {
      payments: [
        {
          merchant_payment_reference: 'ravi-pay-1',
          payment_method: 'CARD',
          payment_amount: guide,
          payment_option: {
            card_details: {
              name: 'Ravi',
              card_number: '4012-0010-3714-1112',
              cvv: '318',
              expiry_month: '11',
              expiry_year: '31',
            },
          },
          device_info: { browser_user_agent: 'Mozilla/5.0', browser_timezone: '-330', device_channel: 'browser' },
        },
      ],
    });
    expect(url).toContain('token=');
    const paymentId = payments[0]?.id ?? '';
    expect((await plural.generateOtp(paymentId)).next).toContain('SUBMIT_OTP');
    return { plural, orderId, paymentId };
  };

  test('token, order, card details, payment, generate, submit, capture', async () => {
    const { plural, orderId, paymentId } = await start(true);
    expect(await plural.submitOtp(paymentId, rightOtp)).toEqual({ status: 'SUCCESS' });
    expect((await plural.getOrder(orderId)).status).toBe('AUTHORIZED');
    const captured = await plural.captureOrder(orderId, {
      merchant_capture_reference: 'ravi-capture-1',
      capture_amount: guide,
    });
    expect(captured.status).toBe('PROCESSED');
  });

  test('resend after a wait, and cancel', async () => {
    const { plural, orderId, paymentId } = await start(true);
    await expect(plural.resendOtp(paymentId)).rejects.toMatchObject({ code: 'RESEND_TOO_EARLY' });
    await plural.submitOtp(paymentId, rightOtp);
    expect((await plural.cancelOrder(orderId)).status).toBe('CANCELLED');
  });
});
