import { PluralError } from '@plural-otp/core';
import { memoryStore, type PaymentStore, type SaveTerms } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import type { OrderRecord } from '../../src/payment/order-record.ts';
import { createOrderRepository, isStoreFailure, type OrderRepository } from '../../src/stores/order-repository.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import { createEntry, createExampleRecord, createVerdict } from '../support/record-fixtures.ts';
import { catchPluralError, createTimers, instantSleep, type Wait } from '../support/test-shop.ts';

interface Fixture {
  repository: OrderRepository;
  calls: string[];
  saves: SaveTerms[];
  errors: unknown[];
  pauses: number[];
}

/** A repository over a store of which every call is counted, at 1000 ms. */
function createFixture(store: PaymentStore = memoryStore({ now: () => 1000 }), wait: Wait = instantSleep): Fixture {
  const fixture: Omit<Fixture, 'repository'> = { calls: [], saves: [], errors: [], pauses: [] };
  const { schedule } = store;
  const counting: PaymentStore = {
    ...(store.keepsVersions && { keepsVersions: true }),
    ...(schedule && {
      async schedule(key, atMs) {
        fixture.calls.push(`schedule ${atMs}`);
        await schedule.call(store, key, atMs);
      },
    }),
    load(key) {
      fixture.calls.push('load');
      return store.load(key);
    },
    save(key, value, terms) {
      fixture.calls.push('save');
      fixture.saves.push(terms);
      return store.save(key, value, terms);
    },
    claim: (...args) => store.claim(...args),
  };
  let id = 0;
  const repository = createOrderRepository({
    store: counting,
    baseUrl: 'https://plural.example',
    now: () => 1000,
    newId: () => `id-${(id += 1)}`,
    keepDays: 30,
    timers: createTimers((ms, signal) => {
      if (!signal) fixture.pauses.push(ms);
      return wait(ms, signal);
    }),
    reportError: (error) => void fixture.errors.push(error),
  });
  return { repository, ...fixture };
}

const create = (): OrderRecord => createExampleRecord(createEntry());
const countUp = (record: OrderRecord): number => (record.checkCount += 1);

describe('a change of a record', () => {
  test('creates it where there is none, counts its saves, and gives each a new id', async () => {
    const { repository } = createFixture();
    const first = await repository.update('k', countUp, { create });
    expect(first).toMatchObject({ result: 1, record: { revision: 1, writeId: 'id-1', checkCount: 1 } });
    await repository.update('k', countUp, { create });
    expect(await repository.read('k')).toMatchObject({ revision: 2, writeId: 'id-2', checkCount: 2 });
  });

  test('does not run where there is no record, and then saves nothing', async () => {
    const { repository, calls } = createFixture();
    expect(await repository.update('k', countUp)).toEqual({ record: undefined, result: undefined });
    expect(calls).toEqual(['load']);
  });

  test('that changes nothing saves nothing, and is none of its revisions', async () => {
    const { repository, calls } = createFixture();
    await repository.update('k', countUp, { create });
    calls.length = 0;
    const { record, result } = await repository.update('k', () => undefined);
    expect(record).toMatchObject({ revision: 1 });
    expect(result).toBeUndefined();
    expect(calls).toEqual(['load']);
  });

  test('tells the store the version it changes, the new one, how long to keep it, when it is due, and what is undelivered', async () => {
    const { repository, saves } = createFixture();
    const created = await repository.update('k', () => true, { create });
    await repository.update('k', (record) => (record.checkAtMs = 5000), { known: created.record });
    await repository.update('k', (record) => {
      record.checkAtMs = null;
      record.payments = [createEntry({ verdict: createVerdict('paid', { deliverAtMs: 7 }) })];
      return true;
    });
    await repository.update('k', (record) => {
      record.payments = [createEntry({ verdict: createVerdict('paid', { deliveredAtMs: 9 }) })];
      return true;
    });
    const [open, finished] = [90 * 86_400, 30 * 86_400];
    expect(saves).toEqual([
      { version: undefined, newVersion: 'id-1', keepSeconds: open, dueAtMs: null, undelivered: false },
      { version: 'id-1', newVersion: 'id-2', keepSeconds: open, dueAtMs: 5000, undelivered: false },
      { version: 'id-2', newVersion: 'id-3', keepSeconds: open, dueAtMs: 7, undelivered: true },
      { version: 'id-3', newVersion: 'id-4', keepSeconds: finished, dueAtMs: null, undelivered: false },
    ]);
  });

  test('that is too large is STORE_FAILED, and not saved', async () => {
    const { repository, saves } = createFixture();
    const tooLarge = (record: OrderRecord): boolean => {
      record.merchantOrderReference = 'x'.repeat(9000);
      return true;
    };
    expect(await catchPluralError(repository.update('k', tooLarge, { create }))).toMatchObject({
      code: 'STORE_FAILED',
    });
    expect(saves).toEqual([]);
  });

  test('expires an action that is long in flight', async () => {
    const { repository } = createFixture();
    const inFlight = { action: 'submit', idempotencyKey: 'k', startedAtMs: 1, expiresAtMs: 1000 } as const;
    await repository.update('k', () => true, { create: () => createExampleRecord(createEntry({ inFlight })) });
    expect((await repository.read('k'))?.payments[0]).toMatchObject({
      unconfirmedSubmit: { startedAtMs: 1, accepted: false },
    });
  });
});

