/** Counts timers that are set and have not run. Import it before any module that sets one. */

const pending = new Set<number>();
const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;

type Handler = (...args: unknown[]) => void;

Object.assign(globalThis, {
  setTimeout(run: Handler, ms?: number, ...args: unknown[]): number {
    const id = Number(
      setTimeout(() => {
        pending.delete(id);
        run(...args);
      }, ms),
    );
    pending.add(id);
    return id;
  },
  clearTimeout(id: number): void {
    pending.delete(id);
    clearTimeout(id);
  },
  setInterval(run: Handler, ms?: number, ...args: unknown[]): number {
    const id = Number(setInterval(() => run(...args), ms));
    pending.add(id);
    return id;
  },
  clearInterval(id: number): void {
    pending.delete(id);
    clearInterval(id);
  },
});

/** Returns the number of pending timers. */
export const pendingTimers = (): number => pending.size;
