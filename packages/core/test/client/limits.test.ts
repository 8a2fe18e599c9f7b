/** Limits of time and of retries, per client and per call. */

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPlural, getResponseInfo, type PluralOptions, type RequestRecord } from '@plural-otp/core';
import { calls, order, paymentBody, stubPlural } from '../support/plural-stub.ts';

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('limits of time', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Returns the milliseconds after which a call gives up. */
  async function lengthOf(options: Partial<PluralOptions>, call: keyof typeof calls): Promise<number> {
    const { plural } = stubPlural(() => new Promise<never>(() => undefined), { maxRetries: 0, ...options });
    const startedAtMs = Date.now();
    const end = errorOf(calls[call].run(plural)).then((error) => [error, Date.now() - startedAtMs] as const);
    await vi.advanceTimersByTimeAsync(100_000);
    const [error, ms] = await end;
    expect(error).toMatchObject({ code: 'TIMEOUT', operation: call });
    return ms;
  }

  test.each([
    [{}, 10_000, 30_000],
    [{ timeoutMs: 4000 }, 4000, 4000],
    [{ readTimeoutMs: 3000 }, 3000, 30_000],
    [{ issuerTimeoutMs: 40_000 }, 10_000, 40_000],
    [{ timeoutMs: 5000, readTimeoutMs: 2000 }, 2000, 5000],
    [{ timeoutMs: 5000, issuerTimeoutMs: 60_000 }, 5000, 60_000],
    [{ totalTimeoutMs: 6000 }, 6000, 6000],
    [{ totalTimeoutMs: 20_000 }, 10_000, 20_000],
  ])('%j: a read gives up after %i ms, a call that reaches the issuer after %i ms', async (options, read, issuer) => {
    for (const call of ['getOrder', 'getOrderByReference', 'getCardDetails', 'createOrder'] as const) {
      expect(await lengthOf(options, call)).toBe(read);
    }
    for (const call of ['createPayment', 'generateOtp', 'submitOtp', 'resendOtp', 'refundOrder'] as const) {
      expect(await lengthOf(options, call)).toBe(issuer);
    }
  });

  test('a limit of a call replaces the client’s', async () => {
    const { plural } = stubPlural(() => new Promise<never>(() => undefined), { readTimeoutMs: 5000, maxRetries: 3 });
    const end = errorOf(plural.getOrder('o-1', { timeoutMs: 100, maxRetries: 0 }));
    await vi.advanceTimersByTimeAsync(100);
    expect(String(await end)).toContain('waited 100 ms');
  });

  test('the limit of a whole call covers its token, its attempts and the waits between them', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { plural, requests } = stubPlural(() => new Promise<never>(() => undefined), { readTimeoutMs: 1000 });
    const startedAtMs = Date.now();
    const end = errorOf(plural.getOrder('o-1', { totalTimeoutMs: 1500 })).then((error) => [
      error,
      Date.now() - startedAtMs,
    ]);
    await vi.advanceTimersByTimeAsync(10_000);
    // 1000 ms, a wait of 300 ms, and what is left of the whole.
    expect(await end).toMatchObject([{ code: 'TIMEOUT', outcome: 'none' }, 1500]);
    expect(requests).toHaveLength(2);
    vi.restoreAllMocks();
  });

  test('a wait that would end after the whole call is not begun', async () => {
    const busy = Response.json({}, { status: 429, headers: { 'retry-after': '4' } });
    const { plural, requests } = stubPlural(busy, { totalTimeoutMs: 4000 });
    const end = errorOf(plural.getOrder('o-1'));
    await vi.advanceTimersByTimeAsync(0);
    expect(await end).toMatchObject({ code: 'BUSY', upstream: { retryAfterSeconds: 4 } });
    expect(requests).toHaveLength(1);
  });

  test('a token that does not come in time ends the call with nothing sent', async () => {
    const { plural, requests } = stubPlural(Response.json({}), { token: () => new Promise<never>(() => undefined) });
    const end = errorOf(plural.submitOtp('p-1', '123456', { totalTimeoutMs: 700 }));
    await vi.advanceTimersByTimeAsync(700);
    const error = await end;
    expect(error).toMatchObject({ code: 'TIMEOUT', outcome: 'none', operation: 'submitOtp' });
    expect(String(error)).toContain('700 ms in all');
    expect(requests).toEqual([]);
    await vi.advanceTimersByTimeAsync(100_000);
  });

  test('a whole call whose earlier attempt may have had an effect ends as unknown', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { plural } = stubPlural(() => new Promise<never>(() => undefined), { timeoutMs: 1000, totalTimeoutMs: 1350 });
    const end = errorOf(calls.createOrder.run(plural));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await end).toMatchObject({ code: 'TIMEOUT', outcome: 'unknown', operation: 'createOrder' });
    vi.restoreAllMocks();
  });

  test('a clock that is set back does not lengthen a whole call', async () => {
    let nowMs = 1_000_000;
    const { plural } = stubPlural(
      () => {
        nowMs = 0;
        return new Promise<never>(() => undefined);
      },
      { now: () => nowMs, totalTimeoutMs: 2000, maxRetries: 0 },
    );
    const end = errorOf(plural.getOrder('o-1'));
    await vi.advanceTimersByTimeAsync(2000);
    expect(await end).toMatchObject({ code: 'TIMEOUT' });
  });
});

