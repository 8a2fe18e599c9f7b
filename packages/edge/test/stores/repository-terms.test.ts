/** Rules of what a repository tells its store, how long colliding writers pause, and of a damaged reference. */
import { memoryStore, type PaymentStore, type SaveTerms } from '@plural-otp/edge';
import { afterEach, expect, test, vi } from 'vitest';
import type { OrderRecord } from '../../src/payment/order-record.ts';
import { createOrderRepository, type OrderRepository } from '../../src/stores/order-repository.ts';
import { createEntry, createExampleRecord, createVerdict } from '../support/record-fixtures.ts';
import { catchPluralError, createTimers, instantSleep } from '../support/test-shop.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A repository over a memory store that notes its saves and schedules, at 1000 ms. */
function createFixture(more: Partial<PaymentStore> = {}): {
  repository: OrderRepository;
  inner: PaymentStore;
  saves: { key: string; terms: SaveTerms }[];
  pauses: number[];
} {
  const inner = memoryStore({ now: () => 1000 });
  const saves: { key: string; terms: SaveTerms }[] = [];
  const pauses: number[] = [];
  const store: PaymentStore = {
    ...inner,
    save(key, value, terms) {
      saves.push({ key, terms });
      return inner.save(key, value, terms);
    },
    ...more,
  };
  const repository = createOrderRepository({
    store,
    baseUrl: 'https://plural.example',
    now: () => 1000,
    newId: () => crypto.randomUUID(),
    keepDays: 30,
    timers: createTimers((ms, signal) => {
      if (!signal) pauses.push(ms);
      return instantSleep(ms, signal);
    }),
    reportError: (error) => {
      throw error;
    },
  });
  return { repository, inner, saves, pauses };
}

test('a record counts as undelivered while any of its verdicts is', async () => {
  const { repository, saves } = createFixture();
  const delivered = createEntry({ verdict: createVerdict('failed', { deliveredAtMs: 900 }) });
  const undelivered = createEntry({ paymentId: 'p-2', verdict: createVerdict('paid') });
  const create = (): OrderRecord => createExampleRecord(delivered, undelivered);
  await repository.update('k', () => true, { create });
  await repository.update('k', ({ payments }) => {
    for (const { verdict } of payments) if (verdict) verdict.deliveredAtMs = 1000;
    return true;
  });
  expect(saves.map(({ terms }) => terms.undelivered)).toEqual([true, false]);
});

test('a store that keeps a schedule is told of a new record that is due from the beginning', async () => {
  const schedule = vi.fn<NonNullable<PaymentStore['schedule']>>(async () => undefined);
  const { repository } = createFixture({ schedule });
  const create = (): OrderRecord => ({ ...createExampleRecord(createEntry()), checkAtMs: 5000 });
  await repository.update('k', () => true, { create });
  expect(schedule.mock.calls).toEqual([['k', 5000]]);
});

test('writers who collide pause for up to 40 milliseconds, twice as long each time, and 320 at most', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const { repository, pauses } = createFixture({ save: () => Promise.resolve(false) });
  const create = (): OrderRecord => createExampleRecord(createEntry());
  await catchPluralError(repository.update('k', () => true, { create }));
  expect(pauses).toEqual([20, 40, 80, 160, 160, 160, 160]);
});

test('a reference whose stored value is damaged is STORE_FAILED, and stands for no payment', async () => {
  const { repository, inner, saves } = createFixture();
  await repository.bindReference('R-1', { orderId: 'o-1', paymentId: 'p-1' });
  const [{ key, terms } = { key: '', terms: undefined }] = saves;
  const stored = await inner.load(key);
  if (!stored || !terms) throw new Error('not saved');
  await inner.save(key, '{"paymentId":"p-1"}', { ...terms, version: stored.version });
  expect(await catchPluralError(repository.findReference('R-1'))).toMatchObject({ code: 'STORE_FAILED' });
});
