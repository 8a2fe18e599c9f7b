/** Parses Plural's error body, which a response of any HTTP status can carry, 200 included. */

import { omitUndefined } from '../lib/omit-undefined.ts';
import { isJsonObject } from './parse.ts';

/**
 * Codes that Plural publishes for a rejected request. Any other code in a response with 200 may have had an effect. The
 * published list calls itself incomplete. [source: error-codes]
 */
const rejectionCodes: ReadonlySet<string> = new Set([
  'INVALID_REQUEST',
  'UNAUTHORIZED',
  'ORDER_NOT_FOUND',
  'DUPLICATE_REQUEST',
  'OPERATION_NOT_ALLOWED',
  'ORDER_CANCELLED',
  'PAYMENT_METHOD_NOT_ENABLED',
  'PAYMENT_NOT_AUTHORIZED',
  'PAYMENT_PENDING',
  'PAYMENT_EXPIRED',
  'PAYMENT_DECLINED',
  'USER_AUTHENTICATION_FAILED',
  'USER_AUTHENTICATION_REQUIRED',
  'CARD_EXPIRED',
  'CARD_LOST',
  'CARD_STOLEN',
  'CARD_NOT_ALLOWED',
  'CARD_NOT_ENROLLED',
  'CARD_VERIFICATION_FAILED',
  'INVALID_CARDHOLDER',
  'INVALID_INSTRUMENT',
  'INSUFFICIENT_FUNDS',
  'AMOUNT_LIMIT_EXCEEDED',
  'ISSUER_NOT_SUPPORTED',
  'RISK_CHECK_FAILED',
  'HOTLISTED_USER',
  'INVALID_USER_ACCOUNT',
]);
const rateLimitCodes: ReadonlySet<string> = new Set(['API_RATE_LIMIT', 'PAYMENT_RATE_LIMIT']);
const failureCodes: ReadonlySet<string> = new Set(['INTERNAL_ERROR', 'UNKNOWN_ERROR', 'TIMED_OUT']);

/** Class of a published code: the request was rejected or rate limited, or Plural failed. */
export type CodeClass = 'rejection' | 'limit' | 'failure';

/** Classifies one of Plural's codes. Returns `undefined` for a code that is not published. */
export function classifyCode(code: string | undefined): CodeClass | undefined {
  if (code === undefined) return undefined;
  if (rejectionCodes.has(code)) return 'rejection';
  if (rateLimitCodes.has(code)) return 'limit';
  return failureCodes.has(code) ? 'failure' : undefined;
}

/** Returns true for a body with a code or an error, whatever the HTTP status. */
export function isErrorBody(body: unknown): boolean {
  if (!isJsonObject(body)) return false;
  const isSet = (member: unknown): boolean => member !== undefined && member !== null && member !== '';
  return isSet(body['code']) || isSet(body['error']);
}

/** Parts of an error body; absent where it has none. */
interface ErrorBody {
  code?: string;
  message?: string;
  details?: { source?: string; step?: string; reason?: string };
}

/** Parses an error body, in the spellings Plural is seen to use. */
export function parseErrorBody(body: unknown): ErrorBody {
  if (!isJsonObject(body)) return {};
  const inner = isJsonObject(body['error']) ? body['error'] : body;
  const code = [inner['code'], body['error'], body['type']].find(isNonEmptyString);
  const message = [inner['message'], body['error_description']].find(isNonEmptyString);
  return omitUndefined({ code, message, details: parseDetails(inner) ?? parseDetails(body) });
}

function parseDetails(body: Record<string, unknown>): ErrorBody['details'] {
  const details = body['additional_error_details'];
  if (!isJsonObject(details)) return undefined;
  const [source, step, reason] = ['source', 'step', 'reason'].map((name) =>
    isNonEmptyString(details[name]) ? details[name] : undefined,
  );
  const named = omitUndefined<NonNullable<ErrorBody['details']>>({ source, step, reason });
  return Object.keys(named).length > 0 ? named : undefined;
}

function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
