import { seal, sha256, toBase64url } from '@plural-otp/core/internal';
import type { PaymentView } from '@plural-otp/flow/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSessionSealer } from '../../src/session/sealed-session.ts';
import { createSessionKey, exampleSession } from '../support/session-fixtures.ts';
import {
  createTestShop,
  openPage,
  CustomerPage,
  createBrowserRequest,
  shopOrigin,
  startAndPrompt,
  startAndSubmit,
  type TestShop,
} from '../support/test-shop.ts';

describe('sealed sessions', () => {
  test('a sealed session opens to its contents, and never looks the same twice', async () => {
    const seals = createSessionSealer([createSessionKey()], shopOrigin);
    const texts = await Promise.all([seals.seal(exampleSession), seals.seal(exampleSession)]);
    expect(texts[0]).not.toBe(texts[1]);
    for (const text of texts) expect(await seals.open(text)).toEqual(exampleSession);
  });

  test('a sealed session reveals nothing of the payment', async () => {
    const text = await createSessionSealer([createSessionKey()], shopOrigin).seal(exampleSession);
    const shown = text + Buffer.from(text.slice(3), 'base64url').toString('latin1');
    for (const hidden of [exampleSession.orderId, exampleSession.paymentId, exampleSession.reference])
      expect(shown).not.toContain(hidden);
  });

  test('no change of a single character opens', async () => {
    const seals = createSessionSealer([createSessionKey()], shopOrigin);
    const text = await seals.seal(exampleSession);
    for (let index = 0; index < text.length; index += 1) {
      const other = text[index] === 'A' ? 'B' : 'A';
      expect(await seals.open(text.slice(0, index) + other + text.slice(index + 1))).toBeUndefined();
    }
  });

  test('a sealed session has one encoding: no other last letter opens, although Base64 would decode it to the same bytes', async () => {
    const seals = createSessionSealer([createSessionKey()], shopOrigin);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const length of [0, 1, 2]) {
      const text = await seals.seal({ ...exampleSession, orderId: 'x'.repeat(length) });
      const others = letters.split('').filter((letter) => letter !== text.at(-1));
      for (const letter of others) expect(await seals.open(text.slice(0, -1) + letter)).toBeUndefined();
    }
  });

  test('no prefix of a sealed session opens, nor one with a suffix', async () => {
    const seals = createSessionSealer([createSessionKey()], shopOrigin);
    const text = await seals.seal(exampleSession);
    for (let length = 0; length < text.length; length += 1) {
      expect(await seals.open(text.slice(0, length))).toBeUndefined();
    }
    for (const more of ['A', '=', ' ', '.']) expect(await seals.open(text + more)).toBeUndefined();
  });

  test('any other string is rejected without a throw', async () => {
    const seals = createSessionSealer([createSessionKey()], shopOrigin);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.base64String().map((text) => `v3.${text}`),
        ),
        async (text) => {
          expect(await seals.open(text)).toBeUndefined();
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a sealed session of another key, audience or version does not open', async () => {
    const key = createSessionKey();
    const text = await createSessionSealer([key], shopOrigin).seal(exampleSession);
    expect(await createSessionSealer([createSessionKey()], shopOrigin).open(text)).toBeUndefined();
    expect(await createSessionSealer([key], 'https://other.example').open(text)).toBeUndefined();
    expect(await createSessionSealer([key], shopOrigin).open(text.replace(/^v3/, 'v2'))).toBeUndefined();
  });

  test('a sealed session of an older version does not open, with the newer prefix either', async () => {
    const key = createSessionKey();
    const sealer = createSessionSealer([key], shopOrigin);
    const cryptoKey = await crypto.subtle.importKey('raw', Buffer.from(key, 'base64url'), 'AES-GCM', false, [
      'encrypt',
    ]);
    const keyId = (await sha256(`plural-otp|v1|key id|${key}`)).slice(0, 4);
    const sealedAs = async (version: string): Promise<string> =>
      toBase64url(
        await seal(cryptoKey, JSON.stringify(exampleSession), {
          aad: `plural-otp|${version}|session|${shopOrigin}`,
          keyId,
        }),
      );
    const older = await sealedAs('v2');
    expect(await sealer.open(`v2.${older}`)).toBeUndefined();
    expect(await sealer.open(`v3.${older}`)).toBeUndefined();
    expect(await sealer.open(`v3.${await sealedAs('v3')}`)).toEqual(exampleSession);
  });

  test('keys rotate in two deploys: each opens what the other seals', async () => {
    const [older, newer] = [createSessionKey(), createSessionKey()];
    const before = createSessionSealer([older, newer], shopOrigin);
    const after = createSessionSealer([newer, older], shopOrigin);
    expect(await after.open(await before.seal(exampleSession))).toEqual(exampleSession);
    expect(await before.open(await after.seal(exampleSession))).toEqual(exampleSession);
    const done = createSessionSealer([newer], shopOrigin);
    expect(await done.open(await after.seal(exampleSession))).toEqual(exampleSession);
    expect(await done.open(await before.seal(exampleSession))).toBeUndefined();
  });
});