describe('limits of retries', () => {
  const failing = (): Response => Response.json({}, { status: 500 });
  beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));
  afterEach(() => void vi.restoreAllMocks());

  test.each([
    [undefined, 3, 2, 3],
    [0, 1, 1, 1],
    [1, 2, 2, 2],
    [4, 5, 2, 5],
  ])(
    'maxRetries %s: a read is sent %i times, createOrder %i times, the token call %i times',
    async (maxRetries, read, create, token) => {
      const options = { maxRetries };
      const reading = stubPlural(failing, options);
      await errorOf(reading.plural.getOrder('o-1'));
      const perCall = stubPlural(failing);
      await errorOf(perCall.plural.getOrder('o-1', options));
      const creating = stubPlural(failing, options);
      await errorOf(calls.createOrder.run(creating.plural));
      const authorizing = stubPlural([], { ...options, token: failing });
      await errorOf(authorizing.plural.getOrder('o-1'));
      const counts = [reading, perCall, creating].map(({ requests }) => requests.length);
      expect([...counts, authorizing.tokenCalls.length]).toEqual([read, read, create, token]);
    },
  );

  test.each([
    'createPayment',
    'generateOtp',
    'submitOtp',
    'resendOtp',
    'captureOrder',
    'cancelOrder',
    'refundOrder',
  ] as const)('%s: no number of retries makes it be sent again', async (call) => {
    const { plural, requests } = stubPlural(failing, { maxRetries: 10 });
    await errorOf(calls[call].run(plural));
    expect(requests).toHaveLength(1);
  });
});

describe('an invalid limit is named, for the client and for a call', () => {
  const valid: PluralOptions = { environment: 'uat', clientId: 'id', clientSecret: 'secret' };
  const rows: [string, unknown][] = [
    ...['timeoutMs', 'readTimeoutMs', 'issuerTimeoutMs', 'totalTimeoutMs'].flatMap((path) =>
      [0, -1, 1.5, Number.NaN, 2 ** 31, '10'].map((value): [string, unknown] => [path, value]),
    ),
    ...[-1, 0.5, 11, '2', Number.NaN].map((value): [string, unknown] => ['maxRetries', value]),
    ...['', ' shop', 'shop ', 'shop\r\nx: y', 'कार्ट', 'x'.repeat(201), 7].map((value): [string, unknown] => [
      'userAgent',
      value,
    ]),
    ['onRequest', true],
  ];

  test.each(rows)('%s: %j', async (path, value) => {
    expect(() => createPlural({ ...valid, [path]: value })).toThrowError(
      expect.objectContaining({ code: 'OPTIONS_INVALID', issues: [{ path, expected: expect.any(String) as string }] }),
    );
    if (!['timeoutMs', 'totalTimeoutMs', 'maxRetries'].includes(path)) return;
    const { plural, requests } = stubPlural(Response.json({}));
    const error = await errorOf(plural.submitOtp('p-1', '123456', { [path]: value }));
    expect(error).toMatchObject({ code: 'OPTIONS_INVALID', issues: [{ path }] });
    expect(requests).toEqual([]);
  });

  test.each([0, 10])('maxRetries may be %i', (maxRetries) => {
    expect(() => createPlural({ ...valid, maxRetries })).not.toThrow();
  });
});

