/** The issuer's decision on a payment, and its effect on the order. */
import { cardExpired, findDecline } from '../scenarios/declines.ts';
import { findScenario } from '../scenarios/find-scenario.ts';
import {
  appendHistory,
  emitOrderEvent,
  type SandboxContext,
  setOrderStatus,
  setPaymentStatus,
} from '../state/context.ts';
import { addCardToken } from '../state/vault.ts';
import type { ErrorDetail, OrderRecord, PaymentRecord } from '../state/state.ts';

/** Returns true while the order accepts payments. */
export function isOrderOpen(order: OrderRecord): boolean {
  return ['CREATED', 'PENDING', 'ATTEMPTED'].includes(order.status);
}

const closedStatuses: ReadonlySet<string> = new Set(['FAILED', 'CANCELLED', 'PARTIALLY_REFUNDED', 'FULLY_REFUNDED']);

/**
 * Returns true while the payment can be authenticated: undecided, without an accepted OTP, and its order neither failed
 * nor cancelled nor refunded. An order that another payment paid accepts it, so that a client can prove that it
 * prevents a double payment.
 */
export function awaitsAuthentication(order: OrderRecord, payment: PaymentRecord): boolean {
  return payment.status === 'PENDING' && !payment.authenticated && !closedStatuses.has(order.status);
}

/** Authorizes, processes or declines an authenticated payment, as its scenario says. */
export function decidePayment(context: SandboxContext, order: OrderRecord, payment: PaymentRecord): void {
  const decline =
    payment.cardExpired === true ? cardExpired : findDecline(findScenario(payment.scenarioId), payment.amount.value);
  if (decline !== null) return failPayment(context, order, payment, decline, 'ATTEMPTED');
  approvePayment(context, order, payment);
}

// With one of these statuses an order with pre-authorization was cancelled, or its capture has ended.
const releasedStatuses: ReadonlySet<string> = new Set([
  'PROCESSED',
  'CANCELLED',
  'PARTIALLY_REFUNDED',
  'FULLY_REFUNDED',
]);

/** Authorizes or processes a payment, whatever its scenario says. One of an order that is over is released at once. */
export function approvePayment(context: SandboxContext, order: OrderRecord, payment: PaymentRecord): void {
  // Nothing could capture or cancel it any more, and its amount would stay blocked on the card.
  if (order.preAuth && releasedStatuses.has(order.status))
    return setPaymentStatus(context, order, payment, 'CANCELLED');
  const status = order.preAuth ? 'AUTHORIZED' : 'PROCESSED';
  setPaymentStatus(context, order, payment, status);
  // A failed order becomes paid as well, because its money was taken. One that another payment has paid keeps its status.
  if (isOrderOpen(order) || order.status === 'FAILED') setOrderStatus(context, order, status);
  emitOrderEvent(context, order, `ORDER_${status}`, payment.scenarioId);
  saveCard(context, order, payment);
}

/** Releases every authorization of an order that is not captured. */
export function releaseAuthorizations(context: SandboxContext, order: OrderRecord): void {
  for (const payment of order.payments)
    if (payment.status === 'AUTHORIZED') setPaymentStatus(context, order, payment, 'CANCELLED');
}

/** Saves the card of a payment that succeeded, when the payment asked for it. */
function saveCard(context: SandboxContext, order: OrderRecord, payment: PaymentRecord): void {
  if (payment.saveFor === undefined) return;
  const { network_name: network } = payment.cardData;
  const { id } = addCardToken(context, {
    customerId: payment.saveFor,
    reference: payment.reference,
    scenarioId: payment.scenarioId,
    network: typeof network === 'string' ? network : '',
    lastDigits: payment.lastDigits,
  });
  appendHistory(context, order, `card saved as ${id}`);
}

/** Fails a payment, and moves its order to the given status when the order is still open. */
export function failPayment(
  context: SandboxContext,
  order: OrderRecord,
  payment: PaymentRecord,
  error: ErrorDetail,
  orderStatus: 'ATTEMPTED' | 'FAILED',
): void {
  payment.error = error;
  setPaymentStatus(context, order, payment, 'FAILED');
  const open = isOrderOpen(order);
  if (open) setOrderStatus(context, order, orderStatus);
  emitOrderEvent(
    context,
    order,
    open && orderStatus === 'FAILED' ? 'ORDER_FAILED' : 'PAYMENT_FAILED',
    payment.scenarioId,
  );
}
