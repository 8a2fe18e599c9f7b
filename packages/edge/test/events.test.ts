import { randomUUID } from 'node:crypto';
import type { FlowEvent } from '@plural-otp/edge';
import { createOtpPage, type PageClient } from '@plural-otp/edge/page';
import { describe, expect, test } from 'vitest';
import { createFormRequest } from './support/page-visit.ts';
import {
  createBrowserRequest,
  createReturnRequest,
  createSignedReturn,
  createTestShop,
  CustomerPage,
  openPage,
  rightOtp,
  startAndPrompt,
  wrongOtp,
  type TestShop,
} from './support/test-shop.ts';

const types = (shop: TestShop): FlowEvent['type'][] => shop.events.map(({ type }) => type);

describe('the steps of a customer', () => {
  test('are each emitted once, in order, with the reference, the card and the time since the start', async () => {
    const shop = createTestShop();
    const { client } = await shop.startPayment(await shop.createOrder());
    const page = new CustomerPage(shop.handler, client.session);
    await page.getView();
    await page.generate();
    const entry = { by: 'typed', firstKeySeconds: 4, hiddenSeconds: 3, usableMs: 350 } as const;
    await page.submit(wrongOtp, randomUUID(), entry);
    shop.clock.advance(60);
    await page.resend();
    await page.leave('away', randomUUID(), { by: 'typed' });
    await page.leave('bank');
    await page.submit(rightOtp);
    shop.clock.advance(2);
    await page.getView();
    const { reference, display } = client.view;
    const startedAt = shop.events[0]?.at ?? 0;
    const order = shop.events[0]?.order ?? '';
    expect(order).toMatch(/^[\w-]{20,}$/);
    const at = (ms: number): Omit<FlowEvent, 'type'> => ({
      ms,
      at: startedAt + ms,
      reference,
      order,
      attempt: 1,
      method: 'nativeOtp',
      because: 'default',
      amount: display?.amount ?? { value: 0, currency: '' },
      // As the order names it: customers read “HDFC Bank”.
      issuer: 'HDFC',
      ...(display?.network !== undefined && { network: display.network }),
    });
    expect(shop.events).toEqual([
      { type: 'started', ...at(0) },
      { type: 'shown', ...at(0) },
      { type: 'otpSent', nth: 1, ...at(0) },
      { type: 'submitted', nth: 1, entry, ...at(0) },
      { type: 'refused', nth: 1, ...at(0) },
      { type: 'resent', nth: 1, ...at(60_000) },
      { type: 'away', entry: { by: 'typed' }, ...at(60_000) },
      { type: 'leftForBank', ...at(60_000) },
      { type: 'submitted', nth: 2, ...at(60_000) },
      { type: 'accepted', nth: 2, ...at(60_000) },
      { type: 'verdict', outcome: 'paid', source: 'status', ...at(62_000) },
    ]);
  });

  test('on the bank’s page are its start, why it is there, leaving, the return and the verdict with its source', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    const { client } = await shop.startPayment(orderId, { nativeOtp: false });
    const page = new CustomerPage(shop.handler, client.session);
    await page.getView();
    await page.leave('bank');
    const fields = await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' });
    await shop.handler.fetch(createReturnRequest(fields));
    expect(types(shop).slice(0, 4)).toEqual(['started', 'shown', 'leftForBank', 'returned']);
    for (const event of shop.events) expect(event).toMatchObject({ method: 'bankPage', because: 'caller' });
  });

  test('an OTP that was not sent is emitted with the code of the error', async () => {
    const { shop, page } = await openPage();
    shop.sandbox.script({ operation: 'generateOtp', fault: 'status', status: 500 });
    await page.generate();
    expect(shop.events.at(-1)).toMatchObject({ type: 'otpNotSent', nth: 1, code: expect.stringMatching(/^[A-Z_]+$/) });
  });

  test('going away changes nothing, is emitted only while an OTP is awaited, and never by a reader', async () => {
    const { shop, page } = await openPage();
    await page.leave('away');
    const { revision } = await page.generate();
    expect((await page.leave('away')).revision).toBe(revision);
    const { client } = (await shop.handler.openReference(shop.events[0]?.reference ?? '')) ?? {};
    await new CustomerPage(shop.handler, client?.session ?? '').leave('away');
    expect(types(shop).filter((type) => type === 'away')).toHaveLength(1);
    await page.leave('cancel');
    await page.leave('away');
    expect(types(shop).slice(-2)).toEqual(['away', 'cancelled']);
  });

  test('the second payment of an order has the same order and the next number', async () => {
    const shop = createTestShop();
    const orderId = await shop.createOrder();
    await shop.startPayment(orderId);
    await shop.startPayment(orderId, { evenIfUndecided: true });
    const [first, second] = shop.events.filter(({ type }) => type === 'started');
    expect(second).toMatchObject({ order: first?.order, attempt: 2 });
    expect(second?.reference).not.toBe(first?.reference);
  });

  test.each([
    ['the step', ({ session }: PageClient) => createBrowserRequest('payment', { session })],
    [
      'the page without script',
      ({ session }: PageClient) => createFormRequest({ session, action: 'generate', idempotencyKey: randomUUID() }),
    ],
  ])('%s: a promise of onEvent outlives the response by waitUntil, and its failure is ignored', async (_, create) => {
    const kept: Promise<unknown>[] = [];
    let isStored = false;
    const stored = Promise.withResolvers<void>();
    const shop = createTestShop({
      onEvent: async ({ type }) => {
        if (type !== 'shown') throw new Error('no disk');
        await stored.promise;
        isStored = true;
      },
    });
    const { client } = await shop.startPayment(await shop.createOrder());
    const response = await createOtpPage(shop.handler).fetch(create(client), {
      waitUntil: (work: Promise<unknown>) => void kept.push(work),
    });
    let isOver = false;
    const all = Promise.all(kept).then(() => (isOver = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect([response.status, isStored, isOver]).toEqual([200, false, false]);
    stored.resolve();
    await all;
    expect(isStored).toBe(true);
  });

  test('the first action shows the step too, where the page never asked for it', async () => {
    const { shop, page } = await openPage();
    await page.generate();
    await page.getView();
    expect(types(shop)).toEqual(['started', 'shown', 'otpSent']);
  });

  test('an OTP that the start requests is sent and not yet shown', async () => {
    const shop = createTestShop();
    const { client } = await shop.startPayment(await shop.createOrder(), { generate: 'now' });
    expect(types(shop)).toEqual(['started', 'otpSent']);
    await new CustomerPage(shop.handler, client.session).getView();
    expect(types(shop)).toEqual(['started', 'otpSent', 'shown']);
  });
});

describe('an OTP is refused', () => {
  const rejection = {
    operation: 'submitOtp',
    fault: 'status',
    status: 400,
    body: { code: 'INVALID_REQUEST' },
  } as const;

  test('also when it used up the attempts', async () => {
    const { shop, page } = await startAndPrompt();
    for (let attempt = 0; attempt < 3; attempt += 1) await page.submit(wrongOtp);
    expect((await page.getView()).phase).toBe('exhausted');
    expect(types(shop).filter((type) => type === 'refused')).toHaveLength(3);
  });

  test('also when only the order proves it, as its response was lost', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
    await page.submit(wrongOtp);
    shop.clock.advance(2);
    expect((await page.getView()).problem).toEqual({ code: 'OTP_NOT_ACCEPTED' });
    expect(types(shop).filter((type) => type === 'refused')).toHaveLength(1);
  });

  test('also when Plural rejects it without a reason, and the order is still open', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script(rejection);
    expect(await page.submit(rightOtp)).toMatchObject({ phase: 'awaitingOtp', attempts: { misses: 1 } });
    expect(types(shop).slice(-2)).toEqual(['submitted', 'refused']);
  });

  test('but not when it is rejected without a reason and the order was paid by it', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ ...rejection, takesEffect: true });
    const view = await page.submit(rightOtp);
    expect(view.attempts).toEqual({ misses: 0 });
    expect(types(shop)).not.toContain('refused');
  });

  test('but not when it is rejected without a reason and its order puts it on hold', async () => {
    const { shop, page, orderId } = await startAndPrompt();
    shop.sandbox.script(rejection);
    for (const payment of shop.sandbox.state.orders.get(orderId)?.payments ?? []) {
      Object.assign(payment, { status: 'PROCESSED', amount: { value: 1, currency: 'INR' } });
    }
    expect(await page.submit(rightOtp)).toMatchObject({ phase: 'confirming', attempts: { misses: 0 } });
    expect(types(shop)).not.toContain('refused');
  });

  test('and no resend or generate is, whatever Plural answers', async () => {
    const { shop, page } = await openPage();
    shop.sandbox.script({ operation: 'generateOtp', fault: 'status', status: 500 });
    await page.generate();
    shop.clock.advance(60);
    shop.sandbox.script({ operation: 'resendOtp', fault: 'status', status: 422, body: {} });
    await page.resend();
    expect(types(shop)).toEqual(['started', 'shown', 'otpNotSent', 'otpNotSent']);
  });
});
