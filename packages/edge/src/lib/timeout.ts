/** Resolves after so many milliseconds, or at once when the signal aborts. Never rejects. */
export type Wait = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Waits by the runtime's own timer, which is cleared when the wait is given up. */
export const waitByTimer: Wait = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** What `within` gives when the time is over first. */
export const TIMED_OUT: unique symbol = Symbol('late');

/** Calls `act` once the time is over, unless what this gives is called before. */
function scheduleOnce(wait: Wait, ms: number, act: () => void): () => void {
  if (wait === waitByTimer) {
    // The same by hand, since every request waits several times and hardly ever to the end.
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  }
  const over = new AbortController();
  void wait(ms, over.signal).then(() => over.signal.aborted || act());
  return () => over.abort();
}

/** What `work` gives, or `late` when that takes longer. The work itself goes on. */
export function withTimeout<T>(wait: Wait, ms: number, work: Promise<T>): Promise<T | typeof TIMED_OUT> {
  // By hand, since race and finally cost as much as all else that is done here.
  return new Promise((resolve, reject) => {
    let isOver = false;
    let cancel = (): void => {
      isOver = true;
    };
    const end =
      <R>(settle: (result: R) => void) =>
      (result: R): void => {
        cancel();
        settle(result);
      };
    Promise.resolve(work).then(end(resolve), end(reject));
    // What was over from the start, as with records in memory, needs no timer; in some runtimes that is most of the cost.
    queueMicrotask(() => {
      if (!isOver) cancel = scheduleOnce(wait, ms, () => resolve(TIMED_OUT));
    });
  });
}

/** Runs `work` with a signal that aborts after so many milliseconds. */
export async function withAbortTimeout<T>(
  wait: Wait,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const cancel = scheduleOnce(wait, ms, () => limit.abort());
  try {
    return await work(limit.signal);
  } finally {
    cancel();
  }
}
