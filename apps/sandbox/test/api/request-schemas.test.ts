import { describe, expect, test } from 'vitest';
import {
  amount,
  cardBody,
  createTestSandbox,
  type Merchant,
  orderBody,
  paymentBody,
  tokenBody,
} from '../support/merchant.ts';

const long = (count: number): string => 'x'.repeat(count);
const customer = (member: object): object => ({ purchase_details: { customer: member } });

// Each row: the path of a member, and a change that makes it invalid (undefined removes it).
const brokenOrders: readonly (readonly [path: string, change: object])[] = [
  ['merchant_order_reference', { merchant_order_reference: undefined }],
  ['merchant_order_reference', { merchant_order_reference: '' }],
  ['merchant_order_reference', { merchant_order_reference: long(51) }],
  ['merchant_order_reference', { merchant_order_reference: 'with space' }],
  ['merchant_order_reference', { merchant_order_reference: 112_345 }],
  ['order_amount', { order_amount: undefined }],
  ['order_amount', { order_amount: 1100 }],
  ['order_amount.value', { order_amount: { ...amount, value: 99 } }],
  ['order_amount.value', { order_amount: { ...amount, value: 100_000_001 } }],
  ['order_amount.value', { order_amount: { ...amount, value: 110.5 } }],
  ['order_amount.value', { order_amount: { ...amount, value: '1100' } }],
  ['order_amount.currency', { order_amount: { ...amount, currency: 'inr' } }],
  ['pre_auth', { pre_auth: 'yes' }],
  ['notes', { notes: long(501) }],
  ['callback_url', { callback_url: 'javascript:alert(1)' }],
  ['callback_url', { callback_url: '/relative' }],
  ['failure_callback_url', { failure_callback_url: 'ftp://shop.test' }],
  ['allowed_payment_methods', { allowed_payment_methods: 'CARD' }],
  ['purchase_details.customer.customer_id', customer({ customer_id: long(51) })],
  ['purchase_details.customer.mobile_number', customer({ mobile_number: '12345678' })],
  ['purchase_details.customer.billing_address.pincode', customer({ billing_address: { pincode: '12345' } })],
  ['purchase_details.customer.shipping_address.address1', customer({ shipping_address: { address1: long(101) } })],
  ['purchase_details.customer.billing_address.city', customer({ billing_address: { city: long(51) } })],
];

const byCard = (member: object): object => ({ payment_option: { card_details: { ...cardBody, ...member } } });
const byToken = (member: object): object => ({ payment_option: { card_token_details: { ...tokenBody, ...member } } });

const brokenPayments: readonly (readonly [path: string, change: object])[] = [
  ['merchant_payment_reference', { merchant_payment_reference: undefined }],
  ['merchant_payment_reference', { merchant_payment_reference: long(51) }],
  ['payment_method', { payment_method: 7 }],
  ['payment_amount.value', { payment_amount: { value: 1, currency: 'INR' } }],
  ['payment_option', { payment_option: undefined }],
  ['payment_option', { payment_option: {} }],
  ['payment_option', { payment_option: { card_details: cardBody, card_token_details: tokenBody } }],
  ['payment_option.card_details.name', byCard({ name: long(101) })],
  ['payment_option.card_details.card_number', byCard({ card_number: '4012-0010-3714-1112' })],
  ['payment_option.card_details.card_number', byCard({ card_number: '40120010371' })],
  ['payment_option.card_details.card_number', byCard({ card_number: '40120010371411124012' })],
  ['payment_option.card_details.cvv', byCard({ cvv: '12' })],
  ['payment_option.card_details.cvv', byCard({ cvv: 123 })],
  ['payment_option.card_details.expiry_month', byCard({ expiry_month: '13' })],
  ['payment_option.card_details.expiry_month', byCard({ expiry_month: '3' })],
  ['payment_option.card_details.expiry_year', byCard({ expiry_year: '30' })],
  ['payment_option.card_token_details.token', byToken({ token: 'with space' })],
  ['payment_option.card_token_details.token', byToken({ token: '' })],
  ['payment_option.card_token_details.token', byToken({ token: long(51) })],
  ['payment_option.card_token_details.token_txn_type', byToken({ token_txn_type: 'OTHER' })],
  ['payment_option.card_token_details.last4_digit', byToken({ last4_digit: '111' })],
  ['payment_option.card_token_details.cryptogram', byToken({ cryptogram: undefined })],
  ['device_info', { device_info: 'browser' }],
];

const post = (path: string, base: object) => (merchant: Merchant, change: object) =>
  merchant.call('POST', path, { ...base, ...change });

