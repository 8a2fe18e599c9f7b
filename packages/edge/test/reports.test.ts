import type { PluralErrorCode } from '@plural-otp/core';
import { memoryStore, type ReportedProblem } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { FlakyStore } from './support/flaky-store.ts';
import {
  catchPluralError,
  Clock,
  createPaymentRequest,
  createReturnRequest,
  createSignedReturn,
  createSignedWebhook,
  createTestShop,
  CustomerPage,
  instantSleep,
  nativeCard,
  rightOtp,
  secretKey,
  shopOrigin,
  webhookSecret,
  wrongOtp,
  type PaymentFixture,
  type TestShopOptions,
} from './support/test-shop.ts';

/** A payment whose OTP was requested, a second order without a payment, and a store that can fail. */
interface Fixture extends PaymentFixture {
  store: FlakyStore;
  reference: string;
  otherOrderId: string;
}

async function createFixture(options: TestShopOptions): Promise<Fixture> {
  const clock = new Clock();
  const store = new FlakyStore(memoryStore({ now: clock.now }));
  const shop = createTestShop({ clock, store, ...options });
  const orderId = await shop.createOrder();
  const { client, paymentId } = await shop.startPayment(orderId);
  const page = new CustomerPage(shop.handler, client.session);
  await page.generate();
  const otherOrderId = await shop.createOrder();
  clock.advance(2);
  shop.problems.length = 0;
  return { shop, store, page, orderId, paymentId, otherOrderId, reference: client.view.reference };
}

/** Lets every save fail, but for the first `skip` ones. */
function failSaves({ store }: Fixture, skip: number): void {
  store.skipSaves = skip;
  store.saveFailure = 'throws';
}
const rejectReads = ({ shop }: Fixture, skip = 0): void =>
  shop.sandbox.script({ operation: 'getOrder', fault: 'status', status: 422, times: 0, skip });
const sendReturn = async ({ shop }: Fixture, orderId: string): Promise<number> =>
  (await shop.handler.fetch(createReturnRequest(await createSignedReturn({ order_id: orderId, status: 'AUTHORIZED' }))))
    .status;
const sendWebhook = async ({ shop, orderId }: Fixture): Promise<number> =>
  (await shop.handler.fetch(await createSignedWebhook(shop.clock, 'ORDER_PROCESSED', { order_id: orderId }))).status;
const startOther = ({ shop, otherOrderId }: Fixture): Promise<unknown> => shop.startPayment(otherOrderId);
const pay = async ({ shop, page }: Fixture): Promise<unknown> => {
  await page.submit(rightOtp);
  shop.clock.advance(2);
  return page.getView();
};

const storeFailed = { code: 'STORE_FAILED', outcome: 'none' } as const;
const call = (code: PluralErrorCode, operation: string, outcome: 'none' | 'unknown' = 'none'): ReportedProblem => ({
  code,
  operation,
  outcome,
  requestId: expect.any(String) as string,
  // Only a call that was answered has them.
  ...(code === 'API_REJECTED' && { status: operation === 'submitOtp' ? 400 : 422, upstreamCode: 'INVALID_REQUEST' }),
});
const unreadable = call('API_REJECTED', 'getOrder');

interface Failure {
  title: string;
  options?: (fixture: () => Fixture) => TestShopOptions;
  act: (fixture: Fixture) => Promise<unknown>;
  problems: ReportedProblem[];
  /** Which of the problems name the payment by its reference; none unless given. */
  named?: number[];
}

