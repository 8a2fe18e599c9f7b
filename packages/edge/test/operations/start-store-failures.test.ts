import { randomUUID } from 'node:crypto';
import type { Plural } from '@plural-otp/core';
import { describe, expect, test } from 'vitest';
import { memoryStore, type StartedPayment } from '@plural-otp/edge';
import { FlakyStore, type StoreFailure } from '../support/flaky-store.ts';
import {
  catchPluralError,
  Clock,
  createReturnRequest,
  createSignedReturn,
  createSignedWebhook,
  createTestShop,
  CustomerPage,
  getSandboxPayments,
  instantSleep,
  rightOtp,
  type TestShop,
  type TestShopOptions,
} from '../support/test-shop.ts';

interface FlakyShop {
  shop: TestShop;
  store: FlakyStore;
  orderId: string;
}

async function createFlakyShop(options: TestShopOptions = {}): Promise<FlakyShop> {
  const clock = new Clock();
  const store = new FlakyStore(memoryStore({ now: clock.now }));
  const shop = createTestShop({ clock, store, ...options });
  return { shop, store, orderId: await shop.createOrder() };
}

function breakStore(store: FlakyStore, failure: StoreFailure | undefined): void {
  store.loadFailure = failure;
  store.saveFailure = failure;
}

/** Lets the time limit of each store call run out at once. */
const impatient: TestShopOptions['wait'] = (ms, signal) =>
  ms === 3000 && signal ? new Promise((resolve) => setTimeout(resolve, 5)) : instantSleep(ms, signal);

/** Starts a payment whose store fails from the moment Plural creates it. */
async function startWithLostSave(): Promise<FlakyShop & { started: StartedPayment }> {
  let isArmed = true;
  const flaky: FlakyShop = await createFlakyShop({
    async network(request, send) {
      const response = await send(request);
      if (isArmed && request.url.endsWith('/payments')) {
        isArmed = false;
        breakStore(flaky.store, 'throws');
      }
      return response;
    },
  });
  const started = await flaky.shop.startPayment(flaky.orderId, { reference: 'pay-1' });
  return { ...flaky, started };
}

/** The customer pays where this shop learns nothing of it, as on the issuer's page. */
async function payElsewhere(shop: TestShop, paymentId: string): Promise<void> {
  await shop.plural.generateOtp(paymentId);
  await shop.plural.submitOtp(paymentId, rightOtp);
  shop.clock.advance(60);
}

