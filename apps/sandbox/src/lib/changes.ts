/** A signal that something changed, for whoever waits until a condition holds. */

/** Notifies everyone who waits for the next change. */
export interface ChangeSignal {
  readonly notify: () => void;
  /** Resolves at the next `notify`. */
  readonly next: () => Promise<void>;
}

/** Creates a signal that nobody waits for. */
export function createChangeSignal(): ChangeSignal {
  let waiting: (() => void)[] = [];
  return {
    notify: () => {
      for (const resume of waiting.splice(0)) resume();
    },
    next: () =>
      new Promise((resolve) => {
        waiting = [...waiting, resolve];
      }),
  };
}
