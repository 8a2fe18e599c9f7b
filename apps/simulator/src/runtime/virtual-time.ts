/**
 * Virtual time: timers fire in the order of their times when the walk advances the clock, and never by themselves.
 */

/** Time the clock of every walk begins at (epoch milliseconds). */
export const startOfTimeMs: number = Date.UTC(2026, 0, 5, 9, 0, 0);

const realSetImmediate = globalThis.setImmediate;
/** Turns of the event loop in which work without timers comes to rest. Reading a `Blob` body takes one, nothing more. */
const turnsToRest = 2;

/** A timer, with as much of Node's own as callers use. */
export interface VirtualTimer {
  readonly atMs: number;
  readonly sequence: number;
  cancelled: boolean;
  readonly run: () => void;
  unref(): VirtualTimer;
  ref(): VirtualTimer;
}

/** Returns `run` bound to what is known about the caller, such as the request it belongs to. */
export type BindContext = (run: () => void) => () => void;

/** The clock of one walk. */
export class VirtualTime {
  nowMs: number = startOfTimeMs;
  readonly #bindContext: BindContext;
  #timers: VirtualTimer[] = [];
  #sequence = 0;

  constructor(bindContext: BindContext = (run) => run) {
    this.#bindContext = bindContext;
  }

  setTimeout = (run: () => void, afterMs = 0): VirtualTimer => {
    const timer: VirtualTimer = {
      atMs: this.nowMs + Math.max(0, afterMs),
      sequence: (this.#sequence += 1),
      cancelled: false,
      run: this.#bindContext(run),
      unref: () => timer,
      ref: () => timer,
    };
    this.#insert(timer);
    return timer;
  };

  clearTimeout = (timer: unknown): void => {
    if (typeof timer === 'object' && timer !== null && 'cancelled' in timer) timer.cancelled = true;
  };

  /** Resolves after so many virtual milliseconds. */
  sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.setTimeout(resolve, ms);
    });

  /** Lets everything run that waits for no timer. */
  async rest(): Promise<void> {
    for (let turn = 0; turn < turnsToRest; turn += 1) {
      await new Promise<void>((resolve) => {
        realSetImmediate(resolve);
      });
    }
  }

  /** Advances the clock, fires every timer on the way at its own time, and lets its work come to rest. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    await this.rest();
    for (let next = this.#timers[0]; next && next.atMs <= untilMs; next = this.#timers[0]) {
      this.#removeFirst();
      if (next.cancelled) continue;
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
      await this.rest();
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  /** Advances the clock until `work` settles, by at most `ms`. */
  async advanceUntilSettled(work: Promise<unknown>, ms: number): Promise<void> {
    const state = { isSettled: false };
    const settle = (): void => {
      state.isSettled = true;
    };
    work.then(settle, settle);
    const untilMs = this.nowMs + ms;
    await this.rest();
    while (!state.isSettled && this.nowMs < untilMs) {
      const next = this.#timers[0];
      await this.advance(next ? Math.min(Math.max(0, next.atMs - this.nowMs), untilMs - this.nowMs) : ms);
    }
  }

  // A binary heap, because a walk holds thousands of timers that never fire.
  #insert(timer: VirtualTimer): void {
    const heap = this.#timers;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (!parent || isBefore(parent, timer)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = timer;
  }

  #removeFirst(): void {
    const heap = this.#timers;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const childAt = at * 2 + 1;
      const [left, right] = [heap[childAt], heap[childAt + 1]];
      if (!left) break;
      const [lesser, lesserAt] = right && isBefore(right, left) ? [right, childAt + 1] : [left, childAt];
      if (isBefore(last, lesser)) break;
      heap[at] = lesser;
      at = lesserAt;
    }
    heap[at] = last;
  }
}

const isBefore = (one: VirtualTimer, other: VirtualTimer): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.sequence < other.sequence);
