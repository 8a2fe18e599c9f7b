import { describe, expect, test } from 'vitest';
import { credentials } from '../../src/index.ts';
import { cardBody, createTestSandbox, type Merchant, toText } from '../support/merchant.ts';

// One request per operation with every member that has a rule, so that each can be invalidated alone.
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
const payment = (payment_option: object, more: object = {}): object => ({
  payments: [
    {
      merchant_payment_reference: 'whole',
      payment_method: 'CARD',
      payment_amount: amount,
      payment_option,
      device_info: {},
      ...more,
    },
  ],
});

interface FullRequest {
  readonly call: string;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: object;
  /** Paths of the members that may be absent. */
  readonly optional: RegExp;
  /** Status for the valid body. */
  readonly validStatus: 200 | 201;
  /** Status for an invalid body: 400, but 422 for the token call (vendor's list of its failures). */
  readonly invalidStatus: 400 | 422;
}

const whole = (
  call: string,
  [method, path]: readonly ['POST' | 'PUT', string],
  body: object,
  optional: RegExp,
  validStatus: 200 | 201 = 200,
): FullRequest => ({
  validStatus,
  call,
  method,
  path,
  body,
  optional,
  invalidStatus: call === 'token' ? 422 : 400,
});

const calls: readonly FullRequest[] = [
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
    payment({ card_details: { ...cardBody, registered_mobile_number: '9876543210', save: true } }),
    /(registered_mobile_number|save|device_info)$/,
  ),
  whole(
    'create payment by token',
    ['POST', '/api/pay/v1/orders/{open}/payments'],
    payment({ card_token_details: token }),
    /(registered_mobile_number|token_id|cvv|device_info)$/,
  ),
  whole(
    'create payment by a card saved at the vendor',
    ['POST', '/api/pay/v1/orders/{open}/payments'],
    payment({ card_token_details: { token_id: '{saved}', token_txn_type: 'NETWORK_TOKEN', cvv: '123' } }),
    /(cvv|device_info)$/,
  ),
  whole(
    'create payment by instalments, with a fee',
    ['POST', '/api/pay/v1/orders/{open}/payments'],
    payment(
      { card_details: cardBody },
      {
        payment_method: 'CREDIT_EMI',
        offer_data: {},
        convenience_fee_breakdown: { applicable_fee_amount: amount },
      },
    ),
    /(offer_data|convenience_fee_breakdown(\.applicable_fee_amount)?|device_info)$/,
  ),
  whole(
    'create customer',
    ['POST', '/api/v1/customer'],
    {
      merchant_customer_reference: 'asha-1',
      first_name: 'Asha',
      last_name: 'Rao',
      country_code: '91',
      mobile_number: '9876543210',
      email_id: 'asha@shop.test',
      billing_address: address,
      shipping_address: address,
      merchant_metadata: {},
    },
    /./,
  ),
  whole(
    'create card token',
    ['POST', '/api/v1/tokens'],
    {
      customer_id: '{customer}',
      merchant_token_reference: 'whole',
      payment_method: 'CARD',
      payment_option: { encrypted_card_details: 'sealed-4012001037141112' },
      payment: { acquirer_data: {} },
      merchant_metadata: {},
    },
    /^(payment_option|payment$|payment\.|merchant_metadata)/,
    201,
  ),
  whole(
    'create cryptogram',
    ['POST', '/api/v1/tokens/{saved}/token-transactional-data'],
    { merchant_unique_reference: 'whole', service_provider_token_id: '{network}' },
    /^$/,
  ),
  whole(
    'calculate fees',
    ['POST', '/api/v1/fees'],
    { amount, payment_method: 'CARD', network_type: 'VISA' },
    /^network_type$/,
  ),
  whole(
    'card details',
    ['POST', '/api/pay/v1/getCardDetails'],
    { amount: '35000', card_details: [{ payment_identifier: '4012001037141112', payment_reference_type: 'CARD' }] },
    /^amount$/,
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

/** Lists every member of a body with its path as error responses name it. */
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

/** Replaces the member at a path; undefined removes it. */
function replaceMember(body: unknown, path: string, by: unknown, at = ''): unknown {
  if (at === path) return by;
  if (Array.isArray(body)) return body.map((item: unknown, i) => replaceMember(item, path, by, `${at}[${i}]`));
  if (typeof body !== 'object' || body === null) return body;
  const entries = Object.entries(body);
  return Object.fromEntries(entries.map(([k, v]) => [k, replaceMember(v, path, by, at === '' ? k : `${at}.${k}`)]));
}

/** Lists values that are invalid for a member that has this valid value. */
function invalidValues(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return [7, null, {}, 'x'.repeat(2001)];
  if (typeof value === 'number') return ['7', null, 1.5, 0, 100_000_001];
  if (typeof value === 'boolean') return ['true', 1, null];
  return Array.isArray(value)
    ? [{}, 'x', null, [], Array.from({ length: 21 }, () => value[0] as unknown)]
    : ['x', 7, null, []];
}

interface PreparedSandbox {
  readonly merchant: Merchant;
  readonly fill: (text: string) => string;
}

/** Creates a sandbox with an order in each state that the operations need. */
async function prepareSandbox(): Promise<PreparedSandbox> {
  const { merchant, clock } = await createTestSandbox();
  const open = await merchant.start();
  const sent = await merchant.start('quick-resend');
  const paid = await merchant.start();
  const authorized = await merchant.start('pays', { pre_auth: true });
  for (const { paymentId } of [sent, paid, authorized]) await merchant.generate(paymentId);
  for (const { paymentId } of [paid, authorized]) await merchant.submit(paymentId, '123456');
  await merchant.generate(open.paymentId);
  clock.advance(2);
  const customer = await merchant.call('POST', '/api/v1/customer', { merchant_customer_reference: 'saver' });
  const customerId = toText(customer.body['customer_id']);
  const saved = await merchant.call('POST', '/api/v1/tokens', {
    customer_id: customerId,
    merchant_token_reference: 'saved',
    payment_method: 'CARD',
    payment_option: { encrypted_card_details: 'sealed-4012001037141112' },
  });
  const tokenId = toText(saved.body['token_id']);
  const network = (await merchant.call('GET', `/api/v1/tokens/${tokenId}`)).body['service_provider_token_id'];
  const known: Readonly<Record<string, string>> = {
    open: open.orderId,
    payment: open.paymentId,
    sent: sent.paymentId,
    paid: paid.orderId,
    authorized: authorized.orderId,
    customer: customerId,
    saved: tokenId,
    network: toText(network),
  };
  return {
    merchant,
    fill: (text) =>
      text.replaceAll(
        /\{(open|payment|sent|paid|authorized|customer|saved|network)\}/g,
        (_, name: string) => known[name] ?? '',
      ),
  };
}

describe.each(calls)(
  '$call, with one invalid member at a time',
  ({ method, path, body, optional, validStatus, invalidStatus }) => {
    test('the valid body is accepted', async () => {
      const { merchant, fill } = await prepareSandbox();
      expect((await merchant.call(method, fill(path), fill(JSON.stringify(body)))).status).toBe(validStatus);
    });

    test.each(members(body))('$path', async ({ path: member, value }) => {
      const { merchant, fill } = await prepareSandbox();
      const send = (by: unknown): ReturnType<Merchant['call']> =>
        merchant.call(method, fill(path), fill(JSON.stringify(replaceMember(body, member, by))));
      for (const by of invalidValues(value)) {
        const response = await send(by);
        expect([by, response]).toMatchObject([by, { status: invalidStatus, body: { code: 'INVALID_REQUEST' } }]);
        // The member itself, or a required one within it.
        expect(JSON.stringify(response.body['additional_error_details']?.['source'])).toContain(`"${member}`);
      }
      if (member.endsWith(']')) return;
      const without = await send(undefined);
      if (optional.test(member)) expect(without.status).toBe(validStatus);
      else
        expect(without).toMatchObject({
          status: invalidStatus,
          body: { message: expect.stringContaining(member.split('.').at(-1) ?? '') as string },
        });
    });
  },
);
