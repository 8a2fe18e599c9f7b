/** What an answer means: the value asked for, or the error it stands for. Pure. */

import type { Answers, Endpoint } from './endpoints.ts';
import { isReading, type Operation, type Outcome, type PluralErrorCode } from '../errors/error-codes.ts';
import { PluralError, type Upstream } from '../errors/plural-error.ts';
import type { Answer } from './http.ts';
import { masked } from '../errors/redact.ts';
import { omitUndefined } from '../lib/omit-undefined.ts';
import { nextIn, resendAfterIn } from '../wire/otp.ts';
import { isJsonObject, read, unwrapped } from '../wire/parse.ts';
import { codeGroup, errorWords, isErrorBody } from '../wire/error-body.ts';

export interface Asked<O extends Operation> {
  operation: O;
  endpoint: Endpoint<Answers[O]>;
  requestId: string;
  /** What Plural must not be quoted with. */
  secrets: readonly string[];
}

interface Refusal {
  code: PluralErrorCode;
  outcome?: Outcome;
}

/**
 * The value an answer holds.
 *
 * @throws {PluralError} what the answer stands for otherwise.
 */
export function judge<O extends Operation>(answer: Answer, asked: Asked<O>): Answers[O] {
  const { operation, endpoint } = asked;
  const { status, body } = answer;
  const inner = unwrapped(body);
  const refused = status >= 400 || isErrorBody(body) || saysFailed(operation, inner);
  const result = refused ? undefined : read(endpoint.answer, inner);
  const over = !refused && saysOver(operation, inner);
  if (result !== undefined && result.issues === undefined && !over) return result.value;

  const upstream = upstreamOf(body, asked);
  const refusal: Refusal = over
    ? { code: 'ATTEMPTS_USED' }
    : !refused
      ? { code: 'RESPONSE_INVALID' }
      : status >= 400
        ? refusalOf(operation, status, upstream)
        : refusalInSuccess(operation, upstream);
  throw new PluralError(refusal.code, { ...refusal, operation, status, upstream, issues: result?.issues });
}

/** Whether one refreshed token may be tried: a refusal of the token, and not of an OTP. */
export function isTokenRefusal(answer: Answer): boolean {
  return answer.status === 401 && nextOf(answer.body) === undefined;
}

function nextOf(body: unknown): string[] | undefined {
  return nextIn(body) ?? nextIn(unwrapped(body));
}

function upstreamOf(body: unknown, asked: Asked<Operation>): Upstream {
  const { code, message } = errorWords(body);
  const next = nextOf(body);
  return omitUndefined({
    code: code && masked(code, asked.secrets, 64).toUpperCase(),
    message: message && masked(withoutCodes(message, asked.operation), asked.secrets, 200),
    next,
    resendAfterSeconds: resendAfterIn(body) ?? resendAfterIn(unwrapped(body)),
    requestId: asked.requestId,
  });
}

/** An OTP call can quote a code it has sent, or the one handed in without its leading zeros. */
function withoutCodes(message: string, operation: Operation): string {
  return isOtpCall(operation) ? message.replaceAll(/\d{3,}/g, '***') : message;
}

function says(upstream: Upstream, step: string): boolean {
  return upstream.next?.includes(step) === true;
}

function isOtpCall(operation: Operation): boolean {
  return operation === 'generateOtp' || operation === 'submitOtp' || operation === 'resendOtp';
}

/** An OTP answer with 200 that says, in words, that it did not succeed; of a submit also one that only says what may follow. */
function saysFailed(operation: Operation, body: unknown): boolean {
  if (!isOtpCall(operation) || !isJsonObject(body)) return false;
  const status = body['status'];
  if (typeof status === 'string') return status.toUpperCase() !== 'SUCCESS';
  return operation === 'submitOtp' && nextIn(body) !== undefined;
}

/** An OTP that was sent although none is taken any more: the payment is over. */
function saysOver(operation: Operation, body: unknown): boolean {
  return isOtpCall(operation) && operation !== 'submitOtp' && nextIn(body)?.includes('NONE') === true;
}

/** A 4xx or 5xx, by code first and status second: the same refusal is documented under several statuses. */
function refusalOf(operation: Operation, status: number, upstream: Upstream): Refusal {
  const group = codeGroup(upstream.code);
  if (status >= 500) return { code: 'API_FAILED' };
  if (status === 408) return { code: 'TIMEOUT' };
  if (says(upstream, 'NONE') && (operation === 'submitOtp' || operation === 'resendOtp')) {
    return { code: 'ATTEMPTS_USED' };
  }
  if (status === 429 || group === 'limit') return { code: 'BUSY' };
  if (operation === 'getToken') return { code: 'CREDENTIALS_REJECTED' };
  if (status === 401 && upstream.next === undefined) return { code: 'CREDENTIALS_REJECTED' };
  return otpRefusal(operation, status, upstream) ?? otherRefusal(operation, status, upstream);
}

function otherRefusal(operation: Operation, status: number, upstream: Upstream): Refusal {
  // A conflict can mean that the same request is under way, and a duplicate that an earlier one had its effect.
  const unclear = !isReading(operation) && (status === 409 || upstream.code === 'DUPLICATE_REQUEST');
  return { code: 'API_REJECTED', outcome: unclear ? 'unknown' : 'none' };
}

function otpRefusal(operation: Operation, status: number, upstream: Upstream): Refusal | undefined {
  const mayResend = says(upstream, 'RESEND_OTP');
  switch (operation) {
    case 'generateOtp':
      return { code: 'NATIVE_OTP_UNAVAILABLE' };
    case 'submitOtp':
      if (mayResend || says(upstream, 'SUBMIT_OTP')) return { code: 'OTP_NOT_ACCEPTED' };
      return { code: 'API_REJECTED', outcome: 'unknown' };
    case 'resendOtp':
      if (mayResend) return { code: 'RESEND_TOO_EARLY' };
      if (upstream.next !== undefined) return { code: 'RESEND_LIMIT' };
      // The one documented 422 of a resend is its limit, unless a published code says otherwise.
      return status === 422 && codeGroup(upstream.code) === undefined ? { code: 'RESEND_LIMIT' } : undefined;
    default:
      return undefined;
  }
}

/** An error body with 200: a refusal when it says what may follow or names a published code, else unclear. */
function refusalInSuccess(operation: Operation, upstream: Upstream): Refusal {
  const group = codeGroup(upstream.code);
  if (group === 'failure') return { code: 'API_FAILED' };
  const followed = upstream.next !== undefined && isOtpCall(operation);
  if (group === undefined && !followed && operation !== 'getToken') return { code: 'RESPONSE_INVALID' };
  return refusalOf(operation, 422, upstream);
}
