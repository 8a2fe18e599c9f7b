import { PluralError, type Order } from '@plural-otp/core';
import type { CardAnswer } from './card-gate.ts';
import { isStoreFailure } from './ledger.ts';
import type { Parts } from './parts.ts';
import { present } from './present.ts';
import { makeRoom, newRecord, rest, watch, type OrderRecord, type PaymentEntry } from './record.ts';
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
  const take = (
    draft: OrderRecord | undefined,
  ): { save: boolean; record?: OrderRecord; result: 'mine' | 'known' | 'wait' } => {
    const nowMs = now();
    if (entryByReference(draft, reference)) return { save: false, result: 'known' };
    const { starting } = draft ?? {};
    const isSame = starting?.merchantPaymentReference === reference;
    if (starting && isSame && starting.activeUntilMs > nowMs) return { save: false, result: 'wait' };
    const isBeingMade = starting && !isSame && nowMs - starting.sinceMs < unclearMs;
    // What is not in the order that was read was made after it was read.
    const isNewer = ({ paymentId }: PaymentEntry): boolean => !order.payments.some(({ id }) => id === paymentId);
    if (!evenIfUndecided && (isBeingMade || draft?.payments.some(isNewer))) throw new PluralError('PAYMENT_UNDECIDED');
    const record = draft ?? newRecord(orderFacts(order), nowMs);
    if (!makeRoom(record)) throw noRoom();
    record.starting = present({
      merchantPaymentReference: reference,
      amount: payment.payment_amount,
      sinceMs: nowMs,
      activeUntilMs: nowMs + workMs,
      display: card.display,
      nativeOtp: card.nativeOtp,
    });
    watch(record, nowMs);
    return { save: true, record, result: 'mine' };
  };
  try {
    for (let look = 0; look < sameStartPatience.looks; look += 1) {
      const { record, result } = await ledger.change(key, take);
      if (result === 'mine') return undefined;
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

/** What a record keeps of its order. */
export const orderFacts = (order: Order): { orderId: string; merchantOrderReference: string; preAuth: boolean } => ({
  orderId: order.order_id,
  merchantOrderReference: order.merchant_order_reference ?? '',
  preAuth: order.pre_auth === true,
});

/** `refused`: there is no payment to look for. `unclear`: the sweep goes on looking, and the caller may call again. */
export async function endStart(
  { ledger, now, reportError }: Parts,
  key: string,
  reference: string,
  end: 'refused' | 'unclear',
): Promise<void> {
  try {
    await ledger.change(key, (draft) => {
      if (draft?.starting?.merchantPaymentReference !== reference) return { save: false, result: undefined };
      if (end === 'refused') delete draft.starting;
      else draft.starting.activeUntilMs = now();
      rest(draft);
      return { save: true, result: undefined };
    });
  } catch (error) {
    reportError(error);
  }
}
