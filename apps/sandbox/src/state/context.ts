import { orderDocument } from './order-document.ts';
import type { Settings } from './settings.ts';
import type { OrderRecord, OrderStatus, PaymentRecord, PendingEvent, SandboxState } from './state.ts';

/** What one step of the sandbox may look at and change: its state, at one moment. */
export interface SandboxContext {
  readonly state: SandboxState;
  readonly settings: Settings;
  readonly nowMs: number;
  /** Base of challenge URLs, without a slash at its end. */
  readonly origin: string;
  /** A string no earlier call gave. */
  readonly newId: () => string;
}

/** Writes a line into the order's history and moves its `updated_at`. */
export function appendHistory(context: SandboxContext, order: OrderRecord, what: string): void {
  order.history.push({ atMs: context.nowMs, event: what });
  order.updatedAtMs = context.nowMs;
}

export function setOrderStatus(context: SandboxContext, order: OrderRecord, status: OrderStatus): void {
  if (order.status === status) return;
  order.status = status;
  appendHistory(context, order, `order ${status}`);
}

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

/** An event about the order as it is now. */
export function createOrderEvent(
  context: SandboxContext,
  order: OrderRecord,
  eventType: string,
  scenarioId: string | null,
): PendingEvent {
  const data = { ...orderDocument(order, context.settings, context.origin), integration_mode: 'SEAMLESS' };
  return { eventType, orderId: order.id, scenarioId, body: JSON.stringify({ event_type: eventType, data }) };
}

/** Records that a webhook is due. */
export function emitOrderEvent(
  context: SandboxContext,
  order: OrderRecord,
  eventType: string,
  scenarioId: string | null,
): void {
  context.state.outbox.push(createOrderEvent(context, order, eventType, scenarioId));
}

export function findPayment(
  state: SandboxState,
  paymentId: string,
): { readonly order: OrderRecord; readonly payment: PaymentRecord } | null {
  const order = state.orders.get(state.payments.get(paymentId) ?? '');
  const payment = order?.payments.find((candidate) => candidate.id === paymentId);
  return order === undefined || payment === undefined ? null : { order, payment };
}
