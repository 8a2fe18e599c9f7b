import { describe, expect, test } from 'vitest';
import { isPluralError } from '@plural-otp/core';
import { callNames, calls, order, orderBody, paymentBody, paymentId, stubPlural } from '../support/plural-stub.ts';

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('requests: every call matches the API reference', () => {
  const rows: Record<string, { method: string; path: string; body?: unknown }> = {
    createOrder: { method: 'POST', path: '/api/pay/v1/orders', body: orderBody },
    getOrder: { method: 'GET', path: '/api/pay/v1/orders/v1-4405071524-aa-qlAtAf' },
    getOrderByReference: { method: 'GET', path: '/api/pay/v1/orders/reference/order-1' },
    createPayment: { method: 'POST', path: '/api/pay/v1/orders/v1-4405071524-aa-qlAtAf/payments' },
    getCardDetails: {
      method: 'POST',
      path: '/api/pay/v1/getCardDetails',
      body: {
        amount: '1100',
        card_details: [{ payment_identifier: '4012001037141112', payment_reference_type: 'CARD' }],
      },
    },
    generateOtp: { method: 'POST', path: '/api/pay/v1/otp/generate', body: { payment_id: paymentId } },
    submitOtp: { method: 'POST', path: '/api/pay/v1/otp/submit', body: { payment_id: paymentId, otp: '012345' } },
    resendOtp: { method: 'POST', path: '/api/pay/v1/otp/resend', body: { payment_id: paymentId } },
    captureOrder: {
      method: 'PUT',
      path: '/api/pay/v1/orders/v1-4405071524-aa-qlAtAf/capture',
      body: { merchant_capture_reference: 'capture-1' },
    },
    cancelOrder: { method: 'PUT', path: '/api/pay/v1/orders/v1-4405071524-aa-qlAtAf/cancel', body: undefined },
    refundOrder: { method: 'POST', path: '/api/pay/v1/refunds/v1-4405071524-aa-qlAtAf' },
  };

  test.each(callNames)('%s: method, path, body, bearer, and a fresh id and time', async (name) => {
    const { plural, requests, tokenCalls } = stubPlural(Response.json(calls[name].response), {
      now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6),
      newId: () => 'request-id-1',
    });
    await calls[name].run(plural);

    expect(tokenCalls).toHaveLength(1);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject(rows[name] as object);
    const headers = requests[0]?.headers;
    expect(headers?.get('authorization')).toBe('Bearer token-1');
    expect(headers?.get('request-id')).toBe('request-id-1');
    expect(headers?.get('request-timestamp')).toBe('2026-01-02T03:04:05.006Z');
    expect(headers?.get('content-type')).toBe(requests[0]?.body === undefined ? null : 'application/json');
  });

  test('getToken: sends the credentials and no bearer', async () => {
    const { plural, tokenCalls } = stubPlural(Response.json({ data: order }));
    await plural.getOrder(order.order_id);
    expect(tokenCalls[0]?.headers.has('authorization')).toBe(false);
    expect(tokenCalls[0]?.body).toEqual({
      client_id: 'client-id',
      client_secret: 'client-secret',
      grant_type: 'client_credentials',
    });
  });

  test('createPayment: the card is sent in the form Plural expects, and unknown members with it', async () => {
    const { plural, requests } = stubPlural(Response.json({ data: order }));
    await plural.createPayment(order.order_id, { ...paymentBody, risk_hint: { level: 1 } });
    expect(requests[0]?.body).toMatchObject({
      risk_hint: { level: 1 },
      payments: [
        { payment_option: { card_details: { card_number: '4012001037141112', expiry_year: '2030', cvv: '123' } } },
      ],
    });
  });

  test('getOrderByReference: a reference with a slash stays one path segment', async () => {
    const { plural, requests } = stubPlural(Response.json({ data: order }));
    await plural.getOrderByReference('2026/10\\a?b#c');
    expect(requests[0]?.path).toBe('/api/pay/v1/orders/reference/2026%2F10%5Ca%3Fb%23c');
  });
});

