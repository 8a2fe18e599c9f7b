/** `startPayment`: creates a payment at Plural at most once per reference, records it, and opens its step. */

import { isPluralError, PluralError, type Order, type Payment } from '@plural-otp/core';
import { findRival } from '@plural-otp/core/internal';
import { destinationSchema } from '@plural-otp/flow/contract/schemas';
import * as v from 'valibot';
import { applyOrder } from '../payment/apply-order.ts';
import { validateChallengeUrl } from '../payment/challenge-url.ts';
import { lookUpCard, type CardLookup } from './card-lookup.ts';
import { toStartedPayment } from './resume-payment.ts';
import { isStoreFailure } from '../stores/order-repository.ts';
import { resolveNativeOtp, createPaymentEntry, findPaymentByReference } from '../payment/payment-entry.ts';
import type { HandlerContext } from '../context.ts';
import { scheduleCheck } from '../payment/check-schedule.ts';
import { findEntry, ensureCapacity, createRecord } from '../payment/order-record.ts';
import { createReference } from '../payment/support-reference.ts';
import {
  createTimeoutMs,
  releaseStart,
  findByReference,
  invalidRequest,
  tooManyPayments,
  reserveStart,
  type RecordedPayment,
} from './start-reservation.ts';
import { waitForDeliveries, saveReference, deliverPending, emitChanges } from '../reconciliation/reconcile-order.ts';
import type { StartedPayment, StartPaymentInput } from './started-payment.ts';
import { withAbortTimeout } from '../lib/timeout.ts';

const readDelaysMs = [1000, 3000, 6000];

/**
 * Creates a payment at Plural and opens its step. Idempotent per `merchant_payment_reference`: a repeated or concurrent
 * call returns the same payment.
 *
 * @throws {PluralError} `ORDER_ALREADY_PAID`; `PAYMENT_UNDECIDED`: another payment may still succeed;
 * `PAYMENT_UNKNOWN`: call again with the same reference; `CHALLENGE_URL_REFUSED`; `REQUEST_INVALID`; and what Plural's
 * calls throw.
 */
export async function startPayment(context: HandlerContext, input: StartPaymentInput): Promise<StartedPayment> {
  const { repository, plural, now } = context;
  if (!input?.payment?.merchant_payment_reference) {
    throw invalidRequest('payment.merchant_payment_reference', 'a reference that is unique to this payment');
  }
  const { orderId, payment } = input;
  if (input.display?.destination && !v.is(destinationSchema, input.display.destination)) {
    throw invalidRequest('display.destination', "a masked destination with at most four digits, such as '••••••4321'");
  }
  const key = await repository.getKey(orderId);
  const started = await findStarted(context, key, payment.merchant_payment_reference);
  if (started) return toStartedPayment(context, key, started.record, started.entry);

  const readAtMs = now();
  const order = await plural.getOrder(orderId);
  const existing = findPaymentByReference(order, payment.merchant_payment_reference);
  if (!existing) assertNoRivalPayment(order, input.evenIfUndecided === true);
  if (!payment.device_info) context.report('DEVICE_INFO_MISSING');
  const card = await lookUpCard(context, input);

  // The payment exists at Plural, created before a crash or a lost response: there is nothing to reserve.
  if (existing) return saveStartedPayment(context, key, { order, readAtMs, payment: existing }, input, card);
  const reserved = await reserveStart(context, key, order, input, card);
  if (reserved) return toStartedPayment(context, key, reserved.record, reserved.entry);
  return saveStartedPayment(context, key, await createAtPlural(context, key, input), input, card);
}

/** Finds the payment in the record. A store failure is reported; the order is read next, and knows the payment too. */
async function findStarted(
  { repository, reportError }: HandlerContext,
  key: string,
  reference: string,
): Promise<RecordedPayment | undefined> {
  try {
    return findByReference(await repository.read(key), reference);
  } catch (error) {
    reportError(error);
    return undefined;
  }
}

/**
 * Throws where another payment of the order has the money or may still get it, so that a customer does not pay twice.
 */
function assertNoRivalPayment(order: Order, evenIfUndecided: boolean): void {
  const rival = findRival(order);
  if (rival === 'paid') throw new PluralError('ORDER_ALREADY_PAID');
  if (rival && !evenIfUndecided) throw new PluralError('PAYMENT_UNDECIDED');
}

interface CreatedPayment {
  order: Order;
  /** Time at which the call that returned the order began (epoch milliseconds). */
  readAtMs: number;
  payment: Payment;
}

