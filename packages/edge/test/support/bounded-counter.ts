import type { PaymentStore } from '@plural-otp/edge';

/**
 * Increments a counter in a store unless it has reached `bound`, retrying lost compare-and-set races: the way the
 * handler counts attempts. Returns whether this call incremented it.
 */
export async function incrementIfBelow(store: PaymentStore, key: string, bound: number): Promise<boolean> {
  for (;;) {
    const found = await store.load(key);
    const count = Number(found?.value ?? 0);
    if (count >= bound) return false;
    const terms = { version: found?.version, keepSeconds: 60, dueAtMs: null };
    if (await store.save(key, String(count + 1), terms)) return true;
  }
}
