/** Counts the calls of a store: every one is a round trip that a customer waits for, and the shop pays for. */
import { expect, test } from 'vitest';
import { memoryStore, type PaymentStore } from '@plural-otp/edge';
import { Clock, createTestShop, CustomerPage, rightOtp, wrongOtp } from '../support/test-shop.ts';

interface CountingStore extends PaymentStore {
  readonly calls: string[];
}

function createCountingStore(now: () => number, inner: PaymentStore = memoryStore({ now })): CountingStore {
  const calls: string[] = [];
  return {
    ...inner,
    calls,
    load(key) {
      calls.push('load');
      return inner.load(key);
    },
    save(key, value, terms) {
      calls.push('save');
      return inner.save(key, value, terms);
    },
  };
}

/** A store that gives each value a version that only it knows. */
function createOwnVersionStore(now: () => number): CountingStore {
  const { keepsVersions: _, save, ...inner } = memoryStore({ now });
  return createCountingStore(now, {
    ...inner,
    save: (key, value, { newVersion: _unused, ...terms }) => save(key, value, terms),
  });
}

/** Pays as most customers do: a start, five polls, an OTP, a wrong one and the right one, and the return page. */
async function payOrdinarily(store: CountingStore, clock: Clock): Promise<Record<string, string[]>> {
  const shop = createTestShop({ store, clock });
  const orderId = await shop.createOrder();
  const steps: Record<string, string[]> = {};
  const count = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    store.calls.length = 0;
    const result = await work();
    steps[name] = [...store.calls];
    return result;
  };
  const { client } = await count('start', () => shop.startPayment(orderId));
  const page = new CustomerPage(shop.handler, client.session);
  await count('generate', page.generate);
  await count('first poll', page.getView);
  await count('second poll', page.getView);
  shop.clock.advance(5);
  await count('wrong OTP', () => page.submit(wrongOtp));
  await count('third poll', page.getView);
  shop.clock.advance(5);
  await count('right OTP', () => page.submit(rightOtp));
  shop.clock.advance(1);
  const { phase } = await count('fourth poll', page.getView);
  expect(phase).toBe('authorized');
  await count('fifth poll', page.getView);
  await count('reference', () => shop.handler.openReference(client.view.reference));
  expect(shop.verdicts).toHaveLength(1);
  return steps;
}

/** Most calls of each step. Lower a number when a change saves calls; raise none. */
const ceilings = {
  start: 4,
  generate: 3,
  'first poll': 1,
  'second poll': 1,
  'wrong OTP': 3,
  'third poll': 2,
  'right OTP': 3,
  'fourth poll': 4,
  'fifth poll': 1,
  reference: 2,
};
const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

test('an ordinary payment makes no more calls of its store than each of its steps needs', async () => {
  const clock = new Clock();
  const steps = await payOrdinarily(createCountingStore(clock.now), clock);
  const counts = Object.fromEntries(Object.entries(steps).map(([name, calls]) => [name, calls.length]));
  expect(counts).toEqual(ceilings);
  expect(sum(Object.values(counts))).toBeLessThanOrEqual(24);
});

test('a start makes one read and three saves: the reservation, the reference and the payment', async () => {
  const clock = new Clock();
  const { start } = await payOrdinarily(createCountingStore(clock.now), clock);
  expect(start).toEqual(['load', 'save', 'save', 'save']);
});

test('a store that keeps its own versions is read before each change of what was saved', async () => {
  const clock = new Clock();
  const steps = await payOrdinarily(createOwnVersionStore(clock.now), clock);
  expect(sum(Object.values(steps).map((calls) => calls.length))).toBeLessThanOrEqual(34);
});
