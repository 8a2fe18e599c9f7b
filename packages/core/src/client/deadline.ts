/** Bounded waits for promises that may never settle. */

/** Reason for which a wait ended before the promise settled. */
export type Abandoned = { readonly reason: 'timeout' | 'aborted' };

/**
 * Waits for `promise`, but no longer than `ms` milliseconds and not after `signal` aborts. A later result or rejection
 * is ignored.
 */
export async function raceDeadline<T>(
  promise: Promise<T>,
  ms: number,
  signal?: AbortSignal,
): Promise<{ readonly value: T; readonly reason?: never } | Abandoned> {
  promise.catch(() => undefined);
  if (signal?.aborted === true) return { reason: 'aborted' };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort = (): void => undefined;
  const abandoned = new Promise<Abandoned>((resolve) => {
    timer = setTimeout(() => resolve({ reason: 'timeout' }), ms);
    onAbort = () => resolve({ reason: 'aborted' });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise.then((value) => ({ value })), abandoned]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Waits `ms` milliseconds. Returns false when `signal` aborted first. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<boolean> {
  const end = await raceDeadline(new Promise<never>(() => undefined), ms, signal);
  return end.reason !== 'aborted';
}