/**
 * Creates the payment at Plural, once. After an unknown outcome the call is not repeated: the order is read up to three
 * times, and the payment adopted from it.
 */
async function createAtPlural(
  context: HandlerContext,
  key: string,
  { orderId, payment }: StartPaymentInput,
): Promise<CreatedPayment> {
  const { plural, timers, now } = context;
  const reference = payment.merchant_payment_reference;
  let readAtMs = now();
  try {
    const order = await withAbortTimeout(timers, createTimeoutMs, (signal) =>
      plural.createPayment(orderId, { payments: [payment] }, { signal }),
    );
    const created = findPaymentByReference(order, reference);
    if (created) return { order, readAtMs, payment: created };
  } catch (error) {
    if (!isPluralError(error)) throw error;
    const isKnownThere = error.upstream?.code === 'DUPLICATE_REQUEST';
    if (error.outcome === 'none' && !isKnownThere) {
      await releaseStart(context, key, reference, 'rejected');
      throw error;
    }
    context.reportError(error);
  }
  for (const pauseMs of readDelaysMs) {
    await timers.sleep(pauseMs);
    try {
      readAtMs = now();
      const order = await plural.getOrder(orderId);
      const created = findPaymentByReference(order, reference);
      if (created) return { order, readAtMs, payment: created };
    } catch (error) {
      context.reportError(error);
    }
  }
  await releaseStart(context, key, reference, 'unknown');
  throw new PluralError('PAYMENT_UNKNOWN');
}

/** Saves the payment and opens its step. With a failed store no OTP can be sent, but the bank's page still works. */
async function saveStartedPayment(
  context: HandlerContext,
  key: string,
  { order, readAtMs, payment }: CreatedPayment,
  input: StartPaymentInput,
  card: CardLookup,
): Promise<StartedPayment> {
  const { repository, now, newId } = context;
  const challengeUrl = await resolveChallengeUrl(context, key, order, input);
  const reference = await createReference(newId);
  const entry = createPaymentEntry(payment, {
    reference,
    amount: input.payment.payment_amount,
    ...resolveNativeOtp(card.nativeOtp, card.from, payment),
    challengeUrl,
    display: card.display,
    nowMs: now(),
  });
  await saveReference(context, reference, { orderId: order.order_id, paymentId: payment.id });
  try {
    const { record: saved, result: effect } = await repository.update(
      key,
      (draft) => {
        if (draft.starting?.merchantPaymentReference === entry.merchantPaymentReference) delete draft.starting;
        if (!findEntry(draft, entry.paymentId)) {
          if (!ensureCapacity(draft)) throw tooManyPayments();
          draft.payments.push(structuredClone(entry));
        }
        scheduleCheck(draft, now());
        return applyOrder(draft, order, { source: 'settle', readAtMs, nowMs: now() });
      },
      () => createRecord(order, now()),
    );
    const savedEntry = findEntry(saved, entry.paymentId);
    if (!saved || !savedEntry || !effect) throw new PluralError('STORE_FAILED');
    emitChanges(context, effect);
    await waitForDeliveries(context, {
      record: saved,
      order,
      deliveries: deliverPending(context, key, saved, order),
    });
    return await toStartedPayment(context, key, saved, savedEntry, order);
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    context.reportError(error, entry);
    const unsaved = { ...createRecord(order, now()), payments: [entry] };
    applyOrder(unsaved, order, { source: 'settle', readAtMs, nowMs: now() });
    return toStartedPayment(context, key, unsaved, entry, order, { nativeOtp: entry.nativeOtp });
  }
}

/**
 * Returns the bank page URL of an order, if any. Throws `CHALLENGE_URL_REFUSED` for one on a host that is not allowed.
 */
async function resolveChallengeUrl(
  context: HandlerContext,
  key: string,
  { challenge_url: text }: Order,
  { payment }: StartPaymentInput,
): Promise<string | undefined> {
  if (text === undefined) return undefined;
  const url = validateChallengeUrl(text, context.challengeHosts);
  if (url !== undefined) return url;
  await releaseStart(context, key, payment.merchant_payment_reference, 'unknown');
  const found = URL.canParse(text) ? new URL(text).host : 'no URL';
  throw new PluralError('CHALLENGE_URL_REFUSED', {
    issues: [
      { path: 'challenge_url', expected: `https on ${[...context.challengeHosts].join(', ')}; it is on ${found}` },
    ],
  });
}
