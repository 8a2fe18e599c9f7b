/** The context that every operation of the sandbox works in, and the writes that all of them share. */
import { serializeOrder } from './order-document.ts';
import type { Settings } from './settings.ts';
import {
  type OrderRecord,
  type OrderStatus,
  type PaymentRecord,
  type PendingEvent,
  pushBounded,
  type SandboxState,
} from './state.ts';

// A client in a loop must not fill the memory with the history of one order.
const maxHistory = 500;

/** State, settings and clock of one operation. Time stands still within it. */
export interface SandboxContext {
  /** Name of the namespace, or an empty string for the sandbox's own. */
  readonly namespace: string;
  readonly state: SandboxState;
  readonly settings: Settings;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Origin of challenge URLs, without a trailing slash. */
  readonly origin: string;
  /** Returns a string that no earlier call returned. */
  readonly newId: () => string;
}

/** Appends a line to the order's history and updates its `updated_at`. */
export function appendHistory(context: SandboxContext, order: OrderRecord, event: string): void {
  pushBounded(order.history, { atMs: context.nowMs, event }, maxHistory);
  order.updatedAtMs = context.nowMs;
}

/** Changes the status of an order, with a line in its history. No-op when the order has the status already. */
export function setOrderStatus(context: SandboxContext, order: OrderRecord, status: OrderStatus): void {
  if (order.status === status) return;
  order.status = status;
  appendHistory(context, order, `order ${status}`);
}

/** Changes the status of a payment, with a line in the history of its order. */
export function setPaymentStatus(
  context: SandboxContext,
  order: OrderRecord,
  payment: PaymentRecord,
  status: PaymentRecord['status'],
): void {
  payment.status = status;
  payment.updatedAtMs = context.nowMs;
  appendHistory(context, order, `payment ${payment.id} ${status}${payment.error ? `: ${payment.error.code}` : ''}`);
}

/** Creates a webhook event with a snapshot of the order. */
export function createOrderEvent(
  context: SandboxContext,
  order: OrderRecord,
  eventType: string,
  scenarioId: string | null,
): PendingEvent {
  const data = { ...serializeOrder(order, context.settings, context.origin), integration_mode: 'SEAMLESS' };
  return { eventType, orderId: order.id, scenarioId, body: JSON.stringify({ event_type: eventType, data }) };
}

/** Puts a webhook event with a snapshot of the order into the outbox. */
export function emitOrderEvent(
  context: SandboxContext,
  order: OrderRecord,
  eventType: string,
  scenarioId: string | null,
): void {
  context.state.outbox.push(createOrderEvent(context, order, eventType, scenarioId));
}

/** Finds a payment and its order by the payment's id. */
export function findPayment(
  state: SandboxState,
  paymentId: string,
): { readonly order: OrderRecord; readonly payment: PaymentRecord } | null {
  const order = state.orders.get(state.payments.get(paymentId) ?? '');
  const payment = order?.payments.find((candidate) => candidate.id === paymentId);
  return order === undefined || payment === undefined ? null : { order, payment };
}