describe('responses: parsed tolerantly', () => {
  test.each(callNames)('%s: returns the response', async (name) => {
    const { plural } = stubPlural(Response.json(calls[name].response));
    const response = calls[name].response as { data?: object };
    expect(await calls[name].run(plural)).toMatchObject(response.data ?? response);
  });

  test('getOrder: accepts a bare order, odd case, a null, and an informational member of another form', async () => {
    const { plural } = stubPlural(
      Response.json({
        order_id: 'o-1',
        status: 'Attempted',
        challenge_url: null,
        notes: 5,
        later_member: { kept: true },
        payments: [{ id: 'p-1', status: 'pending', error_detail: 'none' }],
      }),
    );
    expect(await plural.getOrder('o-1')).toEqual({
      order_id: 'o-1',
      status: 'ATTEMPTED',
      later_member: { kept: true },
      payments: [{ id: 'p-1', status: 'PENDING' }],
    });
  });

  test('getOrder: an amount that is no integer is left out, never rounded', async () => {
    const { plural } = stubPlural(
      Response.json({ data: { ...order, order_amount: { value: 11.5, currency: 'INR' } } }),
    );
    expect((await plural.getOrder('o-1')).order_amount).toBeUndefined();
  });

  test.each([
    ['180', 180],
    [45, 45],
    ['1', 1],
    ['900', 900],
    ['901', 30],
    ['0', 30],
    [-5, 30],
    ['soon', 30],
    ['', 30],
    [null, 30],
    [undefined, 30],
    ['29.2', 30],
  ])('resend_after %j is %i seconds', async (resendAfter, seconds) => {
    const { plural } = stubPlural(Response.json({ next: ['submit_otp'], meta_data: { resend_after: resendAfter } }));
    expect(await plural.generateOtp('p-1')).toMatchObject({ resendAfterSeconds: seconds, next: ['SUBMIT_OTP'] });
  });

  test('resendOtp: without next and meta_data, next is empty and the wait is 30 seconds', async () => {
    const { plural } = stubPlural(Response.json({ status: 'Success' }));
    expect(await plural.resendOtp('p-1')).toEqual({ status: 'SUCCESS', next: [], resendAfterSeconds: 30 });
  });

  test('submitOtp: the status success is accepted in any case', async () => {
    const { plural } = stubPlural(Response.json({ status: 'success' }));
    expect(await plural.submitOtp('p-1', '1234')).toEqual({ status: 'SUCCESS' });
  });
});

