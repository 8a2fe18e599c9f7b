import type { NextStep } from './contract.ts';
import type { CallName, DraftState, Wait } from './machine-state.ts';
import { waitTimeoutMs, awaitedDuring } from './machine-timing.ts';
import type { FlowStatus } from './flow-state.ts';

/** Where the customer stands while a deed is under way; the other calls change nothing that is shown. */
const statusDuring: Partial<Record<CallName, FlowStatus>> = {
  generate: 'generating',
  submit: 'submitting',
  resend: 'resending',
  bank: 'redirecting',
};

export const createWait = (draft: DraftState, awaiting: Wait['for'], action?: CallName): Wait => ({
  for: awaiting,
  deadlineMs: draft.nowMs + waitTimeoutMs[awaiting],
  action,
  revision: draft.revision,
});

export const onlyRedirect = (draft: DraftState): NextStep[] => draft.next.filter((step) => step === 'redirect');

/** Begins a call, in place of the one under way. What is said changes with a deed of the customer only. */
export function beginCall(draft: DraftState, name: CallName): void {
  const { call, hidden, online, nowMs, ...before } = draft;
  const status = statusDuring[name];
  const awaiting = status && awaitedDuring[status];
  // A deed told again is waited for no longer than if its first telling had been heard.
  const isRetry = draft.wait?.action === name && draft.nowMs < draft.wait.deadlineMs;
  const wait = isRetry ? draft.wait : awaiting && createWait(draft, awaiting, name);
  const next = name === 'submit' ? [] : onlyRedirect(draft);
  if (status) Object.assign(draft, { status, next, wait, polls: 0, problem: undefined, notice: undefined });
  draft.started = true;
  draft.pollAtMs = undefined;
  // The issuer takes its time over an act; a question is quickly answered.
  draft.call = {
    name,
    isRetry,
    before,
    deadlineMs: Math.min(draft.nowMs + 30_000, wait?.deadlineMs ?? draft.nowMs + 15_000),
  };
}

/** Asks where the payment stands, unless a call is under way or the network is away. */
export function poll(draft: DraftState): void {
  if (draft.call || !draft.online) return;
  draft.polls += 1;
  beginCall(draft, 'payment');
}

/** Asks the bank for a code, if one is wanted and nothing is in the way. */
export function generate(draft: DraftState): boolean {
  const unrecoverable: readonly unknown[] = ['NATIVE_OTP_UNAVAILABLE', 'SESSION_EXPIRED'];
  if (
    draft.status !== 'idle' ||
    !draft.needsOtp ||
    draft.hidden ||
    !draft.online ||
    unrecoverable.includes(draft.problem?.code)
  )
    return false;
  draft.needsOtp = false;
  beginCall(draft, 'generate');
  return true;
}
