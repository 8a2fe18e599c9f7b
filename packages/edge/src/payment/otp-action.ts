import { isPluralError, type Operation, type PluralError } from '@plural-otp/core';
import type { Problem, ProblemCode } from '@plural-otp/flow/contract';
import type { Limits } from './limits.ts';
import type { OtpAction, PaymentEntry } from './order-record.ts';
import { maybeSent, refuseCode, situationOf } from './phase.ts';

/** Whether a deed is to be sent to Plural; if not, what the customer is told beside where the payment stands. */
export interface Admission {
  send: boolean;
  problem?: Problem;
}

/** How the call of a deed ended. */
export type Ending =
  | { answer: { next: readonly string[]; resendAfterSeconds: number } | undefined }
  | { error: unknown };

/** What is left to do after a deed. `readOrder`: the order may know more; `refuseIfOpen`: if not, the code was refused. */
export type Remainder = 'nothing' | 'readOrder' | 'refuseIfOpen';

const countOf = (deed: OtpAction): `${OtpAction}s` => `${deed}s`;
const generateLimit = 3;
const resendAfterUnclearSeconds = 30;

/**
 * Takes a deed up, and counts it, before anything is sent. A known act, a deed out of place, or one while another is
 * under way changes nothing and sends nothing.
 */
export function admit(
  entry: PaymentEntry,
  deed: OtpAction,
  idempotencyKey: string,
  nowMs: number,
  limits: Limits,
): Admission {
  if (entry.idempotencyKeys.includes(idempotencyKey)) return { send: false };
  const { phase } = situationOf(entry, nowMs, limits.submits);
  const isOpenTo = deed === 'generate' ? phase === 'ready' : phase === 'awaitingOtp' || phase === 'unresolved';
  if (!isOpenTo) return { send: false };
  const code = obstacle(entry, deed, nowMs, limits);
  if (code) return { send: false, problem: { code } };
  entry[countOf(deed)] += 1;
  entry.idempotencyKeys.push(idempotencyKey);
  entry.inFlight = { deed, idempotencyKey, startedAtMs: nowMs };
  return { send: true };
}

function obstacle(entry: PaymentEntry, deed: OtpAction, nowMs: number, limits: Limits): ProblemCode | undefined {
  if (deed === 'generate') {
    return entry.nativeOtp && entry.generates < generateLimit ? undefined : 'NATIVE_OTP_UNAVAILABLE';
  }
  if (entry.submits >= limits.submits) return 'ATTEMPTS_USED';
  if (deed === 'submit') return undefined;
  if (!entry.resendOffered || entry.resends >= limits.resends) return 'RESEND_LIMIT';
  return nowMs < (entry.resendAtMs ?? 0) ? 'RESEND_TOO_EARLY' : undefined;
}

/** Puts the end of a deed into the record. */
export function conclude(
  entry: PaymentEntry,
  deed: OtpAction,
  idempotencyKey: string,
  ending: Ending,
  nowMs: number,
): Remainder {
  entry.inFlight = undefined;
  if ('answer' in ending) {
    entry.problem = undefined;
    if (deed === 'submit') entry.unconfirmedSubmit = { startedAtMs: nowMs, accepted: true };
    else prompted(entry, ending.answer, nowMs);
    return 'nothing';
  }
  const error = isPluralError(ending.error) ? ending.error : undefined;
  if (error && wasNotSent(error, `${deed}Otp`)) {
    entry[countOf(deed)] -= 1;
    entry.idempotencyKeys = entry.idempotencyKeys.filter((known) => known !== idempotencyKey);
    entry.problem = { code: whyNotSent(error) };
    return 'nothing';
  }
  return failed(entry, deed, error, nowMs);
}

function prompted(
  entry: PaymentEntry,
  answer: { next: readonly string[]; resendAfterSeconds: number } | undefined,
  nowMs: number,
): void {
  entry.stage = 'awaitingOtp';
  entry.unconfirmedSubmit = undefined;
  // From here on the newest code is the one sent for this page.
  entry.leftForBank = undefined;
  if (!answer) return;
  entry.resendAtMs = nowMs + answer.resendAfterSeconds * 1000;
  entry.resendOffered = answer.next.length === 0 || answer.next.includes('RESEND_OTP');
}

/** An attempt is given back only when it surely had no effect and its own call got no HTTP answer. */
const wasNotSent = (error: PluralError, operation: Operation): boolean =>
  error.outcome === 'none' && (error.operation !== operation || error.status === undefined);

const whyNotSent = ({ code }: PluralError): ProblemCode => {
  if (code === 'BUSY') return 'BUSY';
  return code === 'NETWORK_FAILED' || code === 'TIMEOUT' || code === 'API_FAILED' ? 'BACKEND_UNREACHABLE' : 'INTERNAL';
};

function failed(entry: PaymentEntry, deed: OtpAction, error: PluralError | undefined, nowMs: number): Remainder {
  const wait = error?.upstream?.resendAfterSeconds;
  switch (error?.code) {
    case 'ATTEMPTS_USED':
      if (deed === 'submit') refuseCode(entry);
      entry.stage = 'exhausted';
      entry.unconfirmedSubmit = undefined;
      return 'readOrder';
    case 'OTP_NOT_ACCEPTED':
      refuseCode(entry);
      if (error.upstream?.next && !error.upstream.next.includes('RESEND_OTP')) entry.resendOffered = false;
      if (wait !== undefined) entry.resendAtMs = nowMs + wait * 1000;
      return 'nothing';
    case 'NATIVE_OTP_UNAVAILABLE':
    case 'RESEND_LIMIT':
    case 'RESEND_TOO_EARLY':
    case 'BUSY':
      entry.problem = { code: error.code };
      if (error.code === 'NATIVE_OTP_UNAVAILABLE') entry.nativeOtp = false;
      if (error.code === 'RESEND_LIMIT') entry.resendOffered = false;
      if (error.code === 'RESEND_TOO_EARLY') entry.resendAtMs = nowMs + (wait ?? resendAfterUnclearSeconds) * 1000;
      return 'nothing';
    default:
      return unclear(entry, deed, error, nowMs);
  }
}

function unclear(entry: PaymentEntry, deed: OtpAction, error: PluralError | undefined, nowMs: number): Remainder {
  if (error?.outcome === 'none') {
    entry.problem = { code: 'INTERNAL' };
    return 'nothing';
  }
  if (deed === 'submit') {
    entry.problem = undefined;
    entry.unconfirmedSubmit = { startedAtMs: nowMs, accepted: false };
    return error?.code === 'API_REJECTED' ? 'refuseIfOpen' : 'nothing';
  }
  entry.unconfirmedSubmit = undefined;
  maybeSent(entry, deed === 'generate' ? nowMs : nowMs + resendAfterUnclearSeconds * 1000);
  return 'nothing';
}
