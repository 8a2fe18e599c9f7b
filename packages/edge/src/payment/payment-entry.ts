import type { Order, Payment } from '@plural-otp/core';
import type { Money, PaymentDisplay } from '@plural-otp/flow/contract';
import { trustedChallengeUrl } from './challenge-url.ts';
import { present } from '../lib/omit-undefined.ts';
import { makeRoom, type NativeOtpSource, type OrderRecord, type PaymentEntry } from './order-record.ts';

/** What the order alone does not tell of a payment. */
export interface EntryBase {
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
export function newEntry(payment: Payment, base: EntryBase): PaymentEntry {
  const { amount, display, nowMs, ...rest } = base;
  return present({
    ...rest,
    paymentId: payment.id,
    merchantPaymentReference: payment.merchant_payment_reference,
    amount: { value: amount.value, currency: amount.currency },
    startedAtMs: nowMs,
    display: displayOf(payment, amount, display),
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
function displayOf(payment: Payment, asked: Money, own: PaymentDisplay): PaymentDisplay {
  const amount = payment.payment_amount ?? asked;
  const fee = payment.convenience_fee_breakdown?.applicable_fee_amount;
  const { network_name: network, issuer_name: issuer } = payment.payment_option?.card_data ?? {};
  const hasFee = fee !== undefined && fee.value > 0 && fee.currency === amount.currency;
  return present({
    ...own,
    network: network || own.network,
    issuer: issuer || own.issuer,
    amount: { value: amount.value + (hasFee ? fee.value : 0), currency: amount.currency },
    fee: hasFee ? { value: fee.value, currency: fee.currency } : undefined,
  });
}

/** Whether a payment can be paid by OTP here: card details say, else the order, else it is not known. */
export function gateOf(
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

export const paymentByReference = (order: Order, reference: string): Payment | undefined =>
  order.payments.find((payment) => payment.merchant_payment_reference === reference);

/** A payment in the order whose creation was begun here but never recorded: the process died, or its answer was lost. */
export const startedBehind = ({ starting }: OrderRecord, order: Order): Payment | undefined =>
  starting && paymentByReference(order, starting.merchantPaymentReference);

/**
 * Takes up a payment that was found so. True when the record changed.
 */
export function adoptStarted(
  record: OrderRecord,
  order: Order,
  reference: string,
  challengeHosts: ReadonlySet<string>,
  nowMs: number,
): boolean {
  const { starting } = record;
  const payment = startedBehind(record, order);
  if (!starting || !payment || !makeRoom(record)) return false;
  delete record.starting;
  if (record.payments.some(({ paymentId }) => paymentId === payment.id)) return true;
  record.payments.push(
    newEntry(payment, {
      reference,
      amount: starting.amount,
      ...gateOf(starting.nativeOtp, 'cardDetails', payment),
      challengeUrl: trustedChallengeUrl(order.challenge_url ?? '', challengeHosts),
      display: starting.display,
      nowMs,
    }),
  );
  return true;
}
