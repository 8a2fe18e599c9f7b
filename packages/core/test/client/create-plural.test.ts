import { describe, expect, test } from 'vitest';
import { createPlural, type PluralOptions } from '@plural-otp/core';
import { baseUrl, order, orderBody, stubPlural } from '../support/plural-stub.ts';

const valid: PluralOptions = { environment: 'uat', clientId: 'client-id', clientSecret: 'client-secret' };

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('createPlural: options are validated at once', () => {
  test.each([
    ['uat', 'https://pluraluat.v2.pinepg.in', 'uat'],
    ['production', 'https://api.pluralpay.in', 'production'],
    [{ baseUrl: 'https://plural.example/' }, 'https://plural.example', 'custom'],
    [{ baseUrl: 'https://api.pluralpay.in' }, 'https://api.pluralpay.in', 'production'],
    [{ baseUrl: 'http://localhost:3001' }, 'http://localhost:3001', 'custom'],
    [{ baseUrl: 'http://127.0.0.1:3001' }, 'http://127.0.0.1:3001', 'custom'],
    [{ baseUrl: 'http://[::1]:3001' }, 'http://[::1]:3001', 'custom'],
    [{ baseUrl: 'http://sandbox:3001', insecureHost: 'sandbox' }, 'http://sandbox:3001', 'custom'],
    [{ baseUrl: 'https://sandbox:3001', insecureHost: 'sandbox' }, 'https://sandbox:3001', 'custom'],
  ] as const)('environment %j is %s', (environment, url, name) => {
    const plural = createPlural({ ...valid, environment });
    expect([plural.baseUrl, plural.environment]).toEqual([url, name]);
  });

  test.each([
    ['environment', { environment: 'sandbox' as never }],
    ['environment', { environment: undefined as never }],
    ['environment', { environment: 'constructor' as never }],
    ['environment.baseUrl', { environment: { baseUrl: 'http://plural.example' } }],
    ['environment.baseUrl', { environment: { baseUrl: 'http://127.0.0.1.evil.example' } }],
    ['environment.baseUrl', { environment: { baseUrl: 'http://localhost.evil.example' } }],
    ['environment.baseUrl', { environment: { baseUrl: 'http://sandbox:3001' } }],
    ['environment.baseUrl', { environment: { baseUrl: 'http://sandbox:3001', insecureHost: 'other' } }],
    ['environment.baseUrl', { environment: { baseUrl: 'http://sandbox:3001', insecureHost: 'sandbox:3001' } }],
    ['environment.baseUrl', { environment: { baseUrl: 'http://sandbox:3001', insecureHost: true as never } }],
    ['environment.baseUrl', { environment: { baseUrl: 'ftp://sandbox', insecureHost: 'sandbox' } }],
    ...['api.pluralpay.in', 'pluralpay.in', 'pluraluat.v2.pinepg.in', 'x.pluralonline.com', 'pinelabs.com'].map(
      (host): [string, Partial<PluralOptions>] => [
        'environment.baseUrl',
        { environment: { baseUrl: `http://${host}`, insecureHost: host } },
      ],
    ),
    ['environment.baseUrl', { environment: { baseUrl: 'https://user:pass@plural.example' } }],
    ['environment.baseUrl', { environment: { baseUrl: 'https://plural.example/api' } }],
    ['environment.baseUrl', { environment: { baseUrl: 'https://plural.example/?a=b' } }],
    ['environment.baseUrl', { environment: { baseUrl: 'plural.example' } }],
    ['clientId', { clientId: '' }],
    ['clientSecret', { clientSecret: 'secret-with-newline\n' }],
    ['clientSecret', { clientSecret: undefined as never }],
    ['fetch', { fetch: 'fetch' as never }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['tokenStore', { tokenStore: {} as never }],
    ['onCall', { onCall: true as never }],
  ] as [string, Partial<PluralOptions>][])('%s: %j is rejected', (path, invalid) => {
    try {
      createPlural({ ...valid, ...invalid });
    } catch (error) {
      expect(error).toMatchObject({ code: 'OPTIONS_INVALID', issues: [{ path }] });
      expect(String(error)).not.toContain('secret-with');
      return;
    }
    throw new Error('createPlural accepted an invalid option');
  });

  test('several invalid options are reported together', () => {
    expect(() => createPlural({} as never)).toThrowError(/environment.*clientId.*clientSecret/);
    expect(() => createPlural(undefined as never)).toThrowError(/options/);
  });
});

describe('the client', () => {
  test('its methods are bound, and it is frozen', async () => {
    const { plural } = stubPlural(Response.json({ data: order }));
    const { getOrder } = plural;
    expect(await getOrder('o-1')).toMatchObject({ order_id: order.order_id });
    expect(Object.isFrozen(plural)).toBe(true);
  });

  test('without a fetch option it uses the platform’s fetch at the time of the call', async () => {
    const before = globalThis.fetch;
    const seen: string[] = [];
    try {
      const plural = createPlural({ ...valid, environment: { baseUrl } });
      globalThis.fetch = async (input) => {
        const { url } = input as Request;
        seen.push(url);
        return Response.json(url.endsWith('/token') ? { access_token: 't' } : { data: order });
      };
      await plural.getOrder('o-1');
    } finally {
      globalThis.fetch = before;
    }
    expect(seen).toEqual([`${baseUrl}/api/auth/v1/token`, `${baseUrl}/api/pay/v1/orders/o-1`]);
  });

  test('deriveKey: the same label derives the same key in another client; another label or secret derives another', async () => {
    const iv = new Uint8Array(12);
    const sealed = async (clientSecret: string, label: string): Promise<string> => {
      const key = await createPlural({ ...valid, clientSecret }).deriveKey(label);
      expect([key.algorithm, key.extractable]).toEqual([{ name: 'AES-GCM', length: 256 }, false]);
      return Buffer.from(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, iv)).toString('hex');
    };
    expect(await sealed('a', 'session')).toBe(await sealed('a', 'session'));
    expect(await sealed('a', 'session')).not.toBe(await sealed('a', 'other'));
    expect(await sealed('a', 'session')).not.toBe(await sealed('b', 'session'));
  });

  test.each(['', 'x'.repeat(65), 'naïve', undefined as never])('deriveKey: the label %j is rejected', async (label) => {
    expect(await errorOf(createPlural(valid).deriveKey(label))).toMatchObject({ code: 'OPTIONS_INVALID' });
  });
});

