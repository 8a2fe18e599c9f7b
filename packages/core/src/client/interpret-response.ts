/** Interprets a response: returns the value it holds, or throws the error it stands for. Pure. */

import { isReadOnly, type Operation, type Outcome } from '../errors/operations.ts';
import type { PluralErrorCode } from '../errors/error-codes.ts';
import { PluralError, type Issue, type Upstream } from '../errors/plural-error.ts';
import type { HttpResponse } from './http.ts';
import { redact } from '../errors/redact.ts';
import { omitUndefined } from '../lib/omit-undefined.ts';
import { parseNext, parseResendAfter } from '../wire/otp.ts';
import { isJsonObject, parse, unwrapData, type Schema } from '../wire/parse.ts';
import { parseRetryAfter } from './retry.ts';
import { classifyCode, parseErrorBody, isErrorBody } from '../wire/error-body.ts';

/** The call that a response belongs to. */
export interface ResponseContext<Value> {
  operation: Operation;
  schema: Schema<Value>;
  /** Epoch milliseconds, for a `Retry-After` that is a date. */
  nowMs: number;
  requestId: string;
  /** Secrets that an error must not repeat, even when Plural quotes them. */
  redactable: readonly string[];
}

/** Parts of a response that reject a call. */
interface Rejection {
  readonly status: number;
  readonly body?: unknown;
}

/** Error code of a failed call; its outcome, where that differs from the code's row. */
interface Failure {
  code: PluralErrorCode;
  outcome?: Outcome;
  reason?: string;
}

/**
 * Returns the value of a response.
 *
 * @throws {PluralError} the error that the response stands for.
 */
export function interpretResponse<Value>(response: HttpResponse, context: ResponseContext<Value>): Value {
  const { operation, schema } = context;
  const { status, body } = response;
  const inner = unwrapData(body);
  const toError = (failure: Failure, upstream: Upstream, issues?: readonly Issue[]): PluralError =>
    new PluralError(failure.code, { ...failure, operation, status, upstream, issues });

  if (status >= 400) {
    const upstream = toUpstream(response, context);
    throw toError(classifyFailure(operation, response, upstream), upstream);
  }
  if (isErrorBody(body) || reportsFailure(operation, inner)) {
    const upstream = toUpstream(response, context);
    throw toError(classifyErrorInSuccess(operation, upstream), upstream);
  }
  const result = parse(schema, inner);
  if (reportsExhausted(operation, inner)) {
    throw toError({ code: 'ATTEMPTS_USED' }, toUpstream(response, context), result.issues);
  }
  if (result.issues === undefined) return result.value;
  throw toError({ code: 'RESPONSE_INVALID' }, toUpstream(response, context), result.issues);
}

// Codes of a 401 about the access token. Any other is about the OTP or the payment.
const tokenCodes: ReadonlySet<string> = new Set(['UNAUTHORIZED', 'INVALID_TOKEN']);

const otpWords = /\botps?\b|one[- ]?time|pass ?code|\bwrong\b|incorrect|\battempts?\b/i;

/**
 * Returns true for a 401 that rejects the access token and neither an OTP nor a payment, so that the request had no
 * effect and may be sent with a new token. One that answers an OTP call and speaks of the OTP is about the OTP, whatever
 * its code.
 */
export function isTokenRejected({ status, body }: Rejection, operation: Operation): boolean {
  if (status !== 401 || findNext(body) !== undefined) return false;
  const { code, message, details } = findError(body);
  // A bank counts OTPs, and blocks a card after a few wrong ones.
  if (isOtpCall(operation) && otpWords.test([message, details?.reason].join(' '))) return false;
  return code === undefined || tokenCodes.has(code.toUpperCase());
}

function findNext(body: unknown): string[] | undefined {
  return parseNext(body) ?? parseNext(unwrapData(body));
}

/** Parses the error of a body, or of its `data`. */
function findError(body: unknown): ReturnType<typeof parseErrorBody> {
  const error = parseErrorBody(body);
  return error.code === undefined && error.message === undefined ? parseErrorBody(unwrapData(body)) : error;
}

function toUpstream({ body, headers }: HttpResponse, context: ResponseContext<unknown>): Upstream {
  const { code, message, details } = findError(body);
  const mask = (text: string | undefined, maxLength: number): string | undefined =>
    text && redact(maskOtps(text, context.operation), context.redactable, maxLength);
  // A step is a word, and so may a secret be. Compared in upper case, as the steps are.
  const secretWords = context.redactable.map((secret) => secret.toUpperCase());
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), context.nowMs);
  return omitUndefined({
    code: mask(code, 64)?.toUpperCase(),
    message: mask(message, 200),
    next: findNext(body)?.map((step) => redact(step, secretWords, 40)),
    resendAfterSeconds: parseResendAfter(body) ?? parseResendAfter(unwrapData(body)),
    retryAfterSeconds: retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000),
    details:
      details &&
      omitUndefined({
        source: mask(details.source, 100),
        step: mask(details.step, 100),
        reason: mask(details.reason, 200),
      }),
    requestId: context.requestId,
  });
}

