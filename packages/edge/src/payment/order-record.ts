/** The record of an order, as a store holds it. */

import { PluralError, type Order, type UndecidedReason } from '@plural-otp/core';
import type { Money, PaymentDisplay, Problem } from '@plural-otp/flow/contract';
import type { VerdictOutcome, VerdictSource } from './verdict.ts';

/** Source of the fact whether the card supports native OTP. */
export type NativeOtpSource = 'caller' | 'cardDetails' | 'order' | 'unknown';

/** Actions of a customer that reach Plural. */
export type OtpAction = 'generate' | 'submit' | 'resend';

/** A verdict as the record stores it. The order is not stored: each delivery reads it. */
export interface RecordedVerdict {
  outcome: VerdictOutcome;
  orderOpen: boolean;
  /** Set when another payment of the order had the money first. */
  duplicate?: true;
  source: VerdictSource;
  /** Key of the verdict before this one. */
  supersedes?: string;
  problem?: Problem;
  /** Time the order was decided (epoch milliseconds). */
  decidedAtMs: number;
  /** Number of deliveries begun so far. */
  attempt: number;
  /** Time of the next delivery (epoch milliseconds); not before the lease ends. */
  deliverAtMs?: number | undefined;
  /** Time until which one process holds the lease and delivers it (epoch milliseconds). */
  leaseUntilMs?: number | undefined;
  deliveredAtMs?: number;
}

/** An action that was reserved before its call. */
export interface InFlightAction {
  action: OtpAction;
  idempotencyKey: string;
  startedAtMs: number;
  /** Time by which its call has ended, wherever it was sent from (epoch milliseconds). */
  expiresAtMs: number;
}

/**
 * A payment that is being created at Plural, reserved before the call, with the facts about it that no order contains:
 * whoever reads the order next adopts the payment by them.
 */
export interface StartReservation {
  merchantPaymentReference: string;
  /** Id of a payment that exists already; else it is found by `merchantPaymentReference`. */
  paymentId?: string;
  /** Reference the customer will see. */
  reference: string;
  amount: Money;
  startedAtMs: number;
  /**
   * Time until which the process that reserved it may still be creating it (epoch milliseconds); not after `startedAtMs`
   * once that process has ended its start.
   */
  activeUntilMs: number;
  /** Absent when unknown: then the order says it. */
  nativeOtp?: boolean;
  nativeOtpFrom: NativeOtpSource;
  display: PaymentDisplay;
  /** Digest of the id of a saved card, by which a repeated start is known to be for the same card. */
  savedCard?: string;
  /** Set when the record was lost, and the payment is known from its order alone. */
  restored?: true;
}

/**
 * The stored state of one payment. Never holds an OTP, a card number, a CVV or a token. Cleared members are set to
 * `undefined` and not deleted: `JSON.stringify` omits them, and `delete` halves the speed of serialisation.
 */
export interface PaymentEntry {
  paymentId: string;
  /** Reference the customer sees: opaque, safe in a URL and on the telephone. */
  reference: string;
  /** Set when the reference could not be saved, so that nothing finds the payment by it yet. */
  referenceUnsaved?: true | undefined;
  merchantPaymentReference?: string;
  amount: Money;
  startedAtMs: number;
  nativeOtp: boolean;
  nativeOtpFrom: NativeOtpSource;
  challengeUrl?: string | undefined;
  display: PaymentDisplay;
  /** Digest of the id of a saved card, by which a repeated start is known to be for the same card. */
  savedCard?: string;
  /** Stage of the step when no action is in flight. */
  stage: 'ready' | 'awaitingOtp' | 'exhausted' | 'cancelled';
  /**
   * Idempotency keys of the actions that were reserved, in order: a repeated key is not sent again. A key is removed when
   * its call certainly was not sent; a verdict clears them.
   */
  idempotencyKeys: string[];
  /** Action reserved before its call is sent, and cleared with its response. */
  inFlight?: InFlightAction | undefined;
  /** Submit that reached the issuer, or may have; the order decides its outcome. */
  unconfirmedSubmit?: { startedAtMs: number; accepted: boolean } | undefined;
  generates: number;
  submits: number;
  resends: number;
  /** Number of OTPs the issuer rejected. */
  misses: number;
  /** Time from which another OTP may be requested (epoch milliseconds). */
  resendAtMs?: number;
  /** False once Plural no longer offers another OTP. */
  resendOffered: boolean;
  problem?: Problem | undefined;
  /** Reason for no verdict although the payment looks ended. */
  holdReason?: UndecidedReason | undefined;
  /** Set once an unknown status was reported. */
  unknownStatusReported?: true | undefined;
  /** Set once something other than an OTP submitted here may make the order `ATTEMPTED`. */
  mayBeAttemptedOtherwise?: true | undefined;
  /** Set when another payment paid the order. */
  superseded?: true | undefined;
  /** Set when the record was lost, and the payment was adopted again, under a new reference. */
  restored?: true | undefined;
  customerLeft?: true;
  leftForBank?: true | undefined;
  shown?: true;
  verdict?: RecordedVerdict;
}

