/** Rules of the payment that a session names: what a poll saves and reads, and what is refused or lost. */
import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import { pay } from '../support/order-status.ts';
import { TestDatabase } from '../support/test-database.ts';
import {
  createTestShop,
  CustomerPage,
  openPage,
  readProblemCode,
  rightOtp,
  startAndPrompt,
  startAndSubmit,
  type TestShop,
} from '../support/test-shop.ts';

describe('a poll', () => {
  test('of many at once saves once: the others change nothing', async () => {
    const { shop, page } = await startAndPrompt();
    const { revision } = await page.getView();
    shop.clock.advance(5);
    await Promise.all(Array.from({ length: 5 }, () => page.getView()));
    expect((await page.getView()).revision).toBe(revision + 1);
  });

  test('of a reader, who is not the customer, does not count as the step being shown', async () => {
    const { shop, page } = await openPage();
    const { reference } = await page.getView();
    const fresh = await shop.startPayment(await shop.createOrder());
    const opened = await shop.handler.openReference(fresh.client.view.reference);
    shop.clock.advance(5);
    await new CustomerPage(shop.handler, opened?.client.session ?? '').getView();
    const shown = (): (string | undefined)[] =>
      shop.events.filter(({ type }) => type === 'shown').map((event) => event.reference);
    expect(shown()).toEqual([reference]);
    await new CustomerPage(shop.handler, fresh.client.session).getView();
    expect(shown()).toEqual([reference, fresh.client.view.reference]);
  });

  test('that is the first one, too early to read the order, puts off no later reading', async () => {
    const { shop, page } = await openPage();
    const reads = shop.callCount('getOrder');
    shop.clock.advance(0.6);
    await page.getView();
    expect(shop.callCount('getOrder')).toBe(reads);
    shop.clock.advance(0.4);
    await page.getView();
    expect(shop.callCount('getOrder')).toBe(reads + 1);
  });

  test('whose order cannot be read shows the record as it was just saved', async () => {
    const { shop, page } = await startAndPrompt();
    shop.sandbox.script({ operation: 'getOrder', fault: 'status', status: 404, times: 0 });
    shop.clock.advance(5);
    const { revision } = await page.getView();
    expect((await page.getView()).revision).toBe(revision);
  });

  test('whose record is gone once the order was read shows it as it was before', async () => {
    const store = new TestDatabase();
    let isLost = false;
    const { page } = await startAndSubmit({
      store,
      network(request, send) {
        if (isLost && request.method === 'GET') store.rows.clear();
        return send(request);
      },
    });
    isLost = true;
    expect((await page.getView()).phase).toBe('confirming');
    expect(await readProblemCode(await page.post('payment', {}))).toBe('BACKEND_UNREACHABLE');
  });
});

test('leaving costs one read of the record and one save', async () => {
  const store = new TestDatabase();
  const { page } = await startAndPrompt({ store });
  store.calls.length = 0;
  await page.leave('bank');
  expect(store.calls).toEqual(['load', 'save']);
});

describe('an action that a session may not take says so also once the payment is paid', () => {
  test('by a reader: SESSION_READ_ONLY', async () => {
    const { shop, page } = await startAndSubmit();
    const { reference } = await page.getView();
    const opened = await shop.handler.openReference(reference);
    const reader = new CustomerPage(shop.handler, opened?.client.session ?? '');
    const refused = { phase: 'authorized', problem: { code: 'SESSION_READ_ONLY' } };
    expect(await reader.submit(rightOtp)).toMatchObject(refused);
    expect(await reader.leave('cancel')).toMatchObject(refused);
  });

  test('by a session whose time is over: SESSION_EXPIRED', async () => {
    const { shop, page } = await startAndSubmit();
    await page.getView();
    shop.clock.advance(61 * 60);
    expect(await page.submit(rightOtp)).toMatchObject({ phase: 'authorized', problem: { code: 'SESSION_EXPIRED' } });
  });
});

describe('a payment that was created, and could not be saved', () => {
  /** Starts a payment while the store fails right after its creation, so that the record only has its reservation. */
  async function startUnsaved(
    database = new TestDatabase(),
    network?: (request: Request, send: (request: Request) => Promise<Response>) => Promise<Response>,
  ): Promise<{ shop: TestShop; page: CustomerPage; orderId: string }> {
    const store = new FlakyStore(database);
    const shop = createTestShop({
      store,
      async network(request, send) {
        const response = await (network ?? ((each, next) => next(each)))(request, send);
        if (request.method === 'POST' && request.url.endsWith('/payments')) store.saveFailure = 'throws';
        return response;
      },
    });
    const orderId = await shop.createOrder();
    const { client } = await shop.startPayment(orderId, { nativeOtp: true });
    store.saveFailure = undefined;
    shop.problems.length = 0;
    return { shop, page: new CustomerPage(shop.handler, client.session), orderId };
  }

  test('is adopted by the first poll, and a verdict it finds comes from that', async () => {
    const database = new TestDatabase();
    const { shop, page, orderId } = await startUnsaved(database);
    pay(shop, orderId);
    database.calls.length = 0;
    expect((await page.getView()).phase).toBe('authorized');
    expect(shop.verdicts).toMatchObject([{ outcome: 'paid', source: 'status' }]);
    expect(database.calls.filter((call) => call === 'load')).toHaveLength(1);
  });

  test('and whose record is gone once its order was read is unavailable, not broken', async () => {
    const database = new TestDatabase();
    let isLost = false;
    const { shop, page } = await startUnsaved(database, (request, send) => {
      if (isLost && request.method === 'GET') database.rows.clear();
      return send(request);
    });
    isLost = true;
    expect((await page.post('payment', {})).status).toBe(503);
    expect(shop.problems.map(({ code }) => code)).toEqual(['STORE_FAILED']);
  });
});

describe('a payment that its record lost', () => {
  test('reads no order, also while another payment of it is being created', async () => {
    const database = new TestDatabase();
    const first = await openPage({ store: database });
    const { shop, orderId, page } = first;
    const store = new FlakyStore(database);
    const other = createTestShop({
      clock: shop.clock,
      sandbox: shop.sandbox,
      store,
      async network(request, send) {
        if (request.method === 'POST' && request.url.endsWith('/payments')) store.saveFailure = 'throws';
        return send(request);
      },
    });
    await other.startPayment(orderId, { nativeOtp: true, evenIfUndecided: true });
    for (const [key, row] of database.rows) {
      const record = JSON.parse(row.value) as { payments?: object[]; starting?: object[] };
      if (!record.payments) continue;
      expect(record.starting).toHaveLength(1);
      database.rows.set(key, { ...row, value: JSON.stringify({ ...record, payments: [] }) });
    }
    const reads = shop.callCount('getOrder');
    expect((await page.post('payment', {})).status).toBe(503);
    expect(shop.callCount('getOrder')).toBe(reads);
  });

  test('with its whole record costs one read of the store', async () => {
    const database = new TestDatabase();
    const { page } = await openPage({ store: database });
    database.rows.clear();
    database.calls.length = 0;
    expect((await page.post('payment', {})).status).toBe(503);
    expect(database.calls).toEqual(['load']);
  });
});