describe('session of a payment', () => {
  test('every session that does not open gets one and the same 401', async () => {
    const key = createSessionKey();
    const shop = createTestShop({ sessionKey: key });
    const { session: own } = (await shop.startPayment(await shop.createOrder())).client;
    const at = { sandbox: shop.sandbox, clock: shop.clock, store: shop.store };
    const abroad = createTestShop({ ...at, sessionKey: key, origin: 'https://other.example' });
    const other = createTestShop({ ...at, sessionKey: createSessionKey() });
    const sealedBy = async ({ handler }: TestShop): Promise<string> =>
      (await handler.resumePayment({ orderId }))?.client.session ?? '';
    const orderId = [...shop.sandbox.state.orders.keys()][0] ?? '';
    const asked = async (text: string): Promise<unknown> => {
      const response = await shop.handler.fetch(createBrowserRequest('payment', { session: text }));
      return { status: response.status, headers: [...response.headers], body: await response.text() };
    };
    expect(await asked(await sealedBy(shop))).toMatchObject({ status: 200 });

    const refusal = await asked('x');
    expect(refusal).toMatchObject({ status: 401, body: '{"problem":{"code":"SESSION_EXPIRED"}}' });
    const broken = [await sealedBy(abroad), await sealedBy(other), `${own}A`, own.replace('v3.', 'v2.')];
    for (let index = 0; index < own.length; index += 1) {
      broken.push(own.slice(0, index) + (own[index] === 'A' ? 'B' : 'A') + own.slice(index + 1));
      if (index > 0) broken.push(own.slice(0, index));
    }
    for (const text of broken) expect(await asked(text), text).toEqual(refusal);
  });

  test('keys rotate in two deploys: handlers with different lists accept each other’s sessions, until the old key is dropped', async () => {
    const [older, newer] = [createSessionKey(), createSessionKey()];
    const before = createTestShop({ sessionKey: older });
    const at = { sandbox: before.sandbox, clock: before.clock, store: before.store };
    const [knowing, sealing] = [
      [older, newer],
      [newer, older],
    ].map((sessionKey) => createTestShop({ ...at, sessionKey }));
    const after = createTestShop({ ...at, sessionKey: newer });
    if (!knowing || !sealing) throw new Error('two deploys are two handlers');

    const page = new CustomerPage(
      before.handler,
      (await before.startPayment(await before.createOrder())).client.session,
    );
    await page.generate();
    const taken = async ({ handler }: TestShop): Promise<number> =>
      (await handler.fetch(createBrowserRequest('payment', { session: page.session }))).status;

    // First deploy: some processes know the new key, none seals with it yet.
    expect([await taken(before), await taken(knowing), await taken(after)]).toEqual([200, 200, 401]);
    // Second deploy: what is renewed is sealed with the new key, and those of the first still take it.
    before.clock.advance(8 * 60);
    const renewed = new CustomerPage(sealing.handler, page.session);
    await renewed.getView();
    expect(renewed.session).not.toBe(page.session);
    page.session = renewed.session;
    expect([await taken(before), await taken(knowing), await taken(after)]).toEqual([401, 200, 200]);
    expect((await new CustomerPage(after.handler, page.session).submit('123456')).phase).toBe('confirming');
    expect(before.callCount('submitOtp')).toBe(1);
  });

  test('after `activeMinutes` it still shows the payment’s phase, and sends nothing', async () => {
    const { shop, page } = await openPage();
    await page.generate();
    shop.clock.advance(15 * 60 + 1);
    for (const view of [await page.getView(), await page.submit('123456'), await page.resend()]) {
      expect(view).toMatchObject({ phase: 'awaitingOtp', problem: { code: 'SESSION_EXPIRED' } });
      expect(view.next).not.toContain('submit');
      expect(view.next).not.toContain('resend');
      expect(view.session).toBeUndefined();
    }
    expect(shop.callCount('submitOtp') + shop.callCount('resendOtp')).toBe(0);
  });

  test('a final payment shows its result, also to a session past `activeMinutes`', async () => {
    const { shop, page } = await startAndSubmit();
    await page.getView();
    shop.clock.advance(16 * 60);
    const view = await page.getView();
    expect(view.phase).toBe('authorized');
    expect(view.problem).toBeUndefined();
  });

  test('a page that keeps polling has its session renewed, up to `maxMinutes` after the start', async () => {
    const { shop, page } = await openPage();
    await page.generate();
    const renewals: number[] = [];
    for (let minute = 1; minute < 60; minute += 1) {
      shop.clock.advance(60);
      const view = await page.getView();
      expect(view.problem?.code).not.toBe('SESSION_EXPIRED');
      if (view.session !== undefined) renewals.push(minute);
    }
    expect(renewals).toEqual([8, 16, 24, 32, 40, 48]);
    shop.clock.advance(61);
    expect((await page.getView()).problem?.code).toBe('SESSION_EXPIRED');
  });

  test('a day later it gets 401', async () => {
    const { shop, page } = await openPage();
    shop.clock.advance(86_401);
    expect((await page.post('payment', {})).status).toBe(401);
  });

  test('setting the first session key ends no session: the derived key still opens', async () => {
    const before = createTestShop();
    const { client } = await before.startPayment(await before.createOrder());
    const at = { sandbox: before.sandbox, clock: before.clock, store: before.store };
    const after = createTestShop({ ...at, sessionKey: createSessionKey() });
    const page = new CustomerPage(after.handler, client.session);
    expect((await page.generate()).phase).toBe('awaitingOtp');
    after.clock.advance(8 * 60);
    await page.getView();
    expect(page.session).not.toBe(client.session);
    // What was renewed is sealed with the new key, which the older process does not have.
    expect((await new CustomerPage(before.handler, page.session).post('payment', {})).status).toBe(401);
  });

  const actions: Record<string, (page: CustomerPage) => Promise<PaymentView>> = {
    generate: (page) => page.generate(),
    submit: (page) => page.submit('123456'),
    resend: (page) => page.resend(),
    cancel: (page) => page.leave('cancel'),
    'leaving for the bank’s page': (page) => page.leave('bank'),
  };

  test.each(Object.entries(actions))(
    'a session opened by a reference refuses %s, and sends nothing',
    async (_what, act) => {
      for (const { shop, page } of [await openPage(), await startAndPrompt()]) {
        shop.clock.advance(40);
        const { reference } = await page.getView();
        const opened = await shop.handler.openReference(reference);
        const reader = new CustomerPage(shop.handler, opened?.client.session ?? '');
        const events = shop.events.length;
        const count = (): number[] =>
          (['generateOtp', 'submitOtp', 'resendOtp'] as const).map((operation) => shop.callCount(operation));
        const before = count();
        const view = await act(reader);
        expect(view.problem).toEqual({ code: 'SESSION_READ_ONLY' });
        expect(view.next).toEqual(['check']);
        expect(view.challengeUrl).toBeUndefined();
        expect(count()).toEqual(before);
        expect(shop.events).toHaveLength(events);
        expect((await page.getView()).phase).toBe(view.phase);
      }
    },
  );

  test('a session opened by a reference shows each phase, is never renewed, and marks nothing as shown', async () => {
    const shop = createTestShop();
    const { client } = await shop.startPayment(await shop.createOrder());
    const open = async (): Promise<CustomerPage> => {
      const opened = await shop.handler.openReference(client.view.reference);
      return new CustomerPage(shop.handler, opened?.client.session ?? '');
    };
    const reader = await open();
    expect(await reader.getView()).toMatchObject({ phase: 'ready', problem: { code: 'SESSION_READ_ONLY' } });
    expect(shop.events.map(({ type }) => type)).toEqual(['started']);
    const page = new CustomerPage(shop.handler, client.session);
    await page.generate();
    await page.submit('123456');
    expect((await reader.getView()).problem).toBeUndefined();
    shop.clock.advance(10 * 60);
    const { session } = reader;
    const view = await reader.getView();
    expect(view).toMatchObject({ phase: 'authorized', next: [] });
    expect(view.problem).toBeUndefined();
    expect(reader.session).toBe(session);
  });

  test('the reference finds the payment, also as a person types it', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const { client, paymentId } = await shop.startPayment(orderId);
    const { reference } = client.view;
    expect(reference).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    const typed = ` ${reference.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `;
    for (const text of [reference, typed]) {
      expect(await shop.handler.openReference(text)).toMatchObject({ orderId, paymentId, phase: 'ready' });
    }
    for (const text of ['', 'AAAA-AAAA-AAAA', '../../etc', 'U'.repeat(12)]) {
      expect(await shop.handler.openReference(text)).toBeUndefined();
    }
  });
});
