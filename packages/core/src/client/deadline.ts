/** Waiting for something that may never come. */

/** A wait that ended before what was waited for: time ran out, or the caller gave up. */
export type GivenUp = { readonly givenUp: 'late' | 'aborted' };

/** Waits for `promise`, but not longer than `ms` and not after `signal` aborts. Whatever it comes to later is ignored. */
export async function waitFor<T>(
  promise: Promise<T>,
  ms: number,
  signal?: AbortSignal,
): Promise<{ readonly value: T; readonly givenUp?: never } | GivenUp> {
  promise.catch(() => undefined);
  if (signal?.aborted === true) return { givenUp: 'aborted' };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort = (): void => undefined;
  const end = new Promise<GivenUp>((resolve) => {
    timer = setTimeout(() => resolve({ givenUp: 'late' }), ms);
    onAbort = () => resolve({ givenUp: 'aborted' });
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
export async function pause(ms: number, signal?: AbortSignal): Promise<boolean> {
  const end = await waitFor(new Promise<never>(() => undefined), ms, signal);
  return end.givenUp !== 'aborted';
}
