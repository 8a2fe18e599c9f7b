/** What an answer means: the value asked for, or the error it stands for. Pure. */

import type { ResponseTypes, Endpoint } from './endpoints.ts';
import { isReadOnly, type Operation, type Outcome, type PluralErrorCode } from '../errors/error-codes.ts';
import { PluralError, type Upstream } from '../errors/plural-error.ts';
import type { HttpResponse } from './http.ts';
import { redact } from '../errors/redact.ts';
import { omitUndefined } from '../lib/omit-undefined.ts';
import { parseNext, parseResendAfter } from '../wire/otp.ts';
import { isJsonObject, parse, unwrapData } from '../wire/parse.ts';
import { classifyCode, parseErrorBody, isErrorBody } from '../wire/error-body.ts';

export interface ResponseContext<O extends Operation> {
  operation: O;
  endpoint: Endpoint<ResponseTypes[O]>;
  requestId: string;
  /** What Plural must not be quoted with. */
  redactable: readonly string[];
}

interface Failure {
  code: PluralErrorCode;
  outcome?: Outcome;
}

/**
 * The value an answer holds.
 *
 * @throws {PluralError} what the answer stands for otherwise.
 */
export function interpretResponse<O extends Operation>(
  response: HttpResponse,
  context: ResponseContext<O>,
): ResponseTypes[O] {
  const { operation, endpoint } = context;
  const { status, body } = response;
  const inner = unwrapData(body);
  const failed = status >= 400 || isErrorBody(body) || reportsFailure(operation, inner);
  const result = failed ? undefined : parse(endpoint.response, inner);
  const exhausted = !failed && reportsExhausted(operation, inner);
  if (result !== undefined && result.issues === undefined && !exhausted) return result.value;

  const upstream = toUpstream(body, context);
  const failure: Failure = exhausted
    ? { code: 'ATTEMPTS_USED' }
    : !failed
      ? { code: 'RESPONSE_INVALID' }
      : status >= 400
        ? classifyFailure(operation, status, upstream)
        : classifyErrorInSuccess(operation, upstream);
  throw new PluralError(failure.code, { ...failure, operation, status, upstream, issues: result?.issues });
}

/** Whether one refreshed token may be tried: a refusal of the token, and not of an OTP. */
export function isTokenRejected(response: HttpResponse): boolean {
  return response.status === 401 && findNext(response.body) === undefined;
}

function findNext(body: unknown): string[] | undefined {
  return parseNext(body) ?? parseNext(unwrapData(body));
}

function toUpstream(body: unknown, context: ResponseContext<Operation>): Upstream {
  const { code, message } = parseErrorBody(body);
  const next = findNext(body);
  return omitUndefined({
    code: code && redact(code, context.redactable, 64).toUpperCase(),
    message: message && redact(maskOtps(message, context.operation), context.redactable, 200),
    next,
    resendAfterSeconds: parseResendAfter(body) ?? parseResendAfter(unwrapData(body)),
    requestId: context.requestId,
  });
}

/** An OTP call can quote a code it has sent, or the one handed in without its leading zeros. */
function maskOtps(message: string, operation: Operation): string {
  return isOtpCall(operation) ? message.replaceAll(/\d{3,}/g, '***') : message;
}

function allows(upstream: Upstream, step: string): boolean {
  return upstream.next?.includes(step) === true;
}

function isOtpCall(operation: Operation): boolean {
  return operation === 'generateOtp' || operation === 'submitOtp' || operation === 'resendOtp';
}

/** An OTP answer with 200 that says, in words, that it did not succeed; of a submit also one that only says what may follow. */
function reportsFailure(operation: Operation, body: unknown): boolean {
  if (!isOtpCall(operation) || !isJsonObject(body)) return false;
  const status = body['status'];
  if (typeof status === 'string') return status.toUpperCase() !== 'SUCCESS';
  return operation === 'submitOtp' && parseNext(body) !== undefined;
}

/** An OTP that was sent although none is taken any more: the payment is over. */
function reportsExhausted(operation: Operation, body: unknown): boolean {
  return isOtpCall(operation) && operation !== 'submitOtp' && parseNext(body)?.includes('NONE') === true;
}

/** A 4xx or 5xx, by code first and status second: the same refusal is documented under several statuses. */
function classifyFailure(operation: Operation, status: number, upstream: Upstream): Failure {
  const group = classifyCode(upstream.code);
  if (status >= 500) return { code: 'API_FAILED' };
  if (status === 408) return { code: 'TIMEOUT' };
  if (allows(upstream, 'NONE') && (operation === 'submitOtp' || operation === 'resendOtp')) {
    return { code: 'ATTEMPTS_USED' };
  }
  if (status === 429 || group === 'limit') return { code: 'BUSY' };
  if (operation === 'getToken') return { code: 'CREDENTIALS_REJECTED' };
  if (status === 401 && upstream.next === undefined) return { code: 'CREDENTIALS_REJECTED' };
  return classifyOtpFailure(operation, status, upstream) ?? classifyOtherFailure(operation, status, upstream);
}

function classifyOtherFailure(operation: Operation, status: number, upstream: Upstream): Failure {
  // A conflict can mean that the same request is under way, and a duplicate that an earlier one had its effect.
  const hadEffect = !isReadOnly(operation) && (status === 409 || upstream.code === 'DUPLICATE_REQUEST');
  return { code: 'API_REJECTED', outcome: hadEffect ? 'unknown' : 'none' };
}

function classifyOtpFailure(operation: Operation, status: number, upstream: Upstream): Failure | undefined {
  const canResend = allows(upstream, 'RESEND_OTP');
  switch (operation) {
    case 'generateOtp':
      return { code: 'NATIVE_OTP_UNAVAILABLE' };
    case 'submitOtp':
      if (canResend || allows(upstream, 'SUBMIT_OTP')) return { code: 'OTP_NOT_ACCEPTED' };
      return { code: 'API_REJECTED', outcome: 'unknown' };
    case 'resendOtp':
      if (canResend) return { code: 'RESEND_TOO_EARLY' };
      if (upstream.next !== undefined) return { code: 'RESEND_LIMIT' };
      // The one documented 422 of a resend is its limit, unless a published code says otherwise.
      return status === 422 && classifyCode(upstream.code) === undefined ? { code: 'RESEND_LIMIT' } : undefined;
    default:
      return undefined;
  }
}

/** An error body with 200: a refusal when it says what may follow or names a published code, else unclear. */
function classifyErrorInSuccess(operation: Operation, upstream: Upstream): Failure {
  const group = classifyCode(upstream.code);
  if (group === 'failure') return { code: 'API_FAILED' };
  const followed = upstream.next !== undefined && isOtpCall(operation);
  if (group === undefined && !followed && operation !== 'getToken') return { code: 'RESPONSE_INVALID' };
  return classifyFailure(operation, 422, upstream);
}
