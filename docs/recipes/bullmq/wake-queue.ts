/** Payments as delayed jobs of BullMQ: one job per due time, which wakes the payment. */

import type { PaymentStore, WakeResult } from '@plural-otp/edge';
import type { Job, Queue } from 'bullmq';

/** Returns the store's `schedule`, which adds a job for the due time of a record. */
export function queueSchedule(queue: Queue): NonNullable<PaymentStore['schedule']> {
  return async (key, atMs) => {
    // A job that is no longer needed finds nothing due.
    if (atMs === null) return;
    await queue.add('wake', { key }, jobAt(key, atMs));
  };
}

/** Returns the processor of the worker, which wakes a payment and adds the job of its next due time. */
export function wakeFromQueue(queue: Queue, wake: (key: string) => Promise<WakeResult>): (job: Job) => Promise<void> {
  return async ({ data }) => {
    const { key } = data as { key: string };
    const { againAtMs } = await wake(key);
    if (againAtMs !== null) await queue.add('wake', { key }, jobAt(key, againAtMs));
  };
}

/**
 * The job's id is its record and its second, so that it is added once. Each due time has a job of its own: one that is
 * replaced while its processor runs would be lost.
 */
const jobAt = (key: string, atMs: number) => ({
  jobId: `${key}-${Math.ceil(atMs / 1000)}`,
  // What is due at once is under way in the request that saved it, and its customer waits for that one.
  delay: Math.max(atMs - Date.now(), 5000),
  // A wake that failed is repeated after 2 seconds, then 4, up to 17 minutes.
  attempts: 10,
  backoff: { type: 'exponential', delay: 2000 },
  removeOnComplete: true,
  removeOnFail: { age: 7 * 24 * 3600 },
});
