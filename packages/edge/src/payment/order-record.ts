import type { Order } from '@plural-otp/core';
import type { Money, PaymentDisplay, Problem } from '@plural-otp/flow/contract';
import type { VerdictOutcome, VerdictSource } from './verdict.ts';

/** Where the question whether the card can do native OTP was answered. */
export type NativeOtpSource = 'caller' | 'cardDetails' | 'order' | 'unknown';

/** The deeds of a customer that reach Plural. */
export type OtpAction = 'generate' | 'submit' | 'resend';

/** A verdict as the record keeps it; the order itself is read anew for each delivery. */
export interface RecordedVerdict {
  outcome: VerdictOutcome;
  orderOpen: boolean;
  source: VerdictSource;
  /** Key of the verdict before this one. */
  supersedes?: string;
  problem?: Problem;
  /** Deliveries begun so far. */
  attempt: number;
  /** Until then one process is delivering it. */
  leaseUntilMs?: number | undefined;
  deliveredAtMs?: number;
}

/**
 * What is remembered of one payment. Never an OTP, a card number, a CVV or a token. What is over is set to `undefined`,
 * which JSON leaves out: an object that had a member deleted is printed at half the speed.
 */
export interface PaymentEntry {
  paymentId: string;
  /** What the customer sees: opaque, fit for a URL and the telephone. */
  reference: string;
  merchantPaymentReference?: string;
  amount: Money;
  startedAtMs: number;
  nativeOtp: boolean;
  nativeOtpFrom: NativeOtpSource;
  challengeUrl?: string | undefined;
  display: PaymentDisplay;
  /** Where the customer stands when nothing is under way. */
  stage: 'ready' | 'awaitingOtp' | 'exhausted' | 'cancelled';
  /** Ids of deeds that were taken up, in order. */
  idempotencyKeys: string[];
  /** Reserved before its call is sent, and cleared with its answer. */
  inFlight?: { action: OtpAction; idempotencyKey: string; startedAtMs: number } | undefined;
  /** A code was sent to the issuer; the order decides what became of it. */
  unconfirmedSubmit?: { startedAtMs: number; accepted: boolean } | undefined;
  generates: number;
  submits: number;
  resends: number;
  /** Codes the issuer did not accept. */
  misses: number;
  /** When another code may be asked for. */
  resendAtMs?: number;
  /** False once upstream no longer offers another code. */
  resendOffered: boolean;
  problem?: Problem | undefined;
  /** Why an ended-looking order gives no verdict yet. */
  holdReason?: 'STATUS_NOT_FINAL' | 'AMOUNT_MISMATCH' | 'STATUS_UNKNOWN' | undefined;
  /** The order was paid by another payment. */
  superseded?: true | undefined;
  customerLeft?: true;
  leftForBank?: true | undefined;
  shown?: true;
  verdict?: RecordedVerdict;
}

/** What is remembered of one order. */
export interface OrderRecord {
  /** Version of this shape. A record of any other version is not read, and never rewritten. */
  version: typeof recordVersion;
  orderId: string;
  merchantOrderReference: string;
  preAuth: boolean;
  /** Grows with each save. */
  revision: number;
  /** Tells two writers of otherwise equal records apart. */
  writeId: string;
  payments: PaymentEntry[];
  /** A payment that is being created at Plural; found again in the order when the process died meanwhile. */
  starting?: {
    merchantPaymentReference: string;
    amount: Money;
    startedAtMs: number;
    /** Until then the process that began it is at work on it. */
    activeUntilMs: number;
    nativeOtp?: boolean;
    display: PaymentDisplay;
  };
  /** When the order was last read for the customer's page; absent once something happened that it may tell of. */
  orderReadAtMs?: number | undefined;
  /** When the sweep looks next; `null` when nothing is owed. */
  dueAtMs: number | null;
  /** Looks of the sweep since the last time something happened. */
  checkCount: number;
  /** Where the count of looks began. */
  checksStartedAtMs: number;
}

/** Version of the record's shape; changes with every member that is renamed or reinterpreted. */
export const recordVersion = 1;

/** Payments one record holds. */
const maxPaymentsPerOrder = 10;
/** Bytes one record may have. */
const maxRecordBytes = 8192;
const utf8 = new TextEncoder();

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const checkDelaysMs = [1, 2, 5, 15, 60].map((minutes) => minutes * minuteMs);
const checkForMs = 72 * hourMs;
const daySeconds = 86_400;

