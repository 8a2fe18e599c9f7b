import { describe, expect, test } from 'vitest';
import { isPluralError, type Plural } from '@plural-otp/core';
import {
  calculateFees,
  createCryptogram,
  createCustomer,
  createToken,
  deleteToken,
  getCustomer,
  getToken,
  listTokens,
} from '@plural-otp/core/tokens';
import { stubPlural } from '../support/plural-stub.ts';

const customer = { customer_id: 'cust-v1-070824-aa-mlSjsm', merchant_customer_reference: 'asha-1', status: 'ACTIVE' };
const token = {
  token_id: 'token-v1-1',
  status: 'ACTIVE',
  customer_id: customer.customer_id,
  card_data: { last4_digit: '1112', network_name: 'VISA', cvv_required: true },
};
const amount = { value: 110_000, currency: 'INR' };
const cryptogram = { token_id: 'token-v1-1', token_data: { cryptogram: 'AgAAcanary', token_expiry_month: '03' } };
const fee = {
  payment_method: 'CARD',
  convenience_fee_breakdown: { applicable_fee_amount: amount },
  payable_amount: amount,
};

interface Row {
  run: (plural: Plural) => Promise<unknown>;
  method: 'GET' | 'POST';
  path: string;
  body?: object;
  response: unknown;
  value: unknown;
}
const customerBody = { merchant_customer_reference: 'asha-1', mobile_number: '9876543210', gstin: 'x' };
const tokenBody = {
  customer_id: 'cust-1',
  merchant_token_reference: 'card-1',
  payment_method: 'CARD',
  payment_option: { encrypted_card_details: 'encryptedCanary' },
} as const;
const cryptogramBody = { merchant_unique_reference: 'use-1', service_provider_token_id: 'spt-1' };
const feesBody = { amount, payment_method: 'CARD', network_type: 'VISA' };

const rows: Record<string, Row> = {
  createCustomer: {
    run: (plural) => createCustomer(plural, customerBody),
    method: 'POST',
    path: '/api/v1/customer',
    body: customerBody,
    response: { data: customer },
    value: customer,
  },
  getToken: {
    run: (plural) => getToken(plural, 'token-v1-1'),
    method: 'GET',
    path: '/api/v1/tokens/token-v1-1',
    response: { ...token, service_provider_token_id: 'tp-v1-1' },
    value: { ...token, service_provider_token_id: 'tp-v1-1' },
  },
  getCustomer: {
    run: (plural) => getCustomer(plural, 'cust-1'),
    method: 'GET',
    path: '/api/v1/customer/cust-1',
    response: customer,
    value: customer,
  },
  listTokens: {
    run: (plural) => listTokens(plural, 'cust-1'),
    method: 'GET',
    path: '/api/v1/customer/cust-1/tokens',
    response: { customer_id: 'cust-1', total_tokens: 1, tokens: [token] },
    value: [token],
  },
  createToken: {
    run: (plural) => createToken(plural, tokenBody),
    method: 'POST',
    path: '/api/v1/tokens',
    body: tokenBody,
    response: { data: token },
    value: token,
  },
  deleteToken: {
    run: (plural) => deleteToken(plural, 'token-v1-1'),
    method: 'POST',
    path: '/api/v1/tokens/token-v1-1/delete',
    response: { token_id: 'token-v1-1', status: 'DEACTIVATED' },
    value: undefined,
  },
  createCryptogram: {
    run: (plural) => createCryptogram(plural, 'token-v1-1', cryptogramBody),
    method: 'POST',
    path: '/api/v1/tokens/token-v1-1/token-transactional-data',
    body: cryptogramBody,
    response: { data: cryptogram },
    value: cryptogram,
  },
  calculateFees: {
    run: (plural) => calculateFees(plural, feesBody),
    method: 'POST',
    path: '/api/v1/fees',
    body: feesBody,
    response: { data: [fee] },
    value: [fee],
  },
};

describe.each(Object.entries(rows))('%s', (_name, { run, method, path, body, response, value }) => {
  test('sends what the vendor documents, once, and returns what it parsed', async () => {
    const { plural, requests } = stubPlural(Response.json(response));
    expect(await run(plural)).toEqual(value);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method, path });
    expect(requests[0]?.body).toEqual(body);
  });

  test('a failure is unknown for a write and none for a read, and is sent once', async () => {
    const { plural, requests } = stubPlural(Response.json({}, { status: 502 }));
    await expect(run(plural)).rejects.toMatchObject({
      code: 'API_FAILED',
      outcome: method === 'GET' ? 'none' : 'unknown',
      operation: 'request',
    });
    expect(requests).toHaveLength(1);
  });
});

