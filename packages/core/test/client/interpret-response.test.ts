import { describe, expect, test } from 'vitest';
import { isPluralError, type PluralError } from '@plural-otp/core';
import { calls, order, orderBody, paymentBody, stubPlural, type CallName } from '../support/plural-stub.ts';

type Row = [call: CallName, status: number, body: unknown, code: string, outcome: 'none' | 'unknown'];

const submitNext = { code: 'INVALID_REQUEST', message: 'no', next: ['SUBMIT_OTP', 'RESEND_OTP'] };
const resendNext = { code: 'X', message: 'no', next: ['RESEND_OTP'] };
const none = { code: 'X', message: 'no', next: ['NONE'] };

const rows: Row[] = [
  // submit: accepted, rejected, exhausted, or an unknown outcome
  ['submitOtp', 422, submitNext, 'OTP_NOT_ACCEPTED', 'none'],
  ['submitOtp', 400, submitNext, 'OTP_NOT_ACCEPTED', 'none'],
  ['submitOtp', 401, submitNext, 'OTP_NOT_ACCEPTED', 'none'],
  ['submitOtp', 422, resendNext, 'OTP_NOT_ACCEPTED', 'none'],
  ['submitOtp', 200, submitNext, 'OTP_NOT_ACCEPTED', 'none'],
  ['submitOtp', 200, { status: 'FAILED', next: ['submit_otp'] }, 'OTP_NOT_ACCEPTED', 'none'],
  ['submitOtp', 422, { next: 'SUBMIT_OTP' }, 'OTP_NOT_ACCEPTED', 'none'],
  ['submitOtp', 401, { data: submitNext }, 'OTP_NOT_ACCEPTED', 'none'],
  ['submitOtp', 401, { next: 'SUBMIT_OTP' }, 'OTP_NOT_ACCEPTED', 'none'],
  ['submitOtp', 200, { next: ['SUBMIT_OTP'] }, 'OTP_NOT_ACCEPTED', 'none'],
  ['submitOtp', 200, { status: false, next: ['NONE'] }, 'ATTEMPTS_USED', 'unknown'],
  ['submitOtp', 422, none, 'ATTEMPTS_USED', 'unknown'],
  ['submitOtp', 429, none, 'ATTEMPTS_USED', 'unknown'],
  ['submitOtp', 200, { status: 'FAILED', next: ['NONE'] }, 'ATTEMPTS_USED', 'unknown'],
  ['submitOtp', 422, { code: 'USER_AUTHENTICATION_FAILED' }, 'API_REJECTED', 'unknown'],
  ['submitOtp', 401, { code: 'USER_AUTHENTICATION_FAILED' }, 'API_REJECTED', 'unknown'],
  ['submitOtp', 401, { message: 'The OTP is wrong' }, 'API_REJECTED', 'unknown'],
  ['submitOtp', 200, { status: 'PENDING', next: ['SUBMIT_OTP'] }, 'OTP_NOT_ACCEPTED', 'none'],
  ['submitOtp', 422, { next: [] }, 'API_REJECTED', 'unknown'],
  ['submitOtp', 422, { next: ['LATER_STEP'] }, 'API_REJECTED', 'unknown'],
  ['submitOtp', 404, {}, 'API_REJECTED', 'unknown'],
  ['submitOtp', 200, { code: 'PAYMENT_DECLINED' }, 'API_REJECTED', 'unknown'],
  ['submitOtp', 200, { status: 'FAILED' }, 'RESPONSE_INVALID', 'unknown'],
  ['submitOtp', 200, { status: 'SUCCESS', code: 'E1' }, 'RESPONSE_INVALID', 'unknown'],
  ['submitOtp', 200, {}, 'RESPONSE_INVALID', 'unknown'],
  // generate: any rejection leaves the bank's page
  ['generateOtp', 400, {}, 'NATIVE_OTP_UNAVAILABLE', 'none'],
  ['generateOtp', 422, { code: 'OPERATION_NOT_ALLOWED' }, 'NATIVE_OTP_UNAVAILABLE', 'none'],
  ['generateOtp', 404, {}, 'NATIVE_OTP_UNAVAILABLE', 'none'],
  ['generateOtp', 200, { code: 'OPERATION_NOT_ALLOWED' }, 'NATIVE_OTP_UNAVAILABLE', 'none'],
  ['generateOtp', 200, { next: ['NONE'] }, 'ATTEMPTS_USED', 'unknown'],
  ['generateOtp', 200, { status: 'FAILED', next: ['RESEND_OTP'] }, 'NATIVE_OTP_UNAVAILABLE', 'none'],
  ['generateOtp', 200, { status: 'PENDING', meta_data: { resend_after: '30' } }, 'RESPONSE_INVALID', 'unknown'],
  ['generateOtp', 401, { code: 'OPERATION_NOT_ALLOWED' }, 'NATIVE_OTP_UNAVAILABLE', 'none'],
  ['generateOtp', 401, { message: 'no OTP' }, 'NATIVE_OTP_UNAVAILABLE', 'none'],
  ['generateOtp', 200, { code: 'E1' }, 'RESPONSE_INVALID', 'unknown'],
  ['generateOtp', 200, {}, 'RESPONSE_INVALID', 'unknown'],
  ['generateOtp', 200, [], 'RESPONSE_INVALID', 'unknown'],
  // resend: too early, at its limit, or exhausted
  ['resendOtp', 422, { next: ['SUBMIT_OTP'] }, 'RESEND_LIMIT', 'none'],
  ['resendOtp', 422, submitNext, 'RESEND_TOO_EARLY', 'none'],
  ['resendOtp', 400, resendNext, 'RESEND_TOO_EARLY', 'none'],
  ['resendOtp', 422, {}, 'RESEND_LIMIT', 'none'],
  ['resendOtp', 422, { code: 'ORDER_CANCELLED' }, 'API_REJECTED', 'none'],
  ['resendOtp', 422, none, 'ATTEMPTS_USED', 'unknown'],
  ['resendOtp', 200, { status: 'SUCCESS', next: ['NONE'] }, 'ATTEMPTS_USED', 'unknown'],
  ['resendOtp', 200, { status: 'FAILED', next: [] }, 'RESEND_LIMIT', 'none'],
  ['resendOtp', 200, { status: 'PENDING', next: ['RESEND_OTP'] }, 'RESEND_TOO_EARLY', 'none'],
  ['resendOtp', 200, { status: 'PENDING', next: ['NONE'] }, 'ATTEMPTS_USED', 'unknown'],
  ['resendOtp', 200, { status: 'PENDING' }, 'RESPONSE_INVALID', 'unknown'],
  ['resendOtp', 401, { code: 'USER_AUTHENTICATION_FAILED' }, 'API_REJECTED', 'none'],
  ['resendOtp', 401, { message: 'no OTP' }, 'API_REJECTED', 'none'],
  ['resendOtp', 404, {}, 'API_REJECTED', 'none'],
  // any call
  ['captureOrder', 422, { code: 'OPERATION_NOT_ALLOWED' }, 'API_REJECTED', 'none'],
  ['captureOrder', 409, {}, 'API_REJECTED', 'unknown'],
  ['getOrder', 409, {}, 'API_REJECTED', 'none'],
  // the request before this one may have had its effect
  ['createPayment', 422, { code: 'DUPLICATE_REQUEST' }, 'API_REJECTED', 'unknown'],
  ['captureOrder', 422, { code: 'duplicate_request' }, 'API_REJECTED', 'unknown'],
  ['refundOrder', 200, { code: 'DUPLICATE_REQUEST' }, 'API_REJECTED', 'unknown'],
  ['getOrder', 422, { code: 'DUPLICATE_REQUEST' }, 'API_REJECTED', 'none'],
  ['captureOrder', 408, {}, 'TIMEOUT', 'unknown'],
  ['getCardDetails', 408, {}, 'TIMEOUT', 'none'],
  ['createPayment', 429, {}, 'BUSY', 'none'],
  ['createPayment', 422, { code: 'PAYMENT_RATE_LIMIT' }, 'BUSY', 'none'],
  ['createPayment', 422, { code: 'api_rate_limit' }, 'BUSY', 'none'],
  ['createPayment', 401, { next: ['NONE'] }, 'API_REJECTED', 'none'],
  ['createPayment', 500, {}, 'API_FAILED', 'unknown'],
  ['createPayment', 200, { code: 'TIMED_OUT' }, 'API_FAILED', 'unknown'],
  ['createPayment', 200, { code: 'CARD_EXPIRED', message: 'no' }, 'API_REJECTED', 'none'],
  ['createPayment', 200, { error: 'something else' }, 'RESPONSE_INVALID', 'unknown'],
  ['createPayment', 200, { data: { order_id: 'o-1' } }, 'RESPONSE_INVALID', 'unknown'],
  [
    'createPayment',
    200,
    { data: { order_id: 'o-1', status: 'PENDING', payments: { id: 'p' } } },
    'RESPONSE_INVALID',
    'unknown',
  ],
  ['createPayment', 200, [], 'RESPONSE_INVALID', 'unknown'],
  ['createPayment', 204, undefined, 'RESPONSE_INVALID', 'unknown'],
  ['getCardDetails', 200, { card_payment_details: {} }, 'RESPONSE_INVALID', 'none'],
  ['getCardDetails', 503, {}, 'API_FAILED', 'none'],
];