/** A record of an order that has no payment yet. */
export function createRecord(order: Order, nowMs: number): OrderRecord {
  return {
    version: recordVersion,
    orderId: order.order_id,
    merchantOrderReference: order.merchant_order_reference ?? '',
    preAuth: order.pre_auth === true,
    revision: 0,
    writeId: '',
    payments: [],
    dueAtMs: nowMs + minuteMs,
    checkCount: 1,
    checksStartedAtMs: nowMs,
  };
}

export const findEntry = (record: OrderRecord | undefined, paymentId: string): PaymentEntry | undefined =>
  record?.payments.find((entry) => entry.paymentId === paymentId);

/** The payment that speaks for the order: the one that has the money, else the newest. */
export const findLeadingEntry = (record: OrderRecord): PaymentEntry | undefined =>
  record.payments.find((entry) => entry.verdict?.outcome === 'paid') ??
  record.payments.find((entry) => entry.verdict?.outcome === 'authorized') ??
  record.payments.at(-1);

export const toVerdictKey = (entry: PaymentEntry): string => `${entry.paymentId}:${entry.verdict?.outcome}`;

/** Whether a verdict was found and its delivery has not been recorded. */
export const isUndelivered = (entry: PaymentEntry): boolean =>
  entry.verdict !== undefined && entry.verdict.deliveredAtMs === undefined;

const isOpen = (entry: PaymentEntry): boolean => entry.verdict === undefined;

/** Something happened: look again in `afterMs` at the latest, and begin the row of looks anew. */
export function scheduleCheck(record: OrderRecord, nowMs: number, afterMs: number = minuteMs): void {
  record.dueAtMs = Math.min(record.dueAtMs ?? Infinity, nowMs + afterMs);
  record.checkCount = afterMs > 0 ? 1 : 0;
  record.checksStartedAtMs = nowMs;
}

/**
 * The record as it is stored. One too long for a store, by long URLs and names, forgets payments that failed and were
 * delivered: what is still to come weighs more. Gives `undefined` when that does not help.
 */
export function serializeRecord(record: OrderRecord): string | undefined {
  for (;;) {
    const json = JSON.stringify(record);
    if (json.length * 3 <= maxRecordBytes || utf8.encode(json).length <= maxRecordBytes) return json;
    if (!evictOldestFailed(record)) return undefined;
  }
}

/** Clears the due time once nothing is open or owed. */
export function clearCheckIfDone(record: OrderRecord): void {
  if (!record.starting && !record.payments.some((entry) => isOpen(entry) || isUndelivered(entry)))
    record.dueAtMs = null;
}

/**
 * Sets when to look next: after 1, 2, 5, 15 and 60 minutes, then each hour for 72 hours.
 * Returns true when the order was watched that long and is still open: it is not looked at again by itself.
 */
export function scheduleNextCheck(record: OrderRecord, nowMs: number): boolean {
  const undelivered = record.payments.some(isUndelivered);
  if (!undelivered && nowMs - record.checksStartedAtMs >= checkForMs) {
    record.dueAtMs = null;
    delete record.starting;
    return record.payments.some((entry) => isOpen(entry) && !entry.superseded);
  }
  record.dueAtMs = nowMs + (checkDelaysMs[record.checkCount] ?? hourMs);
  record.checkCount += 1;
  return false;
}

/** 90 days while a payment is open or a verdict owed, 30 days after. */
export const getKeepSeconds = (record: OrderRecord): number =>
  (record.payments.every((entry) => !isOpen(entry) && !isUndelivered(entry)) ? 30 : 90) * daySeconds;

/** Takes the place of a payment that ended, was delivered and is the oldest of too many; false when none can go. */
export const ensureCapacity = (record: OrderRecord): boolean =>
  record.payments.length < maxPaymentsPerOrder || evictOldestFailed(record);

/** Forgets the oldest payment that failed and was delivered; false when there is none. */
function evictOldestFailed(record: OrderRecord): boolean {
  const index = record.payments.findIndex((entry) => entry.verdict?.outcome === 'failed' && !isUndelivered(entry));
  if (index < 0) return false;
  record.payments.splice(index, 1);
  return true;
}