describe('startPayment without a store', () => {
  test.each([
    ['load', 'throws'],
    ['load', 'hangs'],
    ['save', 'throws'],
    ['save', 'hangs'],
  ] as const)('when its %s %s: STORE_FAILED, and no payment is created', async (which, failure) => {
    const { shop, store, orderId } = await createFlakyShop({ wait: impatient });
    if (which === 'load') store.loadFailure = failure;
    else store.saveFailure = failure;
    expect(await catchPluralError(shop.startPayment(orderId, { reference: 'pay-1' }))).toMatchObject({
      code: 'STORE_FAILED',
      outcome: 'none',
    });
    expect(getSandboxPayments(shop, orderId)).toEqual([]);
    breakStore(store, undefined);
    expect((await shop.startPayment(orderId, { reference: 'pay-1' })).client.view.phase).toBe('ready');
    expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
  });

  test('two references at once create no payment, and one when the store is back', async () => {
    const { shop, store, orderId } = await createFlakyShop();
    breakStore(store, 'throws');
    const down = await Promise.allSettled([shop.startPayment(orderId), shop.startPayment(orderId)]);
    expect(down.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(getSandboxPayments(shop, orderId)).toEqual([]);
    breakStore(store, undefined);
    const back = await Promise.allSettled([shop.startPayment(orderId), shop.startPayment(orderId)]);
    expect(back.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(getSandboxPayments(shop, orderId)).toHaveLength(1);
  });

  test('two tabs with one reference create one payment, also while every response of the store is lost', async () => {
    const { shop, store, orderId } = await createFlakyShop();
    store.saveFailure = 'throwsAfterEffect';
    const tabs = await Promise.allSettled([1, 2].map(() => shop.startPayment(orderId, { reference: 'pay-1' })));
    const started = tabs.flatMap((tab) => (tab.status === 'fulfilled' ? [tab.value.paymentId] : []));
    expect(started.length).toBeGreaterThan(0);
    // A tab that does not learn whether it was first has sent nothing, and may try again.
    started.push((await shop.startPayment(orderId, { reference: 'pay-1' })).paymentId);
    expect(new Set(started).size).toBe(1);
    expect(shop.callCount('createPayment')).toBe(1);
  });

  test('a store whose calls take effect late starts the payment once', async () => {
    const { shop, store, orderId } = await createFlakyShop({ wait: impatient });
    const { inner } = store;
    const save = inner.save.bind(inner);
    inner.save = async (...terms) => {
      const isSaved = await save(...terms);
      await new Promise((resolve) => setTimeout(resolve, 15));
      return isSaved;
    };
    const started = await shop.startPayment(orderId, { reference: 'pay-1' });
    expect((await new CustomerPage(shop.handler, started.client.session).generate()).phase).toBe('awaitingOtp');
    expect([shop.callCount('createPayment'), shop.callCount('generateOtp')]).toEqual([1, 1]);
  });
});

describe('a payment whose save failed after it was created', () => {
  test('opens an ordinary session: while the store is down nothing is sent, and then it works', async () => {
    const { shop, store, orderId, started } = await startWithLostSave();
    expect(started).toMatchObject({ nativeOtp: true, client: { view: { phase: 'ready' } } });
    expect(started.client.view.next).toContain('redirect');
    const page = new CustomerPage(shop.handler, started.client.session);
    expect((await page.post('otp/generate', { idempotencyKey: randomUUID() })).status).toBe(503);
    expect(shop.callCount('generateOtp')).toBe(0);
    breakStore(store, undefined);
    expect((await page.generate()).phase).toBe('awaitingOtp');
    expect((await page.submit(rightOtp)).phase).toBe('confirming');
    shop.clock.advance(1);
    expect(await page.getView()).toMatchObject({ phase: 'authorized', reference: started.client.view.reference });
    expect(shop.verdicts).toMatchObject([{ orderId, outcome: 'paid', amount: { value: 35_000 } }]);
  });

  const ways: Record<string, (shop: TestShop, orderId: string, started: StartedPayment) => Promise<unknown>> = {
    'a poll': (shop, _orderId, { client }) => new CustomerPage(shop.handler, client.session).getView(),
    'leaving for the bank’s page': async (shop, orderId, { client }) => {
      await new CustomerPage(shop.handler, client.session).leave('bank');
      return shop.handler.settle(orderId);
    },
    settle: (shop, orderId) => shop.handler.settle(orderId),
    'a return': async (shop, orderId) =>
      shop.handler.fetch(createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'PROCESSED' }))),
    'a webhook': async (shop, orderId) =>
      shop.handler.fetch(await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId })),
    'the sweep': (shop) => shop.handler.sweep(),
  };

  test.each(Object.entries(ways))(
    '%s adopts it when the customer has paid at the bank: one verdict, and the reference opens',
    async (_what, way) => {
      const { shop, store, orderId, started } = await startWithLostSave();
      await payElsewhere(shop, started.paymentId);
      breakStore(store, undefined);
      await way(shop, orderId, started);
      expect(shop.verdicts).toMatchObject([
        { outcome: 'paid', paymentId: started.paymentId, amount: { value: 35_000 } },
      ]);
      expect(await shop.handler.openReference(started.client.view.reference)).toMatchObject({
        orderId,
        paymentId: started.paymentId,
        phase: 'authorized',
      });
      for (const other of Object.values(ways)) await other(shop, orderId, started);
      expect(shop.verdicts).toHaveLength(1);
    },
  );

  test('the next start with its reference adopts it, and creates no other', async () => {
    const { shop, store, orderId, started } = await startWithLostSave();
    breakStore(store, undefined);
    const again = await shop.startPayment(orderId, { reference: 'pay-1' });
    expect(again.paymentId).toBe(started.paymentId);
    expect(again.client.view).toMatchObject({ phase: 'ready', reference: started.client.view.reference });
    expect(again.nativeOtpFrom).toBe('cardDetails');
    expect(shop.callCount('createPayment')).toBe(1);
  });

  test('keeps the amount it was started with: an order of another amount is no verdict', async () => {
    const { shop, store, orderId, started } = await startWithLostSave();
    await payElsewhere(shop, started.paymentId);
    breakStore(store, undefined);
    const plural: Plural = {
      ...shop.plural,
      async getOrder(id) {
        const order = await shop.plural.getOrder(id);
        const payment_amount = { value: 1, currency: 'INR' };
        return { ...order, payments: order.payments.map((payment) => ({ ...payment, payment_amount })) };
      },
    };
    const other = createTestShop({ ...shop, plural });
    expect(await other.handler.settle(orderId)).toMatchObject({ phase: 'confirming', delivered: false });
    expect(other.problems.map(({ code }) => code)).toContain('AMOUNT_MISMATCH');
    expect([...shop.verdicts, ...other.verdicts]).toEqual([]);
  });

  test('is not forgotten by a later start with another reference and `evenIfUndecided`', async () => {
    const { shop, store, orderId, started } = await startWithLostSave();
    breakStore(store, undefined);
    shop.clock.advance(300);
    const other = await shop.startPayment(orderId, { reference: 'pay-2', evenIfUndecided: true });
    await payElsewhere(shop, started.paymentId);
    await shop.handler.sweep();
    expect(shop.verdicts).toMatchObject([{ outcome: 'paid', paymentId: started.paymentId }]);
    const page = new CustomerPage(shop.handler, other.client.session);
    expect((await page.getView()).phase).toBe('superseded');
  });
});

