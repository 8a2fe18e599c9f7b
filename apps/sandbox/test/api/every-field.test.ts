import { describe, expect, test } from 'vitest';
import { credentials } from '../../src/index.ts';
import { cardBody, type Merchant, createTestSandbox } from '../support/merchant.ts';

// Each call with every member it has a rule for, so that each can be broken alone.
const amount = { value: 35_000, currency: 'INR' };
const address = {
  address1: '1 MG Road',
  address2: 'Ashok Nagar',
  address3: 'Near the lake',
  pincode: '560001',
  city: 'Bengaluru',
  state: 'Karnataka',
  country: 'India',
};
const token = {
  name: 'Asha Rao',
  cvv: '123',
  last4_digit: '1112',
  expiry_month: '03',
  expiry_year: '2030',
  token: '4012001037141112',
  cryptogram: 'AgAAAAAABk4DWZ4C28yUQAAAAAA=',
  token_txn_type: 'NETWORK_TOKEN',
  registered_mobile_number: '9876543210',
  token_id: 'tok-1',
};
const payment = (payment_option: object): object => ({
  payments: [
    {
      merchant_payment_reference: 'whole',
      payment_method: 'CARD',
      payment_amount: amount,
      payment_option,
      device_info: {},
    },
  ],
});

interface Whole {
  readonly call: string;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: object;
  /** Members that may be left out, by their path. */
  readonly optional: RegExp;
  /** The status of a refusal; 400 but for the token call (vendor's list of its failures). */
  readonly refusal: 400 | 422;
}

const whole = (
  call: string,
  [method, path]: readonly ['POST' | 'PUT', string],
  body: object,
  optional: RegExp,
): Whole => ({
  call,
  method,
  path,
  body,
  optional,
  refusal: call === 'token' ? 422 : 400,
});

const calls: readonly Whole[] = [
  whole(
    'token',
    ['POST', '/api/auth/v1/token'],
    { client_id: credentials.clientId, client_secret: credentials.clientSecret, grant_type: 'client_credentials' },
    /^$/,
  ),
  whole(
    'create order',
    ['POST', '/api/pay/v1/orders'],
    {
      merchant_order_reference: 'whole',
      order_amount: amount,
      pre_auth: true,
      notes: 'for Asha',
      callback_url: 'https://shop.test/return',
      failure_callback_url: 'https://shop.test/failed',
      allowed_payment_methods: ['CARD'],
      purchase_details: {
        customer: {
          email_id: 'asha@shop.test',
          first_name: 'Asha',
          last_name: 'Rao',
          customer_id: '7',
          mobile_number: '9876543210',
          country_code: '91',
          billing_address: address,
          shipping_address: address,
        },
        merchant_metadata: {},
      },
    },
    /^(pre_auth|notes|(failure_)?callback_url|allowed_payment_methods$|purchase_details)/,
  ),
  whole(
    'create payment by card',
    ['POST', '/api/pay/v1/orders/{open}/payments'],
    payment({ card_details: { ...cardBody, registered_mobile_number: '9876543210' } }),
    /(registered_mobile_number|device_info)$/,
  ),
  whole(
    'create payment by token',
    ['POST', '/api/pay/v1/orders/{open}/payments'],
    payment({ card_token_details: token }),
    /(registered_mobile_number|token_id|cvv|device_info)$/,
  ),
  whole(
    'card details',
    ['POST', '/api/pay/v1/getCardDetails'],
    { amount: '35000', card_details: [{ payment_identifier: '4012001037141112', payment_reference_type: 'CARD' }] },
    /^$/,
  ),
  whole('generate', ['POST', '/api/pay/v1/otp/generate'], { payment_id: '{payment}' }, /^$/),
  whole('submit', ['POST', '/api/pay/v1/otp/submit'], { payment_id: '{payment}', otp: '123456' }, /^$/),
  whole('resend', ['POST', '/api/pay/v1/otp/resend'], { payment_id: '{sent}' }, /^$/),
  whole(
    'capture',
    ['PUT', '/api/pay/v1/orders/{authorized}/capture'],
    { merchant_capture_reference: 'whole', capture_amount: amount },
    /^capture_amount$/,
  ),
  whole(
    'refund',
    ['POST', '/api/pay/v1/refunds/{paid}'],
    { merchant_order_reference: 'whole-back', order_amount: amount, merchant_metadata: {} },
    /^merchant_metadata$/,
  ),
];

