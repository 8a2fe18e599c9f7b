/** Replaces the global sources of chance: clock, timers, randomness and cryptography. */
import { createDeterministicCrypto } from './deterministic-crypto.ts';
import { createRandom, type Random } from './seed.ts';
import { VirtualTime } from './virtual-time.ts';

/** The time and the randomness that the globals draw from; a walk sets its own. */
interface Sources {
  time: VirtualTime;
  random: Random;
}

const sources: Sources = { time: new VirtualTime(), random: createRandom(0) };
let isInstalled = false;

/** Lets the globals draw from the sources of one walk. */
export function installSources(time: VirtualTime, random: Random): void {
  Object.assign(sources, { time, random });
  if (isInstalled) return;
  isInstalled = true;
  const now = (): number => sources.time.nowMs;
  class VirtualDate extends Date {
    constructor(value: number | string | Date = now()) {
      super(value);
    }
    static override now = now;
  }
  const replacements = {
    Date: VirtualDate,
    crypto: createDeterministicCrypto(() => sources.random),
    setTimeout: (run: (...values: unknown[]) => void, afterMs?: number, ...values: unknown[]) =>
      sources.time.setTimeout(() => run(...values), afterMs),
    clearTimeout: (timer: unknown) => sources.time.clearTimeout(timer),
  };
  for (const [name, value] of Object.entries(replacements))
    Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });
  Math.random = () => sources.random.next();
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    sources.time.setTimeout(() => controller.abort(new DOMException('The operation timed out', 'TimeoutError')), ms);
    return controller.signal;
  };
}
