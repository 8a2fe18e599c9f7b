/** The single reconciliation path for submit, return, webhook, poll, `settle` and sweep. */

import type { Order } from '@plural-otp/core';
import { applyOrder, type OrderEffect } from '../payment/apply-order.ts';
import { deliverVerdict, type Delivery } from './deliver-verdict.ts';
import type { ReferenceTarget } from '../stores/order-repository.ts';
import { adoptOrphan, findOrphanedPayment } from '../payment/payment-entry.ts';
import type { HandlerContext } from '../context.ts';
import { isUndelivered, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import { createReference } from '../payment/support-reference.ts';
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

/**
 * Reconciles an order: fetch it, decide, persist, deliver. Resolves to `undefined` when the order has no record.
 *
 * @throws {PluralError} `STORE_FAILED`, and what reading the order throws.
 */
export async function reconcileOrder(
  context: HandlerContext,
  key: string,
  source: VerdictSource,
): Promise<Reconciliation | undefined> {
  const { repository, plural, now, newId, challengeHosts } = context;
  const found = await repository.read(key);
  if (!found) return undefined;
  const readAtMs = now();
  const order = await plural.getOrder(found.orderId);
  const orphan = findOrphanedPayment(found, order);
  const reference = orphan ? await createReference(newId) : '';
  if (orphan) await saveReference(context, reference, { orderId: found.orderId, paymentId: orphan.id });
  const { record, result: effect } = await repository.update(key, (draft) => {
    const adopted = orphan !== undefined && adoptOrphan(draft, order, reference, challengeHosts, now());
    const applied = applyOrder(draft, order, { source, readAtMs, nowMs: now() });
    return adopted || applied.changed ? applied : undefined;
  });
  if (!record) return undefined;
  if (effect) emitChanges(context, effect);
  const deliveries = deliverPending(context, key, record, order);
  context.waitUntil(deliveries);
  return { record, order, deliveries };
}

/** Longest time a page waits for the order; after that the response shows the record as it stands. */
const readTimeoutMs = 8000;

/**
 * Reconciles within the time a page waits. Resolves to `TIMED_OUT` when that fails, which is reported, or takes longer.
 */
export function reconcileWithin(
  context: HandlerContext,
  key: string,
  source: VerdictSource,
  entry?: PaymentEntry,
): Promise<Reconciliation | undefined | typeof TIMED_OUT> {
  const reconciling = reconcileOrder(context, key, source).catch((error: unknown): typeof TIMED_OUT => {
    context.reportError(error, entry);
    return TIMED_OUT;
  });
  context.waitUntil(reconciling);
  return withTimeout(context.timers, readTimeoutMs, reconciling);
}

/** Saves the payment a reference stands for. A failure is reported and costs no more than the reference. */
export async function saveReference(
  context: HandlerContext,
  reference: string,
  target: ReferenceTarget,
): Promise<void> {
  try {
    await context.repository.bindReference(reference, target);
  } catch (error) {
    context.reportError(error);
  }
}

/** Emits the changes an order made. */
export function emitChanges(context: HandlerContext, { decided, rejected, problems }: OrderEffect): void {
  for (const entry of decided) context.emit('verdict', entry);
  for (const entry of rejected) context.emit('refused', entry);
  for (const { entry, code } of problems) context.report(code, { entry });
}

/** Delivers every undelivered verdict, one after the other. Never rejects. */
export async function deliverPending(
  context: HandlerContext,
  key: string,
  record: OrderRecord,
  order: Order,
): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  for (const entry of record.payments.filter(isUndelivered)) {
    try {
      deliveries.push(await deliverVerdict(context, key, entry, order));
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
