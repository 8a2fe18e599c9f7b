/** Transitions that begin a call: poll, generate, and the actions of the customer. */
import type { NextStep } from './contract.ts';
import type { CallName, DraftState, Wait } from './machine-state.ts';
import { waitTimeoutMs, awaitedDuring } from './machine-timing.ts';
import type { FlowAction, FlowStatus } from './flow-state.ts';

/** Status while an action is in flight. The other calls leave the status unchanged. */
const statusDuring: Partial<Record<CallName, FlowStatus>> = {
  generate: 'generating',
  submit: 'submitting',
  resend: 'resending',
  bank: 'redirecting',
};

/** Creates a wait with its deadline, counted from now. */
export const createWait = (draft: DraftState, awaiting: Wait['for'], action?: CallName): Wait => ({
  for: awaiting,
  deadlineMs: draft.nowMs + waitTimeoutMs[awaiting],
  action,
  revision: draft.revision,
});

/** Returns `['redirect']` where that step is allowed, else an empty list. */
export const onlyRedirect = (draft: DraftState): NextStep[] => draft.next.filter((step) => step === 'redirect');

/** Begins a call in place of the one in flight. Only an action of the customer changes status, problem and notice. */
export function beginCall(draft: DraftState, name: CallName, action: DraftState['busy'], keepsStatus?: boolean): void {
  const { call, busy, hidden, online, nowMs, ...before } = draft;
  const status = keepsStatus ? undefined : statusDuring[name];
  const awaiting = status && awaitedDuring[status];
  // A retry keeps the deadline of the first attempt.
  const isRetry = draft.wait?.action === name && draft.nowMs < draft.wait.deadlineMs;
  const wait = isRetry ? draft.wait : awaiting && createWait(draft, awaiting, name);
  const next = name === 'submit' ? [] : onlyRedirect(draft);
  if (status) Object.assign(draft, { status, next, wait, polls: 0, problem: undefined, notice: undefined });
  draft.started = true;
  draft.busy = action;
  draft.pollAtMs = undefined;
  // A call that waits for the issuer (generate, submit, resend) gets 30 s; a poll, `bank` and `cancel` get 15 s.
  draft.call = {
    name,
    isRetry,
    before,
    deadlineMs: Math.min(draft.nowMs + 30_000, wait?.deadlineMs ?? draft.nowMs + 15_000),
  };
}

/**
 * Requests the payment view, unless a call is in flight or the browser is offline. A poll that the customer `asked` for
 * may be one that is in flight already.
 */
export function poll(draft: DraftState, asked?: FlowAction): void {
  if (!draft.online) return;
  if (draft.call) draft.busy ??= asked;
  else {
    draft.polls += 1;
    beginCall(draft, 'payment', asked);
  }
}

/** Generates an OTP if one is needed and nothing prevents it. Returns true if it did. */
export function generate(draft: DraftState): boolean {
  const unrecoverable: readonly unknown[] = ['NATIVE_OTP_UNAVAILABLE', 'SESSION_EXPIRED', 'SESSION_READ_ONLY'];
  if (
    draft.status !== 'idle' ||
    !draft.needsOtp ||
    draft.hidden ||
    !draft.online ||
    unrecoverable.includes(draft.problem?.code)
  )
    return false;
  draft.needsOtp = false;
  beginCall(draft, 'generate', 'start');
  return true;
}