async function errorOf(work: Promise<unknown>): Promise<PluralError> {
  try {
    await work;
  } catch (error) {
    if (isPluralError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const respond = (status: number, body: unknown): Response =>
  body === undefined ? new Response(null, { status }) : Response.json(body, { status });

test.each(rows)('%s with response %i %j: %s, outcome %s', async (call, status, body, code, outcome) => {
  const { plural, requests } = stubPlural(respond(status, body));
  const error = await errorOf(calls[call].run(plural));
  expect(error).toMatchObject({ code, outcome, operation: call, status });
  expect(error.upstream?.requestId).toBe(requests.at(-1)?.headers.get('request-id'));
});

describe('upstream: the parts of Plural’s error that are safe to repeat', () => {
  test('code, message, next and wait', async () => {
    const body = {
      code: 'SOME_CODE',
      message: 'Some words',
      next: ['submit_otp', 7],
      meta_data: { resend_after: '42' },
    };
    const { plural } = stubPlural(respond(422, body));
    expect((await errorOf(calls.submitOtp.run(plural))).upstream).toEqual({
      code: 'SOME_CODE',
      message: 'Some words',
      next: ['SUBMIT_OTP'],
      resendAfterSeconds: 42,
      requestId: expect.any(String) as string,
    });
  });

  test.each([
    [{ error: { code: 'nested', message: 'inside' } }, 'NESTED', 'inside'],
    [{ error: 'invalid_client', error_description: 'who are you' }, 'INVALID_CLIENT', 'who are you'],
    [{ status: 401, type: 'Unauthorized', message: 'no', traceId: 'x' }, 'UNAUTHORIZED', 'no'],
    [{ message: 'only words' }, undefined, 'only words'],
    ['a string', undefined, undefined],
  ])('the error body %j', async (body, code, message) => {
    const { plural } = stubPlural(respond(403, body));
    const { upstream } = await errorOf(plural.getOrder('o-1'));
    expect([upstream?.code, upstream?.message]).toEqual([code, message]);
  });

  const nowMs = Date.UTC(2026, 0, 1);

  test.each([
    ['7', 7],
    ['3600', 3600],
    ['0', 0],
    [new Date(nowMs + 90_000).toUTCString(), 90],
    [new Date(nowMs - 1000).toUTCString(), undefined],
    ['later', undefined],
    ['-1', undefined],
  ])('Retry-After %s is in the error of every status', async (header, seconds) => {
    for (const status of [400, 401, 403, 404, 409, 422, 429, 500, 503]) {
      const { plural } = stubPlural(Response.json({}, { status, headers: { 'retry-after': header } }), {
        now: () => nowMs,
        maxRetries: 0,
      });
      const { upstream } = await errorOf(plural.getOrder('o-1'));
      expect([status, upstream?.retryAfterSeconds]).toEqual([status, seconds]);
    }
    const token = Response.json({}, { status: 429, headers: { 'retry-after': header } });
    const { plural } = stubPlural([], { token, now: () => nowMs, maxRetries: 0 });
    expect((await errorOf(plural.getOrder('o-1'))).upstream?.retryAfterSeconds).toBe(seconds);
  });

  test('without Retry-After there is no wait in the error', async () => {
    const { plural } = stubPlural(respond(429, {}), { maxRetries: 0 });
    expect((await errorOf(plural.getOrder('o-1'))).upstream).not.toHaveProperty('retryAfterSeconds');
  });

  test.each([
    [
      { source: 'issuer', step: 'payment', reason: 'low' },
      { source: 'issuer', step: 'payment', reason: 'low' },
    ],
    [{ source: 'issuer', step: 7, reason: '' }, { source: 'issuer' }],
    [{}, undefined],
    [{ other: 'x' }, undefined],
    ['words', undefined],
    [null, undefined],
  ])('additional_error_details %j: its three texts, at the top and inside error', async (sent, details) => {
    const bodies = [
      { code: 'A', additional_error_details: sent },
      { error: { code: 'A', additional_error_details: sent } },
    ];
    for (const body of bodies) {
      const { plural } = stubPlural(respond(422, body));
      expect((await errorOf(plural.getOrder('o-1'))).upstream?.details).toEqual(details);
    }
  });

  test('details are masked as the message is, and cut', async () => {
    const sent = { source: 'card 4012 0010 3714 1112', step: 'x'.repeat(150), reason: `OTP 482915 ${'y'.repeat(300)}` };
    const { plural } = stubPlural(respond(422, { additional_error_details: sent }));
    const details = (await errorOf(plural.submitOtp('p-1', '482915'))).upstream?.details;
    expect(details?.source).toBe('card *** *** *** ***');
    expect(details?.step).toHaveLength(100);
    expect(details?.reason).toHaveLength(200);
    expect(details?.reason).toMatch(/^OTP \*\*\* y/);
  });

  test('its message is cut to 200 characters, and card numbers in it are masked', async () => {
    const message = `${'x'.repeat(150)} 4012 0010 3714 1112 and 5105-1051-0510-5100 and 4111111111111111 ${'y'.repeat(150)}`;
    const { plural } = stubPlural(respond(422, { message }));
    const { upstream } = await errorOf(plural.getOrder('o-1'));
    expect(upstream?.message).toHaveLength(200);
    expect(upstream?.message).toContain('x *** and *** and *** y');
  });

  test('twelve digits in a row are a card number, eleven are not', async () => {
    const { plural } = stubPlural(respond(422, { message: 'a 123456789012 b 12345678901 c' }));
    expect((await errorOf(plural.getOrder('o-1'))).upstream?.message).toBe('a *** b 12345678901 c');
  });

  test.each(['generateOtp', 'submitOtp', 'resendOtp'] as const)('%s: no digits that could be an OTP', async (name) => {
    const { plural } = stubPlural(respond(422, { message: 'Code 482915 was sent, 12345 came, 60 s to wait' }));
    expect((await errorOf(calls[name].run(plural))).upstream?.message).toBe(
      'Code *** was sent, *** came, 60 s to wait',
    );
  });

  test('an error serializes to no more than its toJSON', async () => {
    const { plural } = stubPlural(respond(422, { code: 'A', message: 'b' }));
    const error = await errorOf(plural.getOrder('o-1'));
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'API_REJECTED',
      outcome: 'none',
      operation: 'getOrder',
      status: 422,
      requestId: error.upstream?.requestId,
    });
  });
});

test.each(['OTP_SENT', 'PENDING', 'ACCEPTED', 'FAILED', 'success', ''])(
  'generateOtp, resendOtp: status %j with a next step of SUBMIT_OTP: an OTP was sent',
  async (status) => {
    for (const name of ['generateOtp', 'resendOtp'] as const) {
      const body = { status, next: ['SUBMIT_OTP', 'RESEND_OTP'], meta_data: { resend_after: '45' } };
      const { plural } = stubPlural(respond(200, body));
      expect(await calls[name].run(plural)).toMatchObject({ next: body.next, resendAfterSeconds: 45 });
    }
  },
);

describe('the token call: only the token service rejects credentials', () => {
  test.each([400, 401, 422])('%i rejects them', async (status) => {
    const { plural } = stubPlural([], { token: respond(status, {}) });
    expect(await errorOf(plural.getOrder('o-1'))).toMatchObject({
      code: 'CREDENTIALS_REJECTED',
      operation: 'getToken',
    });
  });

  test.each(['UNAUTHORIZED', 'invalid_client', 'INVALID_CREDENTIALS', 'unauthorized_client'])(
    'the code %s rejects them, whatever the status',
    async (code) => {
      for (const status of [403, 404]) {
        const { plural } = stubPlural([], { token: respond(status, { error: code }) });
        expect((await errorOf(plural.getOrder('o-1'))).code).toBe('CREDENTIALS_REJECTED');
      }
    },
  );

  test.each([
    ['a gateway’s page', new Response('<html>Forbidden</html>', { status: 403 })],
    ['an unknown path', respond(404, {})],
    ['another method', respond(405, {})],
    ['a conflict', respond(409, { code: 'SOMETHING' })],
  ])('%s says nothing about them, and the message says so', async (_what, token) => {
    const { plural, requests } = stubPlural([], { token });
    const error = await errorOf(plural.createPayment('o-1', paymentBody));
    expect(error).toMatchObject({ code: 'API_REJECTED', outcome: 'none', operation: 'getToken', status: token.status });
    expect(error.message).toContain(`HTTP ${token.status}`);
    expect(error.message).toContain('base URL');
    expect(error.message).not.toContain('clientId');
    expect(requests).toEqual([]);
  });
});

describe('generateOtp: every rejection leaves the bank’s page, and shows what it was', () => {
  test.each([
    ['a gateway’s page', new Response('<html>', { status: 403 }), undefined],
    ['an unknown path', respond(404, {}), undefined],
    ['an invalid request', respond(400, { code: 'INVALID_REQUEST' }), 'INVALID_REQUEST'],
    ['a card without it', respond(422, { code: 'OPERATION_NOT_ALLOWED' }), 'OPERATION_NOT_ALLOWED'],
  ])('%s', async (_what, response, upstreamCode) => {
    const error = await errorOf(stubPlural(response).plural.generateOtp('p-1'));
    expect(error).toMatchObject({ code: 'NATIVE_OTP_UNAVAILABLE', outcome: 'none', status: response.status });
    expect(error.upstream?.code).toBe(upstreamCode);
    expect(error.message).toContain('`status` and `upstream`');
  });
});

describe('createOrder: an existing order is returned when it is the same', () => {
  const duplicate = respond(422, { code: 'DUPLICATE_REQUEST', message: 'again' });

  test('same amount and currency: the order is returned', async () => {
    const { plural, requests } = stubPlural([duplicate, Response.json({ data: { ...order, status: 'PROCESSED' } })]);
    expect(await plural.createOrder(orderBody)).toMatchObject({ order_id: order.order_id, status: 'PROCESSED' });
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/pay/v1/orders',
      'GET /api/pay/v1/orders/reference/order-1',
    ]);
  });

  const otherOrders: [string, object, string][] = [
    ['amount', { order_amount: { value: 1101, currency: 'INR' } }, 'order_amount.value'],
    ['currency', { order_amount: { value: 1100, currency: 'USD' } }, 'order_amount.currency'],
    ['pre_auth', { pre_auth: true }, 'pre_auth'],
    ['amount that is missing', { order_amount: undefined }, 'order_amount.value'],
    ['type, a refund,', { type: 'REFUND' }, 'merchant_order_reference'],
  ];
  const answers: [string, (other: object) => Response[]][] = [
    ['Plural rejects the duplicate', (other) => [duplicate, Response.json({ data: { ...order, ...other } })]],
    ['Plural returns the existing order', (other) => [Response.json({ data: { ...order, ...other } })]],
    ['a lost response is retried', (other) => [respond(502, {}), Response.json({ data: { ...order, ...other } })]],
  ];

  describe.each(answers)('%s', (_how, answer) => {
    test.each(otherOrders)('another %s: ORDER_MISMATCH, which names it', async (_what, other, path) => {
      const { plural } = stubPlural(answer(other));
      const error = await errorOf(plural.createOrder({ ...orderBody, pre_auth: false }));
      expect(error).toMatchObject({ code: 'ORDER_MISMATCH', outcome: 'none', operation: 'createOrder' });
      expect(error.issues?.map((issue) => issue.path)).toContain(path);
      expect(error.message).not.toMatch(/1100|1101|USD/);
    });

    test('everything that differs is named at once, by what it is', async () => {
      const other = { type: 'REFUND', order_amount: { value: 7, currency: 'USD' }, pre_auth: true };
      const { issues } = await errorOf(stubPlural(answer(other)).plural.createOrder(orderBody));
      expect(issues).toEqual([
        { path: 'merchant_order_reference', expected: 'a reference that no refund has' },
        { path: 'order_amount.value', expected: 'the amount of the existing order' },
        { path: 'order_amount.currency', expected: 'the currency of the existing order' },
        { path: 'pre_auth', expected: 'the pre_auth of the existing order' },
      ]);
    });

    test('an order that authorizes only, where none was asked for: ORDER_MISMATCH', async () => {
      const { plural } = stubPlural(answer({ pre_auth: true }));
      expect(await errorOf(plural.createOrder(orderBody))).toMatchObject({ issues: [{ path: 'pre_auth' }] });
    });

    test('the same order is returned, also one that does not say its pre_auth', async () => {
      for (const preAuth of [true, false, undefined]) {
        const { plural } = stubPlural(answer({ pre_auth: preAuth }));
        expect(await plural.createOrder({ ...orderBody, pre_auth: preAuth })).toMatchObject({
          order_id: order.order_id,
        });
        const silent = stubPlural(answer({ pre_auth: undefined }));
        expect(await silent.plural.createOrder({ ...orderBody, pre_auth: preAuth })).not.toHaveProperty('pre_auth');
      }
    });
  });

  test('the order cannot be read: unknown, because it does exist', async () => {
    const { plural } = stubPlural([duplicate, respond(404, {})]);
    const error = await errorOf(plural.createOrder(orderBody));
    expect(error).toMatchObject({ code: 'API_REJECTED', outcome: 'unknown', operation: 'getOrderByReference' });
  });

  test('a response was lost, then a rejection came: unknown, because the lost one may have had its effect', async () => {
    const { plural, requests } = stubPlural([respond(502, {}), respond(400, {})]);
    const error = await errorOf(plural.createOrder(orderBody));
    expect(error).toMatchObject({ code: 'API_REJECTED', outcome: 'unknown' });
    expect(requests).toHaveLength(2);
  });
});

