/** Rules of `transaction`, for stores that offer it. */

import type { PaymentStore } from '../payment-store.ts';
import { assert, assertEqual, assertRejects } from './assert.ts';
import { keepSeconds, type StoreRule, type StoreTest } from './store-test.ts';

type TransactionalStore = PaymentStore & Required<Pick<PaymentStore, 'transaction'>>;

const isTransactional = (store: PaymentStore): store is TransactionalStore => store.transaction !== undefined;

/** Makes a rule that holds for a store without transactions too. */
const rule = (name: string, check: (store: TransactionalStore, test: StoreTest) => Promise<void>): StoreRule => [
  `transaction, where a store offers it: ${name}`,
  async (test) => {
    if (isTransactional(test.store)) await check(test.store, test);
  },
];

const terms = { keepSeconds, dueAtMs: null };

export const transactionRules: readonly StoreRule[] = [
  rule('what its work saved is there once it resolves, and its result is returned', async (store, test) => {
    await test.put('a', 'before');
    const result = await store.transaction(async ({ load, save }) => {
      const found = await load('a');
      const isSaved = await save('a', 'after', { ...terms, version: found?.version });
      return [found?.value, isSaved, (await load('a'))?.value];
    });
    assertEqual(result, ['before', true, 'after'], 'what the work loaded and saved');
    assertEqual((await test.read('a')).value, 'after', 'the value');
  }),
  rule('nothing is saved when its work rejects, and the error is passed on', async (store, test) => {
    await test.put('a', 'before', test.clock.now());
    const { version } = await test.read('a');
    const failure = new Error('the hook failed');
    const work = store.transaction(async ({ save }) => {
      await save('a', 'after', { ...terms, version });
      await save('b', 'new', { ...terms, version: undefined });
      throw failure;
    });
    assert((await assertRejects(work, 'a transaction whose work rejects')) === failure, 'another error was thrown');
    assertEqual(await test.read('a'), { value: 'before', version }, 'the record');
    assertEqual(await test.store.load('b'), undefined, 'the new record');
    await test.assertDue(test.clock.now(), ['a'], 'the keys that are due');
    assertEqual(await test.save('a', 'later', (await test.read('a')).version), true, 'a later save');
  }),
  rule('of ten at once that mark one record exactly one does, in every round', async (store, test) => {
    for (let round = 0; round < test.rounds; round += 1) {
      const key = `round ${round}`;
      await test.put(key, 'undelivered');
      const deliver = async (): Promise<boolean> =>
        store.transaction(async ({ load, save }) => {
          const found = await load(key);
          if (found?.value !== 'undelivered') return false;
          return save(key, 'delivered', { ...terms, version: found.version });
        });
      const delivered = await Promise.all(Array.from({ length: 10 }, deliver));
      assertEqual(delivered.filter(Boolean).length, 1, 'the number of transactions that marked the record');
      assertEqual((await test.read(key)).value, 'delivered', 'the value');
    }
  }),
];
