import { isPluralError, type Operation, type PluralError } from '@plural-otp/core';
import type { Problem, ProblemCode } from '@plural-otp/flow/contract';
import type { Limits } from './limits.ts';
import type { OtpAction, PaymentEntry } from './order-record.ts';
import { markMaybeSent, recordRejectedOtp, currentPhase } from './phase.ts';

/** Whether a deed is to be sent to Plural; if not, what the customer is told beside where the payment stands. */
export interface BeginResult {
  send: boolean;
  problem?: Problem;
}

/** How the call of a deed ended. */
export type CallOutcome =
  | { response: { next: readonly string[]; resendAfterSeconds: number } | undefined }
  | { error: unknown };

/** What is left to do after a deed. `readOrder`: the order may know more; `refuseIfOpen`: if not, the code was refused. */
export type FollowUp = 'nothing' | 'readOrder' | 'rejectIfOpen';

const counterName = (action: OtpAction): `${OtpAction}s` => `${action}s`;
const generateLimit = 3;
const resendAfterUnknownSeconds = 30;

/**
 * Takes a deed up, and counts it, before anything is sent. A known act, a deed out of place, or one while another is
 * under way changes nothing and sends nothing.
 */
export function beginAction(
  entry: PaymentEntry,
  action: OtpAction,
  idempotencyKey: string,
  nowMs: number,
  limits: Limits,
): BeginResult {
  if (entry.idempotencyKeys.includes(idempotencyKey)) return { send: false };
  const { phase } = currentPhase(entry, nowMs, limits.submits);
  const isAllowed = action === 'generate' ? phase === 'ready' : phase === 'awaitingOtp' || phase === 'unresolved';
  if (!isAllowed) return { send: false };
  const code = blockingProblem(entry, action, nowMs, limits);
  if (code) return { send: false, problem: { code } };
  entry[counterName(action)] += 1;
  entry.idempotencyKeys.push(idempotencyKey);
  entry.inFlight = { action, idempotencyKey, startedAtMs: nowMs };
  return { send: true };
}

function blockingProblem(
  entry: PaymentEntry,
  action: OtpAction,
  nowMs: number,
  limits: Limits,
): ProblemCode | undefined {
  if (action === 'generate') {
    return entry.nativeOtp && entry.generates < generateLimit ? undefined : 'NATIVE_OTP_UNAVAILABLE';
  }
  if (entry.submits >= limits.submits) return 'ATTEMPTS_USED';
  if (action === 'submit') return undefined;
  if (!entry.resendOffered || entry.resends >= limits.resends) return 'RESEND_LIMIT';
  return nowMs < (entry.resendAtMs ?? 0) ? 'RESEND_TOO_EARLY' : undefined;
}

/** Puts the end of a deed into the record. */
export function completeAction(
  entry: PaymentEntry,
  action: OtpAction,
  idempotencyKey: string,
  outcome: CallOutcome,
  nowMs: number,
): FollowUp {
  entry.inFlight = undefined;
  if ('response' in outcome) {
    entry.problem = undefined;
    if (action === 'submit') entry.unconfirmedSubmit = { startedAtMs: nowMs, accepted: true };
    else recordPrompt(entry, outcome.response, nowMs);
    return 'nothing';
  }
  const error = isPluralError(outcome.error) ? outcome.error : undefined;
  if (error && wasNotSent(error, `${action}Otp`)) {
    entry[counterName(action)] -= 1;
    entry.idempotencyKeys = entry.idempotencyKeys.filter((known) => known !== idempotencyKey);
    entry.problem = { code: toNotSentProblem(error) };
    return 'nothing';
  }
  return recordFailure(entry, action, error, nowMs);
}

function recordPrompt(
  entry: PaymentEntry,
  response: { next: readonly string[]; resendAfterSeconds: number } | undefined,
  nowMs: number,
): void {
  entry.stage = 'awaitingOtp';
  entry.unconfirmedSubmit = undefined;
  // From here on the newest code is the one sent for this page.
  entry.leftForBank = undefined;
  if (!response) return;
  entry.resendAtMs = nowMs + response.resendAfterSeconds * 1000;
  entry.resendOffered = response.next.length === 0 || response.next.includes('RESEND_OTP');
}

/** An attempt is given back only when it surely had no effect and its own call got no HTTP answer. */
const wasNotSent = (error: PluralError, operation: Operation): boolean =>
  error.outcome === 'none' && (error.operation !== operation || error.status === undefined);

const toNotSentProblem = ({ code }: PluralError): ProblemCode => {
  if (code === 'BUSY') return 'BUSY';
  return code === 'NETWORK_FAILED' || code === 'TIMEOUT' || code === 'API_FAILED' ? 'BACKEND_UNREACHABLE' : 'INTERNAL';
};

function recordFailure(
  entry: PaymentEntry,
  action: OtpAction,
  error: PluralError | undefined,
  nowMs: number,
): FollowUp {
  const resendAfterSeconds = error?.upstream?.resendAfterSeconds;
  switch (error?.code) {
    case 'ATTEMPTS_USED':
      if (action === 'submit') recordRejectedOtp(entry);
      entry.stage = 'exhausted';
      entry.unconfirmedSubmit = undefined;
      return 'readOrder';
    case 'OTP_NOT_ACCEPTED':
      recordRejectedOtp(entry);
      if (error.upstream?.next && !error.upstream.next.includes('RESEND_OTP')) entry.resendOffered = false;
      if (resendAfterSeconds !== undefined) entry.resendAtMs = nowMs + resendAfterSeconds * 1000;
      return 'nothing';
    case 'NATIVE_OTP_UNAVAILABLE':
    case 'RESEND_LIMIT':
    case 'RESEND_TOO_EARLY':
    case 'BUSY':
      entry.problem = { code: error.code };
      if (error.code === 'NATIVE_OTP_UNAVAILABLE') entry.nativeOtp = false;
      if (error.code === 'RESEND_LIMIT') entry.resendOffered = false;
      if (error.code === 'RESEND_TOO_EARLY')
        entry.resendAtMs = nowMs + (resendAfterSeconds ?? resendAfterUnknownSeconds) * 1000;
      return 'nothing';
    default:
      return recordUnknownOutcome(entry, action, error, nowMs);
  }
}

function recordUnknownOutcome(
  entry: PaymentEntry,
  action: OtpAction,
  error: PluralError | undefined,
  nowMs: number,
): FollowUp {
  if (error?.outcome === 'none') {
    entry.problem = { code: 'INTERNAL' };
    return 'nothing';
  }
  if (action === 'submit') {
    entry.problem = undefined;
    entry.unconfirmedSubmit = { startedAtMs: nowMs, accepted: false };
    return error?.code === 'API_REJECTED' ? 'rejectIfOpen' : 'nothing';
  }
  entry.unconfirmedSubmit = undefined;
  markMaybeSent(entry, action === 'generate' ? nowMs : nowMs + resendAfterUnknownSeconds * 1000);
  return 'nothing';
}
