/**
 * `startPayment`: creates a payment at Plural at most once per reference, records it, and opens its step. Fails closed:
 * no payment is created that the record does not know of.
 */

import { isPluralError, PluralError, type Order, type Payment } from '@plural-otp/core';
import { createPaymentSchema, findRival, parse } from '@plural-otp/core/internal';
import { destinationSchema } from '@plural-otp/flow/contract/schemas';
import * as v from 'valibot';
import type { HandlerContext } from '../context.ts';
import { scheduleCheck } from '../payment/check-schedule.ts';
import { withAbortTimeout } from '../lib/timeout.ts';
import { applyOrder } from '../payment/apply-order.ts';
import { validateChallengeUrl } from '../payment/challenge-url.ts';
import {
  createRecord,
  findEntry,
  requireEntry,
  type OrderRecord,
  type StartReservation,
} from '../payment/order-record.ts';
import { adoptPayments, findPaymentByReference, resolveNativeOtp } from '../payment/payment-entry.ts';
import {
  deliverPending,
  emitChanges,
  saveReferences,
  waitForDeliveries,
  type ReadingEffect,
} from '../reconciliation/reconcile-order.ts';
import { sendOtpAction } from '../reconciliation/send-otp-action.ts';
import { identifyCard, lookUpCard, type CardIdentity } from './card-lookup.ts';
import { toStartedPayment } from './resume-payment.ts';
import {
  assertSamePayment,
  createReservation,
  createTimeoutMs,
  findRequested,
  findReservation,
  invalidRequest,
  releaseStart,
  reserveStart,
  type RecordedPayment,
  type ReservedStart,
} from './start-reservation.ts';
import type { StartedPayment, StartPaymentInput } from './started-payment.ts';

const readDelaysMs = [1000, 3000, 6000];

/**
 * Creates a payment at Plural and opens its step. Idempotent per `merchant_payment_reference`: a repeated or concurrent
 * call returns the same payment.
 *
 * @throws {PluralError} `ORDER_ALREADY_PAID`; `PAYMENT_UNDECIDED`: another payment may still succeed;
 * `PAYMENT_MISMATCH`: the reference belongs to another amount or card; `PAYMENT_UNKNOWN`: call again with the same
 * reference; `CHALLENGE_URL_REFUSED`; `STORE_FAILED`, with nothing sent; `REQUEST_INVALID`; and what Plural's calls
 * throw.
 */
export async function startPayment(context: HandlerContext, input: StartPaymentInput): Promise<StartedPayment> {
  const created = await findOrCreate(context, input);
  const { key, entry, order } = created;
  const record = input.generate === 'now' ? await generateNow(context, created) : created.record;
  return toStartedPayment(context, key, record, findEntry(record, entry.paymentId) ?? entry, order);
}

/** A payment that was started, now or before. */
interface OpenedPayment extends RecordedPayment {
  key: string;
  /** Absent when the payment came from the record. */
  order?: Order;
}

async function findOrCreate(context: HandlerContext, input: StartPaymentInput): Promise<OpenedPayment> {
  const { repository, plural, now } = context;
  const reference: unknown = input?.payment?.merchant_payment_reference;
  if (typeof reference !== 'string' || reference === '') {
    throw invalidRequest('payment.merchant_payment_reference', 'a reference that is unique to this payment');
  }
  const { orderId, payment, nativeOtp } = input;
  if (nativeOtp !== undefined && typeof nativeOtp !== 'boolean') throw invalidRequest('nativeOtp', 'true or false');
  if (input.display?.destination && !v.is(destinationSchema, input.display.destination)) {
    throw invalidRequest('display.destination', "a masked destination with at most four digits, such as '••••••4321'");
  }
  const key = await repository.getKey(orderId);
  const known = await repository.read(key);
  const card = await identifyCard(payment);
  const started = findRequested(known, payment, card);
  if (started) return { key, ...started };

  const readAtMs = now();
  const order = await plural.getOrder(orderId);
  const existing = findPaymentByReference(order, payment.merchant_payment_reference);
  if (!existing) assertNoRivalPayment(order, input.evenIfUndecided === true);
  if (!payment.device_info) context.report('DEVICE_INFO_MISSING');
  if (existing) {
    const reserved = findReservation(known, payment, card) ?? (await reserveExisting(context, input, existing, card));
    return saveStartedPayment(context, key, { order, readAtMs, payment: existing }, reserved, known);
  }
  assertValidPayment(input);
  const reservation = await createReservation(context, input, await lookUpCard(context, input), card);
  const result = await reserveStart(context, key, order, input, reservation, known);
  if ('entry' in result) return { key, ...result };
  const created = await createAtPlural(context, key, input, result);
  return saveStartedPayment(context, key, created, result.reserved, result.record);
}

/**
 * Throws where Plural's client would refuse the payment, because what is reserved before that blocks other starts.
 *
 * @throws {PluralError} `REQUEST_INVALID`.
 */
function assertValidPayment({ payment }: StartPaymentInput): void {
  const { issues } = parse(createPaymentSchema, { payments: [payment] });
  if (issues) throw new PluralError('REQUEST_INVALID', { operation: 'createPayment', issues });
}

/**
 * Throws where another payment of the order has the money or may still get it, so that a customer does not pay twice.
 */
