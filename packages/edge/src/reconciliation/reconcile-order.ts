/** The single reconciliation path for submit, return, webhook, poll, `settle` and sweep. */

import type { Order } from '@plural-otp/core';
import { applyOrder, type OrderEffect } from '../payment/apply-order.ts';
import { deliverVerdict, type Delivery } from './deliver-verdict.ts';
import { validateChallengeUrl } from '../payment/challenge-url.ts';
import { adoptPayments, findReservedPayment } from '../payment/payment-entry.ts';
import type { HandlerContext } from '../context.ts';
import { endChecks, isCheckDue, postponeCheck } from '../payment/check-schedule.ts';
import { takeFirstLease } from '../payment/delivery-schedule.ts';
import { findLeadingEntry, isUndelivered, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import type { VerdictSource } from '../payment/verdict.ts';
import { TIMED_OUT, withTimeout } from '../lib/timeout.ts';

/** Result of reconciling an order. */
export interface Reconciliation {
  record: OrderRecord;
  order: Order;
  /** Results of the deliveries, one per undelivered verdict. Never rejects. */
  deliveries: Promise<Delivery[]>;
}

/** Longest time a request waits for the merchant's `onVerdict`; the delivery itself goes on after the response. */
export const deliveryTimeoutMs = 4000;

/** Options of {@link reconcileOrder}. */
export interface ReconcileOptions {
  /** The record, where the caller has just read it. */
  known?: OrderRecord | undefined;
  /** False leaves new verdicts undelivered. @default true */
  deliver?: boolean;
}

/**
 * Reconciles an order: fetch it, decide, persist, deliver. Adopts the payments that were reserved here and are in the
 * order. Resolves to `undefined` when the order has no record.
 *
 * @throws {PluralError} `STORE_FAILED`, and what reading the order throws.
 */
export async function reconcileOrder(
  context: HandlerContext,
  key: string,
  source: VerdictSource,
  { known, deliver = true }: ReconcileOptions = {},
): Promise<Reconciliation | undefined> {
  const { repository, plural, settings, now, challengeHosts } = context;
  const found = known ?? (await repository.read(key));
  if (!found) return undefined;
  const readAtMs = now();
  const order = await plural.getOrder(found.orderId);
  const challengeUrl = validateChallengeUrl(order.challenge_url ?? '', challengeHosts);
  const savedReferences = await saveReferences(context, found, order);
  const { record, result } = await repository.update(
    key,
    (draft) => {
      const nowMs = now();
      const known = draft.payments.length;
      const adopted = adoptPayments(draft, order, { challengeUrl, savedReferences, nowMs });
      const effect = { started: draft.payments.slice(known), ...applyOrder(draft, order, { source, readAtMs, nowMs }) };
      const wasDue = isCheckDue(draft, nowMs);
      if (wasDue) postponeCheck(draft, nowMs);
      const ended = endChecks(draft, nowMs);
      // Taken with the same save, so that a new verdict costs no second one.
      const lease = deliver && settings.onVerdict ? takeFirstLease(draft, nowMs) : undefined;
      return adopted || effect.changed || wasDue || ended || lease ? { effect, ended, lease } : undefined;
    },
    { known: found },
  );
  if (!record) return undefined;
  if (result) emitChanges(context, key, record, result.effect);
  if (result?.ended?.stillOpen) context.report('ORDER_STILL_OPEN', { entry: findLeadingEntry(record) });
  const leased = result?.lease?.isTaken ? result.lease.entry.paymentId : undefined;
  const deliveries = deliver ? deliverPending(context, key, record, order, { source, leased }) : noDeliveries;
  context.waitUntil(deliveries);
  return { record, order, deliveries };
}

const noDeliveries: Promise<Delivery[]> = Promise.resolve([]);

/** Longest time a page waits for the order; after that the response shows the record as it stands. */
const readTimeoutMs = 8000;

/**
 * Reconciles within the time a page waits. Resolves to `TIMED_OUT` when that fails, which is reported, or takes longer.
 */
export function reconcileWithin(
  context: HandlerContext,
  key: string,
  source: VerdictSource,
  { entry, ...options }: ReconcileOptions & { entry?: PaymentEntry | undefined } = {},
): Promise<Reconciliation | undefined | typeof TIMED_OUT> {
  const reconciling = reconcileOrder(context, key, source, options).catch((error: unknown): typeof TIMED_OUT => {
    context.reportError(error, entry);
    return TIMED_OUT;
  });
  context.waitUntil(reconciling);
  return withTimeout(context.timers, readTimeoutMs, reconciling);
}

/**
 * Saves the payments that references stand for: of those reserved here that the order now shows, and of those whose
 * reference could not be saved before. Returns the references that were saved. A failure is reported, and costs no more
 * than that reference until the order is reconciled again.
 */
export async function saveReferences(
  context: HandlerContext,
  { orderId, payments, starting }: OrderRecord,
  order: Order,
): Promise<ReadonlySet<string>> {
  const targets = new Map<string, string>();
  for (const { reference, referenceUnsaved, paymentId } of payments) {
    if (referenceUnsaved) targets.set(reference, paymentId);
  }
  for (const reserved of starting) {
    const payment = findReservedPayment(order, reserved);
    if (payment) targets.set(reserved.reference, payment.id);
  }
  const saved = new Set<string>();
  for (const [reference, paymentId] of targets) {
    try {
      await context.repository.bindReference(reference, { orderId, paymentId });
      saved.add(reference);
    } catch (error) {
      context.reportError(error);
    }
  }
  return saved;
}

/** Effects of an order on its record, with the payments that were adopted from it. */
export interface ReadingEffect extends OrderEffect {
  started: PaymentEntry[];
}

/** Emits the changes an order made. */
export function emitChanges(
  context: HandlerContext,
  key: string,
  record: OrderRecord,
  { started, decided, rejected, problems }: ReadingEffect,
): void {
  for (const entry of started) context.emit('started', { key, record, entry });
  for (const entry of decided) context.emit('verdict', { key, record, entry });
  for (const entry of rejected) context.emit('refused', { key, record, entry }, { nth: entry.misses });
  for (const { entry, code } of problems) context.report(code, { entry });
}

/**
 * Delivers every undelivered verdict of a record, one after the other. Never rejects. A process without `onVerdict`
 * delivers nothing.
 *
 * @param leased - Payment whose verdict this process has leased already.
 */
export async function deliverPending(
  context: HandlerContext,
  key: string,
  record: OrderRecord,
  order: Order,
  { source = 'settle', leased }: { source?: VerdictSource; leased?: string | undefined } = {},
): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  if (!context.settings.onVerdict) return deliveries;
  for (const entry of record.payments.filter(isUndelivered)) {
    try {
      const delivery = await deliverVerdict(context, key, record, entry, order, entry.paymentId === leased);
      if (delivery === 'superseded') {
        // The newer verdict came from a newer order, so the order is read again.
        const next = await reconcileOrder(context, key, source);
        return [...deliveries, ...((await next?.deliveries) ?? [])];
      }
      deliveries.push(delivery);
    } catch (error) {
      context.reportError(error, entry);
      deliveries.push('failed');
    }
  }
  return deliveries;
}

/**
 * Waits for deliveries within the time a request has. Resolves to `undefined` when they take longer and go on after it.
 */
export async function waitForDeliveries(
  context: HandlerContext,
  { deliveries }: Reconciliation,
): Promise<Delivery[] | undefined> {
  const result = await withTimeout(context.timers, deliveryTimeoutMs, deliveries);
  return result === TIMED_OUT ? undefined : result;
}