describe('what the two sides see of each other', () => {
  test('User-Agent names this package, and the merchant’s software before it', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    for (const userAgent of [undefined, 'shop/2.4', 'a', 'x'.repeat(200)]) {
      const { plural, requests, tokenCalls } = stubPlural(Response.json({ data: order }), { userAgent });
      await plural.getOrder('o-1');
      const expected = `${userAgent === undefined ? '' : `${userAgent} `}plural-otp-core/${version}`;
      expect([...requests, ...tokenCalls].map(({ headers }) => headers.get('user-agent'))).toEqual([
        expected,
        expected,
      ]);
    }
  });

  test('getResponseInfo has status and request id of a value, and nothing of a copy', async () => {
    const { plural } = stubPlural(Response.json({ data: order }, { status: 201 }), { newId: () => 'request-1' });
    const read = await plural.getOrder('o-1');
    expect(getResponseInfo(read)).toEqual({ status: 201, requestId: 'request-1' });
    expect(getResponseInfo({ ...read })).toBeUndefined();
    expect(getResponseInfo(await plural.request({ method: 'GET', path: '/api/x' }))).toMatchObject({ status: 201 });
  });

  test('onRequest sees every attempt before it is sent, with the body masked', async () => {
    const seen: RequestRecord[] = [];
    let id = 0;
    const { plural } = stubPlural(Response.json({ data: order }), {
      onRequest: (request) => seen.push(request),
      newId: () => `id-${(id += 1)}`,
    });
    await plural.createPayment('o-1', paymentBody);
    await plural.getOrder('o-1');
    expect(seen.map(({ operation, requestId, attempt }) => [operation, requestId, attempt])).toEqual([
      ['getToken', 'id-1', 1],
      ['createPayment', 'id-2', 1],
      ['getOrder', 'id-3', 1],
    ]);
    expect(seen[0]?.body).toEqual({ client_id: '***', client_secret: '***', grant_type: 'client_credentials' });
    expect(seen[1]).toMatchObject({
      method: 'POST',
      path: '/api/pay/v1/orders/{order_id}/payments',
      body: {
        payments: [
          {
            merchant_payment_reference: 'payment-1',
            payment_method: 'CARD',
            payment_amount: { value: 1100, currency: 'INR' },
            payment_option: {
              card_details: { name: '***', card_number: '***', cvv: '***', expiry_month: '***', expiry_year: '***' },
            },
          },
        ],
      },
    });
    expect(seen[2]).not.toHaveProperty('body');
  });

  test('onRequest: a member that is not known is masked, and so are secrets in names and in harmless members', async () => {
    const seen: RequestRecord[] = [];
    const { plural } = stubPlural(Response.json({}), { onRequest: (request) => seen.push(request) });
    const body = {
      later: 'x',
      count: 5,
      pre_auth: true,
      none: null,
      list: [{ currency: 'INR' }, 'y'],
      otp: 'otpCanary',
      otpCanary: 1,
      merchant_order_reference: 'otpCanary 4012001037141112 r-1',
      value: 401200103714111,
      amount: 7,
    };
    await plural.request({ method: 'POST', path: '/api/x', body });
    expect(seen[1]?.body).toEqual({
      later: '***',
      count: '***',
      pre_auth: true,
      none: null,
      list: [{ currency: 'INR' }, '***'],
      otp: '***',
      '***': '***',
      merchant_order_reference: '*** *** r-1',
      value: '***',
      amount: 7,
    });
  });

  test('onRequest: a name that only resembles a harmless one is masked', async () => {
    const seen: RequestRecord[] = [];
    const { plural } = stubPlural(Response.json({}), { onRequest: (request) => seen.push(request) });
    const body = { xvalue: 1, value2: 2, browser_language: 'en', my_browser_language: 'en', amount_due: 3, type: 'A' };
    await plural.request({ method: 'POST', path: '/api/x', body });
    expect(seen[1]?.body).toEqual({
      xvalue: '***',
      value2: '***',
      browser_language: 'en',
      my_browser_language: '***',
      amount_due: '***',
      type: 'A',
    });
  });

  test('an onRequest that throws or rejects changes nothing', async () => {
    for (const onRequest of [
      () => {
        throw new Error('observer');
      },
      () => Promise.reject(new Error('observer')) as unknown as void,
    ]) {
      const { plural } = stubPlural(Response.json({ data: order }), { onRequest });
      expect(await plural.getOrder('o-1')).toMatchObject({ order_id: order.order_id });
    }
  });
});
