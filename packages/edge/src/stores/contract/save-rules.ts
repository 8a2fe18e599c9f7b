/** Rules of `load` and `save`: values, versions, compare-and-set. */

import type { PaymentStore } from '../payment-store.ts';
import { assert, assertEqual } from './assert.ts';
import { keepSeconds, type StoreRule } from './store-test.ts';

const maxValueBytes = 8192;
/** Far more than 60 clients need for 5 increments. */
const maxAttempts = 500;

export const saveRules: readonly StoreRule[] = [
  [
    'an unknown key loads as undefined, a saved value unchanged',
    async (test) => {
      assertEqual(await test.store.load('a'), undefined, 'load of an unknown key');
      for (const value of ['{"text":"ü ₹ 🙂 $1 ? \\u0000 \'"}', '', ' ', 'not JSON {', 'null']) {
        await test.put('a', value);
        assertEqual((await test.read('a')).value, value, 'the loaded value');
      }
    },
  ],
  [
    'a value of 8 KiB is stored whole',
    async (test) => {
      for (const value of ['x'.repeat(maxValueBytes), '₹'.repeat(Math.floor(maxValueBytes / 3))]) {
        await test.put('a', value);
        assertEqual((await test.read('a')).value === value, true, 'the loaded value is the saved one');
      }
    },
  ],
  [
    'keys are stored unchanged: special characters, and letters of either case, make different records',
    async (test) => {
      const keys = ['key', 'KEY', 'Key', 'key ', `o'brien"; -- ? $1 :key {a}`, 'k-_~ü₹'];
      for (const key of keys) await test.put(key, `value of ${key}`);
      for (const key of keys) assertEqual((await test.read(key)).value, `value of ${key}`, `the value of "${key}"`);
    },
  ],
  [
    'a save of one key changes no other',
    async (test) => {
      await test.put('a', 'of a');
      await test.put('b', 'of b', test.clock.now());
      const before = await test.read('b');
      await test.put('a', 'more of a');
      assertEqual(await test.read('b'), before, 'the other record');
      await test.assertDue(test.clock.now(), ['b'], 'the keys that are due');
    },
  ],
  [
    'a save with a version other than the newest resolves to false and writes nothing',
    async (test) => {
      await test.put('a', 'first');
      const { version } = await test.read('a');
      assertEqual(await test.save('a', 'second', version), true, 'a save with the newest version');
      assertEqual(await test.save('a', 'late', version), false, 'a save with an older version');
      assertEqual(await test.save('a', 'new', undefined), false, 'a save as if there were no record');
      assertEqual(await test.save('b', 'absent', version), false, 'a save with a version of an absent record');
      assertEqual((await test.read('a')).value, 'second', 'the value');
      assertEqual(await test.store.load('b'), undefined, 'the absent record');
    },
  ],
  [
    'a key never has the same version twice, for equal values either',
    async (test) => {
      const versions = new Set<string>();
      for (let saves = 0; saves < 10; saves += 1) {
        await test.put('a', 'the same');
        versions.add((await test.read('a')).version);
      }
      assertEqual(versions.size, 10, 'the number of versions after ten saves');
    },
  ],
  [
    'of 60 parallel increments with a limit of 5 exactly 5 succeed, in every round',
    async ({ store, rounds }) => {
      for (let round = 0; round < rounds; round += 1) {
        const key = `round ${round}`;
        const taken = await Promise.all(Array.from({ length: 60 }, () => incrementIfBelow(store, key, 5)));
        assertEqual(taken.filter(Boolean).length, 5, 'the number of increments that succeeded');
        assertEqual((await store.load(key))?.value, '5', 'the counter');
      }
    },
  ],
  [
    'of parallel first saves of a key exactly one succeeds, in every round',
    async (test) => {
      for (let round = 0; round < test.rounds; round += 1) {
        const key = `round ${round}`;
        const values = Array.from({ length: 10 }, (_, index) => `value ${index}`);
        const saved = await Promise.all(values.map((value) => test.save(key, value, undefined)));
        const winners = values.filter((_, index) => saved[index]);
        assertEqual(winners.length, 1, 'the number of first saves that succeeded');
        assertEqual((await test.read(key)).value, winners[0], 'the value of the one that succeeded');
      }
    },
  ],
  [
    'a save may name its version; a store that states `keepsVersions` gives the value that version',
    async (test) => {
      const { store } = test;
      const terms = { keepSeconds, dueAtMs: null };
      assert(await store.save('a', 'first', { ...terms, version: undefined, newVersion: 'version-1' }), 'first save');
      const { version } = await test.read('a');
      if (store.keepsVersions) assertEqual(version, 'version-1', 'the version of a first save');
      const later = { ...terms, version, newVersion: 'version-2' };
      assertEqual(await store.save('a', 'second', later), true, 'a save with the newest version');
      assertEqual((await test.read('a')).value, 'second', 'the value');
      if (store.keepsVersions) assertEqual((await test.read('a')).version, 'version-2', 'the version of a later save');
      await test.put('a', 'third');
      assert((await test.read('a')).version !== 'version-2', 'a save without `newVersion` kept the version');
    },
  ],
  [
    '`schedule`, where a store offers it, changes no record',
    async (test) => {
      const { store, clock } = test;
      await test.put('a', 'value', clock.now());
      const before = await test.read('a');
      await store.schedule?.('a', clock.now() + 5000);
      await store.schedule?.('a', null);
      assertEqual(await test.read('a'), before, 'the record');
      await test.assertDue(clock.now(), ['a'], 'the keys that are due');
    },
  ],
];

/**
 * Increments a counter unless it has reached `bound`, retrying lost compare-and-set races: the way the handler counts
 * attempts. Returns whether this call incremented it.
 */
async function incrementIfBelow(store: PaymentStore, key: string, bound: number): Promise<boolean> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const found = await store.load(key);
    const count = Number(found?.value ?? 0);
    if (count >= bound) return false;
    if (await store.save(key, String(count + 1), { version: found?.version, keepSeconds, dueAtMs: null })) return true;
  }
  throw new Error(`of ${maxAttempts} saves of one client, each with the version it had just read, none succeeded`);
}
