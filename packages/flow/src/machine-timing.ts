import type { Machine, Wait } from './machine-state.ts';
import type { FlowStatus } from './flow-state.ts';

/** How long the customer waits for each thing before the flow goes on without it. */
export const waitTimeoutMs: Record<Wait['for'], number> = { otp: 30_000, verdict: 60_000 };

/** What each waiting status waits for. */
export const awaitedDuring: Partial<Record<FlowStatus, Wait['for']>> = {
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
export function pollDelaySeconds(machine: Machine, retryAfterSeconds?: number): number | undefined {
  const maxRetryAfterSeconds = 60;
  const isIdlePolling = machine.status === 'unresolved' || machine.status === 'redirecting';
  const isWaiting = isIdlePolling || awaitedDuring[machine.status];
  const hasNoReason = retryAfterSeconds === undefined || (machine.status === 'idle' && !machine.needsOtp);
  if (!machine.started || isEnd(machine.status) || (!isWaiting && hasNoReason)) return undefined;
  // Asked 1, 2, 4 and 8 s after the doubt began, and then every 15 s.
  const scheduledSeconds = isIdlePolling ? 30 : isWaiting === 'otp' ? 2 : ([1, 1, 2, 4][machine.polls] ?? 15);
  return Math.max(scheduledSeconds, Math.min(retryAfterSeconds ?? 0, maxRetryAfterSeconds));
}

/** Whether the wait of the present status has lasted too long. */
export const isOverdue = (machine: Machine): boolean =>
  machine.wait?.for === awaitedDuring[machine.status] && machine.nowMs >= (machine.wait?.deadlineMs ?? Infinity);