/** Every member of a body, by its path as a refusal names it. */
function members(value: unknown, at = ''): { readonly path: string; readonly value: unknown }[] {
  if (Array.isArray(value))
    return value.flatMap((item, i) => [...own(item, `${at}[${i}]`), ...members(item, `${at}[${i}]`)]);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const path = at === '' ? name : `${at}.${name}`;
    return [{ path, value: member }, ...members(member, path)];
  });
}
const own = (value: unknown, path: string): { readonly path: string; readonly value: unknown }[] => [{ path, value }];

/** The body with the member at the path as something else; undefined leaves it out. */
function broken(body: unknown, path: string, by: unknown, at = ''): unknown {
  if (at === path) return by;
  if (Array.isArray(body)) return body.map((item: unknown, i) => broken(item, path, by, `${at}[${i}]`));
  if (typeof body !== 'object' || body === null) return body;
  const entries = Object.entries(body);
  return Object.fromEntries(entries.map(([k, v]) => [k, broken(v, path, by, at === '' ? k : `${at}.${k}`)]));
}

/** What breaks the rule of a member that has this value. */
function breaks(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return [7, null, {}, 'x'.repeat(2001)];
  if (typeof value === 'number') return ['7', null, 1.5, 0, 100_000_001];
  if (typeof value === 'boolean') return ['true', 1, null];
  return Array.isArray(value)
    ? [{}, 'x', null, [], Array.from({ length: 21 }, () => value[0] as unknown)]
    : ['x', 7, null, []];
}

interface Places {
  readonly merchant: Merchant;
  readonly fill: (text: string) => string;
}

/** A sandbox with an order of each kind that the calls need. */
async function places(): Promise<Places> {
  const { merchant, clock } = await createTestSandbox();
  const open = await merchant.start();
  const sent = await merchant.start('quick-resend');
  const paid = await merchant.start();
  const authorized = await merchant.start('pays', { pre_auth: true });
  for (const { paymentId } of [sent, paid, authorized]) await merchant.generate(paymentId);
  for (const { paymentId } of [paid, authorized]) await merchant.submit(paymentId, '123456');
  await merchant.generate(open.paymentId);
  clock.advance(2);
  const known: Readonly<Record<string, string>> = {
    open: open.orderId,
    payment: open.paymentId,
    sent: sent.paymentId,
    paid: paid.orderId,
    authorized: authorized.orderId,
  };
  return {
    merchant,
    fill: (text) => text.replaceAll(/\{(open|payment|sent|paid|authorized)\}/g, (_, name: string) => known[name] ?? ''),
  };
}

describe.each(calls)('$call, each member broken alone', ({ method, path, body, optional, refusal }) => {
  test('the whole body is taken', async () => {
    const { merchant, fill } = await places();
    expect((await merchant.call(method, fill(path), fill(JSON.stringify(body)))).status).toBe(200);
  });

  test.each(members(body))('$path', async ({ path: member, value }) => {
    const { merchant, fill } = await places();
    const send = (by: unknown): ReturnType<Merchant['call']> =>
      merchant.call(method, fill(path), fill(JSON.stringify(broken(body, member, by))));
    for (const by of breaks(value)) {
      const answer = await send(by);
      expect([by, answer]).toMatchObject([by, { status: refusal, body: { code: 'INVALID_REQUEST' } }]);
      // The member itself, or the one within it that is missing now.
      expect(JSON.stringify(answer.body['additional_error_details']?.['source'])).toContain(`"${member}`);
    }
    if (member.endsWith(']')) return;
    const without = await send(undefined);
    if (optional.test(member)) expect(without.status).toBe(200);
    else
      expect(without).toMatchObject({
        status: refusal,
        body: { message: expect.stringContaining(member.split('.').at(-1) ?? '') as string },
      });
  });
});
