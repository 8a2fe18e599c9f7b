import { gzipSync } from 'node:zlib';
import { isPluralError } from '@plural-otp/core';
import { createOtpHandler } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { validateChallengeUrl } from '../../src/payment/challenge-url.ts';
import {
  createTestShop,
  createBrowserRequest,
  readProblemCode,
  startAndPrompt,
  catchPluralError,
  createReturnRequest,
  rightOtp,
  shopOrigin,
  createSignedReturn,
  wrongOtp,
  type PaymentFixture,
} from '../support/test-shop.ts';

const idempotencyKey = 'a3f0d1c2-5b64-4e7f-9a81-2c3d4e5f6a7b';

interface Sent {
  body: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** Sends a body to the submit route of a payment whose code was sent; `session` is the payment's own. */
async function attacked(make: (session: string) => Sent): Promise<PaymentFixture & { response: Response }> {
  const made = await startAndPrompt();
  const { body, headers = {} } = make(made.page.session);
  const request = new Request(`${shopOrigin}/plural/otp/submit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
    body,
  });
  return { ...made, response: await made.shop.handler.fetch(request) };
}

const good = (session: string): string => JSON.stringify({ session, idempotencyKey, otp: rightOtp });
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const utf16 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le'));

describe('bodies that try to be more than they are', () => {
  const refused: Record<string, [status: number, (session: string) => Sent]> = {
    'every field hidden in __proto__': [400, (session) => ({ body: `{"__proto__":${good(session)}}` })],
    'every field hidden in constructor.prototype': [
      400,
      (session) => ({ body: `{"constructor":{"prototype":${good(session)}}}` }),
    ],
    'a session in __proto__ beside the other fields': [
      400,
      (session) => ({
        body: `{"idempotencyKey":"${idempotencyKey}","otp":"${rightOtp}","__proto__":{"session":"${session}"}}`,
      }),
    ],
    'a payment of the sender’s choice': [
      400,
      (session) => ({ body: JSON.stringify({ session, idempotencyKey, otp: rightOtp, paymentId: 'v1-other' }) }),
    ],
    'an object as OTP': [400, (session) => ({ body: JSON.stringify({ session, idempotencyKey, otp: { $gt: '' } }) })],
    'an array as OTP': [400, (session) => ({ body: JSON.stringify({ session, idempotencyKey, otp: [rightOtp] }) })],
    'true as OTP': [400, (session) => ({ body: JSON.stringify({ session, idempotencyKey, otp: true }) })],
    'arrays 2000 deep': [400, () => ({ body: '['.repeat(2000) + ']'.repeat(2000) })],
    'objects 300 deep in a field': [
      400,
      (session) => ({ body: `{"session":"${session}","otp":${'{"a":'.repeat(300)}1${'}'.repeat(300)}}` }),
    ],
    'two documents': [400, (session) => ({ body: `${good(session)}${good(session)}` })],
    'a comment': [400, (session) => ({ body: `/* */${good(session)}` })],
    'half of a surrogate pair in UTF-8': [
      400,
      (session) => ({
        body: new Uint8Array(Buffer.concat([Buffer.from(good(session)), Buffer.from([0xed, 0xa0, 0x80])])),
      }),
    ],
    'an overlong slash in UTF-8': [400, () => ({ body: new Uint8Array([0x22, 0xc0, 0xaf, 0x22]) })],
    'UTF-16': [400, (session) => ({ body: utf16(good(session)) })],
    'UTF-16, as its content type says': [
      415,
      (session) => ({ body: utf16(good(session)), headers: { 'content-type': 'application/json; charset=utf-16' } }),
    ],
    'a charset that only a proxy would read': [
      415,
      (session) => ({ body: good(session), headers: { 'content-type': 'application/json; charset="utf-7"' } }),
    ],
    'two charsets': [
      415,
      (session) => ({
        body: good(session),
        headers: { 'content-type': 'application/json; charset=utf-8; charset=iso-8859-1' },
      }),
    ],
    gzip: [
      415,
      (session) => ({ body: new Uint8Array(gzipSync(good(session))), headers: { 'content-encoding': 'gzip' } }),
    ],
    'plain JSON that claims to be gzip': [
      415,
      (session) => ({ body: good(session), headers: { 'content-encoding': 'gzip' } }),
    ],
    'gzip inside of identity': [
      415,
      (session) => ({ body: good(session), headers: { 'content-encoding': 'identity, gzip' } }),
    ],
    'two content types': [
      415,
      (session) => ({ body: good(session), headers: { 'content-type': 'application/json, text/plain' } }),
    ],
    'JSON of another kind': [
      415,
      (session) => ({ body: good(session), headers: { 'content-type': 'application/json+x' } }),
    ],
    'a length that lies about more than 4 KiB': [
      413,
      (session) => ({ body: good(session), headers: { 'content-length': '99999999' } }),
    ],
  };
  test.each(Object.entries(refused))('%s: refused, and no code is sent', async (_what, [status, make]) => {
    const { shop, response } = await attacked(make);
    expect([response.status, await readProblemCode(response)]).toEqual([status, 'INTERNAL']);
    expect(shop.callCount('submitOtp')).toBe(0);
    expect(({} as Record<string, unknown>)['session'], 'a polluted prototype').toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  const taken: Record<string, (session: string) => Sent> = {
    'with a byte order mark': (session) => ({ body: bytes(`\uFEFF${good(session)}`) }),
    'with white space around it': (session) => ({ body: ` \r\n\t${good(session)}\n` }),
    'with escapes instead of digits': (session) => ({
      body: `{"session":"${session}","idempotencyKey":"${idempotencyKey}","otp":"${String.raw`\u0031\u0032`}3456"}`,
    }),
    'as UTF-8 by name': (session) => ({
      body: good(session),
      headers: { 'content-type': 'APPLICATION/json ; Charset="UTF-8"', 'content-encoding': 'identity' },
    }),
  };
  test.each(Object.entries(taken))('one %s is the same body: its code is sent once', async (_what, make) => {
    const { shop, response } = await attacked(make);
    expect(response.status).toBe(200);
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('of a key that comes twice the last counts, everywhere: one code is sent, and it is that one', async () => {
    const { shop, response } = await attacked((session) => ({
      body: `{"session":"x","session":"${session}","idempotencyKey":"${idempotencyKey}","otp":"${wrongOtp}","otp":"${rightOtp}"}`,
    }));
    expect(await response.json()).toMatchObject({ phase: 'confirming', attempts: { misses: 0 } });
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('a return with a field twice is never verified, whichever of the two was signed', async () => {
    const { shop, orderId } = await startAndPrompt();
    const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
    for (const [name, value] of [
      ['status', 'FAILED'],
      ['order_id', 'v1-other'],
      ['signature', 'A'.repeat(64)],
    ] as const) {
      for (const twice of [`${fields.toString()}&${name}=${value}`, `${name}=${value}&${fields.toString()}`]) {
        const { headers } = await shop.handler.fetch(createReturnRequest(new URLSearchParams(twice)));
        expect(headers.get('location')).toBe(`${shopOrigin}/return?problem=unverified`);
      }
    }
    expect(shop.problems.map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => 'RETURN_UNVERIFIED'));
  });
});

describe('paths that mean another path elsewhere', () => {
  test.each([
    '//plural/otp/submit',
    '/plural//otp/submit',
    '/plural/otp/submit/',
    '/plural/otp/submit;v=1',
    '/plural;/otp/submit',
    '/plural/otp%2fsubmit',
    '/plural/otp/submit%00',
    '/plural/otp/submit%20',
    '/plural/OTP/submit',
    '/Plural/otp/submit',
    '/plural/otp/submit.json',
    '/plural/otp',
    '/plural/',
    '/plural/constructor',
    '/plural/__proto__',
    '/pluralotp/submit',
  ])('%s is no route', async (path) => {
    const { shop, page } = await startAndPrompt();
    const asked = createBrowserRequest('otp/submit', { session: page.session, idempotencyKey, otp: rightOtp });
    const response = await shop.handler.fetch(new Request(shopOrigin + path, asked));
    expect(response.status).toBe(404);
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'HEAD', 'GET', 'OPTIONS', 'PROPFIND', 'post2'])(
    'the method %s submits nothing',
    async (method) => {
      const { shop, page } = await startAndPrompt();
      const body = JSON.stringify({ session: page.session, idempotencyKey, otp: rightOtp });
      const response = await shop.handler.fetch(
        new Request(`${shopOrigin}/plural/otp/submit`, {
          method,
          headers: { 'content-type': 'application/json', 'x-http-method-override': 'POST', origin: shopOrigin },
          ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
        }),
      );
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
      expect(shop.callCount('submitOtp')).toBe(0);
    },
  );

  test('a session in the URL opens nothing', async () => {
    const { shop, page } = await startAndPrompt();
    const query = new URLSearchParams({ session: page.session, idempotencyKey, otp: rightOtp });
    for (const body of ['{}', '']) {
      const asked = createBrowserRequest('otp/submit', body);
      expect((await shop.handler.fetch(new Request(`${asked.url}?${query}`, asked))).status).toBe(400);
    }
    expect(shop.callCount('submitOtp')).toBe(0);
  });
});

describe('hosts and forwarded headers', () => {
  const lies = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-prefix': '/evil',
    'x-original-url': '/plural/payment',
    'x-rewrite-url': '/plural/payment',
    'x-original-method': 'GET',
    forwarded: 'for=203.0.113.9;host=evil.example;proto=http',
  };

  test.each(Object.entries(lies))(
    '%s changes neither route, nor origin, nor where a return goes',
    async (name, value) => {
      const { shop, page, orderId } = await startAndPrompt();
      const response = await page.post('otp/submit', { idempotencyKey, otp: rightOtp }, { [name]: value });
      expect(await response.json()).toMatchObject({ phase: 'confirming' });
      const asked = createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' }));
      const back = await shop.handler.fetch(
        new Request(asked, { headers: { ...Object.fromEntries(asked.headers), [name]: value } }),
      );
      expect(back.headers.get('location')).toMatch(/^https:\/\/shop\.example\/return\?reference=[\w-]+$/);
    },
  );

  test('a request that names another host gains nothing by it: its own origin is not let in, ours is kept', async () => {
    const { shop, page, orderId } = await startAndPrompt();
    const asked = createBrowserRequest(
      'otp/submit',
      { session: page.session, idempotencyKey, otp: rightOtp },
      { origin: 'https://evil.example' },
    );
    asked.headers.delete('sec-fetch-site');
    const response = await shop.handler.fetch(new Request('https://evil.example/plural/otp/submit', asked));
    expect(response.status).toBe(403);
    const back = createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' }));
    const sent = await shop.handler.fetch(new Request('https://evil.example/plural/return', back));
    expect(sent.headers.get('location')).toMatch(/^https:\/\/shop\.example\//);
  });

  test('a return never goes where its fields or its query say', async () => {
    const { shop, orderId } = await startAndPrompt();
    const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
    const asked = createReturnRequest(fields);
    const url = `${asked.url}?returnPage=https://evil.example&next=//evil.example&reference=x`;
    const { status, headers } = await shop.handler.fetch(new Request(url, asked));
    expect(status).toBe(303);
    expect(headers.get('location')).toMatch(/^https:\/\/shop\.example\/return\?reference=[\w-]+$/);
  });
});

