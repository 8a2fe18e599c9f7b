/** The one error of the server half. It never holds a request, a body, a secret or a card. */

import { omitUndefined } from '../lib/omit-undefined.ts';
import { errorTable, unknownOutcomeRemedies, type PluralErrorCode } from './error-codes.ts';
import { isReadOnly, type Operation, type Outcome } from './operations.ts';

/** One problem of an input: its place, and what is expected there. Never the value. */
export interface Issue {
  /** For example `payments.0.payment_amount.value`; empty for the input as a whole. */
  readonly path: string;
  /** Noun phrase, such as `a string of 4 to 8 digits`; `required` for a value that is missing. */
  readonly expected: string;
}

/** Parts of Plural's error response that are safe to repeat. */
export interface Upstream {
  /** Plural's own code in upper case, at most 64 characters, masked as `message` is; an open set. */
  readonly code?: string;
  /**
   * Plural's own message, at most 200 characters, with card numbers and every secret of the request masked, and in an OTP
   * call every number that could be an OTP.
   */
  readonly message?: string;
  /** Steps that Plural still allows, in upper case: `SUBMIT_OTP`, `RESEND_OTP`, `NONE`. */
  readonly next?: readonly string[];
  /** Seconds until another OTP may be requested, 1 to 900. */
  readonly resendAfterSeconds?: number;
  /** Seconds that Plural asks to wait (`Retry-After`), also when that is longer than this client waits by itself. */
  readonly retryAfterSeconds?: number;
  /** Plural's own account of the cause, masked as `message` is: what it concerns, at which step, and why. */
  readonly details?: UpstreamDetails;
  /** The `Request-ID` that was sent; Plural's support asks for it. */
  readonly requestId?: string;
}

/** Cause of an error, as Plural states it in `additional_error_details`. */
export interface UpstreamDetails {
  readonly source?: string;
  readonly step?: string;
  readonly reason?: string;
}

/** Facts about an error beyond its code. */
export interface PluralErrorDetails {
  /** @default the outcome of the code's row */
  outcome?: Outcome | undefined;
  operation?: Operation | undefined;
  /** HTTP status of that operation's response. */
  status?: number | undefined;
  upstream?: Upstream | undefined;
  issues?: readonly Issue[] | undefined;
  /** A few fixed words for the message, such as `ECONNREFUSED`. Never input. */
  reason?: string | undefined;
}

function resolveOutcome(code: PluralErrorCode, operation: Operation | undefined): Outcome {
  const { outcome } = errorTable[code];
  if (outcome !== 'unknownForWrites') return outcome;
  return operation !== undefined && !isReadOnly(operation) ? 'unknown' : 'none';
}

function resolveRemedy(code: PluralErrorCode, outcome: Outcome, operation: Operation | undefined): string {
  const row = errorTable[code];
  // A row whose outcome is always unknown has a remedy for that already.
  const becameUnknown = outcome === 'unknown' && row.outcome !== 'unknown' && operation !== undefined;
  return (becameUnknown ? unknownOutcomeRemedies[operation] : undefined) ?? row.remedy;
}

function describeIssue({ path, expected }: Issue): string {
  return `${path === '' ? 'input' : path}: ${expected === 'required' ? expected : `expected ${expected}`}`;
}

function formatMessage(code: PluralErrorCode, outcome: Outcome, details: PluralErrorDetails): string {
  const facts = [
    details.status === undefined ? undefined : `HTTP ${details.status}`,
    details.reason,
    details.issues?.map(describeIssue).join('; '),
  ];
  const known = facts.filter((fact) => fact !== undefined).join(', ');
  const subject = details.operation === undefined ? '' : `${details.operation}: `;
  const remedy = resolveRemedy(code, outcome, details.operation);
  return `${subject}${errorTable[code].when}${known === '' ? '' : ` (${known})`}. ${remedy}`;
}

// A registered symbol, so that two copies of this package in one program recognize each other's errors.
const brand = Symbol.for('plural-otp.PluralError');

