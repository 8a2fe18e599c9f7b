import { signReturn } from '@plural-otp/core/testing';
import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import {
  Clock,
  deferred,
  createTestShop,
  instantSleep,
  createReturnRequest,
  secretKey,
  shopOrigin,
  createSignedReturn,
  rightOtp,
  startAndPrompt,
  startAndSubmit,
} from '../support/test-shop.ts';

const goesTo = (response: Response): string => {
  expect(response.status).toBe(303);
  expect(response.headers.get('content-type')).toBeNull();
  return response.headers.get('location') ?? '';
};

describe('return from the issuer’s page', () => {
  test('a verified return reconciles the order and redirects to the configured page with only the reference', async () => {
    const { shop, orderId } = await startAndSubmit();
    const response = await shop.handler.fetch(
      createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' })),
    );
    const url = new URL(goesTo(response));
    expect(url.origin + url.pathname).toBe(`${shopOrigin}/return`);
    expect([...url.searchParams.keys()]).toEqual(['reference']);
    expect(shop.verdicts).toMatchObject([{ outcome: 'paid', source: 'return' }]);
    const opened = await shop.handler.openReference(url.searchParams.get('reference') ?? '');
    expect(opened).toMatchObject({ orderId, phase: 'authorized' });
  });

  test('the order decides, not the status in the return', async () => {
    const { shop, orderId } = await startAndSubmit();
    const fields = {
      order_id: orderId,
      status: 'FAILED',
      error_code: 'USER_AUTHENTICATION_FAILED',
      error_message: 'no',
    };
    await shop.handler.fetch(createReturnRequest(await createSignedReturn(fields)));
    expect(shop.verdicts.map(({ outcome }) => outcome)).toEqual(['paid']);
  });

  test('GET works as well, and repeated returns change nothing', async () => {
    const { shop, orderId } = await startAndSubmit();
    const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
    for (let turn = 0; turn < 3; turn += 1) {
      const response = await shop.handler.fetch(new Request(`${shop.handler.returnUrl}?${fields}`));
      expect(goesTo(response)).toMatch(/\?reference=/);
    }
    expect(shop.verdicts).toHaveLength(1);
  });

  const forgeries: Record<string, (orderId: string) => Promise<Request>> = {
    'no signature': async (orderId) =>
      createReturnRequest(new URLSearchParams({ order_id: orderId, status: 'AUTHORIZED' })),
    'an empty signature': async (orderId) =>
      createReturnRequest(new URLSearchParams({ order_id: orderId, status: 'AUTHORIZED', signature: '' })),
    'another key': async (orderId) =>
      createReturnRequest(
        new URLSearchParams(
          await signReturn({ order_id: orderId, status: 'AUTHORIZED' }, { secretKey: 'ff'.repeat(32) }),
        ),
      ),
    'another encoding of the key': async (orderId) =>
      createReturnRequest(
        new URLSearchParams(
          await signReturn({ order_id: orderId, status: 'AUTHORIZED' }, { secretKey, keyEncoding: 'utf8' }),
        ),
      ),
    'a changed status': async (orderId) => {
      const fields = await createSignedReturn({ order_id: orderId, status: 'FAILED' });
      fields.set('status', 'AUTHORIZED');
      return createReturnRequest(fields);
    },
    'a repeated field': async (orderId) => {
      const fields = await createSignedReturn({ order_id: orderId, status: 'FAILED' });
      fields.append('status', 'AUTHORIZED');
      return createReturnRequest(fields);
    },
    'the fields in the URL of a POST': async (orderId) =>
      new Request(
        `${shopOrigin}/plural/return?${await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' })}`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: '',
        },
      ),
    'a JSON body': async (orderId) =>
      new Request(`${shopOrigin}/plural/return`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ order_id: orderId, status: 'AUTHORIZED' }),
      }),
    'more than 16 KiB': async (orderId) =>
      createReturnRequest(
        await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED', error_message: 'x'.repeat(16_384) }),
      ),
    'bytes that are no UTF-8': async () =>
      new Request(`${shopOrigin}/plural/return`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new Uint8Array([0xff, 0xfe, 0x3d]),
      }),
    nothing: async () => new Request(`${shopOrigin}/plural/return`),
  };

  test.each(Object.entries(forgeries))(
    'with %s it changes nothing, is reported, and redirects as unverified',
    async (_what, forge) => {
      const { shop, orderId } = await startAndSubmit();
      const requests = shop.sandbox.state.requests.length;
      expect(goesTo(await shop.handler.fetch(await forge(orderId)))).toBe(`${shopOrigin}/return?problem=unverified`);
      expect(shop.verdicts).toEqual([]);
      expect(shop.sandbox.state.requests).toHaveLength(requests);
      expect(shop.problems.map(({ code }) => code)).toEqual(['RETURN_UNVERIFIED']);
    },
  );

  test('without a signature key every return is unverified', async () => {
    const shop = createTestShop({ returnSignature: undefined as never });
    const fields = await createSignedReturn({ order_id: await shop.createOrder(), status: 'AUTHORIZED' });
    expect(goesTo(await shop.handler.fetch(createReturnRequest(fields)))).toContain('problem=unverified');
  });

  test('an invalid signature key is reported under its own code', async () => {
    const shop = createTestShop({ returnSignature: { secretKey: 'not hex' } });
    const fields = await createSignedReturn({ order_id: 'v1-order', status: 'AUTHORIZED' });
    expect(goesTo(await shop.handler.fetch(createReturnRequest(fields)))).toContain('problem=unverified');
    expect(shop.problems.map(({ code }) => code)).toEqual(['RETURN_UNVERIFIED', 'SECRET_KEY_INVALID']);
  });

  test('never redirects to a URL from the request', async () => {
    const { shop, orderId } = await startAndSubmit();
    const fields = await createSignedReturn({
      order_id: orderId,
      status: 'AUTHORIZED',
      returnPage: 'https://evil.example',
      next: '//evil.example',
    });
    const request = new Request(`${shop.handler.returnUrl}?${fields}`, {
      headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
    });
    expect(goesTo(await shop.handler.fetch(request))).toMatch(
      /^https:\/\/shop\.example\/return\?reference=[0-9A-Z-]+$/,
    );
  });

  test('a returnPage function gets the payment and its phase; when it throws the customer is redirected to the first page', async () => {
    const seen: unknown[] = [];
    let broken = false;
    const { shop, orderId } = await startAndSubmit({
      returnPage(payment) {
        if (broken) throw new Error('no page');
        seen.push(payment);
        return `/orders/${payment.merchantOrderReference}`;
      },
    });
    const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
    expect(goesTo(await shop.handler.fetch(createReturnRequest(fields)))).toMatch(
      /^https:\/\/shop\.example\/orders\/order-/,
    );
    expect(seen).toMatchObject([{ orderId, phase: 'authorized' }]);
    broken = true;
    expect(goesTo(await shop.handler.fetch(createReturnRequest(fields)))).toMatch(
      /^https:\/\/shop\.example\/\?reference=/,
    );
  });

  test('onReturn gets the fields; an error of it does not stop the redirect', async () => {
    const seen: unknown[] = [];
    const { shop, orderId } = await startAndSubmit({
      onReturn(fields) {
        seen.push(fields.order_id);
        throw new Error('hook');
      },
    });
    const response = await shop.handler.fetch(
      createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' })),
    );
    expect(goesTo(response)).toMatch(/reference=/);
    expect(seen).toEqual([orderId]);
    expect(shop.verdicts).toHaveLength(1);
  });

  test('an onReturn that hangs delays the redirect by its timeout at most', async () => {
    const { shop, orderId } = await startAndSubmit({
      wait: (ms, signal) => (ms === 4000 ? Promise.resolve() : instantSleep(ms, signal)),
      onReturn: () => new Promise(() => undefined),
    });
    const response = await shop.handler.fetch(
      createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' })),
    );
    expect(goesTo(response)).toMatch(/reference=/);
    expect(shop.problems).toMatchObject([{ code: 'RETURN_HOOK_FAILED' }]);
    await shop.handler.settle(orderId);
    expect(shop.verdicts).toHaveLength(1);
  });

  test('when Plural does not respond the customer is redirected by the record, and the order is reconciled in the background', async () => {
    const answered = deferred();
    let silent = false;
    const { shop, orderId } = await startAndSubmit({
      wait: (ms, signal) => (silent && ms === 8000 ? Promise.resolve() : instantSleep(ms, signal)),
      async network(request, send) {
        if (silent) await answered.promise;
        return send(request);
      },
    });
    const kept: Promise<unknown>[] = [];
    const request = createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' }));
    silent = true;
    const response = await shop.handler.fetch(request, { waitUntil: (work: Promise<unknown>) => void kept.push(work) });
    expect(goesTo(response)).toMatch(/reference=/);
    expect(shop.verdicts).toEqual([]);
    answered.resolve();
    await Promise.all(kept);
    await expect.poll(() => shop.verdicts.map(({ source }) => source)).toEqual(['return']);
  });

  test.each([undefined, new Promise<string>(() => undefined), 7])(
    'a returnPage function that returns no string (%s) is reported, and the customer is redirected to the first page',
    async (given) => {
      const { shop, orderId } = await startAndSubmit({ returnPage: () => given as never });
      const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
      expect(goesTo(await shop.handler.fetch(createReturnRequest(fields)))).toMatch(
        /^https:\/\/shop\.example\/\?reference=/,
      );
      expect(shop.problems).toMatchObject([{ code: 'RETURN_PAGE_FAILED' }]);
    },
  );

  test.each(['Plural', 'the store'])('%s unavailable: the customer is redirected all the same', async (which) => {
    const store = new FlakyStore();
    const { shop, orderId } = await startAndSubmit({ store });
    if (which === 'Plural') shop.sandbox.script({ operation: 'getOrder', fault: 'status', status: 404, times: 0 });
    else store.loadFailure = 'throws';
    const response = await shop.handler.fetch(
      createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' })),
    );
    expect(goesTo(response)).toMatch(which === 'Plural' ? /reference=/ : /problem=unconfirmed/);
  });

  test('an order that was not started here redirects as unconfirmed', async () => {
    const shop = createTestShop();
    const response = await shop.handler.fetch(
      createReturnRequest(await createSignedReturn({ order_id: 'v1-unknown', status: 'AUTHORIZED' })),
    );
    expect(goesTo(response)).toBe(`${shopOrigin}/return?problem=unconfirmed`);
  });

  test('300 replays of a return of an open payment read the order once; of a delivered one, not at all', async () => {
    const { shop, orderId, page } = await startAndPrompt();
    shop.clock.advance(2);
    const reads = shop.callCount('getOrder');
    const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
    for (let turn = 0; turn < 300; turn += 1) {
      expect(goesTo(await shop.handler.fetch(createReturnRequest(fields)))).toMatch(/\?reference=/);
    }
    expect(shop.callCount('getOrder')).toBe(reads + 1);
    await page.submit(rightOtp);
    shop.clock.advance(2);
    await page.getView();
    const delivered = shop.callCount('getOrder');
    shop.clock.advance(60);
    expect(goesTo(await shop.handler.fetch(createReturnRequest(fields)))).toMatch(/\?reference=/);
    expect(shop.callCount('getOrder')).toBe(delivered);
  });

  test('a return right after the last reading waits for the next one, and shows what the customer did at the bank', async () => {
    const clock = new Clock();
    const pauses: number[] = [];
    const { shop, orderId } = await startAndPrompt({
      clock,
      wait: (ms, signal) => {
        if (signal !== undefined) return new Promise(() => undefined);
        pauses.push(ms);
        clock.advance(ms / 1000);
        return Promise.resolve();
      },
    });
    clock.advance(5);
    const fields = await createSignedReturn({ order_id: orderId, status: 'PROCESSED' });
    await shop.handler.fetch(createReturnRequest(fields));
    expect([shop.verdicts, pauses]).toEqual([[], []]);
    const order = shop.sandbox.state.orders.get(orderId);
    for (const payment of order?.payments ?? []) Object.assign(payment, { status: 'PROCESSED' });
    Object.assign(order ?? {}, { status: 'PROCESSED' });
    await shop.handler.fetch(createReturnRequest(fields));
    expect(shop.verdicts.map(({ outcome }) => outcome)).toEqual(['paid']);
    expect(pauses).toEqual([1000]);
  });

  test('a return whose order cannot be read makes it due for the next sweep', async () => {
    let isAway = false;
    const { shop, orderId } = await startAndSubmit({
      network: (request, send) => (isAway ? Promise.resolve(new Response('{}', { status: 404 })) : send(request)),
    });
    const order = shop.sandbox.state.orders.get(orderId);
    for (const payment of order?.payments ?? []) Object.assign(payment, { status: 'FAILED' });
    Object.assign(order ?? {}, { status: 'ATTEMPTED' });
    await shop.handler.settle(orderId);
    for (const payment of order?.payments ?? []) Object.assign(payment, { status: 'PROCESSED' });
    Object.assign(order ?? {}, { status: 'PROCESSED' });
    shop.clock.advance(600);
    isAway = true;
    const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
    expect(goesTo(await shop.handler.fetch(createReturnRequest(fields)))).toMatch(/\?reference=/);
    isAway = false;
    await shop.handler.sweep();
    expect(shop.verdicts.map(({ outcome }) => outcome)).toEqual(['failed', 'paid']);
  });
});
