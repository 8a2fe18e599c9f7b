import type { Machine, Wait } from './machine-state.ts';
import type { FlowStatus } from './flow-state.ts';

/** How long the customer waits for each thing before the flow goes on without it. */
export const patienceMs: Record<Wait['for'], number> = { otp: 30_000, verdict: 60_000 };

/** What each waiting status waits for. */
export const waitsFor: Partial<Record<FlowStatus, Wait['for']>> = {
  generating: 'otp',
  resending: 'otp',
  submitting: 'verdict',
  confirming: 'verdict',
};

/** Whether nothing leaves this status. */
export const isEnd = (status: FlowStatus): boolean =>
  ['authorized', 'failed', 'exhausted', 'superseded', 'cancelled'].includes(status);

/**
 * Seconds until the backend is asked again, or `undefined` when it is not. `wishSeconds` is the backend's own wish,
 * or 0 after a call that failed: where nothing is waited for, the only reason to ask.
 */
export function pauseSeconds(m: Machine, wishSeconds?: number): number | undefined {
  const longestWishSeconds = 60;
  const rests = m.status === 'unresolved' || m.status === 'redirecting';
  const waits = rests || waitsFor[m.status];
  const idles = wishSeconds === undefined || (m.status === 'idle' && !m.otpWanted);
  if (!m.started || isEnd(m.status) || (!waits && idles)) return undefined;
  // Asked 1, 2, 4 and 8 s after the doubt began, and then every 15 s.
  const own = rests ? 30 : waits === 'otp' ? 2 : ([1, 1, 2, 4][m.asks] ?? 15);
  return Math.max(own, Math.min(wishSeconds ?? 0, longestWishSeconds));
}

/** Whether the wait of the present status has lasted too long. */
export const isOverdue = (m: Machine): boolean =>
  m.wait?.for === waitsFor[m.status] && m.nowMs >= (m.wait?.untilMs ?? Infinity);