/** The stored state of one order. */
export interface OrderRecord {
  /** Version of this shape. A record of any other version is not read, and never rewritten. */
  version: typeof recordVersion;
  /** Set in the small form of a finished record, which leaves members out. */
  isSmall?: true | undefined;
  orderId: string;
  merchantOrderReference: string;
  preAuth: boolean;
  /** Number of saves. */
  revision: number;
  /** Unique id of the last save, which distinguishes two writers of otherwise equal records. */
  writeId: string;
  payments: PaymentEntry[];
  /** Payments that are being created at Plural. One whose process died stays until an order shows it. */
  starting: StartReservation[];
  /** Time the order was last read for the customer's page; absent once something happened that a read may show. */
  orderReadAtMs?: number | undefined;
  /** Time the order is next read (epoch milliseconds); `null` when no read is needed. */
  checkAtMs: number | null;
  /** Number of checks scheduled since something last happened. */
  checkCount: number;
  /** Time the count of checks began (epoch milliseconds). */
  checksStartedAtMs: number;
}

/** Version of the record's shape; changes with every member that is renamed or reinterpreted. */
export const recordVersion = 2;

/** Number of payments one record holds. */
export const maxPaymentsPerOrder = 10;

/** Creates the record of an order that has no payment yet. */
export function createRecord(order: Order, nowMs: number): OrderRecord {
  return {
    version: recordVersion,
    orderId: order.order_id,
    merchantOrderReference: order.merchant_order_reference ?? '',
    preAuth: order.pre_auth === true,
    revision: 0,
    writeId: '',
    payments: [],
    starting: [],
    checkAtMs: null,
    checkCount: 0,
    checksStartedAtMs: nowMs,
  };
}

/** Finds a payment in its record. */
export const findEntry = (record: OrderRecord | undefined, paymentId: string): PaymentEntry | undefined =>
  record?.payments.find((entry) => entry.paymentId === paymentId);

/**
 * Returns the entry of a payment.
 *
 * @throws {PluralError} `STORE_FAILED`, when the record lost it: its attempt counters would restart.
 */
export function requireEntry(record: OrderRecord | undefined, paymentId: string): PaymentEntry {
  const entry = findEntry(record, paymentId);
  if (!entry) throw new PluralError('STORE_FAILED');
  return entry;
}

/** Finds the payment that represents the order: the one that has the money, else the newest. */
export const findLeadingEntry = (record: OrderRecord): PaymentEntry | undefined =>
  record.payments.find((entry) => entry.verdict?.outcome === 'paid') ??
  record.payments.find((entry) => entry.verdict?.outcome === 'authorized') ??
  record.payments.at(-1);

/** Returns the key of a payment's verdict, the same for each delivery, so that a merchant can ignore repeats. */
export const toVerdictKey = (entry: PaymentEntry): string => `${entry.paymentId}:${entry.verdict?.outcome}`;

/** Returns true for a payment whose verdict was decided and whose delivery has not been recorded. */
export const isUndelivered = (entry: PaymentEntry): boolean =>
  entry.verdict !== undefined && entry.verdict.deliveredAtMs === undefined;

/** Returns true for a payment that failed, which the merchant knows: all it waits for is a later message. */
export const isOver = (entry: PaymentEntry): boolean => entry.verdict?.outcome === 'failed' && !isUndelivered(entry);

/** Returns true for a payment without a verdict. */
export const isOpen = (entry: PaymentEntry): boolean => entry.verdict === undefined;
