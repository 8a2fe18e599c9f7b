import { isPluralError, PluralError, type Order, type Payment } from '@plural-otp/core';
import { destinationSchema } from '@plural-otp/flow/contract/schemas';
import * as v from 'valibot';
import { applyOrder } from '../payment/apply-order.ts';
import { trustedChallengeUrl } from '../payment/challenge-url.ts';
import { askCard, type CardAnswer } from './card-lookup.ts';
import { isOver, moneyOf } from '../payment/decide.ts';
import { startedFrom } from './resume-payment.ts';
import { isStoreFailure } from '../stores/order-repository.ts';
import { gateOf, newEntry, paymentByReference } from '../payment/payment-entry.ts';
import type { Parts } from '../context.ts';
import { entryOf, makeRoom, newRecord, watch } from '../payment/order-record.ts';
import { newReference } from '../payment/support-reference.ts';
import {
  createLimitMs,
  endStart,
  entryByReference,
  invalid,
  noRoom,
  reserve,
  type Known,
} from './start-reservation.ts';
import { awaitDeliveries, bind, deliverOwed, tell } from '../reconciliation/reconcile-order.ts';
import type { StartedPayment, StartPaymentInput } from './started-payment.ts';
import { limited } from '../lib/timeout.ts';

const readsAfterUnclearMs = [1000, 3000, 6000];

/**
 * Makes the payment at Plural, once, and opens its step.
 *
 * Throws `ORDER_ALREADY_PAID`; `PAYMENT_UNDECIDED`: another payment may still succeed; `PAYMENT_UNKNOWN`: call again
 * with the same reference; `CHALLENGE_URL_REFUSED`; `REQUEST_INVALID`; and what Plural's calls throw.
 */
export async function startPayment(parts: Parts, input: StartPaymentInput): Promise<StartedPayment> {
  const { ledger, plural } = parts;
  if (!input?.payment?.merchant_payment_reference)
    throw invalid('payment.merchant_payment_reference', 'a reference of your own');
  const { orderId, payment } = input;
  if (input.display?.destination && !v.is(destinationSchema, input.display.destination))
    throw invalid('display.destination', "masked, at most four digits of it, such as '••••••4321'");
  const key = await ledger.keyOf(orderId);
  const known = await knownStart(parts, key, payment.merchant_payment_reference);
  if (known) return startedFrom(parts, key, known.record, known.entry);

  const order = await plural.getOrder(orderId);
  const existing = paymentByReference(order, payment.merchant_payment_reference);
  if (!existing) refuseSecond(order, input.evenIfUndecided === true);
  if (!payment.device_info) parts.report('DEVICE_INFO_MISSING');
  const card = await askCard(parts, input);

  // The payment stands at Plural already, made before a crash or a lost answer: there is nothing to reserve.
  if (existing) return record(parts, key, { order, payment: existing }, input, card);
  const reserved = await reserve(parts, key, order, input, card);
  if (reserved) return startedFrom(parts, key, reserved.record, reserved.entry);
  return record(parts, key, await create(parts, key, input), input, card);
}

/** The payment when the record knows it. A store that fails is reported: the order itself is asked next. */
async function knownStart({ ledger, reportError }: Parts, key: string, reference: string): Promise<Known | undefined> {
  try {
    return entryByReference(await ledger.read(key), reference);
  } catch (error) {
    reportError(error);
    return undefined;
  }
}

function refuseSecond(order: Order, evenIfUndecided: boolean): void {
  for (const payment of order.payments) {
    if (moneyOf(order, payment)) throw new PluralError('ORDER_ALREADY_PAID');
    if (!isOver(payment) && !evenIfUndecided) throw new PluralError('PAYMENT_UNDECIDED');
  }
}

interface Paid {
  order: Order;
  payment: Payment;
}

/** Makes the payment at Plural. After an unclear end the order is read, up to three times, and the payment adopted. */
async function create(parts: Parts, key: string, { orderId, payment }: StartPaymentInput): Promise<Paid> {
  const { plural, wait } = parts;
  const reference = payment.merchant_payment_reference;
  try {
    const order = await limited(wait, createLimitMs, (signal) =>
      plural.createPayment(orderId, { payments: [payment] }, { signal }),
    );
    const made = paymentByReference(order, reference);
    if (made) return { order, payment: made };
  } catch (error) {
    if (!isPluralError(error)) throw error;
    const isKnownThere = error.upstream?.code === 'DUPLICATE_REQUEST';
    if (error.outcome === 'none' && !isKnownThere) {
      await endStart(parts, key, reference, 'refused');
      throw error;
    }
    parts.reportError(error);
  }
  for (const pauseMs of readsAfterUnclearMs) {
    await wait(pauseMs);
    try {
      const order = await plural.getOrder(orderId);
      const made = paymentByReference(order, reference);
      if (made) return { order, payment: made };
    } catch (error) {
      parts.reportError(error);
    }
  }
  await endStart(parts, key, reference, 'unclear');
  throw new PluralError('PAYMENT_UNKNOWN');
}

/** Saves the payment and opens its step. A store that fails costs the acts, not the customer's way to the bank's page. */
async function record(
  parts: Parts,
  key: string,
  { order, payment }: Paid,
  input: StartPaymentInput,
  card: CardAnswer,
): Promise<StartedPayment> {
  const { ledger, now, newId } = parts;
  const challengeUrl = await checkChallengeUrl(parts, key, order, input);
  const reference = await newReference(newId);
  const entry = newEntry(payment, {
    reference,
    amount: input.payment.payment_amount,
    ...gateOf(card.nativeOtp, card.from, payment),
    challengeUrl,
    display: card.display,
    nowMs: now(),
  });
  await bind(parts, reference, { orderId: order.order_id, paymentId: payment.id });
  try {
    const { record: saved, result: effect } = await ledger.change(
      key,
      (draft) => {
        if (draft.starting?.merchantPaymentReference === entry.merchantPaymentReference) delete draft.starting;
        if (!entryOf(draft, entry.paymentId)) {
          if (!makeRoom(draft)) throw noRoom();
          draft.payments.push(structuredClone(entry));
        }
        watch(draft, now());
        return applyOrder(draft, order, now(), 'settle');
      },
      () => newRecord(order, now()),
    );
    const kept = entryOf(saved, entry.paymentId);
    if (!saved || !kept || !effect) throw new PluralError('STORE_FAILED');
    tell(parts, effect);
    await awaitDeliveries(parts, { record: saved, order, deliveries: deliverOwed(parts, key, saved, order) });
    return await startedFrom(parts, key, saved, kept, order);
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    parts.reportError(error, entry);
    const unsaved = { ...newRecord(order, now()), payments: [entry] };
    applyOrder(unsaved, order, now(), 'settle');
    return startedFrom(parts, key, unsaved, entry, order, { nativeOtp: entry.nativeOtp });
  }
}

async function checkChallengeUrl(
  parts: Parts,
  key: string,
  { challenge_url: text }: Order,
  { payment }: StartPaymentInput,
): Promise<string | undefined> {
  if (text === undefined) return undefined;
  const url = trustedChallengeUrl(text, parts.challengeHosts);
  if (url !== undefined) return url;
  await endStart(parts, key, payment.merchant_payment_reference, 'unclear');
  const found = URL.canParse(text) ? new URL(text).host : 'no URL';
  throw new PluralError('CHALLENGE_URL_REFUSED', {
    issues: [
      { path: 'challenge_url', expected: `https on ${[...parts.challengeHosts].join(', ')}; it is on ${found}` },
    ],
  });
}
