/**
 * Capacity of a record: ten payments, 8 KiB. Payments that failed give their room to others, but are not forgotten
 * while a decline may still turn out captured.
 */

import { omitUndefined } from '@plural-otp/core/internal';
import { maxChallengeUrlLength } from './challenge-url.ts';
import { watchMs } from './check-schedule.ts';
import { isOpen, isOver, maxPaymentsPerOrder, type OrderRecord, type PaymentEntry } from './order-record.ts';
import { stringifyRecord } from './record-serialization.ts';

/** Largest size of a record in bytes. */
const maxRecordBytes = 8192;
/** Bytes of an entry that its reservation does not have yet: ids, counters and idempotency keys. */
const startGrowthBytes = 1024;
/** Bytes that an open entry may still get: idempotency keys of its actions, or a verdict in their place. */
const openGrowthBytes = 512;

/** Returns the size of a text as stores keep it, in UTF-8. */
const getByteLength = (text: string): number => new TextEncoder().encode(text).length;

const isForgettable = (entry: PaymentEntry, nowMs: number): boolean =>
  isOver(entry) && nowMs - (entry.verdict?.decidedAtMs ?? nowMs) >= watchMs;

/** Returns an entry without the names that only its page showed, which is where most of its bytes are. */
const withoutNames = (entry: PaymentEntry): PaymentEntry => {
  const { amount, fee, lastDigits, preAuth } = entry.display;
  return { ...entry, display: omitUndefined({ amount, fee, lastDigits, preAuth }) };
};

/**
 * Makes room for every payment of the record and every one that is being started, at the cost of the oldest that failed,
 * were delivered, and have been watched for three days. Returns false when that does not suffice: the payment that was
 * added last could not be recorded.
 */
export function ensureCapacity(record: OrderRecord, nowMs: number): boolean {
  while (record.payments.length + record.starting.length > maxPaymentsPerOrder) {
    if (!evict(record, (entry) => isForgettable(entry, nowMs))) return false;
  }
  // By size nothing is forgotten before it has to be. The URL of the bank's page is that of the payment added last.
  const payments = record.payments
    .filter((entry) => !isForgettable(entry, nowMs))
    .map((entry) => ({ ...(isOver(entry) ? withoutNames(entry) : entry), challengeUrl: undefined }));
  const openGrowth = payments.filter(isOpen).length * openGrowthBytes;
  const growth = maxChallengeUrlLength + record.starting.length * startGrowthBytes + openGrowth;
  return getByteLength(stringifyRecord({ ...record, payments })) + growth <= maxRecordBytes;
}

/** Serializes a record for the store, shrunk where it is too large. Returns `undefined` when that does not suffice. */
export function serializeRecord(record: OrderRecord): string | undefined {
  for (;;) {
    const json = stringifyRecord(record);
    if (json.length * 3 <= maxRecordBytes || getByteLength(json) <= maxRecordBytes) return json;
    if (!shrinkRecord(record)) return undefined;
  }
}

/**
 * Takes something away from a record that is too large to be saved, and returns false once nothing is left to take: the
 * names of payments that failed and were delivered; the URLs of bank pages, which sessions hold too; and at last such a
 * payment, because a verdict that cannot be saved is worse.
 */
function shrinkRecord(record: OrderRecord): boolean {
  const named = record.payments.findIndex((entry) => isOver(entry) && hasNames(entry));
  const found = record.payments[named];
  if (found) {
    record.payments[named] = withoutNames(found);
    return true;
  }
  const linked = record.payments.find(({ challengeUrl }) => challengeUrl !== undefined);
  if (!linked) return evict(record, isOver);
  linked.challengeUrl = undefined;
  return true;
}

const hasNames = ({ display }: PaymentEntry): boolean =>
  [display.merchantName, display.statementName, display.destination, display.network, display.issuer].some(Boolean);

/** Evicts the oldest payment that may be. Returns false when there is none. */
function evict(record: OrderRecord, mayBe: (entry: PaymentEntry) => boolean): boolean {
  const index = record.payments.findIndex(mayBe);
  if (index < 0) return false;
  record.payments.splice(index, 1);
  return true;
}