describe('origins of webviews', () => {
  const listed = (origin: string) => async (): Promise<number> => {
    const shop = createTestShop({ allowedOrigins: [origin] });
    const { client } = await shop.startPayment(await shop.createOrder());
    const asked = createBrowserRequest('payment', { session: client.session }, { origin });
    asked.headers.delete('sec-fetch-site');
    return (await shop.handler.fetch(asked)).status;
  };

  test.each([
    'capacitor://localhost',
    'ionic://localhost',
    'https://localhost',
    'http://localhost',
    'app://shop.example',
  ])('%s may call once it is listed, and not before', async (origin) => {
    expect(await listed(origin)()).toBe(200);
    const { shop, page } = await startAndPrompt();
    const asked = createBrowserRequest(
      'payment',
      { session: page.session },
      { origin, 'sec-fetch-site': 'cross-site' },
    );
    expect((await shop.handler.fetch(asked)).status).toBe(403);
  });

  test.each([
    'null',
    '*',
    'file://',
    'file:///android_asset',
    'android-app',
    'android-app://in.example.shop/path',
    'https://localhost/',
    'https://LOCALHOST',
    'https://shop.example:443',
    'https://user@shop.example',
    'https://shop.example?x',
    'https://*.shop.example',
    'shop.example',
    '//shop.example',
    '',
  ])('%j cannot be listed', (origin) => {
    const { plural, store } = createTestShop();
    let thrown: unknown;
    try {
      createOtpHandler({ plural, store, origin: shopOrigin, allowedOrigins: [origin] });
    } catch (error) {
      thrown = error;
    }
    expect(isPluralError(thrown) && thrown.issues?.map(({ path }) => path)).toEqual(['allowedOrigins']);
  });

  test('the origin null is refused, also where another origin is listed and the session is right', async () => {
    const shop = createTestShop({ allowedOrigins: ['capacitor://localhost'] });
    const { client } = await shop.startPayment(await shop.createOrder());
    for (const site of ['cross-site', 'same-site', 'none']) {
      const asked = createBrowserRequest(
        'payment',
        { session: client.session },
        { origin: 'null', 'sec-fetch-site': site },
      );
      const response = await shop.handler.fetch(asked);
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
  });
});

describe('challenge URLs', () => {
  const hosts = new Set(['acs.bank.example']);
  test.each([
    'https://acs.bank.example%2eevil.example/',
    'https://acs.bank.example%00.evil.example/',
    'https://acs。bank。example.evil.example/',
    'https://аcs.bank.example/', // a Cyrillic letter
    'https://acs.bank.example./',
    'https://acs.bank.example:444/',
    'https://acs.bank.example\t.evil.example/',
    'https:evil.example/acs.bank.example',
    'https://@acs.bank.example:pw@evil.example/',
    'https://:pw@acs.bank.example/',
    'http://acs.bank.example/',
    'ftp://acs.bank.example/',
    'javascript://acs.bank.example/%0aalert(1)',
    'blob:https://acs.bank.example/x',
    'view-source:https://acs.bank.example/',
    'https://[::1]/acs.bank.example',
  ])('%j is not offered', (url) => {
    expect(validateChallengeUrl(url, hosts)).toBeUndefined();
  });

  test('one that is written oddly is printed as the browser will read it', () => {
    expect(validateChallengeUrl('HTTPS:\\\\ACS.bank.example:443\\a b"<c>', hosts)).toBe(
      'https://acs.bank.example/a%20b%22%3Cc%3E',
    );
  });

  test('a payment whose challenge URL points elsewhere is refused at its start, and its page never learns of it', async () => {
    const shop = createTestShop({
      network: async (request, send) => {
        const response = await send(request);
        if (!new URL(request.url).pathname.endsWith('/payments')) return response;
        const text = (await response.text()).replaceAll(
          /"challenge_url":"[^"]*"/g,
          '"challenge_url":"https://evil.example/acs?token=s3cret"',
        );
        return new Response(text, response);
      },
    });
    const orderId = await shop.createOrder();
    const refusal = await catchPluralError(shop.startPayment(orderId));
    expect(refusal.code).toBe('CHALLENGE_URL_REFUSED');
    expect(await shop.handler.resumePayment({ orderId })).toBeUndefined();
    expect(JSON.stringify([refusal, shop.problems])).not.toContain('s3cret');
  });
});
