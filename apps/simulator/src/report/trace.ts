/** The event log of a walk: one line per event, in columns. */
import { createHash } from 'node:crypto';
import { startOfTimeMs } from '../runtime/virtual-time.ts';

/**
 * Column of the actor: `C` customer, `I` isolate (a process of the shop), `S` store, `P` Plural, `B` bank, `M` merchant's hooks,
 * `W` webhook, `X` the simulator itself, `!` a violated promise.
 */
export type Column = 'C' | 'I' | 'S' | 'P' | 'B' | 'M' | 'W' | 'X' | '!';

/** Collects the events of one walk. */
export class Trace {
  readonly lines: string[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(column: Column, who: string, event: string): void {
    this.lines.push(`${formatTime(this.#now() - startOfTimeMs)}  ${column} ${who.padEnd(6)} ${event}`);
  }

  /** Returns the SHA-256 digest of all lines: equal for two runs that did the same at the same time. */
  digest(): string {
    const hash = createHash('sha256');
    for (const line of this.lines) hash.update(`${line}\n`);
    return hash.digest('hex');
  }
}

/** Formats virtual milliseconds as `day hh:mm:ss.mmm`. */
export function formatTime(ms: number): string {
  const part = (divisor: number, modulus: number, width: number): string =>
    String(Math.floor(ms / divisor) % modulus).padStart(width, '0');
  const days = String(Math.floor(ms / 86_400_000)).padStart(3);
  return `${days}d ${part(3_600_000, 24, 2)}:${part(60_000, 60, 2)}:${part(1000, 60, 2)}.${part(1, 1000, 3)}`;
}

/** Shortens an order or payment id to its last part, which is unlike the others of a walk. */
export const shortId = (id: string): string => id.split('-').slice(3).join('-') || id;
