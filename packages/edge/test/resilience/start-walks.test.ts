/**
 * Random walks through starts, payments and sweeps of one order, while store and network fail before and after their
 * effect. Whatever happens: an order is paid once, and each paid payment is reported.
 */
import { describe, expect, test } from 'vitest';
import { memoryStore, type StartedPayment } from '@plural-otp/edge';
import { FlakyStore, type StoreFailure } from '../support/flaky-store.ts';
import { Clock, createTestShop, CustomerPage, rightOtp, wrongOtp, type TestShop } from '../support/test-shop.ts';

/** Creates numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Walk {
  shop: TestShop;
  orderId: string;
  verdictKeys: string[];
}

async function walk(seed: number): Promise<Walk> {
  const random = createRandom(seed);
  const pick = <T>(...choices: T[]): T | undefined => choices[Math.floor(random() * choices.length)];
  const clock = new Clock();
  const store = new FlakyStore(memoryStore({ now: clock.now }));
  const verdictKeys: string[] = [];
  let isCalm = false;
  const breakSomething = (): void => {
    const failure = (): StoreFailure | undefined =>
      !isCalm && random() < 0.3 ? pick<StoreFailure>('throws', 'throwsAfterEffect') : undefined;
    store.loadFailure = failure();
    store.saveFailure = failure();
    store.skipSaves = Math.floor(random() * 4);
  };
  const sandbox = createTestShop({ clock }).sandbox;
  const createProcess = (): TestShop =>
    createTestShop({
      clock,
      sandbox,
      store,
      onVerdict: ({ key }) => void verdictKeys.push(key),
      async network(request, send) {
        if (isCalm || !request.url.endsWith('/payments')) return send(request);
        if (random() < 0.5) breakSomething();
        const fate = random();
        if (fate < 0.1) throw new TypeError('connection refused');
        const response = await send(request);
        if (fate < 0.2) throw new TypeError('connection reset');
        return response;
      },
    });
  const processes = [createProcess(), createProcess()];
  const [shop = createProcess()] = processes;
  const orderId = await shop.createOrder();
  const pages: CustomerPage[] = [];
  let references = 0;

  const start = async (): Promise<void> => {
    if (random() < 0.5) references += 1;
    const reference = `pay-${seed}-${references}`;
    const handlers = random() < 0.4 ? processes : [pick(...processes) ?? shop];
    const started = await Promise.allSettled(
      handlers.map((one, index) =>
        one.startPayment(orderId, { reference: index > 0 && random() < 0.5 ? `${reference}-b` : reference }),
      ),
    );
    for (const result of started) {
      if (result.status !== 'fulfilled') continue;
      const { client }: StartedPayment = result.value;
      pages.push(new CustomerPage((pick(...processes) ?? shop).handler, client.session));
    }
  };
  const payAtBank = async (): Promise<void> => {
    const payment = sandbox.state.orders.get(orderId)?.payments.at(-1);
    if (!payment) return;
    await shop.plural.generateOtp(payment.id);
    for (let turn = 0; turn < 3; turn += 1) await shop.plural.submitOtp(payment.id, pick(rightOtp, wrongOtp) ?? '');
  };
  const actions: (() => unknown)[] = [
    start,
    start,
    payAtBank,
    () => pages.at(-1)?.getView(),
    () => pages.at(-1)?.generate(),
    () => pages.at(-1)?.submit(pick(rightOtp, wrongOtp) ?? ''),
    () => shop.handler.settle(orderId),
    () => shop.handler.sweep(),
    () => clock.advance(random() * 200),
  ];
  for (let step = 0; step < 25; step += 1) {
    breakSomething();
    // Each may fail, as a customer's or a shop's request may.
    await Promise.resolve(pick(...actions)?.()).catch(() => undefined);
  }
  isCalm = true;
  breakSomething();
  for (let hour = 0; hour < 100; hour += 1) {
    clock.advance(3600);
    await shop.handler.sweep();
  }
  return { shop, orderId, verdictKeys };
}

describe('whatever fails during starts', () => {
  test.each(Array.from({ length: 8 }, (_, index) => index * 10 + 1))(
    'walks %i and on: an order is paid once, and each paid payment is reported',
    async (first) => {
      let paidWalks = 0;
      for (let seed = first; seed < first + 10; seed += 1) {
        const { shop, orderId, verdictKeys } = await walk(seed);
        const payments = shop.sandbox.state.orders.get(orderId)?.payments ?? [];
        const order = await shop.plural.getOrder(orderId);
        const statusOf = (id: string): string | undefined => order.payments.find((one) => one.id === id)?.status;
        const paid = payments.filter(({ id }) => statusOf(id) === 'PROCESSED').map(({ id }) => `${id}:paid`);
        const pending = payments.filter(({ id }) => statusOf(id) === 'PENDING');
        expect(paid.length + pending.length, `seed ${seed}: two payments that may succeed`).toBeLessThanOrEqual(1);
        // At least once: a delivery whose success could not be recorded is repeated.
        const reported = new Set(verdictKeys.filter((key) => key.endsWith(':paid')));
        expect([...reported], `seed ${seed}`).toEqual(paid);
        paidWalks += paid.length;
      }
      expect(paidWalks, 'walks that end paid').toBeGreaterThan(1);
    },
  );
});