describe('invalid requests are rejected before anything is sent', () => {
  const secret = '4012001037141112';
  const card = { name: 'A', card_number: secret, cvv: '123', expiry_month: '03', expiry_year: '2030' };
  const [payment] = paymentBody.payments;
  const withOption = (payment_option: unknown): never =>
    ({ payments: [{ ...payment, payment_option }] }) as unknown as never;
  const rows: [string, string, (plural: ReturnType<typeof stubPlural>['plural']) => Promise<unknown>][] = [
    [
      'no reference',
      'merchant_order_reference',
      (p) => p.createOrder({ order_amount: orderBody.order_amount } as never),
    ],
    [
      'a long reference',
      'merchant_order_reference',
      (p) => p.createOrder({ ...orderBody, merchant_order_reference: 'x'.repeat(51) }),
    ],
    [
      'a reference that is a path',
      'merchant_order_reference',
      (p) => p.createOrder({ ...orderBody, merchant_order_reference: '..' }),
    ],
    [
      'a number as reference',
      'merchant_order_reference',
      (p) => p.createOrder({ ...orderBody, merchant_order_reference: 5 as never }),
    ],
    [
      'rupees with a fraction',
      'order_amount.value',
      (p) => p.createOrder({ ...orderBody, order_amount: { value: 10.5, currency: 'INR' } }),
    ],
    [
      'an amount as a string',
      'order_amount.value',
      (p) => p.createOrder({ ...orderBody, order_amount: { value: '100' as never, currency: 'INR' } }),
    ],
    [
      'no amount at all',
      'order_amount.value',
      (p) => p.createOrder({ ...orderBody, order_amount: { value: 0, currency: 'INR' } }),
    ],
    [
      'a currency in small letters',
      'order_amount.currency',
      (p) => p.createOrder({ ...orderBody, order_amount: { value: 100, currency: 'inr' } }),
    ],
    ['no body', '', (p) => p.createOrder(undefined as never)],
    ['an id with a slash', 'order_id', (p) => p.getOrder('v1/../../auth')],
    ['an empty id', 'order_id', (p) => p.cancelOrder('')],
    [
      'an id that is missing',
      'order_id',
      (p) => p.captureOrder(undefined as never, { merchant_capture_reference: 'c' }),
    ],
    ['a reference of dots', 'merchant_order_reference', (p) => p.getOrderByReference('..')],
    ['an OTP of three digits', 'otp', (p) => p.submitOtp('p-1', '123')],
    ['an OTP of nine digits', 'otp', (p) => p.submitOtp('p-1', '123456789')],
    ['an OTP that is a number', 'otp', (p) => p.submitOtp('p-1', 123456 as never)],
    ['an OTP in Devanagari digits', 'otp', (p) => p.submitOtp('p-1', '१२३४५६')],
    ['an OTP with a line break', 'otp', (p) => p.submitOtp('p-1', '123456\n')],
    ['a payment id with a space', 'payment_id', (p) => p.resendOtp('a b')],
    ['no payment', 'payments', (p) => p.createPayment('o-1', { payments: [] })],
    ['neither card nor token', 'payments.0.payment_option', (p) => p.createPayment('o-1', withOption({}))],
    [
      'card and token together',
      'payments.0.payment_option',
      (p) =>
        p.createPayment(
          'o-1',
          withOption({
            card_details: card,
            card_token_details: {
              ...card,
              token: 't',
              cryptogram: 'c',
              token_txn_type: 'ALT_TOKEN',
              last4_digit: '1112',
            },
          }),
        ),
    ],
    [
      'letters in the card number',
      'payments.0.payment_option.card_details.card_number',
      (p) => p.createPayment('o-1', withOption({ card_details: { ...card, card_number: `${secret}x` } })),
    ],
    [
      'month 13',
      'payments.0.payment_option.card_details.expiry_month',
      (p) => p.createPayment('o-1', withOption({ card_details: { ...card, expiry_month: '13' } })),
    ],
    [
      'a year of three digits',
      'payments.0.payment_option.card_details.expiry_year',
      (p) => p.createPayment('o-1', withOption({ card_details: { ...card, expiry_year: '203' } })),
    ],
    [
      'a cvv of two digits',
      'payments.0.payment_option.card_details.cvv',
      (p) => p.createPayment('o-1', withOption({ card_details: { ...card, cvv: '12' } })),
    ],
    [
      'an amount that is a number',
      'amount',
      (p) =>
        p.getCardDetails({
          amount: 1100 as never,
          card_details: [{ payment_identifier: secret, payment_reference_type: 'CARD' }],
        }),
    ],
    ['no capture reference', 'merchant_capture_reference', (p) => p.captureOrder('o-1', {} as never)],
    [
      'a refund without amount',
      'order_amount',
      (p) => p.refundOrder('o-1', { merchant_order_reference: 'r' } as never),
    ],
  ];

  test.each(rows)('%s', async (_title, path, run) => {
    const { plural, requests, tokenCalls } = stubPlural(Response.json({ data: order }));
    const error = await errorOf(run(plural));
    expect(error).toMatchObject({ code: 'REQUEST_INVALID', outcome: 'none' });
    if (!isPluralError(error)) throw error;
    expect(error.issues?.map((issue) => issue.path)).toContain(path);
    expect(error.message).not.toContain(secret);
    expect(error.message).not.toMatch(/undefined|\[object/);
    expect([...requests, ...tokenCalls]).toEqual([]);
  });

  test('every member that is invalid is named at once', async () => {
    const { plural } = stubPlural(Response.json({ data: order }));
    const error = await errorOf(plural.submitOtp('a b', '1'));
    expect(error).toMatchObject({ issues: [{ path: 'payment_id' }, { path: 'otp' }] });
  });

  test('a timeout that no timer supports is rejected', async () => {
    const { plural, requests } = stubPlural(Response.json({ data: order }));
    for (const timeoutMs of [0, -1, 1.5, Number.NaN, 2 ** 31]) {
      expect(await errorOf(plural.getOrder('o-1', { timeoutMs }))).toMatchObject({ code: 'OPTIONS_INVALID' });
    }
    expect(requests).toEqual([]);
  });
});