describe('a call is validated before anything is sent', () => {
  const circle: Record<string, unknown> = { ...orderBody };
  circle['self'] = circle;

  test.each([
    ['a bigint', { ...orderBody, merchant_metadata: { total: 5n } }],
    ['itself', circle],
  ])('a body that holds %s is rejected: JSON cannot represent it', async (_what, body) => {
    const { plural, requests } = stubPlural(Response.json({ data: order }));
    expect(await errorOf(plural.createOrder(body as never))).toMatchObject({
      code: 'REQUEST_INVALID',
      outcome: 'none',
      operation: 'createOrder',
      issues: [{ path: '', expected: 'a value that JSON can represent' }],
    });
    expect(requests).toEqual([]);
  });

  test('a value with toJSON is sent as toJSON returns it', async () => {
    const moment = { toJSON: () => '2026-01-01', zone: {} };
    moment.zone = moment;
    const { plural, requests } = stubPlural(Response.json({ data: order }));
    await plural.createOrder({ ...orderBody, purchase_details: { moment } });
    expect(requests[0]?.body).toEqual({ ...orderBody, purchase_details: { moment: '2026-01-01' } });
  });

  test.each([new AbortController(), {}, 7, true])('%j in place of a signal is rejected', async (signal) => {
    const { plural, requests } = stubPlural(Response.json({ status: 'SUCCESS' }));
    expect(await errorOf(plural.submitOtp('p-1', '123456', { signal: signal as never }))).toMatchObject({
      code: 'OPTIONS_INVALID',
      issues: [{ path: 'signal', expected: 'an AbortSignal' }],
    });
    expect(requests).toEqual([]);
  });

  test.each([undefined, null, {}, { signal: undefined }, { signal: null }])('options may be %j', async (options) => {
    const { plural } = stubPlural(Response.json({ status: 'SUCCESS' }));
    expect(await plural.submitOtp('p-1', '123456', options as never)).toEqual({ status: 'SUCCESS' });
  });
});

describe('onCall: one record per attempt', () => {
  test('token call, rejected attempt, refreshed token, success', async () => {
    const records: unknown[] = [];
    let ms = 0;
    let id = 0;
    const { plural } = stubPlural([Response.json({}, { status: 401 }), Response.json({ data: order })], {
      onCall: (call) => records.push(call),
      now: () => (ms += 5),
      newId: () => `id-${(id += 1)}`,
    });
    await plural.getOrder('o-1');
    const path = '/api/pay/v1/orders/{order_id}';
    const token = { operation: 'getToken', method: 'POST', path: '/api/auth/v1/token', status: 200, attempt: 1 };
    const read = { operation: 'getOrder', method: 'GET', path };
    expect(records).toEqual([
      { ...token, requestId: 'id-1', durationMs: expect.any(Number) },
      {
        ...read,
        requestId: 'id-2',
        attempt: 1,
        status: 401,
        code: 'CREDENTIALS_REJECTED',
        durationMs: expect.any(Number),
      },
      { ...token, requestId: 'id-3', durationMs: expect.any(Number) },
      { ...read, requestId: 'id-4', attempt: 2, status: 200, durationMs: expect.any(Number) },
    ]);
  });

  test('an observer that throws or rejects changes nothing', async () => {
    for (const onCall of [
      () => {
        throw new Error('observer');
      },
      () => Promise.reject(new Error('observer')) as unknown as void,
    ]) {
      const { plural } = stubPlural(Response.json({ data: order }), { onCall });
      expect(await plural.getOrder('o-1')).toMatchObject({ order_id: order.order_id });
    }
  });

  test('a call whose signal has aborted sends nothing, requests no token and has no record', async () => {
    const records: unknown[] = [];
    const { plural, requests, tokenCalls } = stubPlural(Response.json({ data: order }), {
      onCall: (call) => records.push(call),
    });
    const error = await errorOf(plural.getOrder('o-1', { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'ABORTED', outcome: 'none', operation: 'getOrder' });
    // Waits for as long as a whole call of another client takes.
    await stubPlural(Response.json({ data: order })).plural.getOrder('o-1');
    expect([requests, tokenCalls, records]).toEqual([[], [], []]);
  });
});
