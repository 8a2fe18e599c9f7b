import type { PaymentStore } from '@plural-otp/edge';

/** Returns the keys a store would claim at a time. Claims them until that same time, so that they stay due. */
export const dueKeys = async (store: PaymentStore, nowMs: number, limit: number): Promise<string[]> =>
  (await store.claim(nowMs, nowMs, limit)).map(({ key }) => key);
