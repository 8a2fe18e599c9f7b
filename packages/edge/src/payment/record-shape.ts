/**
 * The structure of an order record that the rules rely on. A stored value is held to it before any of them runs, so that
 * a damaged record fails as a record that cannot be read, and not as a `TypeError` in whatever works on it.
 *
 * Members that are only compared, passed on or tested for truth are absent, and so is the amount of a reservation: a
 * payment whose amount nobody can read is put on hold, and its record has to stay readable.
 */

import type { PaymentDisplay } from '@plural-otp/flow/contract';
import type { InFlightAction, OrderRecord, PaymentEntry, RecordedVerdict, StartReservation } from './order-record.ts';

type Check = (value: unknown) => boolean;
/** Checks of the members of a type. */
type Checks<T> = { readonly [name in keyof T]?: Check };

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isFlag: Check = (value) => typeof value === 'boolean';

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  <T>(...values: readonly T[]): Check =>
  (value) =>
    values.includes(value as T);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
function objectOf(checks: Readonly<Record<string, Check>>): Check {
  const members = Object.entries(checks);
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    members.every(([name, check]) => check((value as Record<string, unknown>)[name]));
}

const isTime = isNumber;
const isOptionalTime = optional(isTime);
const isObject = objectOf({});
const isProblem = optional(objectOf({ code: isText } satisfies Checks<NonNullable<PaymentEntry['problem']>>));

const isDisplay = objectOf({
  amount: optional(isObject),
  fee: optional(isObject),
  issuer: optional(isText),
} satisfies Checks<PaymentDisplay>);

const isVerdict = objectOf({
  outcome: oneOf<RecordedVerdict['outcome']>('paid', 'authorized', 'failed', 'cancelled'),
  problem: isProblem,
  decidedAtMs: isTime,
  attempt: isNumber,
  deliverAtMs: isOptionalTime,
  leaseUntilMs: isOptionalTime,
  deliveredAtMs: isOptionalTime,
} satisfies Checks<RecordedVerdict>);

const isEntry = objectOf({
  paymentId: isText,
  reference: isText,
  // Its value may be `null`: an amount that Plural reports and nobody can read is one that equals none.
  amount: isObject,
  startedAtMs: isTime,
  challengeUrl: optional(isText),
  display: isDisplay,
  stage: oneOf<PaymentEntry['stage']>('ready', 'awaitingOtp', 'exhausted', 'cancelled'),
  idempotencyKeys: listOf(isText),
  inFlight: optional(
    objectOf({
      action: oneOf<InFlightAction['action']>('generate', 'submit', 'resend'),
      startedAtMs: isTime,
      expiresAtMs: isTime,
    } satisfies Checks<InFlightAction>),
  ),
  unconfirmedSubmit: optional(
    objectOf({ startedAtMs: isTime, accepted: isFlag } satisfies Checks<
      NonNullable<PaymentEntry['unconfirmedSubmit']>
    >),
  ),
  generates: isNumber,
  submits: isNumber,
  resends: isNumber,
  misses: isNumber,
  resendAtMs: isOptionalTime,
  problem: isProblem,
  verdict: optional(isVerdict),
} satisfies Checks<PaymentEntry>);

const isReservation = objectOf({
  reference: isText,
  startedAtMs: isTime,
  activeUntilMs: isTime,
  display: isDisplay,
} satisfies Checks<StartReservation>);

/** Returns true for a parsed record, expanded from its small form, whose structure the rules can rely on. */
export const isRecordShaped: Check = objectOf({
  orderId: isText,
  revision: isNumber,
  payments: listOf(isEntry),
  starting: listOf(isReservation),
  orderReadAtMs: isOptionalTime,
  checkAtMs: (value) => value === null || isTime(value),
  checkCount: isNumber,
  checksStartedAtMs: isTime,
} satisfies Checks<OrderRecord>);
