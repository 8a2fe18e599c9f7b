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

/** What `work` gives, or `late` when that takes longer. The work itself goes on. */
export async function within<T>(wait: Wait, ms: number, work: Promise<T>): Promise<T | typeof late> {
  const over = new AbortController();
  try {
    return await Promise.race([work, wait(ms, over.signal).then((): typeof late => late)]);
  } finally {
    over.abort();
  }
}

/** Runs `work` with a signal that aborts after so many milliseconds. */
export async function limited<T>(wait: Wait, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const [limit, done] = [new AbortController(), new AbortController()];
  const watch = async (): Promise<void> => {
    await wait(ms, done.signal);
    if (!done.signal.aborted) limit.abort();
  };
  void watch();
  try {
    return await work(limit.signal);
  } finally {
    done.abort();
  }
}
