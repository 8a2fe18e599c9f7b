import { orderDocument } from './order-document.ts';
import type { Settings } from './settings.ts';
import type { OrderRecord, OrderStatus, PaymentRecord, PendingEvent, SandboxState } from './state.ts';

/** What one step of the sandbox may look at and change: its state, at one moment. */
export interface World {
  readonly state: SandboxState;
  readonly settings: Settings;
  readonly nowMs: number;
  /** Base of challenge URLs, without a slash at its end. */
  readonly origin: string;
  /** A string no earlier call gave. */
  readonly newId: () => string;
}

/** Writes a line into the order's history and moves its `updated_at`. */
export function note(world: World, order: OrderRecord, what: string): void {
  order.history.push({ atMs: world.nowMs, what });
  order.updatedAtMs = world.nowMs;
}

export function moveOrder(world: World, order: OrderRecord, status: OrderStatus): void {
  if (order.status === status) return;
  order.status = status;
  note(world, order, `order ${status}`);
}

export function movePayment(
  world: World,
  order: OrderRecord,
  payment: PaymentRecord,
  status: PaymentRecord['status'],
): void {
  payment.status = status;
  payment.updatedAtMs = world.nowMs;
  note(world, order, `payment ${payment.id} ${status}${payment.error ? `: ${payment.error.code}` : ''}`);
}

/** An event about the order as it is now. */
export function eventAbout(
  world: World,
  order: OrderRecord,
  eventType: string,
  scenarioId: string | null,
): PendingEvent {
  const data = { ...orderDocument(order, world.settings, world.origin), integration_mode: 'SEAMLESS' };
  return { eventType, orderId: order.id, scenarioId, body: JSON.stringify({ event_type: eventType, data }) };
}

/** Records that a webhook is due. */
export function emit(world: World, order: OrderRecord, eventType: string, scenarioId: string | null): void {
  world.state.outbox.push(eventAbout(world, order, eventType, scenarioId));
}

export function findPayment(
  state: SandboxState,
  paymentId: string,
): { readonly order: OrderRecord; readonly payment: PaymentRecord } | null {
  const order = state.orders.get(state.payments.get(paymentId) ?? '');
  const payment = order?.payments.find((candidate) => candidate.id === paymentId);
  return order === undefined || payment === undefined ? null : { order, payment };
}
