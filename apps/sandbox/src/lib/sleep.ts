/**
 * An abortable sleep. The client packages have one of their own; the sandbox shares no code with them, so that
 * agreement between the two is evidence.
 */

/** Resolves after `ms` milliseconds; rejects with the signal's reason when the signal aborts. */
export type Sleep = (ms: number, signal: AbortSignal | null) => Promise<void>;

/** Sleeps by the platform's timer. */
export function sleep(ms: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error);
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    function onAbort(): void {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    }
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