function assertNoRivalPayment(order: Order, evenIfUndecided: boolean): void {
  const rival = findRival(order);
  if (rival === 'paid') throw new PluralError('ORDER_ALREADY_PAID');
  if (rival && !evenIfUndecided) throw new PluralError('PAYMENT_UNDECIDED');
}

/**
 * Creates the reservation of a payment that is at Plural and not in the record, which lost it, and with it the number
 * of OTPs that were sent and submitted: none can be here.
 */
async function reserveExisting(
  context: HandlerContext,
  input: StartPaymentInput,
  existing: Payment,
  card: CardIdentity,
): Promise<StartReservation> {
  const { payment_amount: amount, payment_option: option } = existing;
  // An order names the card of a payment by its digits alone.
  const { lastDigits } = card;
  assertSamePayment(amount, { lastDigits: option?.card_data?.last4_digit }, input.payment, { lastDigits });
  const { display } = await lookUpCard(context, { ...input, nativeOtp: false });
  const reservation = await createReservation(context, input, { nativeOtp: false, from: 'unknown', display }, card);
  return { ...reservation, restored: true };
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
  { reserved, record, isRepeated }: ReservedStart,
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
    if (isPluralError(error) && error.outcome === 'none') {
      // That this call created nothing says nothing of an earlier one, whose payment may still come.
      await releaseStart(context, key, reserved, isRepeated ? 'unknown' : 'rejected', record);
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
  await releaseStart(context, key, reserved, 'unknown', record);
  throw new PluralError('PAYMENT_UNKNOWN');
}

/**
 * Saves the payment and opens its step. When the store fails now the reservation stands, by which the next reading of
 * the order adopts the payment, so the session works all the same.
 */
async function saveStartedPayment(
  context: HandlerContext,
  key: string,
  { order, readAtMs, payment }: CreatedPayment,
  reserved: StartReservation,
  known: OrderRecord | undefined,
): Promise<OpenedPayment> {
  const { repository, now, challengeHosts } = context;
  const challengeUrl = validateChallengeUrl(order.challenge_url ?? '', challengeHosts);
  if (challengeUrl === undefined && order.challenge_url !== undefined) {
    refuseChallengeUrl(context, order.challenge_url, payment, reserved);
  }
  const isReserved = known?.starting.some(({ reference }) => reference === reserved.reference);
  const unsaved = known ?? createRecord(order, now());
  unsaved.starting.push(reserved);
  const savedReferences = await saveReferences(context, unsaved, order);
  const adopt = (draft: OrderRecord): ReadingEffect => {
    const recorded = draft.payments.length;
    // Of two reservations of a payment one adopts it.
    draft.starting.push(structuredClone(reserved));
    adoptPayments(draft, order, { challengeUrl, savedReferences, nowMs: now() });
    scheduleCheck(draft, now());
    // This order is as good as one read for the page, which polls soon.
    draft.orderReadAtMs = now();
    const started = draft.payments.slice(recorded);
    return { started, ...applyOrder(draft, order, { source: 'settle', readAtMs, nowMs: now() }) };
  };
  try {
    const create = (): OrderRecord => createRecord(order, now());
    const { record, result: effect } = await repository.update(key, adopt, { create, known: known ?? null });
    const entry = requireEntry(record, payment.id);
    if (!record || !effect) throw new PluralError('STORE_FAILED');
    emitChanges(context, key, record, effect);
    const deliveries = deliverPending(context, key, record, order);
    await waitForDeliveries(context, { record, order, deliveries });
    return { key, record, entry, order };
  } catch (error) {
    if (!isReserved) throw error;
    adopt(unsaved);
    const entry = requireEntry(unsaved, payment.id);
    context.reportError(error, entry);
    return { key, record: unsaved, entry, order };
  }
}

/** Idempotency key of the OTP that a start requests. No page can send it, because those are UUIDs. */
const startKey = 'start';

/**
 * Requests the first OTP of a payment, unless one was requested before: by this start, an earlier one or the page. The
 * payment is started whatever becomes of it.
 */
async function generateNow(context: HandlerContext, { key, record, entry }: OpenedPayment): Promise<OrderRecord> {
  const { paymentId } = entry;
  const request = { action: 'generate', idempotencyKey: startKey } as const;
  try {
    return (await sendOtpAction(context, { key, paymentId }, request, record, false)).record ?? record;
  } catch (error) {
    context.reportError(error, entry);
    return record;
  }
}

/**
 * Reports a bank page whose host is not allowed. Throws unless the customer can do without it: in production, with an
 * OTP on the merchant's page. Before production the shop is to learn of its configuration.
 *
 * @throws {PluralError} `CHALLENGE_URL_REFUSED`: the payment exists all the same.
 */
function refuseChallengeUrl(
  { plural, challengeHosts, reportError }: HandlerContext,
  challengeUrl: string,
  payment: Payment,
  reserved: StartReservation,
): void {
  const found = URL.canParse(challengeUrl) ? new URL(challengeUrl).host : 'no URL';
  const error = new PluralError('CHALLENGE_URL_REFUSED', {
    issues: [{ path: 'challenge_url', expected: `https on ${[...challengeHosts].join(', ')}; it is on ${found}` }],
  });
  const { nativeOtp } = resolveNativeOtp(reserved.nativeOtp, reserved.nativeOtpFrom, payment);
  if (plural.environment !== 'production' || !nativeOtp) throw error;
  reportError(error);
}
