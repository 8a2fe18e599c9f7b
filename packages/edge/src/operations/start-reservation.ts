import { PluralError, type Order } from '@plural-otp/core';
import type { CardAnswer } from './card-lookup.ts';
import { isStoreFailure } from '../stores/order-repository.ts';
import type { Parts } from '../context.ts';
import { present } from '../lib/omit-undefined.ts';
import { makeRoom, newRecord, rest, watch, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import type { StartPaymentInput } from './started-payment.ts';

/** How long `createPayment` may take. */
export const createLimitMs = 45_000;
/** How long a process may be at work on one start: the call, and the reads after it. */
const workMs = createLimitMs + 10_000;
/** How long a payment whose creation ended unclear bars one with another reference. */
const unclearMs = 120_000;
const sameStartPatience = { looks: 10, pauseMs: 1000 };

export const invalid = (path: string, expected: string): PluralError =>
  new PluralError('REQUEST_INVALID', { issues: [{ path, expected }] });

export const noRoom = (): PluralError => invalid('orderId', 'an order with fewer payments; make a new order');

/** A payment in its record. */
export interface Known {
  record: OrderRecord;
  entry: PaymentEntry;
}

export const entryByReference = (record: OrderRecord | undefined, reference: string): Known | undefined => {
  const entry = record?.payments.find((payment) => payment.merchantPaymentReference === reference);
  return record && entry && { record, entry };
};

/**
 * Writes down that the payment is about to be made, so that a crash leaves a trace and a double click makes one
 * payment. Gives the payment when another call has made it meanwhile. Without a store it goes on: the reference
 * keeps the payment single at Plural.
 */
export async function reserve(
  parts: Parts,
  key: string,
  order: Order,
  { payment, evenIfUndecided = false }: StartPaymentInput,
  card: CardAnswer,
): Promise<Known | undefined> {
  const { ledger, now, wait, reportError } = parts;
  const reference = payment.merchant_payment_reference;
  const take = (draft: OrderRecord): true | undefined => {
    const nowMs = now();
    const { starting } = draft;
    const isSame = starting?.merchantPaymentReference === reference;
    if (entryByReference(draft, reference) || (isSame && starting.activeUntilMs > nowMs)) return undefined;
    const isBeingMade = starting && !isSame && nowMs - starting.startedAtMs < unclearMs;
    // What is not in the order that was read was made after it was read.
    const isNewer = ({ paymentId }: PaymentEntry): boolean => !order.payments.some(({ id }) => id === paymentId);
    if (!evenIfUndecided && (isBeingMade || draft.payments.some(isNewer))) throw new PluralError('PAYMENT_UNDECIDED');
    if (!makeRoom(draft)) throw noRoom();
    draft.starting = present({
      merchantPaymentReference: reference,
      amount: payment.payment_amount,
      startedAtMs: nowMs,
      activeUntilMs: nowMs + workMs,
      display: card.display,
      nativeOtp: card.nativeOtp,
    });
    watch(draft, nowMs);
    return true;
  };
  try {
    for (let look = 0; look < sameStartPatience.looks; look += 1) {
      const { record, result: isMine } = await ledger.change(key, take, () => newRecord(order, now()));
      if (isMine) return undefined;
      const known = entryByReference(record, reference);
      if (known) return known;
      await wait(sameStartPatience.pauseMs);
    }
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    reportError(error);
    return undefined;
  }
  throw new PluralError('PAYMENT_UNKNOWN');
}

/** `refused`: there is no payment to look for. `unclear`: the sweep goes on looking, and the caller may call again. */
export async function endStart(
  { ledger, now, reportError }: Parts,
  key: string,
  reference: string,
  end: 'refused' | 'unclear',
): Promise<void> {
  try {
    await ledger.change(key, (draft) => {
      if (draft.starting?.merchantPaymentReference !== reference) return undefined;
      if (end === 'refused') delete draft.starting;
      else draft.starting.activeUntilMs = now();
      rest(draft);
      return true;
    });
  } catch (error) {
    reportError(error);
  }
}