describe('a record in hand', () => {
  test('is changed without a read, again and again', async () => {
    const { repository, calls } = createFixture();
    let { record } = await repository.update('k', countUp, { create, known: null });
    for (let change = 0; change < 2; change += 1) {
      ({ record } = await repository.update('k', countUp, { known: record }));
    }
    expect(calls).toEqual(['save', 'save', 'save']);
    expect(await repository.read('k')).toMatchObject({ checkCount: 3 });
  });

  test('is left as it is', async () => {
    const { repository } = createFixture();
    const { record } = await repository.update('k', countUp, { create });
    await repository.update('k', countUp, { known: record });
    expect(record).toMatchObject({ checkCount: 1, revision: 1 });
  });

  test('that is out of date is read, once', async () => {
    const { repository, calls } = createFixture();
    const { record: old } = await repository.update('k', countUp, { create });
    await repository.update('k', countUp);
    calls.length = 0;
    expect((await repository.update('k', countUp, { known: old })).record).toMatchObject({ checkCount: 3 });
    expect(calls).toEqual(['save', 'load', 'save']);
  });

  test('that did not come from here is read', async () => {
    const { repository, calls } = createFixture();
    await repository.update('k', countUp, { create });
    calls.length = 0;
    await repository.update('k', countUp, { known: create() });
    expect(calls).toEqual(['load', 'save']);
  });

  test('of a store that alone knows its versions is read before the next change', async () => {
    const { keepsVersions: _, save, ...inner } = memoryStore({ now: () => 1000 });
    const { repository, calls } = createFixture({
      ...inner,
      save: (key, value, { newVersion: _unused, ...terms }) => save(key, value, terms),
    });
    const { record } = await repository.update('k', countUp, { create, known: null });
    await repository.update('k', countUp, { known: record });
    expect(calls).toEqual(['save', 'load', 'save']);
  });
});

describe('writers who collide', () => {
  test('try eight times, with pauses that grow, and then say STORE_FAILED', async () => {
    const inner = memoryStore({ now: () => 1000 });
    const { repository, calls, pauses } = createFixture({ ...inner, save: () => Promise.resolve(false) });
    expect(await catchPluralError(repository.update('k', countUp, { create }))).toMatchObject({ code: 'STORE_FAILED' });
    expect(calls.filter((call) => call === 'save')).toHaveLength(8);
    expect(pauses).toHaveLength(7);
    [40, 80, 160, 320, 320, 320, 320].forEach((mostMs, index) => expect(pauses[index]).toBeLessThanOrEqual(mostMs));
  });
});

describe('a store that fails', () => {
  test.each(['throws', 'hangs'] as const)(
    '%s: every method is STORE_FAILED, and shows nothing of it',
    async (failure) => {
      const store = new FlakyStore();
      const limits: number[] = [];
      const { repository } = createFixture(store, (ms, signal) => {
        if (signal && failure === 'hangs') limits.push(ms);
        return failure === 'hangs' ? new Promise((resolve) => setImmediate(resolve)) : instantSleep(ms, signal);
      });
      store.loadFailure = failure;
      store.saveFailure = failure;
      for (const work of [
        () => repository.read('k'),
        () => repository.update('k', countUp, { create, known: null }),
        () => repository.bindReference('R-1', { orderId: 'o', paymentId: 'p' }),
        () => repository.findReference('R-1'),
      ]) {
        const error = await catchPluralError(work());
        expect(error.code).toBe('STORE_FAILED');
        expect(error.issues).toBeUndefined();
        expect(error.message).not.toContain('10.0.0.7');
        expect(isStoreFailure(error)).toBe(true);
      }
      expect(new Set(limits)).toEqual(new Set(failure === 'hangs' ? [3000] : []));
    },
  );

  test('after it took effect: the save is found by its value, and counts', async () => {
    const store = new FlakyStore(memoryStore({ now: () => 1000 }));
    const { repository, calls } = createFixture(store);
    store.saveFailure = 'throwsAfterEffect';
    const { record } = await repository.update('k', countUp, { create, known: null });
    expect(record).toMatchObject({ checkCount: 1 });
    store.saveFailure = undefined;
    calls.length = 0;
    await repository.update('k', countUp, { known: record });
    expect(calls).toEqual(['save']);
  });
});

