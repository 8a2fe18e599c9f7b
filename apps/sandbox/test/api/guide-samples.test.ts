import { describe, expect, test } from 'vitest';
import { createTestSandbox, type Merchant, type Started } from '../support/merchant.ts';

// The vendor guide's request samples as printed: numbers as OTP and reference, a card number with hyphens, a two-digit
// year, a client id of its own, and OTP calls without Authorization.
const guideToken = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2FtcGxl';
const traced = {
  'Request-ID': 'c17ce30f-f88e-4f81-ada1-c3b4909ed235',
  'Request-Timestamp': '2024-07-09T07:57:08.022Z',
  accept: 'application/json',
};
const address = {
  address1: '10 Downing Street Westminster London',
  address2: 'Oxford Street Westminster London',
  address3: 'Baker Street Westminster London',
  pincode: '51524036',
  city: 'Westminster',
  state: 'Westminster',
  country: 'London',
};
const order = {
  merchant_order_reference: 112_345,
  order_amount: { value: 1100, currency: 'INR' },
  pre_auth: false,
  notes: 'order1',
  callback_url: 'https://sample-callback-url',
  purchase_details: {
    customer: {
      email_id: '[email protected]',
      first_name: 'Kevin',
      last_name: 'Bob',
      customer_id: '123456',
      mobile_number: '9876543210',
      billing_address: address,
      shipping_address: address,
    },
    merchant_metadata: { key1: 'DD', key2: 'XOF' },
  },
};
const payment = {
  payments: [
    {
      merchant_payment_reference: 'merchant-payment-reference-r4y',
      payment_method: 'CARD',
      payment_amount: { value: 35_000, currency: 'INR' },
      payment_option: {
        card_details: {
          name: 'Kevin',
          card_number: '2870-2870-2870-2870',
          cvv: '235',
          expiry_month: '03',
          expiry_year: '30',
        },
      },
      device_info: {
        browser_accept_header: '*/*',
        browser_user_agent: 'mozilla/5.0+x11',
        browser_language: 'en',
        browser_screen_height: '768',
        browser_screen_width: '1366',
        browser_timezone: '-330',
        browser_window_size: '1366x768',
        browser_screen_color_depth: '24',
        browser_java_enabled_val: 'true',
        browser_javascript_enabled_val: 'true',
        device_channel: 'browser',
      },
    },
  ],
};

async function guideMerchant(): Promise<Merchant> {
  const { merchant } = await createTestSandbox({ lenient: true });
  merchant.token = guideToken;
  return merchant;
}

/** Creates an order with a payment. */
async function started(merchant: Merchant, pre_auth = false): Promise<Started> {
  return merchant.start('pays', { pre_auth });
}

