import { generate, onlyRedirect, createWait } from './machine-requests.ts';
import type { PaymentView } from './contract.ts';
import type { Call, CallName, DraftState } from './machine-state.ts';
import { isEnd, isOverdue, pollDelaySeconds, awaitedDuring } from './machine-timing.ts';
import type { FlowNotice, FlowStatus, TransportResult } from './flow-state.ts';

const noticeAfter: Partial<Record<FlowStatus, FlowNotice>> = {
  generating: 'otpSent',
  resending: 'otpResent',
  redirecting: 'newerOtpPossible',
};

/** Ends a wait that lasted too long, and sets the time of the next question. */
export function scheduleNextPoll(draft: DraftState, retryAfterSeconds?: number): void {
  const overdue = isOverdue(draft);
  if (overdue) {
    const otp = awaitedDuring[draft.status] === 'otp';
    draft.needsOtp = false;
    draft.status = otp ? 'awaitingOtp' : 'unresolved';
    draft.problem = { code: otp ? 'OTP_MAYBE_NOT_SENT' : 'OUTCOME_UNKNOWN' };
    draft.next = [otp ? 'resend' : 'check', 'submit', ...(draft.challengeUrl ? (['redirect'] as const) : [])];
    if (otp) draft.resendAtMs = draft.nowMs;
  }
  const delaySeconds = pollDelaySeconds(draft, overdue ? 0 : retryAfterSeconds);
  draft.pollAtMs = delaySeconds && draft.nowMs + delaySeconds * 1000;
}

/** A view decides where the customer stands. */
export function applyView(draft: DraftState, view: PaymentView, name?: CallName): void {
  const previousStatus = draft.status;
  const { phase, session: _, attempts, resendInSeconds, pollAfterSeconds, leftForBank, ...members } = view;
  let status: FlowStatus = phase === 'ready' ? 'idle' : phase;
  let problem = members.problem;
  const open = status === 'awaitingOtp' || status === 'unresolved';
  const notYetRecorded =
    draft.wait?.action && view.revision <= draft.wait.revision && (attempts?.misses ?? 0) <= draft.misses;
  if (name === 'payment' && open && notYetRecorded) {
    // The backend knows nothing of the act. A code may still be on its way there: believed at the second look.
    if (previousStatus === 'confirming' && draft.polls < 2) return scheduleNextPoll(draft);
    problem ??= { code: 'BACKEND_UNREACHABLE' };
  }
  if (name === 'bank' && !isEnd(status)) status = 'redirecting';
  // Why there is no code stays said until the customer tries again.
  if (status === 'idle' && !draft.needsOtp) problem ??= draft.problem;
  const failed = problem && awaitedDuring[previousStatus];
  // A page that was loaded anew after the bank's page has no status to tell it from; later, other news stand.
  const notice = noticeAfter[previousStatus] ?? (leftForBank && draft.revision < 0 ? 'newerOtpPossible' : draft.notice);

  // What a view leaves out of the payment's description is as it was; a problem is over.
  Object.assign(draft, { leftAtBank: undefined, resendAtMs: undefined }, members, attempts, {
    status,
    problem,
    notice: status === 'awaitingOtp' && !failed ? notice : undefined,
  });
  if (resendInSeconds !== undefined) draft.resendAtMs = draft.nowMs + resendInSeconds * 1000;
  if (status !== previousStatus) draft.polls = 0;
  if (generate(draft)) return;
  const awaiting = awaitedDuring[status];
  if (awaiting !== draft.wait?.for) draft.wait = awaiting && createWait(draft, awaiting);
  scheduleNextPoll(draft, pollAfterSeconds);
}

/** No answer came, so nobody knows whether the call was heard. */
function onNoResponse(draft: DraftState, name: CallName): void {
  if (name === 'generate') draft.needsOtp = true;
  if (name === 'submit') draft.status = 'confirming';
  if (name === 'submit' || draft.revision < 0) draft.next = ['check'];
  if (name === 'cancel' || draft.status === 'idle' || awaitedDuring[draft.status])
    draft.problem = { code: 'BACKEND_UNREACHABLE' };
  scheduleNextPoll(draft, 0);
}

/** The backend did nothing: all is as before the act, but for the problem. */
function onRejected(
  draft: DraftState,
  { name, before }: Call,
  rejection: Extract<TransportResult, { kind: 'rejected' }>,
): void {
  const expired = rejection.status === 401;
  if (name !== 'payment') Object.assign(draft, before, { notice: undefined });
  if (name !== 'payment' || expired || draft.status !== 'awaitingOtp')
    draft.problem = expired ? { code: 'SESSION_EXPIRED' } : rejection.problem;
  if (expired) {
    // Nothing that is waited for can come any more.
    const awaiting = awaitedDuring[draft.status];
    if (awaiting) draft.status = awaiting === 'otp' ? 'awaitingOtp' : 'unresolved';
    draft.next = onlyRedirect(draft);
    draft.started = false;
  }
  scheduleNextPoll(draft, rejection.retryAfterSeconds ?? 0);
}

/** What follows from the end of a call; no result is no answer. */
export function onResponse(draft: DraftState, call: Call, result?: TransportResult): void {
  draft.call = undefined;
  if (result?.kind === 'view' && draft.revision <= result.view.revision) applyView(draft, result.view, call.name);
  // A gateway's 502 may hide an act that was done; a 503 of the backend itself says that nothing was.
  else if (result?.kind === 'rejected' && (result.status < 500 || result.status === 503))
    onRejected(draft, call, result);
  else onNoResponse(draft, call.name);
}
