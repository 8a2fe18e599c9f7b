import { createPlural, isPluralError } from '@plural-otp/core';
import { routes } from '@plural-otp/flow/contract';
import { createOtpHandler, memoryStore, type OtpHandlerOptions } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { validateChallengeUrl } from '../../src/payment/challenge-url.ts';
import {
  createTestShop,
  CustomerPage,
  createBrowserRequest,
  readProblemCode,
  rightOtp,
  shopOrigin,
  type TestShop,
  type TestShopOptions,
} from '../support/test-shop.ts';

const idempotencyKey = '6f1d3c4e-9c1a-4a52-8c55-0d6a4b1d2c3e';
const bodies: Record<string, Record<string, unknown>> = {
  [routes.generate]: { idempotencyKey },
  [routes.submit]: { idempotencyKey, otp: rightOtp },
  [routes.resend]: { idempotencyKey },
  [routes.payment]: {},
  [routes.leave]: { idempotencyKey, to: 'bank' },
};

async function opened(options: TestShopOptions = {}): Promise<{ shop: TestShop; session: string }> {
  const shop = createTestShop(options);
  return { shop, session: (await shop.startPayment(await shop.createOrder())).client.session };
}

interface Attempt {
  method?: string;
  path?: string;
  headers?: Record<string, string | undefined>;
  body?: BodyInit;
}

function request(
  route: string,
  session: string,
  { method = 'POST', path = `/plural/${route}`, headers = {}, body }: Attempt = {},
): Request {
  const all = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers };
  const sent = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return new Request(shopOrigin + path, {
    method,
    headers: sent,
    ...(method === 'GET' || method === 'HEAD'
      ? {}
      : { body: body ?? JSON.stringify({ session, ...bodies[route] }), duplex: 'half' }),
  });
}

const drip = (bytes: number): ReadableStream<Uint8Array> => {
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) controller.close();
      else controller.enqueue(new Uint8Array(Math.min(1024, left)).fill(32));
      left -= 1024;
    },
  });
};

