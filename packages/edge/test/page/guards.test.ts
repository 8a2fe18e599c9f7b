import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import type { OtpHandler } from '@plural-otp/edge';
import { createOtpPage, type OtpPageOptions } from '@plural-otp/edge/page';
import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import {
  visitAndPrompt,
  createFormRequest,
  visitPage,
  PageVisit,
  toText,
  type PostOptions,
} from '../support/page-visit.ts';
import { createTestShop, quickCard, rightOtp, shopOrigin } from '../support/test-shop.ts';

const idempotencyKey = '6f1d3c4e-9c1a-4a52-8c55-0d6a4b1d2c3e';

const drip = (bytes: number): ReadableStream<Uint8Array> => {
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) controller.close();
      else controller.enqueue(new Uint8Array(Math.min(1024, left)).fill(97));
      left -= 1024;
    },
  });
};

function formWithout(fields: Record<string, string>, name: string): string {
  const form = new URLSearchParams(fields);
  form.delete(name);
  return form.toString();
}

describe('POST page', () => {
  const passes: Record<string, PostOptions> = {
    'from the same origin': {},
    'from a page that names no referrer': { headers: { origin: 'null' } },
    'from an old browser that sends only its origin': { headers: { 'sec-fetch-site': undefined } },
    'with parameters on its content type': {
      headers: { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' },
    },
  };
  test.each(Object.entries(passes))('%s it is answered with the step', async (_what, options) => {
    const { shop, visit } = await visitPage();
    await visit.send(visit.form('generate'), {}, options);
    expect(visit.status).toBe(200);
    expect(visit.actions).toContain('submit');
    expect(shop.callCount('generateOtp')).toBe(1);
  });

  test('a page of an allowed origin may lead here, and no other', async () => {
    const front = 'https://www.shop.example';
    const { visit } = await visitPage({ allowedOrigins: [front] });
    const form = visit.form('generate');
    await visit.send(form, {}, { headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } });
    expect(visit.status).toBe(403);
    await visit.send(form, {}, { headers: { 'sec-fetch-site': 'cross-site', origin: front } });
    expect(visit.status).toBe(200);
  });

  const failures: Record<string, [number, PostOptions]> = {
    GET: [405, { method: 'GET' }],
    PUT: [405, { method: 'PUT' }],
    'another site': [403, { headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } }],
    'another host of the same site': [
      403,
      { headers: { 'sec-fetch-site': 'same-site', origin: 'https://blog.shop.example' } },
    ],
    'an address bar': [403, { headers: { 'sec-fetch-site': 'none' } }],
    'the origin null alone': [403, { headers: { 'sec-fetch-site': undefined, origin: 'null' } }],
    'neither header': [403, { headers: { 'sec-fetch-site': undefined, origin: undefined } }],
    'no content type': [415, { headers: { 'content-type': undefined }, body: drip(10) }],
    JSON: [415, { headers: { 'content-type': 'application/json' } }],
    'a multipart form': [415, { headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
    'more than 8 KiB': [413, { body: `session=${'x'.repeat(8192)}` }],
    'more than 8 KiB without a length': [413, { body: drip(16_384) }],
    'no UTF-8': [400, { body: new Uint8Array([0x61, 0xff]) }],
    'an empty body': [400, { body: '' }],
  };
  test.each(Object.entries(failures))('refuses %s, in words, and does nothing', async (_what, [status, options]) => {
    const { shop, visit } = await visitPage();
    const requests = shop.sandbox.state.requests.length;
    await visit.send(visit.form('generate'), {}, options);
    expect(visit.status).toBe(status);
    expect(visit.text).toContain(
      'This page could not be opened Nothing was sent to your bank. Go back to the merchant’s site',
    );
    expect(visit.markup).toContain(`href="${shopOrigin}/"`);
    expect(shop.sandbox.state.requests).toHaveLength(requests);
    if (status === 405) expect(visit.headers.get('allow')).toBe('POST');
  });

  test('refuses a body that does not come to its end', async () => {
    const { shop } = await visitPage();
    const impatient = createTestShop({ sandbox: shop.sandbox, store: shop.store, wait: () => Promise.resolve() });
    const response = await createOtpPage(impatient.handler).fetch(
      createFormRequest({}, { body: new ReadableStream() }),
    );
    expect(response.status).toBe(408);
    expect(toText(await response.text())).toContain('Nothing was sent to your bank.');
  });

  const forms: Record<string, (fields: Record<string, string>) => string> = {
    'without its session': (fields) => formWithout(fields, 'session'),
    'without its idempotency key': (fields) => formWithout(fields, 'idempotencyKey'),
    'with an idempotency key that is no UUID': (fields) =>
      new URLSearchParams({ ...fields, idempotencyKey: 'x' }).toString(),
    'of an unknown action': (fields) => new URLSearchParams({ ...fields, action: 'capture' }).toString(),
    'with a field too many': (fields) => new URLSearchParams({ ...fields, paymentId: 'v1-other' }).toString(),
    'with a field twice': (fields) => `${new URLSearchParams(fields).toString()}&idempotencyKey=${idempotencyKey}`,
    'with a code it does not take': (fields) => new URLSearchParams({ ...fields, otp: rightOtp }).toString(),
    'of a submit without a code': (fields) => new URLSearchParams({ ...fields, action: 'submit' }).toString(),
    'with a prototype in disguise': (fields) => `${new URLSearchParams(fields).toString()}&__proto__=1`,
  };
  test.each(Object.entries(forms))('refuses a form %s', async (_what, bodyOf) => {
    const { shop, visit } = await visitPage();
    const form = visit.form('generate');
    await visit.send(form, {}, { body: bodyOf(form.fields) });
    expect(visit.status).toBe(400);
    expect(shop.callCount('generateOtp')).toBe(0);
  });

  test.each(['v3.AAAA', 'v2.x', 'x'.repeat(4096)])(
    'a session nobody sealed gets one and the same 401: %#',
    async (session) => {
      const { shop, visit } = await visitPage();
      await visit.send(visit.form('generate'), { session });
      expect(visit.status).toBe(401);
      expect(visit.text).toBe(
        'This page has timed out Go back to the merchant’s site to continue. A payment you have already confirmed is not affected. Back to the merchant’s site',
      );
      expect(shop.callCount('generateOtp')).toBe(0);
    },
  );

  test.each(['generate', 'submit', 'resend', 'bank', 'cancel'])(
    'a session opened by a reference refuses to %s, and shows the payment',
    async (action) => {
      const { shop, visit, orderId } = await (action === 'generate' ? visitPage() : visitAndPrompt());
      shop.clock.advance(40);
      const resumed = await shop.handler.resumePayment({ orderId });
      const opened = await shop.handler.openReference(resumed?.client.view.reference ?? '');
      const fields = { session: opened?.client.session ?? '', action, idempotencyKey };
      const count = (): number[] =>
        (['generateOtp', 'submitOtp', 'resendOtp'] as const).map((operation) => shop.callCount(operation));
      const before = count();
      await visit.send({ action: '', fields, button: '' }, action === 'submit' ? { otp: rightOtp } : {});
      expect(visit.status).toBe(200);
      expect(visit.redirectUrl).toBeUndefined();
      expect(visit.actions).toEqual(['check']);
      expect(visit.primary).toBe('Check payment status');
      expect(visit.text).toContain('You can only view this payment here');
      expect(visit.text).not.toContain('timed out');
      expect(count()).toEqual(before);
      expect((await shop.handler.resumePayment({ orderId }))?.client.view.phase).toBe(resumed?.client.view.phase);
      expect(shop.events.map(({ type }) => type)).not.toContain('leftForBank');
    },
  );

  test('a session that may no longer be read is as one nobody sealed', async () => {
    const { shop, visit } = await visitAndPrompt();
    shop.clock.advance(24 * 3600 + 1);
    await visit.enter(rightOtp);
    expect(visit.status).toBe(401);
    expect(shop.callCount('submitOtp')).toBe(0);
  });
});

describe('every page', () => {
  const pages: Record<string, () => Promise<PageVisit>> = {
    'the step': async () => (await visitAndPrompt()).visit,
    'the way to the bank': async () => (await visitAndPrompt()).visit.press('bank'),
    'the end': async () => (await visitAndPrompt()).visit.enter(rightOtp),
    'a refusal': async () => {
      const { visit } = await visitPage();
      return visit.send(visit.form('generate'), {}, { method: 'GET' });
    },
  };
  test.each(Object.entries(pages))('%s lets nothing run, load, frame or be kept', async (_what, open) => {
    const { headers, markup } = await open();
    const sheet = /<style>(.*?)<\/style>/s.exec(markup)?.[1] ?? '';
    const hash = createHash('sha256').update(sheet).digest('base64');
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(headers.has('set-cookie')).toBe(false);
    expect(headers.has('location')).toBe(false);
    expect(markup).not.toMatch(/<script|<iframe|<img|\son\w+=|\sstyle=|javascript:/i);
  });

  test('the session is in form fields only, and the code nowhere', async () => {
    const otp = '73918264';
    const store = new FlakyStore();
    const told: unknown[] = [];
    const { shop, visit } = await visitAndPrompt({
      store,
      card: quickCard,
      onEvent: (event) => void told.push(event),
      onProblem: (problem) => told.push(problem),
    });
    const session = visit.form('submit').fields['session'] ?? '';
    expect(session.length).toBeGreaterThan(100);
    await visit.enter(otp);
    await visit.enter(`${otp} ${otp}`);
    await visit.enter(`${otp}x${otp}9`);
    store.loadFailure = 'throws';
    await visit.enter(otp);
    store.loadFailure = undefined;
    await visit.press('check');
    await visit.send({ ...visit.form('submit'), fields: { otp, session } });
    await visit.send({ action: '', button: '', fields: { otp, session, idempotencyKey, action: 'check' } });
    const back = new PageVisit(visit.page, {
      session,
      view: { phase: 'awaitingOtp', next: [], revision: 1, reference: 'x' },
    });
    await back.press('check');
    shop.clock.advance(40);
    await back.press('resend');
    await back.press('bank');
    const seen = [...visit.responses, ...back.responses];
    expect(seen.length).toBeGreaterThan(8);
    for (const { headers, markup } of seen) {
      expect(headers + markup).not.toContain(otp);
      const elsewhere = markup.replaceAll(/<input type="hidden" name="session" value="[^"]*" \/>/g, '');
      expect(headers + elsewhere).not.toContain(session.slice(3, 60));
    }
    expect(inspect(told, { depth: 9 })).not.toContain(otp);
  });

  test('what comes from outside is text, wherever it stands', async () => {
    const hostile = `<script>alert(1)</script>"'><b>&amp;`;
    const { visit } = await visitAndPrompt({ display: { merchantName: hostile, destination: `${hostile}••••` } });
    expect(visit.markup).not.toContain('<script');
    expect(visit.markup).not.toContain('<b>');
    expect(visit.text).toContain(`${hostile} HDFC Bank`);
    expect(visit.title).toBe(`Enter the OTP from HDFC Bank – ${hostile}`);
    await visit.press('cancel');
    expect(visit.markup).not.toContain('<b>');
    expect(visit.text).toContain(`Back to ${hostile}`);
  });

  test('the merchant’s page is an address, also with quotes in it', async () => {
    const { visit } = await visitAndPrompt({ returnPage: ({ phase }) => `/thanks?for="><b>&phase=${phase}` });
    await visit.enter(rightOtp);
    expect(visit.redirectUrl).toBe(`${shopOrigin}/thanks?for=%22%3E%3Cb%3E&phase=authorized`);
    expect(visit.markup).not.toContain('<b>');
  });
});

describe('when the store fails', () => {
  test('before an action: nothing is sent, and a press tries again', async () => {
    const store = new FlakyStore();
    const { shop, visit } = await visitAndPrompt({ store });
    store.loadFailure = 'throws';
    await visit.enter(rightOtp);
    expect([visit.status, visit.headers.get('retry-after')]).toEqual([503, '2']);
    expect(visit.text).toContain('Try again in a moment. You will not be charged twice.');
    expect(visit.form('check').button).toBe('Try again');
    expect(shop.callCount('submitOtp')).toBe(0);
    expect(shop.problems.map(({ code }) => code)).toContain('STORE_FAILED');
    store.loadFailure = undefined;
    await visit.press('check');
    await visit.enter(rightOtp);
    expect(visit.redirectUrl).toBeDefined();
  });

  test('while an action is recorded: nothing is sent', async () => {
    const store = new FlakyStore();
    const { shop, visit } = await visitAndPrompt({ store });
    store.saveFailure = 'throws';
    await visit.enter(rightOtp);
    expect(visit.status).toBe(503);
    expect(shop.callCount('submitOtp')).toBe(0);
  });

  test('after a code went out: it is being confirmed, and no code is asked for again', async () => {
    const store = new FlakyStore();
    const { shop, visit } = await visitAndPrompt({
      store,
      async network(request, send) {
        const response = await send(request);
        if (request.url.endsWith('/otp/submit')) store.loadFailure = 'throws';
        return response;
      },
    });
    await visit.enter(rightOtp);
    expect([visit.status, visit.actions]).toEqual([200, ['check']]);
    expect(shop.callCount('submitOtp')).toBe(1);
  });
});

describe('createOtpPage', () => {
  test('takes the handler that createOtpHandler returned, and no copy of it', () => {
    const { handler } = createTestShop();
    for (const other of [{ ...handler }, {}, new Map()]) {
      expect(() => createOtpPage(other as OtpHandler)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
    }
    expect(createOtpPage(handler)).toEqual({ fetch: expect.any(Function), form: expect.any(Function) });
  });

  const wrong: [path: string, options: OtpPageOptions][] = [
    ['lang', { lang: 'hi' }],
    ['lang', { lang: 'toString', locales: { hi: {} } }],
    ['styles', { styles: '</style><script>' }],
  ];
  test.each(wrong)('names an option that is wrong: %s', (path, options) => {
    const { handler } = createTestShop();
    expect(() => createOtpPage(handler, options)).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID', issues: [expect.objectContaining({ path })] }),
    );
  });

  test('the merchant’s styles stand after the page’s, under the same hash', async () => {
    const { visit } = await visitAndPrompt({ pageOptions: { styles: ':root{--plural-otp-accent:#063}' } });
    const sheet = /<style>(.*?)<\/style>/s.exec(visit.markup)?.[1] ?? '';
    expect(sheet.endsWith(':root{--plural-otp-accent:#063}')).toBe(true);
    const hash = createHash('sha256').update(sheet).digest('base64');
    expect(visit.headers.get('content-security-policy')).toContain(`'sha256-${hash}'`);
  });

  test('an action completes when the customer is gone', async () => {
    const { shop, visit } = await visitAndPrompt();
    const { fields } = visit.form('submit');
    const kept: Promise<unknown>[] = [];
    const response = await visit.page.fetch(createFormRequest({ ...fields, otp: rightOtp }), {
      waitUntil: (work: Promise<unknown>) => kept.push(work),
    });
    expect(toText(await response.text())).toContain('Payment confirmed');
    expect(await Promise.all(kept)).toContain(response);
    expect(shop.verdicts).toHaveLength(1);
  });
});
