import { generate, onlyRedirect, waitFor } from './machine-requests.ts';
import type { PaymentView } from './contract.ts';
import type { Call, CallName, Draft } from './machine-state.ts';
import { isEnd, isOverdue, pauseSeconds, waitsFor } from './machine-timing.ts';
import type { FlowNotice, FlowStatus, TransportResult } from './flow-state.ts';

const noticeAfter: Partial<Record<FlowStatus, FlowNotice>> = {
  generating: 'otpSent',
  resending: 'otpResent',
  redirecting: 'newerOtpPossible',
};

/** Ends a wait that lasted too long, and sets the time of the next question. */
export function settle(m: Draft, wishSeconds?: number): void {
  const overdue = isOverdue(m);
  if (overdue) {
    const otp = waitsFor[m.status] === 'otp';
    m.otpWanted = false;
    m.status = otp ? 'awaitingOtp' : 'unresolved';
    m.problem = { code: otp ? 'OTP_MAYBE_NOT_SENT' : 'OUTCOME_UNKNOWN' };
    m.next = [otp ? 'resend' : 'check', 'submit', ...(m.challengeUrl ? (['redirect'] as const) : [])];
    if (otp) m.resendAtMs = m.nowMs;
  }
  const pause = pauseSeconds(m, overdue ? 0 : wishSeconds);
  m.askAgainAtMs = pause && m.nowMs + pause * 1000;
}

/** A view decides where the customer stands. */
export function seen(m: Draft, view: PaymentView, name?: CallName): void {
  const was = m.status;
  const { phase, session: _, attempts, resendInSeconds, pollAfterSeconds, leftForBank, ...said } = view;
  let status: FlowStatus = phase === 'ready' ? 'idle' : phase;
  let trouble = said.problem;
  const open = status === 'awaitingOtp' || status === 'unresolved';
  const unheard = m.wait?.action && view.revision <= m.wait.revision && (attempts?.misses ?? 0) <= m.misses;
  if (name === 'payment' && open && unheard) {
    // The backend knows nothing of the act. A code may still be on its way there: believed at the second look.
    if (was === 'confirming' && m.asks < 2) return settle(m);
    trouble ??= { code: 'BACKEND_UNREACHABLE' };
  }
  if (name === 'bank' && !isEnd(status)) status = 'redirecting';
  // Why there is no code stays said until the customer tries again.
  if (status === 'idle' && !m.otpWanted) trouble ??= m.problem;
  const failed = trouble && waitsFor[was];
  // A page that was loaded anew after the bank's page has no status to tell it from; later, other news stand.
  const notice = noticeAfter[was] ?? (leftForBank && m.revision < 0 ? 'newerOtpPossible' : m.notice);

  // What a view leaves out of the payment's description is as it was; a problem is over.
  Object.assign(m, { leftAtBank: undefined, resendAtMs: undefined }, said, attempts, {
    status,
    problem: trouble,
    notice: status === 'awaitingOtp' && !failed ? notice : undefined,
  });
  if (resendInSeconds !== undefined) m.resendAtMs = m.nowMs + resendInSeconds * 1000;
  if (status !== was) m.asks = 0;
  if (generate(m)) return;
  const what = waitsFor[status];
  if (what !== m.wait?.for) m.wait = what && waitFor(m, what);
  settle(m, pollAfterSeconds);
}

/** No answer came, so nobody knows whether the call was heard. */
function unanswered(m: Draft, name: CallName): void {
  if (name === 'generate') m.otpWanted = true;
  if (name === 'submit') m.status = 'confirming';
  if (name === 'submit' || m.revision < 0) m.next = ['check'];
  if (name === 'cancel' || m.status === 'idle' || waitsFor[m.status]) m.problem = { code: 'BACKEND_UNREACHABLE' };
  settle(m, 0);
}

/** The backend did nothing: all is as before the act, but for the problem. */
function refused(m: Draft, { name, before }: Call, refusal: Extract<TransportResult, { kind: 'refused' }>): void {
  const expired = refusal.status === 401;
  if (name !== 'payment') Object.assign(m, before, { notice: undefined });
  if (name !== 'payment' || expired || m.status !== 'awaitingOtp')
    m.problem = expired ? { code: 'SESSION_EXPIRED' } : refusal.problem;
  if (expired) {
    // Nothing that is waited for can come any more.
    const what = waitsFor[m.status];
    if (what) m.status = what === 'otp' ? 'awaitingOtp' : 'unresolved';
    m.next = onlyRedirect(m);
    m.started = false;
  }
  settle(m, refusal.retryAfterSeconds ?? 0);
}

/** What follows from the end of a call; no result is no answer. */
export function answered(m: Draft, call: Call, result?: TransportResult): void {
  m.call = undefined;
  if (result?.kind === 'view' && result.view.revision >= m.revision) seen(m, result.view, call.name);
  // A gateway's 502 may hide an act that was done; a 503 of the backend itself says that nothing was.
  else if (result?.kind === 'refused' && (result.status < 500 || result.status === 503)) refused(m, call, result);
  else unanswered(m, call.name);
}