describe.each(Object.values(routes).filter((route) => route in bodies))('POST %s', (route) => {
  const passes: Record<string, Attempt> = {
    'from the same origin': {},
    'with parameters on its content type': { headers: { 'content-type': 'Application/JSON; charset=utf-8' } },
    'from an old browser that sends only its origin': { headers: { 'sec-fetch-site': undefined, origin: shopOrigin } },
  };
  test.each(Object.entries(passes))('%s it is answered with a view', async (_what, attempt) => {
    const { shop, session } = await opened();
    const response = await shop.handler.fetch(request(route, session, attempt));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  const failures: Record<string, [number, Attempt]> = {
    GET: [405, { method: 'GET' }],
    PUT: [405, { method: 'PUT' }],
    'OPTIONS, with no other origin configured': [405, { method: 'OPTIONS' }],
    'another path': [404, { path: `/plural/${route}/` }],
    'a path in other case': [404, { path: `/plural/${route.toUpperCase()}` }],
    'an encoded path': [404, { path: `/plural/${route.replace('p', '%70')}` }],
    'a path outside the base path': [404, { path: `/${route}` }],
    'a cross-site page': [403, { headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } }],
    'a same-site page of another origin': [
      403,
      { headers: { 'sec-fetch-site': 'same-site', origin: 'https://blog.shop.example' } },
    ],
    'an address bar that names our origin': [403, { headers: { 'sec-fetch-site': 'none', origin: shopOrigin } }],
    'an address bar': [403, { headers: { 'sec-fetch-site': 'none' } }],
    'an unknown origin': [403, { headers: { 'sec-fetch-site': undefined, origin: 'https://evil.example' } }],
    'the origin null': [403, { headers: { 'sec-fetch-site': undefined, origin: 'null' } }],
    'an origin that only begins like ours': [
      403,
      { headers: { 'sec-fetch-site': undefined, origin: `${shopOrigin}.evil.example` } },
    ],
    'neither header': [403, { headers: { 'sec-fetch-site': undefined } }],
    'no content type': [415, { headers: { 'content-type': undefined } }],
    'a form': [415, { headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    'text that ends like JSON': [415, { headers: { 'content-type': 'text/plain; application/json' } }],
    'more than 4 KiB': [413, { body: JSON.stringify({ session: 'x'.repeat(4096) }) }],
    'more than 4 KiB without a length': [413, { body: drip(8192) }],
    'no JSON': [400, { body: 'session=1' }],
    'an empty body': [400, { body: '' }],
    'no UTF-8': [400, { body: new Uint8Array([0x22, 0xff, 0x22]) }],
    'an array': [400, { body: '[]' }],
    null: [400, { body: 'null' }],
    'a number for the session': [400, { body: JSON.stringify({ session: 1, ...bodies[route] }) }],
    'a field too many': [400, { body: JSON.stringify({ session: 'x', ...bodies[route], paymentId: 'v1-other' }) }],
    'a prototype in disguise': [
      400,
      { body: `{"session":"x","__proto__":{"idempotencyKey":"${idempotencyKey}","otp":"${rightOtp}","to":"bank"}}` },
    ],
    'a session nobody sealed': [401, { body: JSON.stringify({ session: 'v2.AAAA', ...bodies[route] }) }],
  };
  test.each(Object.entries(failures))('refuses %s', async (what, [status, attempt]) => {
    const { shop, session } = await opened();
    const requests = shop.sandbox.state.requests.length;
    const response = await shop.handler.fetch(request(route, session, attempt));
    if (what === 'a prototype in disguise') expect([400, 401]).toContain(response.status);
    else expect(response.status).toBe(status);
    expect(shop.sandbox.state.requests).toHaveLength(requests);
    if (response.status === 405) expect(response.headers.get('allow')).toBe('POST');
    expect(await readProblemCode(response)).toBe(response.status === 401 ? 'SESSION_EXPIRED' : 'INTERNAL');
  });

  test('every answer carries the guarding headers, also a refusal', async () => {
    const { shop, session } = await opened();
    for (const attempt of [{}, { method: 'GET' }, { body: '' }, { path: '/plural/x' }]) {
      const { headers } = await shop.handler.fetch(request(route, session, attempt));
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect([...headers.keys()].filter((name) => name.startsWith('access-control') || name === 'set-cookie')).toEqual(
        [],
      );
    }
  });
});

describe('the fields of a body', () => {
  test.each(['12345a', '123', '123456789', '１２３４５６', '', ' 123456'])(
    'an OTP of %j is refused and never sent',
    async (otp) => {
      const { shop, session } = await opened();
      const page = new CustomerPage(shop.handler, session);
      await page.generate();
      const response = await page.post('otp/submit', { otp, idempotencyKey });
      expect(response.status).toBe(400);
      expect(shop.callCount('submitOtp')).toBe(0);
    },
  );

  test('a number is no OTP, and an act is a UUID', async () => {
    const { shop, session } = await opened();
    const page = new CustomerPage(shop.handler, session);
    expect((await page.post('otp/submit', { otp: 123_456, idempotencyKey })).status).toBe(400);
    expect((await page.post('otp/generate', { idempotencyKey: 'again' })).status).toBe(400);
    expect((await page.post('payment/leave', { idempotencyKey, to: 'https://evil.example' })).status).toBe(400);
  });

  test('a body that never ends is given up after its time', async () => {
    const { shop } = await opened({
      wait: (ms, signal) =>
        ms === 10_000
          ? Promise.resolve()
          : new Promise((resolve) => signal?.addEventListener('abort', () => resolve())),
    });
    const endless = new ReadableStream<Uint8Array>({ pull: () => new Promise<void>(() => undefined) });
    expect((await shop.handler.fetch(request('payment', '', { body: endless }))).status).toBe(408);
  });
});

describe('pages of other origins', () => {
  const front = 'https://pay.shop.example';

  test('may call when configured, exactly, and never with credentials', async () => {
    const { shop, session } = await opened({ allowedOrigins: [front] });
    const headers = { 'sec-fetch-site': 'same-site', origin: front };
    const asked = await shop.handler.fetch(request('payment', session, { method: 'OPTIONS', headers }));
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(front);
    expect(asked.headers.get('access-control-allow-methods')).toBe('POST');
    expect(asked.headers.get('access-control-allow-headers')).toBe('content-type');
    const response = await shop.handler.fetch(request('payment', session, { headers }));
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(front);
    expect(response.headers.get('vary')).toBe('Origin');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('that are not listed get no leave, not even to read the refusal', async () => {
    const { shop, session } = await opened({ allowedOrigins: [front] });
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    for (const method of ['OPTIONS', 'POST']) {
      const response = await shop.handler.fetch(request('payment', session, { method, headers }));
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect(response.headers.get('vary')).toBe('Origin');
    }
  });

  test('a native app may call without either header when that is allowed, an unknown page still not', async () => {
    const { shop, session } = await opened({ allowNoOrigin: true });
    const headers = { 'sec-fetch-site': undefined };
    expect((await shop.handler.fetch(request('payment', session, { headers }))).status).toBe(200);
    const evil = { ...headers, origin: 'https://evil.example' };
    expect((await shop.handler.fetch(request('payment', session, { headers: evil }))).status).toBe(403);
  });

  test('the webview origin of an app may be listed', async () => {
    const { shop, session } = await opened({ allowedOrigins: ['capacitor://localhost'] });
    const headers = { 'sec-fetch-site': undefined, origin: 'capacitor://localhost' };
    expect((await shop.handler.fetch(request('payment', session, { headers }))).status).toBe(200);
  });
});

describe('the bank’s page', () => {
  const hosts = new Set(['pluraluat.v2.pinepg.in', '127.0.0.1:3001', 'bank.localhost:3001']);
  test.each([
    'https://pluraluat.v2.pinepg.in/web/auth?token=a%2Bb',
    'http://127.0.0.1:3001/acs?token=1',
    'http://bank.localhost:3001/acs',
  ])('%s is trusted', (url) => {
    expect(validateChallengeUrl(url, hosts)).toBe(url);
  });
  test.each([
    'http://pluraluat.v2.pinepg.in/',
    'https://evil.example/',
    'https://evil-pluraluat.v2.pinepg.in/',
    'https://pluraluat.v2.pinepg.in.evil.example/',
    'https://pluraluat.v2.pinepg.in@evil.example/',
    'https://user:secret@pluraluat.v2.pinepg.in/',
    'https://pluraluat.v2.pinepg.in:8443/',
    'https://evil.example\\@pluraluat.v2.pinepg.in/',
    '//pluraluat.v2.pinepg.in/',
    '/web/auth',
    'javascript:alert(1)//pluraluat.v2.pinepg.in',
    'data:text/html,x',
    'https://pluraluat．v2．pinepg．in.evil.example/',
    '',
    `https://pluraluat.v2.pinepg.in/?${'x'.repeat(2048)}`,
  ])('%s is not', (url) => {
    expect(validateChallengeUrl(url, hosts)).toBeUndefined();
  });
});

describe('options', () => {
  const plural = createPlural({ environment: 'uat', clientId: 'id', clientSecret: 'secret' });
  const production = createPlural({ environment: 'production', clientId: 'id', clientSecret: 'secret' });
  const good: OtpHandlerOptions = { plural, origin: shopOrigin, store: memoryStore() };
  const key = 'A'.repeat(43);

  test('the least there has to be is enough', () => {
    const { returnUrl, webhookUrl } = createOtpHandler(good);
    expect([returnUrl, webhookUrl]).toEqual([`${shopOrigin}/plural/return`, `${shopOrigin}/plural/webhook`]);
  });

  const wrong: [string, Partial<OtpHandlerOptions>, string][] = [
    ['no origin', { origin: [] }, 'origin'],
    ['an origin with a path', { origin: 'https://shop.example/' }, 'origin'],
    ['an http origin', { origin: 'http://shop.example' }, 'origin'],
    ['an origin that is none', { origin: 'shop.example' }, 'origin'],
    ['any origin', { allowedOrigins: ['*'] }, 'allowedOrigins'],
    ['a pattern of origins', { allowedOrigins: ['https://*.shop.example'] }, 'allowedOrigins'],
    ['the origin null', { allowedOrigins: ['null'] }, 'allowedOrigins'],
    ['a base path with a slash at its end', { basePath: '/plural/' }, 'basePath'],
    ['a short key', { sessionKey: 'AAAA' }, 'sessionKey'],
    ['a key of the wrong letters', { sessionKey: `${key.slice(1)}+` }, 'sessionKey'],
    ['no keys', { sessionKey: [] }, 'sessionKey'],
    ['one bad key among good ones', { sessionKey: [key, 'x'] }, 'sessionKey'],
    ['a host with a path', { challengeHosts: ['acs.example/x'] }, 'challengeHosts'],
    ['an empty return secret', { returnSignature: { secretKey: '' } }, 'returnSignature.secretKey'],
    ['a return without a secret', { returnSignature: {} as { secretKey: string } }, 'returnSignature.secretKey'],
    ['an empty webhook secret', { webhook: { secret: ['whsec', ''] } }, 'webhook.secret'],
    ['no webhook secret', { webhook: { secret: [] } }, 'webhook.secret'],
    ['a return page that is no URL', { returnPage: 'https://' }, 'returnPage'],
    ['an onVerdict that is no function', { onVerdict: 'settle' as never }, 'onVerdict'],
    ['a clock that is no function', { now: 0 as never }, 'now'],
    ['timers of which one is missing', { timers: { sleep: () => Promise.resolve() } as never }, 'timers'],
    ['timers that are null', { timers: null as never }, 'timers'],
    ['an onEvent of webhooks that is none', { webhook: { secret: 's', onEvent: {} as never } }, 'webhook.onEvent'],
    ['a pattern given as the one allowed origin', { allowedOrigins: '*' as never }, 'allowedOrigins'],
    ['no tries', { limits: { submits: 0 } }, 'limits.submits'],
    ['half a try', { limits: { submits: 1.5 } }, 'limits.submits'],
    ['too many tries', { limits: { submits: 11 } }, 'limits.submits'],
    ['more time to act than in all', { limits: { activeMinutes: 30, maxMinutes: 20 } }, 'limits.maxMinutes'],
    ['memory in production', { plural: production, store: memoryStore() }, 'store'],
  ];
  test.each(wrong)('%s is refused at once, by name', (_what, options, path) => {
    let thrown: unknown;
    try {
      createOtpHandler({ ...good, ...options });
    } catch (error) {
      thrown = error;
    }
    expect(isPluralError(thrown) && thrown.code).toBe('OPTIONS_INVALID');
    expect(isPluralError(thrown) && thrown.issues?.map((issue) => issue.path)).toEqual([path]);
  });

  test('less time in all than a session acts by default shortens the session', () => {
    expect(() => createOtpHandler({ ...good, limits: { maxMinutes: 10 } })).not.toThrow();
  });

  test('memory in production passes once its owner says it is one process', () => {
    expect(() =>
      createOtpHandler({ ...good, plural: production, store: memoryStore({ singleProcess: true }) }),
    ).not.toThrow();
  });

  test('the methods may be passed around', async () => {
    const { fetch, sweep } = createOtpHandler(good);
    expect((await fetch(new Request(`${shopOrigin}/plural/x`))).status).toBe(404);
    expect(await sweep()).toEqual({ checked: 0, delivered: 0, stillOpen: 0 });
  });
});

describe('hooks', () => {
  test.each<[string, unknown]>([
    ['of null', null],
    ['that is a number', 5],
    ['without waitUntil', {}],
    ['with a waitUntil that is no function', { waitUntil: true }],
    [
      'with a waitUntil that throws',
      {
        waitUntil() {
          throw new Error('the request is over');
        },
      },
    ],
    [
      'with a waitUntil that cannot be read',
      {
        get waitUntil(): never {
          throw new Error('no context here');
        },
      },
    ],
  ])('a context %s stops no answer', async (_what, context) => {
    const { shop, session } = await opened();
    const request = createBrowserRequest('payment', { session });
    expect((await shop.handler.fetch(request, context)).status).toBe(200);
  });

  test('what onEvent and onProblem throw or reject reaches nobody', async () => {
    const shop = createTestShop({
      onEvent() {
        throw new Error('metrics');
      },
      onProblem: () => Promise.reject(new Error('log')) as unknown as undefined,
    });
    shop.sandbox.script({ operation: 'getCardDetails', fault: 'status', status: 503, times: 0 });
    const page = new CustomerPage(shop.handler, (await shop.startPayment(await shop.createOrder())).client.session);
    expect((await page.generate()).phase).toBe('awaitingOtp');
    expect((await page.submit('000000')).phase).toBe('awaitingOtp');
  });
});
