/**
 * OWASP Application Security Verification Standard 5.0: the requirements that an OTP handler can hold by itself, each
 * by its number and in our own words. What only a whole shop can hold (TLS, cookies, accounts, its own pages) is not
 * here.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { validateChallengeUrl } from '../../src/payment/challenge-url.ts';
import { createSessionSealer, type Session } from '../../src/session/sealed-session.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import {
  createTestShop,
  CustomerPage,
  createBrowserRequest,
  readProblemCode,
  startAndPrompt,
  createReturnRequest,
  rightOtp,
  shopOrigin,
  createSignedReturn,
  createSignedWebhook,
  webhookSecret,
  wrongOtp,
} from '../support/test-shop.ts';

const idempotencyKey = (): string => randomUUID();
const key = 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE';
const otherKey = 'QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI';
const session: Session = {
  orderId: 'v1-order',
  paymentId: 'v1-payment',
  key: 'k',
  reference: 'r',
  activeUntilMs: 1,
  renewUntilMs: 1,
  readUntilMs: 1,
};

describe('V1 encoding', () => {
  test('1.2.2: no URL goes to a browser but https on a known host', () => {
    const hosts = new Set(['acs.example']);
    for (const url of ['javascript:alert(1)', 'data:text/html,x', 'https://other.example/', 'http://acs.example/']) {
      expect(validateChallengeUrl(url, hosts), url).toBeUndefined();
    }
    expect(validateChallengeUrl('https://acs.example/a?b=<c>', hosts)).toBe('https://acs.example/a?b=%3Cc%3E');
  });

  test('1.5.2: of what a body holds, named texts are taken and nothing else', async () => {
    const { page } = await startAndPrompt();
    const response = await page.post('otp/submit', {
      idempotencyKey: idempotencyKey(),
      otp: rightOtp,
      toJSON: {},
      constructor: {},
    });
    expect(response.status).toBe(400);
  });
});

describe('V2 validation and business logic', () => {
  test('2.2.1, 2.2.2: the server judges every field by an allow list, whatever the page has checked', async () => {
    const { shop, page } = await startAndPrompt();
    for (const otp of ['123', '123456789', '12 34 56', '１２３４５６', '-12345', '1e5000', 123_456, null]) {
      expect((await page.post('otp/submit', { idempotencyKey: idempotencyKey(), otp })).status, String(otp)).toBe(400);
    }
    expect((await page.post('otp/submit', { idempotencyKey: 'not-a-uuid', otp: rightOtp })).status).toBe(400);
    expect((await page.post('payment/leave', { idempotencyKey: idempotencyKey(), to: 'elsewhere' })).status).toBe(400);
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test('2.3.1: no step is skipped: a code is neither submitted nor resent before one was sent', async () => {
    const shop = createTestShop();
    const page = new CustomerPage(shop.handler, (await shop.startPayment(await shop.createOrder())).client.session);
    expect((await page.submit(rightOtp)).phase).toBe('ready');
    expect((await page.resend()).phase).toBe('ready');
    expect(shop.callCount('submitOtp') + shop.callCount('resendOtp')).toBe(0);
  });

  test('2.3.2: the configured limits hold', async () => {
    const { shop, page } = await startAndPrompt({ limits: { submits: 2, resends: 1 } });
    shop.clock.advance(31);
    await page.resend();
    shop.clock.advance(31);
    await page.resend();
    for (let code = 0; code < 4; code += 1) await page.submit(`00000${code}`);
    expect([shop.callCount('resendOtp'), shop.callCount('submitOtp')]).toEqual([1, 2]);
  });

  test('2.3.4, 15.4.2: check and reservation are one step: of 60 codes at once five go on at most, one at a time', async () => {
    let [now, most] = [0, 0];
    const { shop, page } = await startAndPrompt({
      async network(request, send) {
        const isSubmit = request.url.endsWith('/otp/submit');
        now += isSubmit ? 1 : 0;
        most = Math.max(most, now);
        const response = await send(request);
        now -= isSubmit ? 1 : 0;
        return response;
      },
    });
    await Promise.all(
      Array.from({ length: 60 }, () => page.post('otp/submit', { idempotencyKey: idempotencyKey(), otp: wrongOtp })),
    );
    expect(most).toBe(1);
    expect(shop.callCount('submitOtp')).toBeGreaterThan(0);
    expect(shop.callCount('submitOtp')).toBeLessThanOrEqual(5);
  });

  test('2.4.1: messages cost money: no second one without the customer, none before its time, few in all', async () => {
    const { shop, page } = await startAndPrompt();
    for (let turn = 0; turn < 10; turn += 1) {
      await page.generate();
      await page.resend();
    }
    expect([shop.callCount('generateOtp'), shop.callCount('resendOtp')]).toEqual([1, 0]);
    for (let turn = 0; turn < 10; turn += 1) {
      shop.clock.advance(31);
      await page.resend();
    }
    expect(shop.callCount('resendOtp')).toBe(3);
  });
});

describe('V3 web frontend', () => {
  const everyAnswer = async (): Promise<Response[]> => {
    const { shop, page, orderId } = await startAndPrompt();
    return [
      await page.post('payment', {}),
      await page.post('payment', { session: 'x' }),
      await page.post('payment', { unknown: 1 }),
      await shop.handler.fetch(new Request(`${shopOrigin}/plural/nothing`)),
      await shop.handler.fetch(new Request(`${shopOrigin}/plural/payment`)),
      await shop.handler.fetch(createBrowserRequest('payment', {}, { 'sec-fetch-site': 'cross-site' })),
      await shop.handler.fetch(createBrowserRequest('payment', {}, { 'content-type': 'text/plain' })),
      await shop.handler.fetch(createBrowserRequest('payment', { session: 'x'.repeat(5000) })),
      await shop.handler.fetch(createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'FAILED' }))),
      await shop.handler.fetch(await createSignedWebhook(shop.clock, 'ORDER_FAILED', { order_id: orderId })),
      await shop.handler.fetch(new Request(shop.handler.webhookUrl, { method: 'POST', body: '{}' })),
    ];
  };

  test('3.4.2: CORS names one listed origin or none, and never any origin or credentials', async () => {
    const front = 'https://pay.shop.example';
    const { shop, page } = await startAndPrompt({ allowedOrigins: [front] });
    const allowed = async (origin: string): Promise<(string | null)[]> => {
      const { headers } = await shop.handler.fetch(
        createBrowserRequest('payment', { session: page.session }, { origin }),
      );
      return [headers.get('access-control-allow-origin'), headers.get('access-control-allow-credentials')];
    };
    expect(await allowed(front)).toEqual([front, null]);
    for (const origin of ['https://evil.example', 'null', `${front}.evil.example`, 'http://pay.shop.example']) {
      expect(await allowed(origin), origin).toEqual([null, null]);
    }
  });

  test.each([
    [
      '3.4.3: allows no object and no base, by its content security policy',
      'content-security-policy',
      /default-src 'none'.*base-uri 'none'/,
    ],
    ['3.4.4: is not to be sniffed', 'x-content-type-options', /^nosniff$/],
    ['3.4.5: sends no referrer on', 'referrer-policy', /^no-referrer$/],
    ['3.4.6: is not to be framed', 'content-security-policy', /frame-ancestors 'none'/],
    ['14.3.2: is kept by no cache', 'cache-control', /^no-store$/],
  ])('every answer, of each route and refusal, %s', async (_rule, header, value) => {
    const answers = await everyAnswer();
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 400, 404, 405, 403, 415, 413, 303, 204, 403]);
    for (const { headers } of answers) expect(headers.get(header)).toMatch(value);
  });

  test('3.5.1, 3.5.2: a request that browsers send without asking first changes nothing', async () => {
    const { shop, page } = await startAndPrompt();
    const body = JSON.stringify({ session: page.session, idempotencyKey: idempotencyKey(), otp: rightOtp });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      for (const site of ['same-origin', 'same-site', 'cross-site']) {
        const headers = { 'content-type': type, 'sec-fetch-site': site };
        const { status } = await shop.handler.fetch(createBrowserRequest('otp/submit', body, headers));
        expect(status).toBe(site === 'same-origin' ? 415 : 403);
      }
    }
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test('3.5.3: what changes something takes POST alone', async () => {
    const { shop } = await startAndPrompt();
    for (const route of ['otp/generate', 'otp/submit', 'otp/resend', 'payment', 'payment/leave', 'webhook']) {
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) {
        const response = await shop.handler.fetch(new Request(`${shopOrigin}/plural/${route}`, { method }));
        expect([response.status, response.headers.get('allow')], `${method} ${route}`).toEqual([405, 'POST']);
      }
    }
  });

  test('3.7.2: the one redirect there is leads to the configured page', async () => {
    const { shop, orderId } = await startAndPrompt();
    const fields = await createSignedReturn({
      order_id: orderId,
      status: 'AUTHORIZED',
      error_message: 'https://evil.example',
    });
    for (const body of [fields, new URLSearchParams({ url: 'https://evil.example' })]) {
      const { headers } = await shop.handler.fetch(createReturnRequest(body));
      expect(headers.get('location')).toMatch(/^https:\/\/shop\.example\/return\?(?:reference|problem)=[\w-]+$/);
    }
  });
});

describe('V4 web service', () => {
  test('4.1.1: every body says that it is JSON in UTF-8, and is', async () => {
    const { shop, page } = await startAndPrompt();
    const answers = [await page.post('payment', {}), await page.post('payment', { session: 'x' })];
    answers.push(await shop.handler.fetch(new Request(`${shopOrigin}/plural/nothing`)));
    for (const response of answers) {
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(typeof (await response.json())).toBe('object');
    }
  });

  test('4.1.3, 15.3.4: no header that a proxy might set is read, so none can be forged', async () => {
    const { shop, page } = await startAndPrompt();
    const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' };
    const refused = await page.post(
      'payment',
      {},
      { ...forged, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    );
    expect(refused.status).toBe(403);
    expect((await page.post('payment', {}, forged)).status).toBe(200);
    expect(shop.handler.returnUrl).toBe(`${shopOrigin}/plural/return`);
  });

  test('4.1.5: what comes from Plural’s side is believed only with its signature, and then read back', async () => {
    const { shop, orderId } = await startAndPrompt();
    const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
    fields.set('status', 'FAILED');
    const reads = shop.callCount('getOrder');
    await shop.handler.fetch(createReturnRequest(fields));
    const webhook = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
    const other = { method: 'POST', headers: webhook.headers, body: '{"event_type":"ORDER_PROCESSED"}' };
    await shop.handler.fetch(new Request(webhook.url, other));
    expect(shop.callCount('getOrder')).toBe(reads);
    await shop.handler.fetch(await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId }));
    expect(shop.callCount('getOrder')).toBe(reads + 1);
    expect(shop.verdicts, 'the order is not paid, whatever the signed event says').toEqual([]);
  });
});

describe('V6 authentication by codes', () => {
  test('6.5.1: a code is handed on once per deed: the same request again sends nothing', async () => {
    const { shop, page } = await startAndPrompt();
    const body = { idempotencyKey: idempotencyKey(), otp: wrongOtp };
    for (let turn = 0; turn < 5; turn += 1) await page.post('otp/submit', body);
    expect(shop.callCount('submitOtp')).toBe(1);
  });

  test('6.6.2: a code is bound to the payment it was sent for: another session’s code reaches that one alone', async () => {
    const submitted: string[] = [];
    const shop = createTestShop({
      async network(request, send) {
        if (request.url.endsWith('/otp/submit'))
          submitted.push(((await request.clone().json()) as { payment_id: string }).payment_id);
        return send(request);
      },
    });
    const [one, other] = [
      await shop.startPayment(await shop.createOrder()),
      await shop.startPayment(await shop.createOrder()),
    ];
    const page = new CustomerPage(shop.handler, one.client.session);
    await page.generate();
    await new CustomerPage(shop.handler, other.client.session).generate();
    await page.submit(rightOtp);
    expect(submitted).toEqual([one.paymentId]);
    const named = { idempotencyKey: idempotencyKey(), otp: rightOtp, payment_id: other.paymentId };
    expect((await page.post('otp/submit', named)).status).toBe(400);
  });

  test('6.6.3: codes cannot be tried out: five in all, from any number of sessions, pages and isolates', async () => {
    let [handedOn, refusal, status] = [0, '', 0];
    const one = await startAndPrompt({
      async network(request, send) {
        if (!request.url.endsWith('/otp/submit')) return send(request);
        handedOn += 1;
        // A bank that refuses for ever, with the words of the first refusal.
        if (refusal !== '') return new Response(refusal, { status });
        const response = await send(request);
        [refusal, status] = [await response.clone().text(), response.status];
        return response;
      },
    });
    const { handler, store, sandbox, clock } = one.shop;
    const isolate = createTestShop({ sandbox, store, clock });
    const { client } = (await isolate.handler.resumePayment({ orderId: one.orderId })) ?? {};
    const pages = [
      one.page,
      new CustomerPage(handler, client?.session ?? ''),
      new CustomerPage(handler, one.page.session),
    ];
    for (let code = 0; code < 21; code += 1) await pages[code % 3]?.submit(String(200_000 + code));
    expect(handedOn).toBe(5);
  });
});

describe('V7 sessions', () => {
  test('7.2.1, 7.4.1: the server alone judges a session; one that ended cannot act again', async () => {
    const { shop, page } = await startAndPrompt();
    await page.leave('cancel');
    expect((await page.submit(rightOtp)).phase).toBe('cancelled');
    expect((await page.resend()).phase).toBe('cancelled');
    expect(shop.callCount('submitOtp') + shop.callCount('resendOtp')).toBe(0);
  });

  test('7.3.1: a session nobody uses stops acting after activeMinutes', async () => {
    const { shop, page } = await startAndPrompt({ limits: { activeMinutes: 5 } });
    shop.clock.advance(5 * 60 + 1);
    expect((await page.submit(rightOtp)).problem).toEqual({ code: 'SESSION_EXPIRED' });
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test('7.3.2: renewed again and again it stops acting after maxMinutes', async () => {
    const { shop, page } = await startAndPrompt({ limits: { activeMinutes: 5, maxMinutes: 20 } });
    for (let minute = 0; minute < 21; minute += 1) {
      shop.clock.advance(60);
      await page.getView();
    }
    expect((await page.submit(rightOtp)).problem).toEqual({ code: 'SESSION_EXPIRED' });
  });
});

describe('V9 self-contained tokens, V11 cryptography', () => {
  test('9.1.1, 11.3.3: nothing of a seal is read before its tag was verified: each changed byte is refused', async () => {
    const seals = createSessionSealer([key], shopOrigin);
    const sealed = await seals.seal(session);
    expect(await seals.open(sealed)).toEqual(session);
    for (let at = 3; at < sealed.length; at += 7) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      expect(await seals.open(sealed.slice(0, at) + other + sealed.slice(at + 1)), `byte ${at}`).toBeUndefined();
    }
  });

  test('9.1.2, 11.3.2: there is one algorithm, AES-256-GCM, and a token cannot name another', async () => {
    const seals = createSessionSealer([key], shopOrigin);
    const jwt = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(session))}.`;
    const sealed = await seals.seal(session);
    for (const text of [
      jwt,
      sealed.replace('v2.', 'v0.'),
      sealed.replace('v2.', ''),
      `v2.${btoa(JSON.stringify(session))}`,
    ]) {
      expect(await seals.open(text)).toBeUndefined();
    }
  });

  test('9.1.3: keys come from the configuration alone', async () => {
    const sealed = await createSessionSealer([otherKey], shopOrigin).seal(session);
    expect(await createSessionSealer([key], shopOrigin).open(sealed)).toBeUndefined();
    expect(await createSessionSealer([key, otherKey], shopOrigin).open(sealed)).toEqual(session);
  });

  test('9.2.1: a token is taken within its time only, also one that was opened before', async () => {
    const { shop, page } = await startAndPrompt();
    await page.getView();
    shop.clock.advance(24 * 3600 + 1);
    expect((await page.post('payment', {})).status).toBe(401);
  });

  test('9.2.2: what was sealed for another purpose is no session', async () => {
    const { shop } = await startAndPrompt();
    const purpose = await shop.plural.deriveKey('token-cache');
    const iv = new Uint8Array(12);
    const text = new TextEncoder().encode(JSON.stringify(session));
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, purpose, text));
    const other = `v2.${Buffer.concat([new Uint8Array(4), iv, sealed]).toString('base64url')}`;
    expect((await shop.handler.fetch(createBrowserRequest('payment', { session: other }))).status).toBe(401);
  });

  test('9.2.3, 9.2.4: a token of one shop is none in another with the same keys', async () => {
    const sealed = await createSessionSealer([key], shopOrigin).seal(session);
    expect(await createSessionSealer([key], 'https://other.example').open(sealed)).toBeUndefined();
  });

  test('11.2.5: however a seal fails, the answer is one and the same, byte for byte', async () => {
    const { shop, page } = await startAndPrompt();
    const { session: own } = page;
    const texts = ['', 'v2.', 'v2.AAAA', own.slice(0, -4), `${own}AAAA`, own.replace('v2.', 'v9.'), 'x'.repeat(3000)];
    const answers = await Promise.all(
      texts.map(async (text) => {
        const response = await shop.handler.fetch(createBrowserRequest('payment', { session: text }));
        return JSON.stringify([response.status, [...response.headers], await response.text()]);
      }),
    );
    const [, ...others] = new Set(answers.slice(1));
    expect(others).toEqual([]);
  });

  test('11.3.4: no nonce comes twice', async () => {
    const seals = createSessionSealer([key], shopOrigin);
    const sealed = await Promise.all(Array.from({ length: 2000 }, () => seals.seal(session)));
    const nonces = sealed.map((text) => Buffer.from(text.slice(3), 'base64url').subarray(4, 16).toString('hex'));
    expect(new Set(nonces).size).toBe(2000);
  });
});

describe('V14 data protection', () => {
  test('14.2.1: no URL that leaves the handler carries a session, a code or a card', async () => {
    const { shop, page, orderId } = await startAndPrompt();
    await page.submit(rightOtp);
    const { headers } = await shop.handler.fetch(
      createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' })),
    );
    const { searchParams } = new URL(headers.get('location') ?? '');
    expect([...searchParams.keys()]).toEqual(['reference']);
    expect(searchParams.get('reference')).toMatch(/^[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}$/);
  });

  test('14.2.6, 15.3.1: an answer has the contract’s fields and nothing else of the order or the record', async () => {
    const { page } = await startAndPrompt();
    const known = new Set(['phase', 'next', 'revision', 'reference', 'resendInSeconds', 'pollAfterSeconds', 'session']);
    for (const name of ['attempts', 'problem', 'challengeUrl', 'display', 'leftForBank']) known.add(name);
    for (const view of [await page.getView(), await page.submit(wrongOtp), await page.submit(rightOtp)]) {
      expect(Object.keys(view).filter((name) => !known.has(name))).toEqual([]);
      expect(JSON.stringify(view)).not.toContain('4012001037141112');
    }
  });
});

describe('V15 coding', () => {
  test('15.3.2: a redirect of Plural’s side is not followed, least of all with a code in hand', async () => {
    const asked: string[] = [];
    let away = false;
    const { page } = await startAndPrompt({
      async network(request, send) {
        asked.push(new URL(request.url).host);
        if (away) return new Response(null, { status: 307, headers: { location: 'https://evil.example/' } });
        return send(request);
      },
    });
    away = true;
    await page.submit(rightOtp);
    expect(new Set(asked)).toEqual(new Set(['127.0.0.1:3001']));
  });

  test('15.3.3, 15.3.7: fields of the record cannot be set by a body, nor by a query', async () => {
    const { shop, page } = await startAndPrompt();
    for (const more of [
      { submits: 0 },
      { phase: 'authorized' },
      { activeUntilMs: 9e15 },
      { verdict: { outcome: 'paid' } },
    ]) {
      expect((await page.post('otp/submit', { idempotencyKey: idempotencyKey(), otp: rightOtp, ...more })).status).toBe(
        400,
      );
    }
    const asked = createBrowserRequest('otp/submit', {
      session: page.session,
      idempotencyKey: idempotencyKey(),
      otp: wrongOtp,
    });
    await shop.handler.fetch(new Request(`${asked.url}?otp=${rightOtp}&phase=authorized`, asked));
    expect(await page.getView()).toMatchObject({ phase: 'awaitingOtp', attempts: { misses: 1 } });
  });

  test('15.3.5: no type is taken for another', async () => {
    const { page } = await startAndPrompt();
    for (const otp of [123_456, [rightOtp], { length: 6 }, true]) {
      expect((await page.post('otp/submit', { idempotencyKey: idempotencyKey(), otp })).status).toBe(400);
    }
  });

  test('15.3.6: no body reaches a prototype', async () => {
    const { shop, page } = await startAndPrompt();
    const body = `{"session":"${page.session}","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`;
    await shop.handler.fetch(createBrowserRequest('payment', body));
    expect('polluted' in {}).toBe(false);
  });
});

describe('V16 errors and logs', () => {
  test('16.2.5: what is reported names code, reference and request, and never the code or the session', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset', times: 0 });
    await page.submit('73918264');
    const told = JSON.stringify(shop.problems);
    expect(shop.problems.map(({ code }) => code).length).toBeGreaterThan(0);
    expect(told).not.toContain('73918264');
    expect(told).not.toContain(page.session);
  });

  test('16.3.3: what did not verify is reported', async () => {
    const { shop } = await startAndPrompt({ webhook: { secret: webhookSecret } });
    await shop.handler.fetch(
      createReturnRequest(new URLSearchParams({ order_id: 'v1-x', status: 'AUTHORIZED', signature: 'A'.repeat(64) })),
    );
    await shop.handler.fetch(new Request(shop.handler.webhookUrl, { method: 'POST', body: '{}' }));
    expect(shop.problems.map(({ code }) => code)).toEqual(['RETURN_UNVERIFIED', 'WEBHOOK_UNVERIFIED']);
  });

  test('16.5.1: an error inside is one fixed answer, without a word of what happened', async () => {
    const store = new FlakyStore();
    const { page } = await startAndPrompt({ store });
    store.loadFailure = 'throws';
    const response = await page.post('payment', {});
    expect([response.status, await response.text()]).toEqual([503, '{"problem":{"code":"BACKEND_UNREACHABLE"}}']);
  });

  test('16.5.2, 16.5.3: without its store it fails closed: no code is passed on uncounted', async () => {
    const store = new FlakyStore();
    const { shop, page } = await startAndPrompt({ store });
    for (const member of ['loadFailure', 'saveFailure'] as const) {
      store[member] = 'throws';
      const response = await page.post('otp/submit', { idempotencyKey: idempotencyKey(), otp: rightOtp });
      expect([response.status, await readProblemCode(response)]).toEqual([503, 'BACKEND_UNREACHABLE']);
      store[member] = undefined;
    }
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test('16.5.4: whatever throws, the handler answers', async () => {
    let isBroken = false;
    const newId = (): string => {
      if (isBroken) throw new Error('no entropy');
      return crypto.randomUUID();
    };
    const { shop, page } = await startAndPrompt({ newId });
    isBroken = true;
    const response = await shop.handler.fetch(createBrowserRequest('payment', { session: page.session }));
    expect([response.status, await response.text()]).toEqual([500, '{"problem":{"code":"INTERNAL"}}']);
  });
});
