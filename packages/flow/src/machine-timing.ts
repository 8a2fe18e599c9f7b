/** Timeouts and polling delays of the machine. */
import type { Machine, PublicState, Wait } from './machine-state.ts';
import type { FlowStatus } from './flow-state.ts';

/** Milliseconds until the flow stops waiting for each outcome. */
export const waitTimeoutMs: Record<Wait['for'], number> = { otp: 30_000, verdict: 60_000 };

/** Outcome awaited in each waiting status. */
export const awaitedDuring: Partial<Record<FlowStatus, Wait['for']>> = {
  generating: 'otp',
  resending: 'otp',
  submitting: 'verdict',
  confirming: 'verdict',
};

/** Returns true when nothing can change any more. The bank's page may still take a code when this page takes none. */
export const isEnd = ({ status, next }: Pick<PublicState, 'status' | 'next'>): boolean =>
  status === 'exhausted'
    ? next.every((step) => step === 'payAgain')
    : /^(authorized|failed|superseded|cancelled)$/.test(status);

/**
 * Returns the seconds until the next poll, or `undefined` for none. `retryAfterSeconds` is the backend's suggestion, or 0
 * after a failed call; without it the flow polls only while an outcome is awaited, or where one may come from elsewhere.
 */
export function pollDelaySeconds(machine: Machine, retryAfterSeconds?: number): number | undefined {
  const maxRetryAfterSeconds = 60;
  const isSlowPolling = ['unresolved', 'redirecting', 'exhausted'].includes(machine.status);
  const isWaiting = isSlowPolling || awaitedDuring[machine.status];
  const hasNoReason = retryAfterSeconds === undefined || (machine.status === 'idle' && !machine.needsOtp);
  if (!machine.started || isEnd(machine) || (!isWaiting && hasNoReason)) return undefined;
  // Backoff while confirming: polls 1, 2, 4 and 8 s after the outcome became unknown, then every 15 s.
  const scheduledSeconds = isSlowPolling ? 30 : isWaiting === 'otp' ? 2 : ([1, 1, 2, 4][machine.polls] ?? 15);
  return Math.max(scheduledSeconds, Math.min(retryAfterSeconds ?? 0, maxRetryAfterSeconds));
}

/** Returns true when the deadline of the current status's wait has passed. */
export const isOverdue = (machine: Machine): boolean =>
  machine.wait?.for === awaitedDuring[machine.status] && machine.nowMs >= (machine.wait?.deadlineMs ?? Infinity);
