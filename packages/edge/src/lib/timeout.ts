/**
 * Time limits and pauses over injected timers. Every wait of the handler goes through here, so that none is unbounded
 * and tests take the same path as production.
 */

/** Timer functions that the handler uses in place of the global ones. */
export interface HandlerTimers {
  /** Resolves after so many milliseconds. Never rejects. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Calls `onTimeout` after so many milliseconds, unless the function it returns is called before. */
  readonly startTimeout: (ms: number, onTimeout: () => void) => () => void;
}

/** The runtime's own timers. */
export const systemTimers: HandlerTimers = {
  sleep: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
  startTimeout(ms, onTimeout) {
    const timer = setTimeout(onTimeout, ms);
    return () => clearTimeout(timer);
  },
};

/** Result of {@link withTimeout} when the time is over first. */
export const TIMED_OUT: unique symbol = Symbol('timed out');

/** Resolves to the result of `work`, or to {@link TIMED_OUT} when that takes longer. Does not stop the work itself. */
export function withTimeout<T>(timers: HandlerTimers, ms: number, work: Promise<T>): Promise<T | typeof TIMED_OUT> {
  // Written without `Promise.race` and `finally`, because those cost as much as everything else that is done here.
  return new Promise((resolve, reject) => {
    let isSettled = false;
    let cancel = (): void => {
      isSettled = true;
    };
    const settleWith =
      <R>(settle: (result: R) => void) =>
      (result: R): void => {
        cancel();
        settle(result);
      };
    Promise.resolve(work).then(settleWith(resolve), settleWith(reject));
    // Work that has settled already, as with records in memory, starts no timer: in some runtimes a timer is most of
    // the cost.
    queueMicrotask(() => {
      if (!isSettled) cancel = timers.startTimeout(ms, () => resolve(TIMED_OUT));
    });
  });
}

/** Runs `work` with a signal that aborts after so many milliseconds. */
export async function withAbortTimeout<T>(
  timers: HandlerTimers,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const cancel = timers.startTimeout(ms, () => controller.abort());
  try {
    return await work(controller.signal);
  } finally {
    cancel();
  }
}
