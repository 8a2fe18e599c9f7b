import type { Order, Payment } from '@plural-otp/core';
import type { Money, PaymentDisplay } from '@plural-otp/flow/contract';
import { validateChallengeUrl } from './challenge-url.ts';
import { omitUndefined } from '@plural-otp/core/internal';
import { ensureCapacity, type NativeOtpSource, type OrderRecord, type PaymentEntry } from './order-record.ts';

/** What the order alone does not tell of a payment. */
export interface PaymentEntryInit {
  reference: string;
  /** What the payment was asked for with. */
  amount: Money;
  nativeOtp: boolean;
  nativeOtpFrom: NativeOtpSource;
  challengeUrl?: string | undefined;
  /** What the merchant and the card tell; the amount and the fee come from the order. */
  display: PaymentDisplay;
  nowMs: number;
}

/** A payment as the record begins to remember it. */
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

/** The amount with its fee, so that it equals what the bank's message says, and the card as Plural names it. */
function toDisplay(payment: Payment, asked: Money, own: PaymentDisplay): PaymentDisplay {
  const amount = payment.payment_amount ?? asked;
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

/** Whether a payment can be paid by OTP here: card details say, else the order, else it is not known. */
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

export const findPaymentByReference = (order: Order, reference: string): Payment | undefined =>
  order.payments.find((payment) => payment.merchant_payment_reference === reference);

/** A payment in the order whose creation was begun here but never recorded: the process died, or its answer was lost. */
export const findOrphanedPayment = ({ starting }: OrderRecord, order: Order): Payment | undefined =>
  starting && findPaymentByReference(order, starting.merchantPaymentReference);

/**
 * Takes up a payment that was found so. True when the record changed.
 */
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
