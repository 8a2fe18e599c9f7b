import type { PaymentStore } from '@plural-otp/edge';

/** Loads, adds one and saves until it goes through or the bound is reached; true when this one counted. */
export async function take(store: PaymentStore, key: string, bound: number): Promise<boolean> {
  for (;;) {
    const found = await store.load(key);
    const count = Number(found?.value ?? 0);
    if (count >= bound) return false;
    const terms = { version: found?.version, keepSeconds: 60, dueAtMs: null };
    if (await store.save(key, String(count + 1), terms)) return true;
  }
}
