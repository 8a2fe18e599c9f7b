import { describe, expect, test } from 'vitest';
import { memoryStore, type PaymentStore } from '@plural-otp/edge';
import {
  catchPluralError,
  Clock,
  createReturnRequest,
  createSignedReturn,
  createSignedWebhook,
  createTestShop,
  readProblemCode,
  startAndSubmit,
} from '../support/test-shop.ts';

/** A store whose order records are rewritten on their way out, and whose saves are counted. */
function createTamperedStore(clock: Clock): { store: PaymentStore; saved: string[]; tamper: (edit: Edit) => void } {
  const inner = memoryStore({ now: clock.now });
  const saved: string[] = [];
  let edit: Edit = (value) => value;
  const isRecord = (value: string): boolean => value.includes('"payments"');
  return {
    saved,
    tamper: (next) => {
      edit = next;
    },
    store: {
      ...inner,
      async load(key) {
        const found = await inner.load(key);
        return found && isRecord(found.value) ? { ...found, value: edit(found.value) } : found;
      },
      async claim(nowMs, untilMs, limit) {
        const claimed = await inner.claim(nowMs, untilMs, limit);
        return claimed.map((each) => ({ ...each, value: edit(each.value) }));
      },
      async save(key, value, terms) {
        saved.push(value);
        return inner.save(key, value, terms);
      },
    },
  };
}
type Edit = (value: string) => string;

const withMembers =
  (members: Record<string, unknown>): Edit =>
  (value) =>
    JSON.stringify({ ...(JSON.parse(value) as object), ...members });

const unreadable: [string, Edit][] = [
  ['without a version', withMembers({ version: undefined })],
  ['of a newer version', withMembers({ version: 3 })],
  ['of an older version', withMembers({ version: 1 })],
  ['without payments', withMembers({ payments: undefined })],
  ['without reservations', withMembers({ starting: undefined })],
  ['that is no JSON', (value) => value.slice(0, -1)],
  ['whose payments are damaged', withMembers({ payments: [null] })],
  ['that is null', () => 'null'],
];

describe('the version of a record', () => {
  test('each saved record states version 2', async () => {
    const clock = new Clock();
    const { store, saved } = createTamperedStore(clock);
    await startAndSubmit({ clock, store });
    const records = saved
      .map((value) => JSON.parse(value) as Record<string, unknown>)
      .filter(({ payments }) => payments);
    expect(records.length).toBeGreaterThan(2);
    expect(records.every(({ version }) => version === 2)).toBe(true);
  });

  test.each(unreadable)(
    'a record %s is STORE_FAILED for a page and an operation, and is never rewritten',
    async (_what, edit) => {
      const clock = new Clock();
      const { store, saved, tamper } = createTamperedStore(clock);
      const { shop, page, orderId } = await startAndSubmit({ clock, store });
      const before = [saved.length, shop.sandbox.state.requests.length];
      tamper(edit);
      for (const route of ['payment', 'otp/generate', 'otp/resend']) {
        const response = await page.post(route, route === 'payment' ? {} : { idempotencyKey: crypto.randomUUID() });
        expect([response.status, await readProblemCode(response)]).toEqual([503, 'BACKEND_UNREACHABLE']);
      }
      expect(shop.problems.map(({ code }) => code)).toEqual(['STORE_FAILED', 'STORE_FAILED', 'STORE_FAILED']);
      for (const work of [() => shop.handler.settle(orderId), () => shop.handler.resumePayment({ orderId })]) {
        expect(await catchPluralError(work())).toMatchObject({ code: 'STORE_FAILED', outcome: 'none' });
      }
      expect(
        (await shop.handler.fetch(await createSignedWebhook(clock, 'ORDER_PROCESSED', { order_id: orderId }))).status,
      ).toBe(503);
      const fields = await createSignedReturn({ order_id: orderId, status: 'PROCESSED' });
      const returned = await shop.handler.fetch(createReturnRequest(fields));
      expect([returned.status, returned.headers.get('location')]).toEqual([
        303,
        'https://shop.example/return?problem=unconfirmed',
      ]);
      expect([saved.length, shop.sandbox.state.requests.length]).toEqual(before);
    },
  );

  test.each(unreadable)('a start over a record %s fails, and creates no payment', async (_what, edit) => {
    const clock = new Clock();
    const { store, saved, tamper } = createTamperedStore(clock);
    const shop = createTestShop({ clock, store });
    const orderId = await shop.createOrder();
    await shop.startPayment(orderId);
    const before = saved.length;
    tamper(edit);
    const work = shop.startPayment(orderId, { evenIfUndecided: true });
    expect(await catchPluralError(work)).toMatchObject({ code: 'STORE_FAILED' });
    expect(shop.callCount('createPayment')).toBe(1);
    expect(saved).toHaveLength(before);
  });

  test('the sweep reports a record it cannot read, and goes on to the others', async () => {
    const clock = new Clock();
    const { store, tamper } = createTamperedStore(clock);
    const { shop, orderId } = await startAndSubmit({ clock, store });
    const other = await startAndSubmit({ clock, store, sandbox: shop.sandbox });
    tamper((value) => (value.includes(orderId) ? withMembers({ version: 3 })(value) : value));
    clock.advance(120);
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1, delivered: 1, stillOpen: 1 });
    expect(shop.problems).toEqual([{ code: 'RECORD_UNREADABLE', recordKey: expect.stringMatching(/^[\w-]{43}$/) }]);
    expect(shop.verdicts.map((verdict) => verdict.orderId)).toEqual([other.orderId]);
    // The record is as it was: once it can be read, its verdict is delivered.
    tamper((value) => value);
    clock.advance(120);
    await shop.handler.sweep();
    expect(shop.verdicts.map((verdict) => verdict.orderId)).toEqual([other.orderId, orderId]);
  });

  test('a damaged reference is STORE_FAILED too', async () => {
    const inner = memoryStore();
    const store: PaymentStore = {
      ...inner,
      async load(key) {
        const found = await inner.load(key);
        return found?.value.includes('"payments"') === false ? { ...found, value: '{' } : found;
      },
    };
    const shop = createTestShop({ store });
    const { client } = await shop.startPayment(await shop.createOrder());
    expect(await catchPluralError(shop.handler.openReference(client.view.reference))).toMatchObject({
      code: 'STORE_FAILED',
    });
  });
});