/**
 * The one error this kit throws on the server.
 *
 * Switch on `code`; before doing anything about money, check `outcome`. It has no `cause`, because the errors of HTTP
 * libraries hold the request, and with it the card and the OTP.
 *
 * @example
 * ```ts
 * import { isPluralError, type Order, type Plural } from '@plural-otp/core';
 *
 * export async function submit(plural: Plural, order: Order, paymentId: string, otp: string): Promise<Order> {
 *   try {
 *     await plural.submitOtp(paymentId, otp);
 *   } catch (error) {
 *     // Only `outcome: 'unknown'` may have moved money; the order below tells.
 *     if (!isPluralError(error) || error.outcome === 'none') throw error;
 *   }
 *   return plural.getOrder(order.order_id);
 * }
 * ```
 */
export class PluralError extends Error {
  static {
    Object.defineProperty(this.prototype, brand, { value: true });
  }

  override readonly name: 'PluralError' = 'PluralError' as const;
  readonly code: PluralErrorCode;
  readonly outcome: Outcome;
  declare readonly operation?: Operation;
  /** HTTP status of that operation's response; absent when there was none. */
  declare readonly status?: number;
  declare readonly upstream?: Upstream;
  declare readonly issues?: readonly Issue[];

  constructor(code: PluralErrorCode, details: PluralErrorDetails = {}) {
    const outcome = details.outcome ?? resolveOutcome(code, details.operation);
    super(formatMessage(code, outcome, details));
    this.code = code;
    this.outcome = outcome;
    if (details.operation !== undefined) this.operation = details.operation;
    if (details.status !== undefined) this.status = details.status;
    if (details.upstream !== undefined) this.upstream = details.upstream;
    if (details.issues !== undefined) this.issues = details.issues;
  }

  /** Path and anchor of this code in the kit's repository, for example `docs/errors.md#timeout`. */
  get docs(): string {
    return `docs/errors.md#${this.code.toLowerCase()}`;
  }

  /** Returns the members that are safe to log: code, outcome, operation, status and request id, and nothing else. */
  toJSON(): { code: PluralErrorCode; outcome: Outcome; operation?: Operation; status?: number; requestId?: string } {
    const { code, outcome, operation, status, upstream } = this;
    return omitUndefined({ code, outcome, operation, status, requestId: upstream?.requestId });
  }
}

/**
 * Returns true for a `PluralError`, also for one that another copy of this package threw; with codes, for one of these.
 *
 * @example
 * ```ts
 * import { isPluralError } from '@plural-otp/core';
 *
 * export function retryLater(error: unknown): number | undefined {
 *   if (isPluralError(error, 'BUSY', 'API_FAILED')) return error.upstream?.retryAfterSeconds ?? 30;
 *   return undefined;
 * }
 * ```
 */
export function isPluralError(value: unknown): value is PluralError;
export function isPluralError<Code extends PluralErrorCode>(
  value: unknown,
  ...codes: readonly [Code, ...Code[]]
): value is PluralError & { readonly code: Code };
export function isPluralError(value: unknown, ...codes: readonly PluralErrorCode[]): value is PluralError {
  if (!(value instanceof Error && brand in value)) return false;
  // As a callback of `filter` or `find` it gets an index and a list in place of codes.
  const code: unknown = Reflect.get(value, 'code');
  return typeof codes[0] !== 'string' || codes.some((wanted) => wanted === code);
}

/** Returns the error with another outcome. */
export function withOutcome(error: PluralError, outcome: Outcome): PluralError {
  if (error.outcome === outcome) return error;
  const { operation, status, upstream, issues } = error;
  return new PluralError(error.code, { outcome, operation, status, upstream, issues });
}

/** Returns the error with outcome `unknown`, for a call whose earlier attempt may have had an effect. */
export function withUnknownOutcome(error: PluralError): PluralError {
  return withOutcome(error, 'unknown');
}
