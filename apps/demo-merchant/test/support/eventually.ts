/** Polling from outside the page or the process that is asked. */

import { setTimeout } from 'node:timers/promises';

const intervalMs = 50;

/** Calls `probe` until it returns a truthy value, for at most `timeoutMs`. */
export async function eventually<Value>(
  what: string,
  probe: () => Promise<Value>,
  timeoutMs = 20_000,
): Promise<NonNullable<Value>> {
  const untilMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (performance.now() > untilMs) throw new Error(`timed out waiting for ${what}`);
    await setTimeout(intervalMs);
  }
}