/**
 * Masks digits in a text of an OTP call, which may quote an OTP, also without its leading zeros, and of a call that this
 * package does not know.
 */
function maskOtps(text: string, operation: Operation): string {
  return isOtpCall(operation) || operation === 'request' ? text.replaceAll(/\d{3,}/g, '***') : text;
}

function allows(upstream: Upstream, step: string): boolean {
  return upstream.next?.includes(step) === true;
}

function isOtpCall(operation: Operation): boolean {
  return operation === 'generateOtp' || operation === 'submitOtp' || operation === 'resendOtp';
}

/**
 * Returns true for an OTP response with 200 that reports a failure. A submit failed when its status word is not success,
 * or when it has none and only names the next steps. A generate or resend is judged by `next`: where an OTP may be
 * submitted one was sent, whatever the status word.
 */
function reportsFailure(operation: Operation, body: unknown): boolean {
  if (!isOtpCall(operation) || !isJsonObject(body)) return false;
  const { status } = body;
  const next = parseNext(body);
  if (typeof status === 'string' && status.toUpperCase() !== 'SUCCESS') {
    return operation === 'submitOtp' || (next?.includes('SUBMIT_OTP') !== true && next?.includes('NONE') !== true);
  }
  return operation === 'submitOtp' && typeof status !== 'string' && next !== undefined;
}

/** Returns true when an OTP was sent although the payment accepts none any more: the payment is over. */
function reportsExhausted(operation: Operation, body: unknown): boolean {
  return isOtpCall(operation) && operation !== 'submitOtp' && parseNext(body)?.includes('NONE') === true;
}

/** Classifies a 4xx or 5xx, by code first and status second: the same rejection comes with several statuses. */
function classifyFailure(operation: Operation, response: Rejection, upstream: Upstream): Failure {
  const { status } = response;
  if (status >= 500) return { code: 'API_FAILED' };
  if (status === 408) return { code: 'TIMEOUT' };
  if (allows(upstream, 'NONE') && (operation === 'submitOtp' || operation === 'resendOtp')) {
    return { code: 'ATTEMPTS_USED' };
  }
  if (status === 429 || classifyCode(upstream.code) === 'limit') return { code: 'BUSY' };
  if (operation === 'getToken') return classifyTokenFailure(status, upstream);
  if (isTokenRejected(response, operation)) return { code: 'CREDENTIALS_REJECTED' };
  return classifyOtpFailure(operation, status, upstream) ?? classifyOtherFailure(operation, status, upstream);
}

// Codes with which a token call rejects its credentials, whatever the status.
const credentialCodes: ReadonlySet<string | undefined> = new Set([
  'UNAUTHORIZED',
  'INVALID_CLIENT',
  'INVALID_CREDENTIALS',
  'UNAUTHORIZED_CLIENT',
]);

/** Classifies a rejected token call: a gateway in between answers with other statuses than the token service does. */
function classifyTokenFailure(status: number, upstream: Upstream): Failure {
  if (status === 400 || status === 401 || status === 422 || credentialCodes.has(upstream.code)) {
    return { code: 'CREDENTIALS_REJECTED' };
  }
  return {
    code: 'API_REJECTED',
    reason: 'this says nothing about the credentials: check the base URL, and that Plural allows this server’s address',
  };
}

function classifyOtherFailure(operation: Operation, status: number, upstream: Upstream): Failure {
  // A conflict can mean that the same request is in flight, and a duplicate that an earlier one had its effect.
  const mayHaveHadEffect = !isReadOnly(operation) && (status === 409 || upstream.code === 'DUPLICATE_REQUEST');
  return { code: 'API_REJECTED', outcome: mayHaveHadEffect ? 'unknown' : 'none' };
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

/**
 * Classifies an error body with 200: a rejection if it names a next step or a published code, else an unknown outcome.
 */
function classifyErrorInSuccess(operation: Operation, upstream: Upstream): Failure {
  const group = classifyCode(upstream.code);
  if (group === 'failure') return { code: 'API_FAILED' };
  const followed = upstream.next !== undefined && isOtpCall(operation);
  if (group === undefined && !followed && operation !== 'getToken') return { code: 'RESPONSE_INVALID' };
  return classifyFailure(operation, { status: 422 }, upstream);
}
