/** A runtime's way to let work go on after the answer, as in Workers. */
export interface BackgroundContext {
  waitUntil(promise: Promise<unknown>): void;
}

/** Work that goes on after an answer. */
export interface Background {
  /** Starts it; whatever it ends with is its own matter. */
  readonly waitUntil: (work: Promise<void>, context?: BackgroundContext) => void;
  /** Resolves when no work is left, also none that other work began. */
  readonly whenIdle: () => Promise<void>;
}

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