describe('a record that cannot be read', () => {
  const unreadable: [string, string][] = [
    ['is no JSON', 'x'],
    ['is of another version', JSON.stringify({ ...create(), version: 1 })],
    ['lacks its reservations', JSON.stringify({ ...create(), starting: undefined })],
    ['lacks its payments', JSON.stringify({ ...create(), payments: undefined })],
    ['is null', 'null'],
  ];
  test.each(unreadable)('because it %s is STORE_FAILED for good, and is never rewritten', async (_title, value) => {
    const store = memoryStore({ now: () => 1000 });
    await store.save('k', value, { version: undefined, keepSeconds: 60, dueAtMs: 5 });
    const { repository, saves } = createFixture(store);
    for (const work of [() => repository.read('k'), () => repository.update('k', countUp, { create })]) {
      const error = await catchPluralError(work());
      expect(error).toMatchObject({
        code: 'STORE_FAILED',
        issues: [{ path: 'record', expected: 'a record of version 2' }],
      });
      expect(isStoreFailure(error)).toBe(false);
    }
    expect(saves).toEqual([]);
    expect(await repository.claim(1000, 2000, 5)).toEqual([{ key: 'k', dueAtMs: 5, record: undefined }]);
  });

  test('no other error is a failure of the store', () => {
    expect(isStoreFailure(new PluralError('STORE_FAILED'))).toBe(true);
    expect(isStoreFailure(new PluralError('NETWORK_FAILED'))).toBe(false);
    expect(isStoreFailure(new TypeError('bug'))).toBe(false);
  });
});

describe('a store that keeps a schedule', () => {
  const withSchedule = (fails = false): PaymentStore => ({
    ...memoryStore({ now: () => 1000 }),
    schedule: () => (fails ? Promise.reject(new Error('away')) : Promise.resolve()),
  });
  const checkAt = (atMs: number | null) => (record: OrderRecord) => {
    record.checkAtMs = atMs;
    return true;
  };

  test('is told each due time that moves, and no other', async () => {
    const { repository, calls } = createFixture(withSchedule());
    const schedules = (): string[] => calls.splice(0).filter((call) => call.startsWith('schedule'));
    await repository.update('k', checkAt(null), { create });
    expect(schedules()).toEqual([]);
    await repository.update('k', checkAt(5000));
    expect(schedules()).toEqual(['schedule 5000']);
    await repository.update('k', countUp);
    expect(schedules()).toEqual([]);
    await repository.update('k', checkAt(6000));
    await repository.update('k', checkAt(null));
    expect(schedules()).toEqual(['schedule 6000', 'schedule null']);
  });

  test('is told the first due time of a new record', async () => {
    const { repository, calls } = createFixture(withSchedule());
    await repository.update('k', checkAt(5000), { create });
    expect(calls).toContain('schedule 5000');
  });

  test('and fails has saved the record all the same, and is reported', async () => {
    const { repository, errors } = createFixture(withSchedule(true));
    await repository.update('k', checkAt(5000), { create });
    expect(await repository.read('k')).toMatchObject({ checkAtMs: 5000 });
    expect(errors).toMatchObject([{ code: 'STORE_FAILED' }]);
  });
});

describe('the keys of a store', () => {
  test('are hashes that show no order and no reference, one for each, and others in another environment', async () => {
    const store = memoryStore();
    const other = createOrderRepository({
      store,
      baseUrl: 'https://other.example',
      now: () => 1000,
      newId: () => 'id',
      keepDays: 30,
      timers: createTimers(instantSleep),
      reportError: () => undefined,
    });
    const { repository } = createFixture(store);
    const keys = await Promise.all([
      repository.getKey('o-1'),
      repository.getKey('o-2'),
      other.getKey('o-1'),
      repository.getKey('reference|o-1'),
    ]);
    expect(new Set(keys).size).toBe(4);
    for (const key of keys) expect(key).toMatch(/^[\w-]{43}$/);
    expect(await repository.getKey('o-1')).toBe(keys[0]);
  });

  test('a reference is saved under its own, is found by it, and is kept a week longer than a record', async () => {
    const { repository, saves } = createFixture();
    await repository.bindReference('R-1', { orderId: 'o-1', paymentId: 'p-1' });
    expect(await repository.findReference('R-1')).toEqual({ orderId: 'o-1', paymentId: 'p-1' });
    expect(await repository.findReference('R-2')).toBeUndefined();
    expect(saves).toEqual([{ version: undefined, keepSeconds: 37 * 86_400, dueAtMs: null }]);
  });
});

test('a claim gives each record as it is, and when it was due', async () => {
  const { repository } = createFixture();
  await repository.update('k', (record) => (record.checkAtMs = 500), { create });
  expect(await repository.claim(1000, 2000, 5)).toMatchObject([{ key: 'k', dueAtMs: 500, record: { checkAtMs: 500 } }]);
  expect(await repository.claim(1000, 2000, 5)).toEqual([]);
});

test('a store without transactions has none', () => {
  expect(createFixture().repository.transaction).toBeUndefined();
});