const others: readonly (readonly [
  operation: string,
  send: (merchant: Merchant, change: object) => ReturnType<Merchant['call']>,
  path: string,
  change: object,
])[] = [
  ...(['generate', 'resend'] as const).flatMap((verb) => {
    const send = post(`/api/pay/v1/otp/${verb}`, { payment_id: 'v1-1-aa-x-cc-a' });
    return [
      [verb, send, 'payment_id', { payment_id: undefined }] as const,
      [verb, send, 'payment_id', { payment_id: '../orders' }] as const,
      [verb, send, 'payment_id', { payment_id: long(51) }] as const,
    ];
  }),
  ...[undefined, 123_456, '123', '123456789', '12345a', '१२३४५६', ' 123456'].map((otp) => {
    const send = post('/api/pay/v1/otp/submit', { payment_id: 'v1-1-aa-x-cc-a' });
    return ['submit', send, 'otp', { otp }] as const;
  }),
  ...[100, '', '1.5', '-1'].map((value) => {
    const send = post('/api/pay/v1/getCardDetails', { card_details: [] });
    return ['card details', send, 'amount', { amount: value }] as const;
  }),
  [
    'card details',
    post('/api/pay/v1/getCardDetails', { amount: '100' }),
    'card_details[0].payment_reference_type',
    { card_details: [{ payment_identifier: '4012001037141112', payment_reference_type: 'CASH' }] },
  ],
  [
    'card details',
    post('/api/pay/v1/getCardDetails', { amount: '100' }),
    'card_details[0].payment_identifier',
    { card_details: [{ payment_identifier: '4012', payment_reference_type: 'CARD' }] },
  ],
  [
    'refund',
    post('/api/pay/v1/refunds/x', { order_amount: amount }),
    'merchant_order_reference',
    { merchant_order_reference: long(51) },
  ],
  ['refund', post('/api/pay/v1/refunds/x', { merchant_order_reference: 'r' }), 'order_amount', {}],
];

function expectInvalid(response: Awaited<ReturnType<Merchant['call']>>, path: string): void {
  expect(response).toMatchObject({
    status: 400,
    body: { code: 'INVALID_REQUEST', additional_error_details: { source: path } },
  });
  expect(response.body['message']).toContain(path);
}

describe('an invalid field is 400 INVALID_REQUEST and is named', () => {
  test.each(brokenOrders)('create order: %s', async (path, change) => {
    const { merchant, sandbox } = await createTestSandbox();
    expectInvalid(await merchant.call('POST', '/api/pay/v1/orders', { ...orderBody(), ...change }), path);
    expect(sandbox.state.orders.size).toBe(0);
  });

  test.each(brokenPayments)('create payment: %s', async (path, change) => {
    const { merchant } = await createTestSandbox();
    const { orderId } = await merchant.start();
    expectInvalid(await merchant.createPayment(orderId, change), `payments[0].${path}`);
    expect(await merchant.statuses(orderId)).toEqual(['PENDING', 'PENDING']);
  });

  test.each(others)('%s', async (_, send, path, change) => {
    const { merchant } = await createTestSandbox();
    const response = await send(merchant, change);
    // The first issue may be of another member, because the body lacks more than one.
    expect(response.status).toBe(400);
    expect(response.body['message']).toContain(path);
  });

  test('capture: the reference is required, and an amount must be valid', async () => {
    const { merchant } = await createTestSandbox();
    const path = '/api/pay/v1/orders/x/capture';
    expectInvalid(await merchant.call('PUT', path, {}), 'merchant_capture_reference');
    expectInvalid(
      await merchant.call('PUT', path, { merchant_capture_reference: 'c', capture_amount: { value: 1.5 } }),
      'capture_amount.value',
    );
  });

  test('two payments in one call are rejected', async () => {
    const { merchant } = await createTestSandbox();
    const { orderId } = await merchant.start();
    const path = `/api/pay/v1/orders/${orderId}/payments`;
    expectInvalid(await merchant.call('POST', path, { payments: [paymentBody(), paymentBody()] }), 'payments');
  });

  test.each(['', 'null', '[]', '"text"', '{', '{"a":1}}', '\u0000'])('a body of %j is rejected', async (body) => {
    const { merchant } = await createTestSandbox();
    const response = await merchant.call('POST', '/api/pay/v1/otp/generate', body);
    expect(response).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
  });

  test('a JSON body needs the content type of JSON', async () => {
    const { merchant } = await createTestSandbox();
    const response = await merchant.call('POST', '/api/pay/v1/orders', JSON.stringify(orderBody()), {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(response.status).toBe(400);
  });

  test('a body over 262144 characters is rejected for its length, not as invalid JSON', async () => {
    const { merchant } = await createTestSandbox();
    const response = await merchant.createOrder({ notes: long(262_144) });
    expect(response).toMatchObject({ status: 413, body: { additional_error_details: { reason: 'too long' } } });
  });

  test('no error response repeats the rejected value', async () => {
    const { merchant } = await createTestSandbox();
    const { orderId } = await merchant.start();
    const responses = [
      await merchant.createPayment(orderId, byCard({ card_number: '4929-1234-5678-9012' })),
      await merchant.createPayment(orderId, byCard({ cvv: '98765' })),
      await merchant.submit('v1-1-aa-x-cc-a', '918273645'),
    ];
    const text = JSON.stringify(responses);
    for (const value of ['4929', '98765', '918273645']) expect(text).not.toContain(value);
  });

  test('unknown members are accepted', async () => {
    const { merchant } = await createTestSandbox();
    expect((await merchant.createOrder({ integration_mode: 'SEAMLESS', later: { than: 'these docs' } })).status).toBe(
      200,
    );
  });
});
