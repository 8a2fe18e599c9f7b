/**
 * Creates the entries of payments in their record. Every payment enters by {@link adoptPayments}, whoever read the order:
 * the start that created it, a request, `settle`, a return, a webhook or the sweep.
 */

import type { Order, Payment } from '@plural-otp/core';
import { omitUndefined } from '@plural-otp/core/internal';
import type { Money, PaymentDisplay } from '@plural-otp/flow/contract';
import type { NativeOtpSource, OrderRecord, StartReservation } from './order-record.ts';

/** Facts about an order that is being adopted from. */
export interface AdoptionContext {
  /** URL of the bank's page, if the order has one on an allowed host. */
  challengeUrl: string | undefined;
  /** References that are saved by now. */
  savedReferences: ReadonlySet<string>;
  nowMs: number;
}

/** Finds the payment of an order by the merchant's reference. */
export const findPaymentByReference = (order: Order, reference: string): Payment | undefined =>
  order.payments.find((payment) => payment.merchant_payment_reference === reference);

/** Finds the payment of an order that was reserved in the record. */
export const findReservedPayment = (order: Order, reserved: StartReservation): Payment | undefined =>
  reserved.paymentId === undefined
    ? findPaymentByReference(order, reserved.merchantPaymentReference)
    : order.payments.find(({ id }) => id === reserved.paymentId);

/**
 * Adopts each payment of the order that is reserved in the record: its entry takes the place of the reservation. Also
 * notes what a start could not: which references are saved by now, and the URL of the bank's page. Returns true when the
 * record changed.
 */
export function adoptPayments(record: OrderRecord, order: Order, context: AdoptionContext): boolean {
  const { challengeUrl } = context;
  let changed = false;
  record.starting = record.starting.filter((reserved) => {
    const payment = findReservedPayment(order, reserved);
    if (!payment) return true;
    adoptPayment(record, payment, reserved, context);
    changed = true;
    return false;
  });
  for (const entry of record.payments) {
    if (!entry.referenceUnsaved || !context.savedReferences.has(entry.reference)) continue;
    entry.referenceUnsaved = undefined;
    changed = true;
  }
  // Absent until now where its host was not allowed yet.
  const newest = record.payments.at(-1);
  if (challengeUrl !== undefined && newest && !newest.verdict && newest.paymentId === order.payments.at(-1)?.id) {
    changed ||= newest.challengeUrl === undefined;
    newest.challengeUrl ??= challengeUrl;
  }
  return changed;
}

function adoptPayment(
  record: OrderRecord,
  payment: Payment,
  reserved: StartReservation,
  { challengeUrl, nowMs }: AdoptionContext,
): void {
  if (record.payments.some(({ paymentId }) => paymentId === payment.id)) return;
  // The bank's page of an order is that of its newest payment. A session of an older one has the URL of its own.
  for (const older of record.payments) older.challengeUrl = undefined;
  const { display, reference, nativeOtp, nativeOtpFrom, savedCard, restored } = reserved;
  // One that is not there equals none, so that the payment is put on hold.
  const amount = (reserved.amount as Money | undefined) ?? { value: Number.NaN, currency: '' };
  record.payments.push(
    omitUndefined({
      paymentId: payment.id,
      reference,
      referenceUnsaved: true as const,
      merchantPaymentReference: payment.merchant_payment_reference,
      amount: { value: amount.value, currency: amount.currency },
      startedAtMs: nowMs,
      ...resolveNativeOtp(nativeOtp, nativeOtpFrom, payment),
      challengeUrl,
      display: toDisplay(payment, amount, display),
      savedCard,
      stage: 'ready' as const,
      idempotencyKeys: [],
      generates: 0,
      submits: 0,
      resends: 0,
      misses: 0,
      resendOffered: true,
      restored,
    }),
  );
}

const isCurrencyCode = (currency: string): boolean => /^[A-Z]{3}$/.test(currency);
const maxNameLength = 100;
// The digits of the shortest card number, whatever stands between them but letters.
const cardNumberPattern = /\p{Nd}(?:[^\p{L}\p{Nd}]*\p{Nd}){11}/u;

/**
 * Cuts a name for the display to 100 characters, so that a record has room for it. Returns `undefined` for an empty one,
 * for no string, and for one that could hold a card number: a record, a page and an event must not have that.
 */
export const toDisplayName = (name: unknown): string | undefined =>
  typeof name === 'string' && name !== '' && !cardNumberPattern.test(name) ? name.slice(0, maxNameLength) : undefined;

/**
 * Builds the display: the amount with its fee, so that it equals the bank's message, and the card as Plural names it.
 */
function toDisplay(payment: Payment, requested: Money, own: PaymentDisplay): PaymentDisplay {
  const { payment_amount: reported } = payment;
  // An amount that cannot be read is that of the request, and so is one in a currency that cannot be formatted.
  const isReadable = reported && Number.isSafeInteger(reported.value) && isCurrencyCode(reported.currency);
  const amount = isReadable ? reported : requested;
  const fee = payment.convenience_fee_breakdown?.applicable_fee_amount;
  const { network_name: network, issuer_name: issuer } = payment.payment_option?.card_data ?? {};
  const hasFee = fee !== undefined && fee.value > 0 && fee.currency === amount.currency;
  return omitUndefined({
    ...own,
    network: toDisplayName(network) ?? own.network,
    issuer: toDisplayName(issuer) ?? own.issuer,
    amount: { value: amount.value + (hasFee ? fee.value : 0), currency: amount.currency },
    fee: hasFee ? { value: fee.value, currency: fee.currency } : undefined,
  });
}

/** Resolves whether a payment supports native OTP: from the reservation, else the order, else it is unknown. */
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
