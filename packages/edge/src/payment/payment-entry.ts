/** Creates the entry of a payment in its record, also for one that was created at Plural and never recorded. */

import type { Order, Payment } from '@plural-otp/core';
import type { Money, PaymentDisplay } from '@plural-otp/flow/contract';
import { validateChallengeUrl } from './challenge-url.ts';
import { omitUndefined } from '@plural-otp/core/internal';
import { ensureCapacity, type NativeOtpSource, type OrderRecord, type PaymentEntry } from './order-record.ts';

/** Facts about a payment that the order does not contain. */
export interface PaymentEntryInit {
  reference: string;
  /** Amount of the request. */
  amount: Money;
  nativeOtp: boolean;
  nativeOtpFrom: NativeOtpSource;
  challengeUrl?: string | undefined;
  /** Facts from the merchant and the card; the amount and the fee come from the order. */
  display: PaymentDisplay;
  nowMs: number;
}

/** Creates the entry of a payment that nothing has happened to yet. */
export function createPaymentEntry(payment: Payment, base: PaymentEntryInit): PaymentEntry {
  const { amount, display, nowMs, ...rest } = base;
  return omitUndefined({
    ...rest,
    paymentId: payment.id,
    merchantPaymentReference: payment.merchant_payment_reference,
    amount: { value: amount.value, currency: amount.currency },
    startedAtMs: nowMs,
    display: toDisplay(payment, amount, display),
    stage: 'ready',
    idempotencyKeys: [],
    generates: 0,
    submits: 0,
    resends: 0,
    misses: 0,
    resendOffered: true,
  });
}

/**
 * Builds the display: the amount with its fee, so that it equals the bank's message, and the card as Plural names it.
 */
function toDisplay(payment: Payment, requested: Money, own: PaymentDisplay): PaymentDisplay {
  const { payment_amount: reported } = payment;
  const amount = reported && Number.isSafeInteger(reported.value) ? reported : requested;
  const fee = payment.convenience_fee_breakdown?.applicable_fee_amount;
  const { network_name: network, issuer_name: issuer } = payment.payment_option?.card_data ?? {};
  const hasFee = fee !== undefined && fee.value > 0 && fee.currency === amount.currency;
  return omitUndefined({
    ...own,
    network: network || own.network,
    issuer: issuer || own.issuer,
    amount: { value: amount.value + (hasFee ? fee.value : 0), currency: amount.currency },
    fee: hasFee ? { value: fee.value, currency: fee.currency } : undefined,
  });
}

/** Resolves whether a payment supports native OTP: from the card details, else the order, else it is unknown. */
export function resolveNativeOtp(
  known: boolean | undefined,
  source: NativeOtpSource,
  payment: Payment | undefined,
): { nativeOtp: boolean; nativeOtpFrom: NativeOtpSource } {
  if (known !== undefined) return { nativeOtp: known, nativeOtpFrom: source };
  const flag = payment?.payment_option?.card_data?.is_native_otp_eligible;
  return flag === undefined
    ? { nativeOtp: false, nativeOtpFrom: 'unknown' }
    : { nativeOtp: flag, nativeOtpFrom: 'order' };
}

/** Finds the payment of an order by the merchant's reference. */
export const findPaymentByReference = (order: Order, reference: string): Payment | undefined =>
  order.payments.find((payment) => payment.merchant_payment_reference === reference);

/**
 * Finds the payment that was reserved here, created at Plural and never recorded: the process died, or the response was
 * lost.
 */
export const findOrphanedPayment = ({ starting }: OrderRecord, order: Order): Payment | undefined =>
  starting && findPaymentByReference(order, starting.merchantPaymentReference);

/** Records such an orphan. Returns true when the record changed. */
export function adoptOrphan(
  record: OrderRecord,
  order: Order,
  reference: string,
  challengeHosts: ReadonlySet<string>,
  nowMs: number,
): boolean {
  const { starting } = record;
  const payment = findOrphanedPayment(record, order);
  if (!starting || !payment || !ensureCapacity(record)) return false;
  delete record.starting;
  if (record.payments.some(({ paymentId }) => paymentId === payment.id)) return true;
  record.payments.push(
    createPaymentEntry(payment, {
      reference,
      amount: starting.amount,
      ...resolveNativeOtp(starting.nativeOtp, 'cardDetails', payment),
      challengeUrl: validateChallengeUrl(order.challenge_url ?? '', challengeHosts),
      display: starting.display,
      nowMs,
    }),
  );
  return true;
}