const failures: Failure[] = [
  {
    title: 'a card lookup',
    act(fixture) {
      fixture.shop.sandbox.script({ operation: 'getCardDetails', fault: 'status', status: 422 });
      return startOther(fixture);
    },
    problems: [call('API_REJECTED', 'getCardDetails')],
  },
  {
    title: 'a payment without device_info',
    act({ shop, otherOrderId }) {
      const { device_info: _device, ...payment } = createPaymentRequest(nativeCard, 'pay-2');
      return shop.handler.startPayment({ orderId: otherOrderId, payment });
    },
    problems: [{ code: 'DEVICE_INFO_MISSING' }],
  },
  {
    title: 'a creation whose response was lost, and a read of the order after it',
    act(fixture) {
      fixture.shop.sandbox.script({ operation: 'createPayment', fault: 'reset', takesEffect: true });
      fixture.shop.sandbox.script({ operation: 'getOrder', fault: 'status', status: 422, skip: 1 });
      return startOther(fixture);
    },
    problems: [call('NETWORK_FAILED', 'createPayment', 'unknown'), unreadable],
  },
  {
    title: 'a reservation that could not be released',
    act(fixture) {
      fixture.shop.sandbox.script({ operation: 'createPayment', fault: 'status', status: 422 });
      failSaves(fixture, 1);
      return catchPluralError(startOther(fixture));
    },
    problems: [storeFailed],
  },
  {
    title: 'a reference that could not be saved',
    act(fixture) {
      fixture.store.save = async (key, value, terms) => {
        if (value.includes('"paymentId"') && !value.includes('"version"')) throw new Error('away');
        return fixture.store.inner.save(key, value, terms);
      };
      return startOther(fixture);
    },
    problems: [storeFailed],
  },
  {
    title: 'a submit whose response was lost',
    act({ shop, page }) {
      shop.sandbox.script({ operation: 'submitOtp', fault: 'reset', takesEffect: true });
      return page.submit(rightOtp);
    },
    problems: [call('NETWORK_FAILED', 'submitOtp', 'unknown')],
    named: [0],
  },
  {
    title: 'an outcome that could not be saved',
    act(fixture) {
      failSaves(fixture, 1);
      return fixture.page.submit(rightOtp);
    },
    problems: [storeFailed],
  },
  {
    title: 'an order that a rejected submit could not read',
    act(fixture) {
      const { shop, page } = fixture;
      shop.sandbox.script({ operation: 'submitOtp', fault: 'status', status: 400, body: { code: 'INVALID_REQUEST' } });
      rejectReads(fixture);
      return page.submit(rightOtp);
    },
    problems: [call('API_REJECTED', 'submitOtp', 'unknown'), unreadable],
    named: [0, 1],
  },
  {
    title: 'a rejected OTP that could not be saved after the order was read',
    act(fixture) {
      const { shop, page } = fixture;
      shop.sandbox.script({ operation: 'submitOtp', fault: 'status', status: 400, body: { code: 'INVALID_REQUEST' } });
      failSaves(fixture, 3);
      return page.submit(rightOtp);
    },
    problems: [call('API_REJECTED', 'submitOtp', 'unknown'), storeFailed],
    named: [0],
  },
  {
    title: 'an order that a poll could not read',
    act(fixture) {
      rejectReads(fixture);
      return fixture.page.getView();
    },
    problems: [unreadable],
    named: [0],
  },
  {
    title: 'an order that a return could not read',
    act(fixture) {
      rejectReads(fixture);
      return sendReturn(fixture, fixture.orderId);
    },
    problems: [unreadable],
  },
  {
    title: 'an order that a webhook could not read',
    act(fixture) {
      rejectReads(fixture);
      return sendWebhook(fixture);
    },
    problems: [unreadable],
  },
  {
    title: 'an order that the sweep could not read',
    act(fixture) {
      rejectReads(fixture);
      fixture.shop.clock.advance(60);
      return fixture.shop.handler.sweep();
    },
    problems: [unreadable],
  },
  {
    title: 'a record that the sweep could not save',
    act(fixture) {
      failSaves(fixture, 0);
      fixture.shop.clock.advance(60);
      return fixture.shop.handler.sweep();
    },
    problems: [storeFailed],
  },
  {
    title: 'a return without a store, whose payment is then unknown',
    act(fixture) {
      fixture.store.loadFailure = 'throws';
      return sendReturn(fixture, fixture.orderId);
    },
    problems: [storeFailed, { code: 'RETURN_UNKNOWN' }],
  },
  {
    title: 'a webhook without a store',
    act(fixture) {
      fixture.store.loadFailure = 'throws';
      return sendWebhook(fixture);
    },
    problems: [storeFailed],
  },
  {
    title: 'a return of an order that was not started here',
    act: (fixture) => sendReturn(fixture, fixture.otherOrderId),
    problems: [{ code: 'RETURN_UNKNOWN' }],
  },
  {
    title: 'a return that is forged',
    act: ({ shop }) => shop.handler.fetch(createReturnRequest(new URLSearchParams({ order_id: 'x' }))),
    problems: [{ code: 'RETURN_UNVERIFIED' }],
  },
  {
    title: 'a webhook that is forged',
    act: ({ shop }) => shop.handler.fetch(new Request(`${shopOrigin}/plural/webhook`, { method: 'POST', body: '{}' })),
    problems: [{ code: 'WEBHOOK_UNVERIFIED' }],
  },
  {
    title: 'an onReturn that throws',
    options: () => ({
      onReturn() {
        throw new Error('shop');
      },
    }),
    act: (fixture) => sendReturn(fixture, fixture.orderId),
    problems: [{ code: 'RETURN_HOOK_FAILED' }],
  },
  {
    title: 'a returnPage that throws',
    options: () => ({
      returnPage() {
        throw new Error('shop');
      },
    }),
    act: (fixture) => sendReturn(fixture, fixture.orderId),
    problems: [{ code: 'RETURN_PAGE_FAILED' }],
    named: [0],
  },
  {
    title: 'a webhook.onEvent that throws',
    options: () => ({
      webhook: {
        secret: webhookSecret,
        onEvent() {
          throw new Error('shop');
        },
      },
    }),
    act: sendWebhook,
    problems: [{ code: 'WEBHOOK_HOOK_FAILED' }],
  },
  {
    title: 'an onVerdict that throws',
    options: () => ({
      onVerdict() {
        throw new Error('shop');
      },
    }),
    act: pay,
    problems: [{ code: 'VERDICT_NOT_DELIVERED', attempts: 1, ageMs: 0 }],
    named: [0],
  },
  {
    title: 'an onVerdict that hangs',
    options: () => ({
      wait: (ms, signal) => (ms === 30_000 ? Promise.resolve() : instantSleep(ms, signal)),
      onVerdict: () => new Promise<void>(() => undefined),
    }),
    act: pay,
    problems: [{ code: 'VERDICT_NOT_DELIVERED', attempts: 1, ageMs: 0 }],
    named: [0],
  },
  {
    title: 'a delivery that could not be saved',
    options: (fixture) => ({ onVerdict: () => failSaves(fixture(), 0) }),
    act: pay,
    problems: [storeFailed],
    named: [0],
  },
  {
    title: 'an order of another amount',
    act({ shop, page, orderId }) {
      const payments = shop.sandbox.state.orders.get(orderId)?.payments ?? [];
      for (const payment of payments)
        Object.assign(payment, { status: 'PROCESSED', amount: { value: 1, currency: 'INR' } });
      return page.getView();
    },
    problems: [{ code: 'AMOUNT_MISMATCH' }],
    named: [0],
  },
  {
    title: 'an order that is still open after its last check',
    async act({ shop }) {
      for (let check = 0; check < 12; check += 1) {
        shop.clock.advance(24 * 3600);
        await shop.handler.sweep();
      }
    },
    problems: [{ code: 'ORDER_STILL_OPEN' }],
    named: [0],
  },
];

