/** Transitions at the end of a call: a view, a rejection, or no response. */
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

/** Ends an overdue wait and schedules the next poll. */
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

/** Applies a view of the backend, which determines the status. */
export function applyView(draft: DraftState, view: PaymentView, name?: CallName): void {
  const previousStatus = draft.status;
  const { phase, session: _, attempts, resendInSeconds, pollAfterSeconds, leftForBank, ...members } = view;
  let status: FlowStatus = phase === 'ready' ? 'idle' : phase;
  let problem = members.problem;
  const open = status === 'awaitingOtp' || status === 'unresolved';
  // A view that is no newer than the action shows no effect of it.
  const isOld = draft.wait?.action && view.revision <= draft.wait.revision;
  if (name === 'payment' && open && isOld && (attempts?.misses ?? 0) <= draft.misses) {
    // The backend has not recorded the action yet. A submit may still be in transit, so that is concluded from the
    // second poll only.
    if (previousStatus === 'confirming' && draft.polls < 2) return scheduleNextPoll(draft);
    problem ??= { code: 'BACKEND_UNREACHABLE' };
  }
  // With the bank's page in another tab the status stays.
  if (name === 'bank' && previousStatus === 'redirecting' && !isEnd({ status, next: view.next }))
    status = previousStatus;
  // The reason for a missing OTP stays until the customer tries again.
  if (status === 'idle' && !draft.needsOtp) problem ??= draft.problem;
  const failed = problem && awaitedDuring[previousStatus];
  // After a reload there is no previous status, so the first view's `leftForBank` stands for it.
  const notice =
    (isOld ? undefined : noticeAfter[name === 'bank' ? 'redirecting' : previousStatus]) ??
    (leftForBank && draft.revision < 0 ? 'newerOtpPossible' : draft.notice);
  const { resendAtMs } = draft;

  // Details that a view omits stay as they were; an omitted problem is cleared.
  Object.assign(draft, { leftAtBank: undefined, resendAtMs: undefined }, members, attempts, {
    status,
    problem,
    notice: status === 'awaitingOtp' && !failed ? notice : undefined,
  });
  if (resendInSeconds !== undefined) {
    const atMs = draft.nowMs + resendInSeconds * 1000;
    const laterMs = atMs - (resendAtMs ?? 0);
    // The backend rounds to seconds and a response takes time: the same deadline comes again a little later.
    draft.resendAtMs = laterMs > 0 && laterMs <= 2_000 ? resendAtMs : atMs;
  }
  if (status !== previousStatus) draft.polls = 0;
  if (generate(draft)) return;
  const awaiting = awaitedDuring[status];
  if (awaiting !== draft.wait?.for) draft.wait = awaiting && createWait(draft, awaiting);
  scheduleNextPoll(draft, pollAfterSeconds);
}

/** Handles a call without a response: it is unknown whether the backend received it. */
function onNoResponse(draft: DraftState, name: CallName): void {
  if (name === 'generate') draft.needsOtp = true;
  if (name === 'submit') draft.status = 'confirming';
  if (name === 'submit' || draft.revision < 0) draft.next = ['check'];
  if (name === 'cancel' || draft.status === 'idle' || awaitedDuring[draft.status])
    draft.problem = { code: 'BACKEND_UNREACHABLE' };
  scheduleNextPoll(draft, 0);
}

/** Handles a rejection: the backend did nothing, so the state before the action returns, with the problem. */
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
    // Without a session no awaited outcome can arrive any more.
    const awaiting = awaitedDuring[draft.status];
    if (awaiting) draft.status = awaiting === 'otp' ? 'awaitingOtp' : 'unresolved';
    draft.next = onlyRedirect(draft);
    // Whether the bank's page took a code remains unknown.
    if (isEnd(draft)) draft.status = 'unresolved';
    draft.started = false;
  }
  scheduleNextPoll(draft, rejection.retryAfterSeconds ?? 0);
}

/** Handles the end of a call; `undefined` means no response. */
export function onResponse(draft: DraftState, call: Call, result?: TransportResult): void {
  draft.call = draft.busy = undefined;
  if (result?.kind === 'view' && draft.revision <= result.view.revision) applyView(draft, result.view, call.name);
  // A gateway's 502 may hide an action that took effect; the backend responds with 503 only when none did.
  else if (result?.kind === 'rejected' && (result.status < 500 || result.status === 503))
    onRejected(draft, call, result);
  else onNoResponse(draft, call.name);
}