describe('next', () => {
  test('an accepted OTP without a next step is accepted', async () => {
    const { plural } = stubPlural(respond(200, { status: 'SUCCESS', next: ['NONE'] }));
    expect(await plural.submitOtp('p-1', '123456')).toMatchObject({ status: 'SUCCESS' });
  });

  test('an order with next is an order', async () => {
    const { plural } = stubPlural(respond(200, { data: { ...order, next: ['NONE'] } }));
    expect(await plural.getOrder('o-1')).toMatchObject({ order_id: order.order_id });
  });

  test.each([
    ['bare', { next: ['RESEND_OTP'], meta_data: { resend_after: '7' } }],
    ['in data', { code: 'X', data: { next: ['RESEND_OTP'], meta_data: { resend_after: '7' } } }],
  ])('next and its wait are in upstream, %s', async (_where, body) => {
    const { upstream } = await errorOf(stubPlural(respond(422, body)).plural.resendOtp('p-1'));
    expect(upstream).toMatchObject({ next: ['RESEND_OTP'], resendAfterSeconds: 7 });
  });

  test('a member that a response does not have is absent', async () => {
    const { upstream } = await errorOf(
      stubPlural(respond(404, {}), { newId: () => 'request-1' }).plural.getOrder('o-1'),
    );
    expect(upstream).toStrictEqual({ requestId: 'request-1' });
  });
});