describe('an order whose record was lost', () => {
  async function loseRecord(): Promise<{
    shop: TestShop;
    orderId: string;
    started: StartedPayment;
    page: CustomerPage;
  }> {
    const first = createTestShop();
    const orderId = await first.createOrder();
    const started = await first.startPayment(orderId, { reference: 'pay-1' });
    const shop = createTestShop({ sandbox: first.sandbox, clock: first.clock });
    return { shop, orderId, started, page: new CustomerPage(shop.handler, started.client.session) };
  }

  test('is built again by `settle`, which delivers its verdict', async () => {
    const { shop, orderId, started } = await loseRecord();
    await payElsewhere(shop, started.paymentId);
    expect(await shop.handler.settle(orderId)).toMatchObject({
      phase: 'authorized',
      delivered: true,
      verdict: { outcome: 'paid', paymentId: started.paymentId, amount: { value: 35_000 } },
    });
    expect(shop.verdicts).toHaveLength(1);
  });

  test.each(['settle', 'start'] as const)(
    'built again by %s marks the events of its payment, and of no later one',
    async (way) => {
      const { shop, orderId, started } = await loseRecord();
      if (way === 'settle') await shop.handler.settle(orderId);
      else await shop.startPayment(orderId, { reference: 'pay-1' });
      await shop.startPayment(orderId, { reference: 'pay-2', evenIfUndecided: true });
      await payElsewhere(shop, started.paymentId);
      await shop.handler.settle(orderId);
      expect(shop.events.map(({ type, attempt, restored }) => [type, attempt, restored])).toEqual([
        ['started', 1, true],
        ['started', 2, undefined],
        ['verdict', 1, true],
      ]);
    },
  );

  test('is not built again by a return or a webhook, because nothing in an order says who started its payments', async () => {
    const { shop, orderId, started } = await loseRecord();
    await payElsewhere(shop, started.paymentId);
    const fields = await createSignedReturn({ order_id: orderId, status: 'PROCESSED' });
    expect((await shop.handler.fetch(createReturnRequest(fields))).headers.get('location')).toContain('unconfirmed');
    const webhook = await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId });
    expect((await shop.handler.fetch(webhook)).status).toBe(204);
    expect(shop.verdicts).toEqual([]);
  });

  test.each(['settle', 'start'] as const)(
    'built again by %s it takes no OTP, because nobody knows how many were submitted',
    async (way) => {
      const { shop, orderId, page } = await loseRecord();
      if (way === 'settle') await shop.handler.settle(orderId);
      else await shop.startPayment(orderId, { reference: 'pay-1' });
      const view = await page.generate();
      expect(view).toMatchObject({ phase: 'ready', problem: { code: 'NATIVE_OTP_UNAVAILABLE' } });
      expect(view.next).toContain('redirect');
      await page.submit(rightOtp);
      await page.resend();
      const sent = (['generateOtp', 'submitOtp', 'resendOtp'] as const).map((operation) => shop.callCount(operation));
      expect(sent).toEqual([0, 0, 0]);
    },
  );

  test('an order without a payment, and one that Plural does not know, stay REQUEST_INVALID for `settle`', async () => {
    const shop = createTestShop();
    for (const orderId of [await shop.createOrder(), 'v1-unknown']) {
      expect((await catchPluralError(shop.handler.settle(orderId))).code).toBe('REQUEST_INVALID');
    }
  });
});

describe('a reference whose save failed', () => {
  /** Starts a payment of which only the reference, the second of three saves, could not be saved. */
  async function startUnbound(): Promise<FlakyShop & { started: StartedPayment }> {
    const flaky = await createFlakyShop();
    const { inner } = flaky.store;
    const save = inner.save.bind(inner);
    let saves = 0;
    inner.save = async (...terms) => {
      saves += 1;
      if (saves === 2) throw new Error('down');
      return save(...terms);
    };
    return { ...flaky, started: await flaky.shop.startPayment(flaky.orderId) };
  }

  test.each(['a poll', 'settle', 'the sweep'])('is saved by %s, which reconciles the order', async (way) => {
    const { shop, orderId, started } = await startUnbound();
    const { reference } = started.client.view;
    expect(await shop.handler.openReference(reference)).toBeUndefined();
    expect(shop.problems.map(({ code }) => code)).toEqual(['STORE_FAILED']);
    shop.clock.advance(60);
    if (way === 'settle') await shop.handler.settle(orderId);
    else if (way === 'the sweep') await shop.handler.sweep();
    else await new CustomerPage(shop.handler, started.client.session).getView();
    expect(await shop.handler.openReference(reference)).toMatchObject({ orderId, paymentId: started.paymentId });
  });

  test('is saved before a paid customer who returns is sent to the page that opens it', async () => {
    const { shop, orderId, started } = await startUnbound();
    await payElsewhere(shop, started.paymentId);
    const fields = await createSignedReturn({ order_id: orderId, status: 'PROCESSED' });
    const location = (await shop.handler.fetch(createReturnRequest(fields))).headers.get('location') ?? '';
    const reference = new URL(location).searchParams.get('reference') ?? '';
    expect(await shop.handler.openReference(reference)).toMatchObject({ orderId, phase: 'authorized' });
  });

  test('is saved once: a payment whose reference is known saves none again', async () => {
    const { shop, store, orderId } = await startUnbound();
    await shop.handler.settle(orderId);
    const { saves } = store;
    await shop.handler.settle(orderId);
    expect(store.saves).toBe(saves);
  });
});
