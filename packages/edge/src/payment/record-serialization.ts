/**
 * The record as a string, and how long a store keeps it. A finished record has a small form: it waits for nothing, so it
 * keeps only what a view, a later verdict or a rule needs.
 */

import {
  evictOldestFailed,
  getByteLength,
  isOpen,
  isUndelivered,
  maxRecordBytes,
  type OrderRecord,
  type PaymentEntry,
} from './order-record.ts';

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

/** Uses the small form once a record is finished and no check is scheduled. */
function stringifyRecord(record: OrderRecord): string {
  if (record.checkAtMs !== null || !isFinished(record)) return JSON.stringify(record);
  // An exhausted payment still says why it failed.
  return JSON.stringify({ ...record, isSmall: true }, (name, value: unknown) =>
    needless.has(name) && value !== 'exhausted' ? undefined : value,
  );
}

/** Fills in what the small form of a record leaves out. Changes only `record`. */
export function expandRecord(record: OrderRecord): void {
  if (!record.isSmall) return;
  Object.assign(record, { ...recordDefaults(), isSmall: undefined });
  for (const entry of record.payments) Object.assign(entry, { ...entryDefaults(), ...entry });
}

/**
 * Serializes a record for the store. From one that is too large, by long URLs and names, evicts payments that failed and
 * were delivered, because those still open matter more; then the URLs of bank pages, which sessions hold too. Returns
 * `undefined` when that does not suffice.
 */
export function serializeRecord(record: OrderRecord): string | undefined {
  for (;;) {
    const json = stringifyRecord(record);
    if (json.length * 3 <= maxRecordBytes || getByteLength(json) <= maxRecordBytes) return json;
    if (evictOldestFailed(record)) continue;
    const longest = record.payments.find(({ challengeUrl }) => challengeUrl !== undefined);
    if (!longest) return undefined;
    longest.challengeUrl = undefined;
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
