/** The clock of a namespace: the real time with an offset, or a time that stands still. */
import type { SandboxState } from './state.ts';

/** Start of the clock, to which a reset returns it. */
export interface ClockStart {
  /** Time at the start, in epoch milliseconds. @default the real time */
  readonly startAtMs?: number;
  /** True when the clock stands still until it is moved. @default false */
  readonly frozen?: boolean;
}

const maxAdvanceSeconds = 31_536_000;
// The last time that has four digits of a year, which ids and ISO times are made of.
const maxTimeMs = Date.UTC(9999, 11, 31);

/** Returns the time of the clock. */
export function readClock(state: SandboxState, realNowMs: number): number {
  return state.frozenAtMs ?? realNowMs + state.clockOffsetMs;
}

/** Sets the clock as it was at the start. */
export function startClock(state: SandboxState, realNowMs: number, { startAtMs, frozen = false }: ClockStart): void {
  state.frozenAtMs = null;
  state.clockOffsetMs = 0;
  setClock(state, realNowMs, { ...(startAtMs !== undefined && { nowMs: startAtMs }), frozen });
}

/**
 * Moves the clock forward by at most a year.
 *
 * @throws A TypeError for any other number.
 */
export function advanceClock(state: SandboxState, seconds: number): void {
  if (!(seconds >= 0 && seconds <= maxAdvanceSeconds))
    throw new TypeError(`"seconds" must be from 0 to ${maxAdvanceSeconds}.`);
  // A fraction of seconds has no exact count of milliseconds, and a time has whole ones.
  const ms = Math.round(seconds * 1000);
  state.clockOffsetMs += ms;
  if (state.frozenAtMs !== null) state.frozenAtMs += ms;
}

/**
 * Sets the time, and whether it stands still.
 *
 * @throws A TypeError for a time outside the years 1970 to 9999.
 */
export function setClock(
  state: SandboxState,
  realNowMs: number,
  change: { readonly nowMs?: number; readonly frozen?: boolean },
): void {
  const nowMs = change.nowMs ?? readClock(state, realNowMs);
  if (!(nowMs >= 0 && nowMs <= maxTimeMs)) throw new TypeError('The time must be from 1970 to 9999.');
  const frozen = change.frozen ?? state.frozenAtMs !== null;
  state.frozenAtMs = frozen ? nowMs : null;
  state.clockOffsetMs = nowMs - realNowMs;
}
