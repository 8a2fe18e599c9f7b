/**
 * The published contract of a `PaymentStore`, in Vitest. For a store that a server backs, `describeStoreFailures` adds
 * the real handler during crashes, delays and lost responses.
 */
import { getStoreCases, type OpenStore, type StoreCaseOptions } from '@plural-otp/edge/stores/contract';
import { describe, expect, test } from 'vitest';

/** Declares the tests that every store has to pass. */
export function describeStoreContract(name: string, open: OpenStore, options?: StoreCaseOptions): void {
  describe(name, () => {
    for (const { name: title, run } of getStoreCases(open, options)) {
      test(title, () => expect(run()).resolves.toBeUndefined());
    }
  });
}