describe("under lenient, each request sample of the guide gets a response in the shape of the guide's", () => {
  test('generate token', async () => {
    const merchant = await guideMerchant();
    const response = await merchant.call('POST', '/api/auth/v1/token', {
      client_id: 'a17ce30e-f88e-4f81-ada1-c3b4909ed232',
      client_secret: 'fgwei7egyhuggwp39w8rh',
      grant_type: 'client_credentials',
    });
    expect(response).toMatchObject({
      status: 200,
      body: { access_token: expect.any(String) as string, expires_in: 3600 },
    });
  });

  test('create order', async () => {
    const merchant = await guideMerchant();
    const { status, body } = await merchant.call('POST', '/api/pay/v1/orders', order, traced);
    expect(status).toBe(200);
    expect(body['data']).toMatchObject({
      order_id: expect.stringMatching(/^v1-\d+-aa-\w{6}$/) as string,
      merchant_order_reference: '112345',
      type: 'CHARGE',
      status: 'CREATED',
      merchant_id: expect.any(String) as string,
      order_amount: order.order_amount,
      pre_auth: false,
      notes: 'order1',
      purchase_details: order.purchase_details,
      payments: [],
      created_at: expect.stringMatching(/Z$/) as string,
      updated_at: expect.stringMatching(/Z$/) as string,
    });
  });

  test('create payment', async () => {
    const merchant = await guideMerchant();
    const made = await merchant.createOrder({ order_amount: { value: 35_000, currency: 'INR' } });
    const orderId = made.body['data']?.['order_id'] as unknown as string;
    const { status, body } = await merchant.call('POST', `/api/pay/v1/orders/${orderId}/payments`, payment, traced);
    expect(status).toBe(200);
    expect(body['data']).toMatchObject({
      order_id: orderId,
      type: 'CHARGE',
      challenge_url: expect.stringContaining('/web/auth/landing/?token=') as string,
      payments: [
        {
          id: expect.any(String) as string,
          merchant_payment_reference: 'merchant-payment-reference-r4y',
          status: 'PENDING',
          payment_amount: { value: 35_000, currency: 'INR' },
          payment_method: 'CARD',
          payment_option: {
            card_data: {
              card_type: 'CREDIT',
              network_name: expect.any(String) as string,
              issuer_name: expect.any(String) as string,
              country_code: 'IND',
            },
          },
        },
      ],
    });
  });

  test("a payment of another amount than its order, as in the guide's samples", async () => {
    const merchant = await guideMerchant();
    const made = await merchant.call('POST', '/api/pay/v1/orders', order, traced);
    const orderId = made.body['data']?.['order_id'] as unknown as string;
    expect(await merchant.call('POST', `/api/pay/v1/orders/${orderId}/payments`, payment, traced)).toMatchObject({
      status: 200,
      body: { data: { order_amount: { value: 1100 }, payments: [{ payment_amount: { value: 35_000 } }] } },
    });
  });

  test('get card details', async () => {
    const merchant = await guideMerchant();
    const sample = {
      amount: '100',
      card_details: [{ payment_identifier: '4012001037141112', payment_reference_type: 'CARD' }],
    };
    const { status, body } = await merchant.call('POST', '/api/pay/v1/getCardDetails', sample, {
      ...traced,
      authorization: 'Bearer <access_token>',
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      card_payment_details: [
        {
          card_network: 'VISA',
          card_issuer: expect.any(String) as string,
          card_type: 'CREDIT',
          card_category: 'NONE',
          is_international_card: false,
          is_native_otp_supported: true,
          country_code: 'IND',
          currency: 'INR',
          is_currency_supported: true,
        },
      ],
    });
  });

  test('generate, submit with the number 1234, and resend, all without Authorization', async () => {
    const merchant = await guideMerchant();
    const paid = await started(merchant);
    const waiting = await merchant.start('quick-resend');
    merchant.token = '';
    const otp = { next: ['SUBMIT_OTP', 'RESEND_OTP'], meta_data: { resend_after: expect.any(String) as string } };
    expect(await merchant.generate(paid.paymentId)).toEqual({ status: 200, body: otp });
    expect(await merchant.call('POST', '/api/pay/v1/otp/submit', { payment_id: paid.paymentId, otp: 1234 })).toEqual({
      status: 200,
      body: { status: 'SUCCESS' },
    });

    await merchant.generate(waiting.paymentId);
    await merchant.call('POST', '/sandbox/clock', { advanceSeconds: 2 });
    expect(await merchant.resend(waiting.paymentId)).toEqual({ status: 200, body: { status: 'SUCCESS', ...otp } });
  });

  test('capture 4000 and cancel without a body, on authorized orders', async () => {
    const merchant = await guideMerchant();
    const toCapture = await started(merchant, true);
    const toCancel = await started(merchant, true);
    for (const { paymentId } of [toCapture, toCancel]) {
      await merchant.generate(paymentId);
      await merchant.submit(paymentId, '123456');
    }
    const sample = {
      merchant_capture_reference: 'merchant-capture-ref-r4y',
      capture_amount: { value: 4000, currency: 'INR' },
    };
    const captured = await merchant.call('PUT', `/api/pay/v1/orders/${toCapture.orderId}/capture`, sample, traced);
    expect(captured.body['data']).toMatchObject({
      status: 'PROCESSED',
      pre_auth: true,
      payments: [
        {
          status: 'PROCESSED',
          acquirer_data: {
            approval_code: '000000',
            acquirer_reference: expect.stringMatching(/^\d{15}$/) as string,
            rrn: expect.stringMatching(/^\d{12}$/) as string,
          },
          capture_data: [{ ...sample, created_at: expect.stringMatching(/Z$/) as string }],
        },
      ],
    });
    const cancelled = await merchant.call('PUT', `/api/pay/v1/orders/${toCancel.orderId}/cancel`);
    expect(cancelled.body['data']).toMatchObject({ status: 'CANCELLED', payments: [{ status: 'CANCELLED' }] });
  });
});

describe('without lenient the same samples are rejected where the reference is stricter', () => {
  test.each([
    ['a number as reference', '/api/pay/v1/orders', order, 'merchant_order_reference'],
    ['a number as OTP', '/api/pay/v1/otp/submit', { payment_id: 'v1-1-aa-x-cc-a', otp: 1234 }, 'otp'],
    [
      'hyphens in the card number',
      '/api/pay/v1/orders/x/payments',
      payment,
      'payments[0].payment_option.card_details.card_number',
    ],
  ])('%s', async (_, path, body, field) => {
    const { merchant } = await createTestSandbox();
    expect(await merchant.call('POST', path, body)).toMatchObject({
      status: 400,
      body: { additional_error_details: { source: field } },
    });
  });

  test('OTP calls without Authorization, and tokens that the sandbox did not issue', async () => {
    const { merchant } = await createTestSandbox();
    const { paymentId } = await merchant.start();
    for (const token of ['', guideToken]) {
      merchant.token = token;
      expect((await merchant.generate(paymentId)).status).toBe(401);
    }
  });
});