describe('a response of another form', () => {
  test.each(Object.entries(rows).filter(([name]) => name !== 'deleteToken' && name !== 'listTokens'))(
    '%s: invalid, with the outcome of its method',
    async (_name, { run, method }) => {
      const { plural } = stubPlural(Response.json({ data: { other: 1 } }), { newId: () => 'request-1' });
      const error = await run(plural).catch((thrown: unknown) => thrown);
      if (!isPluralError(error, 'RESPONSE_INVALID')) throw error;
      expect(error.outcome).toBe(method === 'GET' ? 'none' : 'unknown');
      expect(error.upstream).toEqual({ requestId: 'request-1' });
      expect(error.issues?.length).toBeGreaterThan(0);
    },
  );

  test('listTokens: an entry that cannot be read is left out, and a customer without tokens has none', async () => {
    for (const [tokens, ids] of [
      [
        [token, { status: 'ACTIVE' }, 'x', { ...token, token_id: 't-2', card_data: 'none' }],
        ['token-v1-1', 't-2'],
      ],
      [null, []],
      [undefined, []],
    ] as const) {
      const { plural } = stubPlural(Response.json({ data: { tokens } }));
      expect((await listTokens(plural, 'cust-1')).map(({ token_id: id }) => id)).toEqual(ids);
    }
  });

  test('deleteToken: any success is one', async () => {
    for (const response of [new Response(null, { status: 204 }), Response.json([]), Response.json({ status: 7 })]) {
      await expect(deleteToken(stubPlural(response).plural, 'token-v1-1')).resolves.toBeUndefined();
    }
  });
});

test.each([{ mobile_number: '9876543210' }, { merchant_customer_reference: '', mobile_number: '9876543210' }])(
  'a customer needs no reference of the merchant: %j',
  async (body) => {
    const { plural, requests } = stubPlural(Response.json({ data: customer }));
    expect(await createCustomer(plural, body)).toEqual(customer);
    expect(requests.map((request) => request.body)).toEqual([body]);
  },
);

describe('an invalid input is not sent, and named by member', () => {
  const invalid: [string, (plural: Plural) => Promise<unknown>, string][] = [
    ['a customer id that is a path', (plural) => listTokens(plural, '../canary'), 'customer_id'],
    ['an empty customer id', (plural) => getCustomer(plural, ''), 'customer_id'],
    ['a token id with a slash', (plural) => deleteToken(plural, 'canary/x'), 'token_id'],
    ['a token id that is long', (plural) => deleteToken(plural, 'x'.repeat(101)), 'token_id'],
    ['a token id that is a number', (plural) => createCryptogram(plural, 7 as never, cryptogramBody), 'token_id'],
    [
      'no reference of a use',
      (plural) => createCryptogram(plural, 't', { service_provider_token_id: 'canary' } as never),
      'merchant_unique_reference',
    ],
    [
      'a reference of a customer that is long',
      (plural) => createCustomer(plural, { merchant_customer_reference: 'x'.repeat(51), mobile_number: 'canary' }),
      'merchant_customer_reference',
    ],
    ['no body', (plural) => createCustomer(plural, undefined as never), ''],
    [
      'another method of a token',
      (plural) => createToken(plural, { ...tokenBody, payment_method: 'UPI' as never }),
      'payment_method',
    ],
    [
      'an amount as text',
      (plural) => calculateFees(plural, { ...feesBody, amount: { value: '1' as never, currency: 'INR' } }),
      'amount.value',
    ],
  ];

  test.each(invalid)('%s', async (_what, run, path) => {
    const { plural, requests, tokenCalls } = stubPlural(Response.json({}));
    const error = await run(plural).catch((thrown: unknown) => thrown);
    if (!isPluralError(error, 'REQUEST_INVALID')) throw error;
    expect(error.issues?.map((issue) => issue.path)).toEqual([path]);
    expect(error.message).not.toMatch(/canary/);
    expect([...requests, ...tokenCalls]).toEqual([]);
  });
});

test('what Plural quotes of a token is masked', async () => {
  const response = Response.json({ message: 'encryptedCanary token-v1-1' }, { status: 422 });
  for (const run of [rows['createToken']?.run, rows['deleteToken']?.run]) {
    const error = await run?.(stubPlural(response).plural).catch((thrown: unknown) => thrown);
    expect(isPluralError(error) && error.upstream?.message).toContain('***');
  }
});

test('takes the limits of a call', async () => {
  const { plural } = stubPlural(Response.json({ tokens: [] }));
  await expect(listTokens(plural, 'cust-1', { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  await expect(listTokens(plural, 'cust-1', { timeoutMs: 0 })).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
});
