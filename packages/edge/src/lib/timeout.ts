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
export const late: unique symbol = Symbol('late');

/** Calls `act` once the time is over, unless what this gives is called before. */
function after(wait: Wait, ms: number, act: () => void): () => void {
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
export function within<T>(wait: Wait, ms: number, work: Promise<T>): Promise<T | typeof late> {
  // By hand, since race and finally cost as much as all else that is done here.
  return new Promise((resolve, reject) => {
    let isOver = false;
    let giveUp = (): void => {
      isOver = true;
    };
    const end =
      <R>(settle: (result: R) => void) =>
      (result: R): void => {
        giveUp();
        settle(result);
      };
    Promise.resolve(work).then(end(resolve), end(reject));
    // What was over from the start, as with records in memory, needs no timer; in some runtimes that is most of the cost.
    queueMicrotask(() => {
      if (!isOver) giveUp = after(wait, ms, () => resolve(late));
    });
  });
}

/** Runs `work` with a signal that aborts after so many milliseconds. */
export async function limited<T>(wait: Wait, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const limit = new AbortController();
  const giveUp = after(wait, ms, () => limit.abort());
  try {
    return await work(limit.signal);
  } finally {
    giveUp();
  }
}
