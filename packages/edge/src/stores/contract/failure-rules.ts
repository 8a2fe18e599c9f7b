/** Rules of a failing engine: for stores that send every call of their engine through `engineCall`. */

import { assert, assertEqual, assertRejects } from './assert.ts';
import { type StoreRule, type StoreTest } from './store-test.ts';

/** More engine calls than any store makes in one call of its own. */
const maxCalls = 30;
const maxRecords = 1000;

/**
 * Runs `act` once for each engine call in it, with that call failing before or after its effect and all later ones too;
 * then lets the engine recover and runs `check`.
 */
async function forEachCrash<T>(
  test: StoreTest,
  arrange: (key: string) => Promise<T>,
  act: (key: string, arranged: T) => Promise<unknown>,
  check: (key: string) => Promise<void>,
): Promise<void> {
  for (const when of ['before', 'after'] as const) {
    for (let call = 1; call <= maxCalls; call += 1) {
      const key = `crash ${when} call ${call}`;
      const arranged = await arrange(key);
      test.engine.failAt(call, when);
      await act(key, arranged).catch(() => undefined);
      assert(test.engine.calls > 0, 'the store made no call through `engineCall`');
      const hasFailed = test.engine.recover();
      await check(key);
      if (!hasFailed) break;
    }
  }
}

/** Asserts that a record is due at a time, among those that other crashes left due. */
async function assertIsDue(test: StoreTest, key: string, atMs: number): Promise<void> {
  if (!test.hasClaims) return;
  const keys = await test.dueKeys(atMs, maxRecords);
  assert(keys.includes(key), `after a crash the record was not due at ${atMs}, its due time`);
}

export const failureRules: readonly StoreRule[] = [
  [
    'while its engine fails every method rejects, and none resolves as if there were no record',
    async (test) => {
      const { store, clock, engine } = test;
      await test.put('a', 'value', clock.now());
      const { version } = await test.read('a');
      engine.failAt(1);
      await assertRejects(store.load('a'), 'load');
      await assertRejects(test.save('a', 'late', version), 'save of a record');
      await assertRejects(test.save('b', 'new', undefined), 'save of a new record');
      if (test.hasClaims) await assertRejects(store.claim(clock.now(), clock.now() + 1000, 10), 'claim');
      engine.recover();
      assertEqual(await test.read('a'), { value: 'value', version }, 'the record once the engine is back');
      await test.assertDue(clock.now(), ['a'], 'the keys that are due once the engine is back');
    },
  ],
  [
    'a crash anywhere within a save leaves the old record or the new one whole, and it is due no later than it says',
    async (test) => {
      const now = test.clock.now();
      const moves = [
        [null, now],
        [now, now + 5000],
        [now + 5000, now],
        [now, null],
        [now + 5000, now + 1000],
      ] as const;
      for (const [from, to] of moves) {
        await forEachCrash(
          test,
          async (key) => {
            await test.put(key, 'old', from);
            return (await test.read(key)).version;
          },
          (key, version) => test.save(key, 'new', version, to),
          async (key) => {
            const { value } = await test.read(key);
            assert(value === 'old' || value === 'new', `a crash left the value "${value}"`);
            const dueAtMs = value === 'old' ? from : to;
            if (dueAtMs !== null) await assertIsDue(test, key, dueAtMs);
            await test.put(key, 'saved');
          },
        );
      }
    },
  ],
  [
    'a crash anywhere within a first save leaves no record or a whole one, which is due as it says',
    async (test) => {
      const now = test.clock.now();
      await forEachCrash(
        test,
        async () => undefined,
        (key) => test.save(key, 'new', undefined, now),
        async (key) => {
          const found = await test.store.load(key);
          if (!found) {
            assertEqual(await test.save(key, 'new', undefined, now), true, 'a first save after the crash');
          }
          assertEqual((await test.read(key)).value, 'new', 'the value');
          await assertIsDue(test, key, now);
          await test.put(key, 'checked');
        },
      );
    },
  ],
];

export const claimFailureRules: readonly StoreRule[] = [
  [
    'a crash anywhere within a claim loses no record: it is due again at the latest when the claim would have ended',
    async (test) => {
      const now = test.clock.now();
      await forEachCrash(
        test,
        (key) => test.put(key, 'value', now),
        () => test.store.claim(now, now + 1000, 10),
        async (key) => {
          assertEqual((await test.read(key)).value, 'value', 'the value');
          await assertIsDue(test, key, now + 1000);
          await test.put(key, 'checked');
        },
      );
    },
  ],
];
