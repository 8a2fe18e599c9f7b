/** Waiting for something that may never come. */

/** A wait that ended before what was waited for: time ran out, or the caller gave up. */
export type Abandoned = { readonly reason: 'timeout' | 'aborted' };

/** Waits for `promise`, but not longer than `ms` and not after `signal` aborts. Whatever it comes to later is ignored. */
export async function raceDeadline<T>(
  promise: Promise<T>,
  ms: number,
  signal?: AbortSignal,
): Promise<{ readonly value: T; readonly reason?: never } | Abandoned> {
  promise.catch(() => undefined);
  if (signal?.aborted === true) return { reason: 'aborted' };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort = (): void => undefined;
  const end = new Promise<Abandoned>((resolve) => {
    timer = setTimeout(() => resolve({ reason: 'timeout' }), ms);
    onAbort = () => resolve({ reason: 'aborted' });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise.then((value) => ({ value })), end]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Waits `ms` milliseconds; `false` when `signal` aborted first. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<boolean> {
  const end = await raceDeadline(new Promise<never>(() => undefined), ms, signal);
  return end.reason !== 'aborted';
}
