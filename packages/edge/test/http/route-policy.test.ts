/** Route policies: method, origin, content type and body of each browser route. */
import { routes } from '@plural-otp/flow/contract';
import { describe, expect, test } from 'vitest';
import { openPage, readProblemCode, rightOtp, shopOrigin } from '../support/test-shop.ts';

const idempotencyKey = '6f1d3c4e-9c1a-4a52-8c55-0d6a4b1d2c3e';

const bodies: Record<string, Record<string, unknown>> = {
  [routes.generate]: { idempotencyKey },
  [routes.submit]: { idempotencyKey, otp: rightOtp },
  [routes.resend]: { idempotencyKey },
  [routes.payment]: {},
  [routes.leave]: { idempotencyKey, to: 'bank' },
};

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
  test.each(Object.entries(passes))('a request %s gets a view', async (_what, attempt) => {
    const { shop, page } = await openPage();
    const response = await shop.handler.fetch(request(route, page.session, attempt));
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
    'a session nobody sealed': [401, { body: JSON.stringify({ session: 'v3.AAAA', ...bodies[route] }) }],
  };
  test.each(Object.entries(failures))('rejects %s', async (what, [status, attempt]) => {
    const { shop, page } = await openPage();
    const requests = shop.sandbox.state.requests.length;
    const response = await shop.handler.fetch(request(route, page.session, attempt));
    if (what === 'a prototype in disguise') expect([400, 401]).toContain(response.status);
    else expect(response.status).toBe(status);
    expect(shop.sandbox.state.requests).toHaveLength(requests);
    if (response.status === 405) expect(response.headers.get('allow')).toBe('POST');
    expect(await readProblemCode(response)).toBe(response.status === 401 ? 'SESSION_EXPIRED' : 'INTERNAL');
  });

  test('every response has the security headers, errors too', async () => {
    const { shop, page } = await openPage();
    for (const attempt of [{}, { method: 'GET' }, { body: '' }, { path: '/plural/x' }]) {
      const { headers } = await shop.handler.fetch(request(route, page.session, attempt));
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
    'an OTP of %j is rejected and never sent',
    async (otp) => {
      const { shop, page } = await openPage();
      await page.generate();
      const response = await page.post('otp/submit', { otp, idempotencyKey });
      expect(response.status).toBe(400);
      expect(shop.callCount('submitOtp')).toBe(0);
    },
  );

  test('an OTP is a string, an idempotency key a UUID, and the place to leave to one of two', async () => {
    const { page } = await openPage();
    expect((await page.post('otp/submit', { otp: 123_456, idempotencyKey })).status).toBe(400);
    expect((await page.post('otp/generate', { idempotencyKey: 'again' })).status).toBe(400);
    expect((await page.post('payment/leave', { idempotencyKey, to: 'https://evil.example' })).status).toBe(400);
  });

  test('a body that never ends times out with 408', async () => {
    const { shop } = await openPage({
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

  test('are allowed by their exact configured origin, without credentials', async () => {
    const { shop, page } = await openPage({ allowedOrigins: [front] });
    const headers = { 'sec-fetch-site': 'same-site', origin: front };
    const asked = await shop.handler.fetch(request('payment', page.session, { method: 'OPTIONS', headers }));
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(front);
    expect(asked.headers.get('access-control-allow-methods')).toBe('POST');
    expect(asked.headers.get('access-control-allow-headers')).toBe('content-type');
    const response = await shop.handler.fetch(request('payment', page.session, { headers }));
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(front);
    expect(response.headers.get('vary')).toBe('Origin');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('that are not listed get no CORS headers, on errors either', async () => {
    const { shop, page } = await openPage({ allowedOrigins: [front] });
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    for (const method of ['OPTIONS', 'POST']) {
      const response = await shop.handler.fetch(request('payment', page.session, { method, headers }));
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect(response.headers.get('vary')).toBe('Origin');
    }
  });

  test('`allowNoOrigin` allows a native app without either header, and still no page of another origin', async () => {
    const { shop, page } = await openPage({ allowNoOrigin: true });
    const headers = { 'sec-fetch-site': undefined };
    expect((await shop.handler.fetch(request('payment', page.session, { headers }))).status).toBe(200);
    const evil = { ...headers, origin: 'https://evil.example' };
    expect((await shop.handler.fetch(request('payment', page.session, { headers: evil }))).status).toBe(403);
  });

  test('the webview origin of an app can be listed', async () => {
    const { shop, page } = await openPage({ allowedOrigins: ['capacitor://localhost'] });
    const headers = { 'sec-fetch-site': undefined, origin: 'capacitor://localhost' };
    expect((await shop.handler.fetch(request('payment', page.session, { headers }))).status).toBe(200);
  });
});
