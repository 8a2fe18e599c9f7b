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

/** Where an order's record stands after the order was read. */
export interface Reconciliation {
  saveStartedPayment: OrderRecord;
  order: Order;
  /** One per verdict that was owed. */
  deliveries: Promise<Delivery[]>;
}

/** How long a request waits for the merchant's own `onVerdict`; after that it goes on without the answer. */
export const deliveryTimeoutMs = 4000;

/**
 * The one path of all ways in: read the order, decide, record, deliver. `undefined` when the order has no record.
 * Throws what reading the order throws, and `STORE_FAILED`.
 */
export async function reconcileOrder(
  context: HandlerContext,
  key: string,
  source: VerdictSource,
): Promise<Reconciliation | undefined> {
  const { repository, plural, now, newId, challengeHosts } = context;
  const found = await repository.read(key);
  if (!found) return undefined;
  const order = await plural.getOrder(found.orderId);
  const orphan = findOrphanedPayment(found, order);
  const reference = orphan ? await createReference(newId) : '';
  if (orphan) await saveReference(context, reference, { orderId: found.orderId, paymentId: orphan.id });
  const { record, result: effect } = await repository.update(key, (draft) => {
    const adopted = orphan !== undefined && adoptOrphan(draft, order, reference, challengeHosts, now());
    const applied = applyOrder(draft, order, now(), source);
    return adopted || applied.changed ? applied : undefined;
  });
  if (!record) return undefined;
  if (effect) emitChanges(context, effect);
  const deliveries = deliverPending(context, key, record, order);
  context.waitUntil(deliveries);
  return { saveStartedPayment: record, order, deliveries };
}

/** How long a page waits for Plural's word; after that it is answered as the record stands. */
const readTimeoutMs = 8000;

/** Settles as long as a page waits; `late` when that fails, which is reported, or goes on behind the answer. */
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

/** Makes a reference lead to its payment; a failure costs no more than that. */
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

/** Tells of what an order changed. */
export function emitChanges(context: HandlerContext, { decided, rejected: refused, onHold: held }: OrderEffect): void {
  for (const entry of decided) context.emit('verdict', entry);
  for (const entry of refused) context.emit('refused', entry);
  for (const { entry, code } of held) context.report(code, { entry });
}

/** Delivers what is owed, one after the other; never rejects. */
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

/** Waits for deliveries as long as a request may; `undefined` when they take longer and go on behind it. */
export async function waitForDeliveries(
  context: HandlerContext,
  { deliveries }: Reconciliation,
): Promise<Delivery[] | undefined> {
  const result = await withTimeout(context.timers, deliveryTimeoutMs, deliveries);
  return result === TIMED_OUT ? undefined : result;
}
