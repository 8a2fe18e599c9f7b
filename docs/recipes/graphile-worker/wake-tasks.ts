/** Payments as jobs of graphile-worker: one job per record, which wakes the payment when it is due. */

import type { PaymentStore, WakeResult } from '@plural-otp/edge';
import type { AddJobFunction, Task } from 'graphile-worker';

export const taskName = 'plural-otp-wake';

/** Returns the store's `schedule`, which moves the job of a record to its due time. */
export function jobSchedule(addJob: AddJobFunction): NonNullable<PaymentStore['schedule']> {
  return async (key, atMs) => {
    // A job that is no longer needed finds nothing due.
    if (atMs === null) return;
    // What is due at once is under way in the request that saved it, and its customer waits for that one.
    const runAt = new Date(Math.max(atMs, Date.now() + 5000));
    // One job per record: a new time replaces the old one, or is added beside a job that runs already.
    await addJob(taskName, { key }, { jobKey: `${taskName} ${key}`, runAt, maxAttempts: 10 });
  };
}

/** Returns the task that wakes a payment, and moves its job to the next due time. */
export function wakeTask(
  wake: (key: string) => Promise<WakeResult>,
  schedule: NonNullable<PaymentStore['schedule']>,
): Task {
  return async (payload) => {
    const { key } = payload as { key: string };
    const { againAtMs } = await wake(key);
    if (againAtMs !== null) await schedule(key, againAtMs);
  };
}