describe('each place that can fail reports its code, its call, and its payment where it is known', () => {
  test.each(failures)('$title', async ({ options, act, problems, named = [] }) => {
    let made: Fixture | undefined;
    const fixture = (): Fixture => {
      if (!made) throw new Error('the fixture is being made');
      return made;
    };
    made = await createFixture(options?.(fixture) ?? {});
    const { reference, shop } = made;
    await act(made);
    expect(shop.problems).toEqual(
      problems.map((problem, index) => (named.includes(index) ? { ...problem, reference } : problem)),
    );
  });

  test('a payment that could not be saved after it was created is reported with the reference its customer has', async () => {
    const fixture = await createFixture({});
    failSaves(fixture, 2);
    const { client } = await fixture.shop.startPayment(fixture.otherOrderId);
    expect(fixture.shop.problems).toEqual([{ ...storeFailed, reference: client.view.reference }]);
  });

  test('an OTP that a start could not reserve is reported with the reference its customer has', async () => {
    const fixture = await createFixture({});
    failSaves(fixture, 3);
    const { client } = await fixture.shop.startPayment(fixture.otherOrderId, { generate: 'now' });
    expect(client.view.phase).toBe('ready');
    expect(fixture.shop.problems).toEqual([{ ...storeFailed, reference: client.view.reference }]);
  });

  test('a signature key that is invalid is reported under its own code as well', async () => {
    const fixture = await createFixture({ returnSignature: { secretKey: `${secretKey}zz` } });
    await sendReturn(fixture, fixture.orderId);
    expect(fixture.shop.problems.map(({ code }) => code)).toContain('RETURN_UNVERIFIED');
    expect(fixture.shop.problems).toHaveLength(2);
  });
});

describe('what is no problem is not reported', () => {
  const silent: [string, (fixture: Fixture) => Promise<unknown>][] = [
    ['a wrong OTP', ({ page }) => page.submit(wrongOtp)],
    [
      'the last wrong OTP',
      async ({ page }) => {
        for (let attempt = 0; attempt < 3; attempt += 1) await page.submit(wrongOtp);
      },
    ],
    [
      'a resend that Plural refuses',
      async ({ shop, page }) => {
        shop.clock.advance(60);
        shop.sandbox.script({ operation: 'resendOtp', fault: 'status', status: 422, body: {} });
        expect((await page.resend()).problem).toEqual({ code: 'RESEND_LIMIT' });
      },
    ],
    ['a payment that is paid', pay],
    ['a payment that is started', startOther],
    ['a return', (fixture) => sendReturn(fixture, fixture.orderId)],
    ['a webhook', sendWebhook],
  ];
  test.each(silent)('%s', async (_title, act) => {
    const fixture = await createFixture({});
    await act(fixture);
    expect(fixture.shop.problems).toEqual([]);
  });

  test('an onVerdict and an onReturn that wait for something are given their time', async () => {
    const clock = new Clock();
    const slow = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const fixture = await createFixture({ clock, wait: instantSleep, onVerdict: slow, onReturn: slow });
    await pay(fixture);
    await sendReturn(fixture, fixture.orderId);
    expect(fixture.shop.problems).toEqual([]);
  });
});
