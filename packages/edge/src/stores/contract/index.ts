/** The contract of a `PaymentStore` as tests that anybody's store can be held to, in any test runner. */

import { claimRules } from './claim-rules.ts';
import { claimFailureRules, failureRules } from './failure-rules.ts';
import { saveRules } from './save-rules.ts';
import { StoreTest, type OpenStore } from './store-test.ts';
import { timeRules } from './time-rules.ts';
import { transactionRules } from './transaction-rules.ts';

export type { OpenStore, StoreTestContext } from './store-test.ts';

/** One rule of the contract. */
export interface StoreCase {
  /** The rule that holds, as the title of a test. */
  readonly name: string;
  /** Opens an empty store and tests it. Rejects with an error that says what the store did wrong. */
  readonly run: () => Promise<void>;
}

/** Options of `getStoreCases`. */
export interface StoreCaseOptions {
  /**
   * Adds the rules of a failing engine. Requires that the store sends every call of its engine through `engineCall`.
   * @default false
   */
  engineFailures?: boolean;
  /**
   * Leaves out the rules of `claim`, for a store whose engine calls `handler.wake` when a record is due, and whose
   * `claim` therefore returns nothing.
   * @default false
   */
  wakesItself?: boolean;
  /**
   * Number of times that each race between clients is run; fewer for a store that is slow to reach.
   * @default 20
   */
  rounds?: number;
}

/**
 * Returns the rules of `PaymentStore` as test cases. Run them one at a time when their stores share a database; each of
 * them opens an empty store.
 *
 * @example
 * ```ts
 * import { memoryStore } from '@plural-otp/edge';
 * import { getStoreCases } from '@plural-otp/edge/stores/contract';
 * import { test } from 'node:test';
 *
 * for (const { name, run } of getStoreCases(({ now }) => memoryStore({ now }))) test(name, run);
 * ```
 */
export function getStoreCases(open: OpenStore, options: StoreCaseOptions = {}): StoreCase[] {
  const { engineFailures = false, wakesItself = false, rounds = 20 } = options;
  const terms = { hasClaims: !wakesItself, rounds };
  const rules = [...saveRules, ...timeRules, ...transactionRules];
  if (!wakesItself) rules.push(...claimRules);
  if (engineFailures) rules.push(...failureRules);
  if (engineFailures && !wakesItself) rules.push(...claimFailureRules);
  return rules.map(([name, check]) => ({ name, run: async () => check(await StoreTest.open(open, terms)) }));
}
