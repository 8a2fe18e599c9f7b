/**
 * The record as a string, and how long a store keeps it. A finished record has a small form: it waits for nothing, so it
 * keeps only what a view, a later verdict or a rule needs.
 */

import { sameMoney } from '@plural-otp/core/internal';
import { isOpen, isOver, isUndelivered, type OrderRecord, type PaymentEntry } from './order-record.ts';

/** Returns true for a record whose payments are all decided and delivered. */
export const isFinished = (record: OrderRecord): boolean =>
  record.starting.length === 0 && record.payments.every((entry) => !isOpen(entry) && !isUndelivered(entry));

/** Values that a small form leaves out, and that reading it fills in. */
const recordDefaults = (): Pick<OrderRecord, 'starting' | 'checkCount' | 'checksStartedAtMs'> => ({
  starting: [],
  checkCount: 0,
  checksStartedAtMs: 0,
});
const entryDefaults = (): Partial<PaymentEntry> => ({
  stage: 'ready',
  idempotencyKeys: [],
  generates: 0,
  submits: 0,
  resends: 0,
  resendOffered: false,
  nativeOtp: false,
  nativeOtpFrom: 'unknown',
});

const needless: ReadonlySet<string> = new Set([
  ...Object.keys(recordDefaults()),
  ...Object.keys(entryDefaults()),
  'orderReadAtMs',
  'resendAtMs',
  'shown',
  'leftForBank',
  'mayBeAttemptedOtherwise',
  'unknownStatusReported',
]);

/** Members of the small form of a payment that is over: its later events tell how it was paid. */
const methodMembers: ReadonlySet<string> = new Set(['nativeOtp', 'nativeOtpFrom', 'generates']);

/** Creates the replacer that leaves out what a small form does. An exhausted payment still says why it failed. */
const leaveOut =
  (kept?: ReadonlySet<string>) =>
  (name: string, value: unknown): unknown =>
    needless.has(name) && !kept?.has(name) && value !== 'exhausted' ? undefined : value;

/**
 * Serializes a record. Uses the small form once it is finished and no check is scheduled, and for each payment that is
 * over before that.
 */
export function stringifyRecord(record: OrderRecord): string {
  if (record.checkAtMs === null && isFinished(record)) return JSON.stringify({ ...record, isSmall: true }, leaveOut());
  if (!record.payments.some(isOver)) return JSON.stringify(record);
  const toSmall = ({ display, ...entry }: PaymentEntry): unknown => {
    const amount = sameMoney(display.amount, entry.amount) ? undefined : display.amount;
    return JSON.parse(JSON.stringify({ ...entry, display: { ...display, amount } }, leaveOut(methodMembers)));
  };
  return JSON.stringify({
    ...record,
    payments: record.payments.map((entry) => (isOver(entry) ? toSmall(entry) : entry)),
  });
}

/** Fills in what the small form of a record, and of a payment that is over, leaves out. Changes only `record`. */
export function expandRecord(record: OrderRecord): void {
  const { isSmall } = record;
  if (isSmall) Object.assign(record, { ...recordDefaults(), isSmall: undefined });
  for (const entry of record.payments) {
    if (entry.idempotencyKeys) continue;
    Object.assign(entry, { ...entryDefaults(), ...entry });
    if (!isSmall) entry.display.amount ??= { ...entry.amount };
  }
}

const daySeconds = 86_400;
/** Days that a record is kept while a payment is open or undelivered. */
const openKeepDays = 90;

/** Returns the retention of a record in seconds. */
export const getKeepSeconds = (record: OrderRecord, keepDays: number): number =>
  (isFinished(record) ? keepDays : Math.max(keepDays, openKeepDays)) * daySeconds;

/** Returns the retention of a reference in seconds: an order is decided within days, and its record then kept. */
export const getReferenceKeepSeconds = (keepDays: number): number => (keepDays + 7) * daySeconds;
