/** The one error of the server half. It never holds a request, a body, a secret or a card. */

import {
  unknownOutcomeRemedies,
  errorTable,
  isReadOnly,
  type Operation,
  type Outcome,
  type PluralErrorCode,
} from './error-codes.ts';
import { omitUndefined } from '../lib/omit-undefined.ts';

/** One thing wrong with an input: where, and what it has to be. Never the value. */
export interface Issue {
  /** For example `payments.0.payment_amount.value`; empty for the input as a whole. */
  readonly path: string;
  readonly expected: string;
}

/** What is known of Plural's answer, as far as it may be repeated. */
export interface Upstream {
  /** Plural's own code; an open set. */
  readonly code?: string;
  /** Plural's own words, at most 200 characters, with card numbers and whatever was secret in the request masked. */
  readonly message?: string;
  /** What Plural says may follow, in upper case: `SUBMIT_OTP`, `RESEND_OTP`, `NONE`. */
  readonly next?: readonly string[];
  /** Seconds until another OTP may be asked for, 1 to 900. */
  readonly resendAfterSeconds?: number;
  /** The `Request-ID` that was sent; what Plural's support asks for. */
  readonly requestId?: string;
}

/** What is known of an error beyond its code. */
export interface PluralErrorDetails {
  /** @default the outcome of the code's row */
  outcome?: Outcome | undefined;
  operation?: Operation | undefined;
  /** HTTP status of that operation's answer. */
  status?: number | undefined;
  upstream?: Upstream | undefined;
  issues?: readonly Issue[] | undefined;
  /** A few fixed words put into the message, such as `ECONNREFUSED`. Never input. */
  reason?: string | undefined;
}

function resolveOutcome(code: PluralErrorCode, operation: Operation | undefined): Outcome {
  const { outcome } = errorTable[code];
  if (outcome !== 'unknownForWrites') return outcome;
  return operation !== undefined && !isReadOnly(operation) ? 'unknown' : 'none';
}

function resolveRemedy(code: PluralErrorCode, outcome: Outcome, operation: Operation | undefined): string {
  const row = errorTable[code];
  // A row that is always unknown has a remedy of its own.
  const isUnknown = outcome === 'unknown' && row.outcome !== 'unknown' && operation !== undefined;
  return (isUnknown ? unknownOutcomeRemedies[operation] : undefined) ?? row.remedy;
}

function formatMessage(code: PluralErrorCode, outcome: Outcome, details: PluralErrorDetails): string {
  const { when } = errorTable[code];
  const issues = details.issues?.map(({ path, expected }) => `${path === '' ? 'input' : path}: expected ${expected}`);
  const facts = [
    details.status === undefined ? undefined : `HTTP ${details.status}`,
    details.reason,
    issues?.join('; '),
  ];
  const known = facts.filter((fact) => fact !== undefined).join(', ');
  const subject = details.operation === undefined ? '' : `${details.operation}: `;
  const remedy = resolveRemedy(code, outcome, details.operation);
  return `${subject}${when}${known === '' ? '' : ` (${known})`}. ${remedy}`;
}

// A registered symbol, so that two copies of this package in one program know each other's errors.
const brand = Symbol.for('plural-otp.PluralError');

/**
 * The one error this kit throws on the server.
 *
 * Switch on `code`; before doing anything about money look at `outcome`. It has no `cause`: the errors of HTTP
 * libraries hold the request, and with it the card and the OTP.
 */
export class PluralError extends Error {
  static {
    Object.defineProperty(this.prototype, brand, { value: true });
  }

  override readonly name: 'PluralError' = 'PluralError' as const;
  readonly code: PluralErrorCode;
  readonly outcome: Outcome;
  declare readonly operation?: Operation;
  /** HTTP status of that operation's answer; absent when there was none. */
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

  /** What may be written to a log as JSON: code, outcome, operation, status and request id, and nothing else. */
  toJSON(): { code: PluralErrorCode; outcome: Outcome; operation?: Operation; status?: number; requestId?: string } {
    const { code, outcome, operation, status, upstream } = this;
    return omitUndefined({ code, outcome, operation, status, requestId: upstream?.requestId });
  }
}

/** Whether `value` is a `PluralError`, also when it was thrown by another copy of this package. */
export function isPluralError(value: unknown): value is PluralError {
  return value instanceof Error && brand in value;
}

/** The same error, saying that the call may have had an effect all the same. */
export function withUnknownOutcome(error: PluralError): PluralError {
  if (error.outcome === 'unknown') return error;
  const { operation, status, upstream, issues } = error;
  return new PluralError(error.code, { outcome: 'unknown', operation, status, upstream, issues });
}
