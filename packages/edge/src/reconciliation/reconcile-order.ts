import type { Order } from '@plural-otp/core';
import { applyOrder, type OrderEffect } from '../payment/apply-order.ts';
import { deliver, type Delivery } from './deliver-verdict.ts';
import type { ReferenceTarget } from '../stores/order-repository.ts';
import { adoptStarted, startedBehind } from '../payment/payment-entry.ts';
import type { Parts } from '../context.ts';
import { isOwed, type OrderRecord, type PaymentEntry } from '../payment/order-record.ts';
import { newReference } from '../payment/support-reference.ts';
import type { VerdictSource } from '../payment/verdict.ts';
import { late, within } from '../lib/timeout.ts';

/** Where an order's record stands after the order was read. */
export interface Settlement {
  record: OrderRecord;
  order: Order;
  /** One per verdict that was owed. */
  deliveries: Promise<Delivery[]>;
}

/** How long a request waits for the merchant's own `onVerdict`; after that it goes on without the answer. */
export const deliveryPatienceMs = 4000;

/**
 * The one path of all ways in: read the order, decide, record, deliver. `undefined` when the order has no record.
 * Throws what reading the order throws, and `STORE_FAILED`.
 */
export async function settleRecord(parts: Parts, key: string, source: VerdictSource): Promise<Settlement | undefined> {
  const { ledger, plural, now, newId, challengeHosts } = parts;
  const found = await ledger.read(key);
  if (!found) return undefined;
  const order = await plural.getOrder(found.orderId);
  const behind = startedBehind(found, order);
  const reference = behind ? await newReference(newId) : '';
  if (behind) await bind(parts, reference, { orderId: found.orderId, paymentId: behind.id });
  const { record, result: effect } = await ledger.change(key, (draft) => {
    const adopted = behind !== undefined && adoptStarted(draft, order, reference, challengeHosts, now());
    const applied = applyOrder(draft, order, now(), source);
    return adopted || applied.changed ? applied : undefined;
  });
  if (!record) return undefined;
  if (effect) tell(parts, effect);
  const deliveries = deliverOwed(parts, key, record, order);
  parts.keep(deliveries);
  return { record, order, deliveries };
}

/** How long a page waits for Plural's word; after that it is answered as the record stands. */
const readPatienceMs = 8000;

/** Settles as long as a page waits; `late` when that fails, which is reported, or goes on behind the answer. */
export function settleForPage(
  parts: Parts,
  key: string,
  source: VerdictSource,
  entry?: PaymentEntry,
): Promise<Settlement | undefined | typeof late> {
  const settling = settleRecord(parts, key, source).catch((error: unknown): typeof late => {
    parts.reportError(error, entry);
    return late;
  });
  parts.keep(settling);
  return within(parts.wait, readPatienceMs, settling);
}

/** Makes a reference lead to its payment; a failure costs no more than that. */
export async function bind(parts: Parts, reference: string, target: ReferenceTarget): Promise<void> {
  try {
    await parts.ledger.bindReference(reference, target);
  } catch (error) {
    parts.reportError(error);
  }
}

/** Tells of what an order changed. */
export function tell(parts: Parts, { decided, refused, held }: OrderEffect): void {
  for (const entry of decided) parts.emit('verdict', entry);
  for (const entry of refused) parts.emit('refused', entry);
  for (const { entry, code } of held) parts.report(code, { entry });
}

/** Delivers what is owed, one after the other; never rejects. */
export async function deliverOwed(parts: Parts, key: string, record: OrderRecord, order: Order): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  for (const entry of record.payments.filter(isOwed)) {
    try {
      deliveries.push(await deliver(parts, key, entry, order));
    } catch (error) {
      parts.reportError(error, entry);
      deliveries.push('failed');
    }
  }
  return deliveries;
}

/** Waits for deliveries as long as a request may; `undefined` when they take longer and go on behind it. */
export async function awaitDeliveries(parts: Parts, { deliveries }: Settlement): Promise<Delivery[] | undefined> {
  const ended = await within(parts.wait, deliveryPatienceMs, deliveries);
  return typeof ended === 'symbol' ? undefined : ended;
}
