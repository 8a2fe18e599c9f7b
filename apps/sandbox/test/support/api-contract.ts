import { type CallResult, type JsonMember, Merchant } from './merchant.ts';

/**
 * The documented rules of the API as plain functions without a test runner, so that the suite of `apps/runtimes` runs
 * them in every runtime.
 */

function equal(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, got ${a}`);
}

/** Asserts that `actual` has every member of `expected`, to any depth. A pattern stands for a string that matches. */
function like(actual: unknown, expected: unknown, what: string): void {
  if (expected instanceof RegExp) {
    if (typeof actual !== 'string' || !expected.test(actual)) equal(actual, String(expected), what);
    return;
  }
  if (typeof expected !== 'object' || expected === null) return equal(actual, expected, what);
  if (Array.isArray(expected) && Array.isArray(actual)) equal(actual.length, expected.length, `${what}.length`);
  const members = (actual ?? {}) as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(expected)) like(members[name], value, `${what}.${name}`);
}

const missing = (seen: JsonMember | undefined, name: string): void =>
  equal(seen !== undefined && Object.hasOwn(seen, name), false, `${name} is there`);

let captures = 0;
const capture = (merchant: Merchant, orderId: string): Promise<CallResult> =>
  merchant.call('PUT', `/api/pay/v1/orders/${orderId}/capture`, {
    merchant_capture_reference: `capture-${(captures += 1)}`,
  });

async function paid(merchant: Merchant, order: { pre_auth?: boolean } = {}): Promise<string> {
  const { orderId, paymentId } = await merchant.start('pays', order);
  await merchant.generate(paymentId);
  equal((await merchant.submit(paymentId, '123456')).body, { status: 'SUCCESS' }, 'submit');
  return orderId;
}

/** One rule per entry, by its title; each function checks it for a merchant with a token. */
export const apiContract: Readonly<Record<string, (merchant: Merchant) => Promise<void>>> = {
  'a token response has the expiry in seconds and as a time': async (merchant) => {
    const credentials = { client_id: 'sandbox-client', client_secret: 'sandbox-secret' };
    const stranger = new Merchant(merchant.send, merchant.origin);
    const request = { ...credentials, grant_type: 'client_credentials' };
    const { status, body } = await stranger.call('POST', '/api/auth/v1/token', request);
    like(
      { status, body },
      { status: 200, body: { access_token: /^\S+$/, expires_in: 3600, expires_at: /Z$/ } },
      'token',
    );
    const rejected = await stranger.call('POST', '/api/auth/v1/token', { ...request, client_secret: 'wrong' });
    like(rejected, { status: 401, body: { error: 'invalid_client' } }, 'wrong secret');
  },

  'an order starts as CREATED, is wrapped in data, and is read by id and by reference': async (merchant) => {
    const reference = `first-${Date.now()}`;
    const { status, body } = await merchant.createOrder({ merchant_order_reference: reference, notes: 'for Kevin' });
    equal(status, 200, 'status');
    like(
      body['data'],
      {
        order_id: /^v1-\d{12}-aa-[A-Za-z0-9]{6}$/,
        merchant_order_reference: reference,
        type: 'CHARGE',
        status: 'CREATED',
        merchant_id: /^\d+$/,
        order_amount: { value: 35_000, currency: 'INR' },
        pre_auth: false,
        notes: 'for Kevin',
        payments: [],
        created_at: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
      },
      'order',
    );
    missing(body['data'], 'challenge_url');
    equal((await merchant.call('GET', `/api/pay/v1/orders/reference/${reference}`)).body, body, 'by reference');
  },

  'a payment makes the order PENDING, with a challenge_url in every response': async (merchant) => {
    const { orderId, challengeUrl } = await merchant.start();
    equal(await merchant.statuses(orderId), ['PENDING', 'PENDING'], 'statuses');
    equal(
      challengeUrl.startsWith(`${merchant.origin}/web/auth/landing/?token=`),
      true,
      'challenge_url is the ACS page',
    );
    const { body } = await merchant.getOrder(orderId);
    like(body['data'], { challenge_url: challengeUrl, payment_retries_remaining: 9 }, 'order');
  },

  'generate responds without a wrapper, with resend_after as a string and without a status': async (merchant) => {
    const { paymentId } = await merchant.start();
    const expected = { next: ['SUBMIT_OTP', 'RESEND_OTP'], meta_data: { resend_after: '30' } };
    equal(await merchant.generate(paymentId), { status: 200, body: expected }, 'generate');
  },

  'a right OTP responds SUCCESS, and the order is PROCESSED': async (merchant) => {
    equal(await merchant.statuses(await paid(merchant)), ['PROCESSED', 'PROCESSED'], 'statuses');
  },

  'a wrong OTP is 422 with next and makes the order ATTEMPTED, and a right one still pays': async (merchant) => {
    const { orderId, paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    const wrong = await merchant.submit(paymentId, '000000');
    const body = { code: /./, message: /./, next: ['SUBMIT_OTP', 'RESEND_OTP'], meta_data: { resend_after: '30' } };
    like(wrong, { status: 422, body }, 'wrong OTP');
    equal(await merchant.statuses(orderId), ['ATTEMPTED', 'PENDING'], 'statuses after the wrong OTP');
    await merchant.submit(paymentId, '123456');
    equal(await merchant.statuses(orderId), ['PROCESSED', 'PROCESSED'], 'statuses after the right OTP');
  },

  'the third wrong OTP ends the payment with next NONE; a new payment of the order pays': async (merchant) => {
    const { orderId, paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '000000');
    await merchant.submit(paymentId, '000000');
    like(await merchant.submit(paymentId, '000000'), { status: 422, body: { next: ['NONE'] } }, 'third');
    equal(await merchant.statuses(orderId), ['ATTEMPTED', 'FAILED'], 'statuses');
    const { body } = await merchant.getOrder(orderId);
    like(body['data'], { payments: [{ error_detail: { code: 'USER_AUTHENTICATION_FAILED', message: /./ } }] }, 'order');
    like(await merchant.submit(paymentId, '123456'), { status: 422, body: { next: ['NONE'] } }, 'right, too late');

    const second = await merchant.startAnother(orderId);
    equal(await merchant.statuses(orderId), ['PENDING', 'FAILED', 'PENDING'], 'statuses with the second payment');
    await merchant.generate(second.paymentId);
    await merchant.submit(second.paymentId, '123456');
    equal(await merchant.statuses(orderId), ['PROCESSED', 'FAILED', 'PROCESSED'], 'statuses at the end');
  },

  'an early resend is 422 with RESEND_OTP in next': async (merchant) => {
    const { paymentId } = await merchant.start();
    await merchant.generate(paymentId);
    like(await merchant.resend(paymentId), { status: 422, body: { next: ['SUBMIT_OTP', 'RESEND_OTP'] } }, 'resend');
  },

  'from resend_after on another OTP is sent, and the response has the next resend_after': async (merchant) => {
    const { paymentId } = await merchant.start('quick-resend');
    await merchant.generate(paymentId);
    await merchant.call('POST', '/sandbox/clock', { advanceSeconds: 2 });
    const expected = { status: 'SUCCESS', next: ['SUBMIT_OTP', 'RESEND_OTP'], meta_data: { resend_after: '2' } };
    equal(await merchant.resend(paymentId), { status: 200, body: expected }, 'resend');
  },

  'a declined payment is FAILED with its error_detail, and the order ATTEMPTED': async (merchant) => {
    const { orderId, paymentId } = await merchant.start('no-funds');
    await merchant.generate(paymentId);
    equal((await merchant.submit(paymentId, '123456')).body, { status: 'SUCCESS' }, 'submit');
    equal(await merchant.statuses(orderId), ['ATTEMPTED', 'FAILED'], 'statuses');
    const { body } = await merchant.getOrder(orderId);
    like(body['data'], { payments: [{ error_detail: { code: 'INSUFFICIENT_FUNDS', message: /./ } }] }, 'order');
  },

  'a repeated merchant reference is 422 DUPLICATE_REQUEST': async (merchant) => {
    const order = { merchant_order_reference: `twice-${Date.now()}` };
    equal((await merchant.createOrder(order)).status, 200, 'first');
    like(await merchant.createOrder(order), { status: 422, body: { code: 'DUPLICATE_REQUEST' } }, 'second');
  },

  'a fault scripted by the control route applies to one response': async (merchant) => {
    const fault = { operation: 'getOrder', fault: 'status', status: 503 };
    equal((await merchant.call('POST', '/sandbox/script', fault)).status, 200, 'script');
    equal((await merchant.getOrder('x')).status, 503, 'with the fault');
    equal((await merchant.getOrder('x')).status, 404, 'the next response');
  },

  'pre-authorized money is captured once': async (merchant) => {
    const orderId = await paid(merchant, { pre_auth: true });
    equal(await merchant.statuses(orderId), ['AUTHORIZED', 'AUTHORIZED'], 'statuses');
    const captures = [{ capture_amount: { value: 35_000, currency: 'INR' } }];
    const payments = [{ status: 'PROCESSED', capture_data: captures, acquirer_data: { rrn: /^\d{12}$/ } }];
    like((await capture(merchant, orderId)).body['data'], { status: 'PROCESSED', payments }, 'captured');
    like(await capture(merchant, orderId), { status: 422, body: { code: 'PAYMENT_NOT_AUTHORIZED' } }, 'again');
    const cancel = await merchant.call('PUT', `/api/pay/v1/orders/${orderId}/cancel`);
    like(cancel, { status: 422, body: { code: 'PAYMENT_NOT_AUTHORIZED' } }, 'cancelled after');
  },

  'pre-authorized money is cancelled without a body, and then no longer captured': async (merchant) => {
    const orderId = await paid(merchant, { pre_auth: true });
    const cancelled = await merchant.call('PUT', `/api/pay/v1/orders/${orderId}/cancel`);
    like(cancelled.body['data'], { status: 'CANCELLED', payments: [{ status: 'CANCELLED' }] }, 'cancelled');
    like(await capture(merchant, orderId), { status: 422, body: { code: 'ORDER_CANCELLED' } }, 'captured after');
  },

  'a refund is an order of its own, and never exceeds the paid amount': async (merchant) => {
    const orderId = await paid(merchant);
    const refund = (value: number): Promise<CallResult> =>
      merchant.call('POST', `/api/pay/v1/refunds/${orderId}`, {
        merchant_order_reference: `refund-${value}-${orderId}`,
        order_amount: { value, currency: 'INR' },
      });
    const part = await refund(10_000);
    like(part.body['data'], { type: 'REFUND', status: 'PROCESSED', parent_order_id: orderId }, 'refund');
    equal((await merchant.statuses(orderId))[0], 'PARTIALLY_REFUNDED', 'order');
    equal((await refund(25_001)).status, 422, 'too much');
    await refund(25_000);
    equal((await merchant.statuses(orderId))[0], 'FULLY_REFUNDED', 'order at the end');
  },

  'card details are not wrapped in data, and contain native OTP support, network, issuer and type': async (
    merchant,
  ) => {
    const cards = ['4012001037141112', '5105105105105100'];
    const { body } = await merchant.call('POST', '/api/pay/v1/getCardDetails', {
      amount: '35000',
      card_details: cards.map((number) => ({ payment_identifier: number, payment_reference_type: 'CARD' })),
    });
    const card_payment_details = [
      { card_network: 'VISA', card_type: 'CREDIT', is_native_otp_supported: true, is_international_card: false },
      { card_network: 'MASTERCARD', is_native_otp_supported: false },
    ];
    like(body, { card_payment_details }, 'card details');
  },

  'generate rejects a card without native OTP, without a next step': async (merchant) => {
    const { paymentId } = await merchant.start('bank-page-only');
    const { status, body } = await merchant.generate(paymentId);
    equal(status, 422, 'status');
    missing(body, 'next');
  },

  'every call but the token call needs a token': async (merchant) => {
    const stranger = new Merchant(merchant.send, merchant.origin);
    for (const [method, path] of [
      ['POST', '/api/pay/v1/orders'],
      ['GET', '/api/pay/v1/orders/x'],
      ['GET', '/api/pay/v1/orders/reference/x'],
      ['POST', '/api/pay/v1/orders/x/payments'],
      ['POST', '/api/pay/v1/getCardDetails'],
      ['POST', '/api/pay/v1/otp/generate'],
      ['POST', '/api/pay/v1/otp/submit'],
      ['POST', '/api/pay/v1/otp/resend'],
      ['PUT', '/api/pay/v1/orders/x/capture'],
      ['PUT', '/api/pay/v1/orders/x/cancel'],
      ['POST', '/api/pay/v1/refunds/x'],
    ] as const) {
      const response = await stranger.call(method, path, method === 'GET' ? undefined : {});
      like(response, { status: 401, body: { code: 'UNAUTHORIZED' } }, path);
    }
  },

  'an unknown order is 404 ORDER_NOT_FOUND, an unknown path 404, a wrong method 405': async (merchant) => {
    like(await merchant.getOrder('v1-0-aa-nobody'), { status: 404, body: { code: 'ORDER_NOT_FOUND' } }, 'order');
    equal((await merchant.call('GET', '/api/pay/v1/nothing')).status, 404, 'path');
    equal((await merchant.call('DELETE', '/api/pay/v1/orders')).status, 405, 'method');
  },

  'an invalid field is 400 INVALID_REQUEST and is named': async (merchant) => {
    const { status, body } = await merchant.createOrder({ order_amount: { value: 99, currency: 'INR' } });
    const expected = { code: 'INVALID_REQUEST', additional_error_details: { source: 'order_amount.value' } };
    like({ status, body }, { status: 400, body: expected }, 'response');
  },

  'the ACS page accepts the OTP, and posts a signed return to callback_url': async (merchant) => {
    const { orderId, challengeUrl } = await merchant.start('bank-page-only');
    await merchant.send(new Request(challengeUrl));
    const body = new URLSearchParams({ action: 'confirm', otp: '123456' });
    const page = await (await merchant.send(new Request(challengeUrl, { method: 'POST', body }))).text();
    like(page, /method="post"\s+action="https:\/\/shop\.test\/return\?basket=7"/, 'form');
    like(page, /name="signature"\s+value="[0-9A-F]{64}"/, 'form');
    equal(await merchant.statuses(orderId), ['PROCESSED', 'PROCESSED'], 'statuses');
  },
};
