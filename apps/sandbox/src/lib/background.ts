/** Background work: what continues after a response is sent, such as webhook deliveries. */

/** Execution context of a runtime that stops after the response unless it is told to wait, as in Workers. */
export interface BackgroundContext {
  waitUntil(promise: Promise<unknown>): void;
}

/** Returns the execution context among the arguments a runtime passes after the request, or `undefined`. */
export const findBackgroundContext = (passed: readonly unknown[]): BackgroundContext | undefined =>
  passed.find(
    (value): value is BackgroundContext =>
      typeof value === 'object' && value !== null && 'waitUntil' in value && typeof value.waitUntil === 'function',
  );

/** Tracker of background work. */
export interface Background {
  /** Tracks work until it settles. A rejection is ignored, because nobody is left to handle it. */
  readonly waitUntil: (work: Promise<void>, context?: BackgroundContext) => void;
  /** Resolves when no work is running, including work that other work started. */
  readonly whenIdle: () => Promise<void>;
}

/** Creates a tracker without any work. */
export function createBackground(): Background {
  const running = new Set<Promise<void>>();
  return {
    waitUntil: (work, context) => {
      const tracked = work.catch(() => undefined).finally(() => running.delete(tracked));
      running.add(tracked);
      context?.waitUntil(tracked);
    },
    whenIdle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
