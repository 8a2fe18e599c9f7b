/**
 * The life of an OTP action (generate, submit, resend) in its record entry: reserved before the upstream call,
 * completed with its outcome, or expired when the outcome was never recorded. Each function changes the entry it is
 * given, and does no I/O.
 */

import { isPluralError, type Operation, type PluralError } from '@plural-otp/core';
import type { Problem, ProblemCode } from '@plural-otp/flow/contract';
import { generateLimit, type Limits } from './limits.ts';
import type { OtpAction, PaymentEntry } from './order-record.ts';
import { currentPhase } from './phase.ts';

/** Result of reserving an action: whether to send it to Plural, and otherwise a problem to show with the payment. */
export interface BeginResult {
  send: boolean;
  problem?: Problem;
}

/** Outcome of an action's call to Plural. */
export type CallOutcome =
  | { response: { next: readonly string[]; resendAfterSeconds: number } | undefined }
  | { error: unknown };

/**
 * Work left after an action. `readOrder`: read the order; `rejectIfOpen`: read it, and if it is still open the OTP was
 * rejected.
 */
export type FollowUp = 'nothing' | 'readOrder' | 'rejectIfOpen';

const maxCallMs: Record<OtpAction, number> = { generate: 28_000, resend: 28_000, submit: 50_000 };

/** Returns the longest time the call of an action may take. */
export const callTimeoutMs = (action: OtpAction, { callSeconds }: Limits): number =>
  Math.min(maxCallMs[action], callSeconds * 1000);

/**
 * Time between a reservation and the start of its call, at most: a save and a read, each within the time limit of the
 * store. With it, two actions of a payment are never at Plural at the same time, however slow the store is.
 */
const reservationMs = 7000;

const counterName = (action: OtpAction): `${OtpAction}s` => `${action}s`;
const resendAfterUnknownSeconds = 30;

/**
 * Reserves an OTP action before the upstream call, and counts it, so that a repeated or concurrent request cannot send
 * an OTP, or a second SMS, twice. No-op for a known idempotency key, an action that the current phase does not allow,
 * or one that arrives while another is in flight.
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
  const expiresAtMs = nowMs + reservationMs + callTimeoutMs(action, limits);
  entry.inFlight = { action, idempotencyKey, startedAtMs: nowMs, expiresAtMs };
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

/** Records the outcome of an action's call, and returns the work that is left. */
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
  // From now on the newest OTP is the one sent for this page, not one of the bank's own page.
  entry.leftForBank = undefined;
  if (!response) return;
  entry.resendAtMs = nowMs + response.resendAfterSeconds * 1000;
  entry.resendOffered = response.next.length === 0 || response.next.includes('RESEND_OTP');
}

/**
 * Returns true when an action certainly had no effect and its own call got no HTTP response: then its attempt is given
 * back. Another call, such as the one for a token, may have had a response.
 */
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

/**
 * Records an outcome that only the order can decide; an error that certainly had no effect becomes `INTERNAL`. A submit
 * is never repeated, because the first may have been accepted.
 */
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

/**
 * Records the unknown outcome of an action that is still in flight after its time: the process that sent it died before
 * it recorded a response. An OTP may have been sent, or a submit accepted.
 */
export function expireStaleAction(entry: PaymentEntry, nowMs: number): void {
  const { inFlight } = entry;
  if (!inFlight || nowMs < inFlight.expiresAtMs) return;
  entry.inFlight = undefined;
  if (inFlight.action === 'submit') entry.unconfirmedSubmit = { startedAtMs: inFlight.startedAtMs, accepted: false };
  else markMaybeSent(entry, inFlight.expiresAtMs);
}

/** Records that an OTP was requested and may not have been sent. */
function markMaybeSent(entry: PaymentEntry, resendAtMs: number): void {
  entry.stage = 'awaitingOtp';
  entry.resendAtMs = resendAtMs;
  entry.problem = { code: 'OTP_MAYBE_NOT_SENT' };
}

/** Records that the issuer rejected an OTP. */
export function recordRejectedOtp(entry: PaymentEntry): void {
  entry.misses += 1;
  entry.inFlight = undefined;
  entry.unconfirmedSubmit = undefined;
  entry.problem = { code: 'OTP_NOT_ACCEPTED' };
}
