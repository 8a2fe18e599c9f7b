/** Completion of refunds, at once or when it is due. */
import { emitOrderEvent, type SandboxContext, setOrderStatus, setPaymentStatus } from '../state/context.ts';
import type { OrderRecord } from '../state/state.ts';

/** Ends a refund as the setting `refundEnds` says, and updates the refunded amount of its order. */
export function completeRefund(context: SandboxContext, refundId: string): void {
  const refund = context.state.orders.get(refundId);
  const parent = context.state.orders.get(refund?.parentId ?? '');
  if (refund === undefined || parent === undefined) return;
  if (context.settings.refundEnds === 'FAILED') {
    parent.refundRequestedValue -= refund.amount.value;
    for (const payment of refund.payments) setPaymentStatus(context, refund, payment, 'FAILED');
    setOrderStatus(context, refund, 'FAILED');
    return emitOrderEvent(context, refund, 'REFUND_FAILED', null);
  }
  setOrderStatus(context, refund, 'PROCESSED');
  for (const payment of refund.payments) setPaymentStatus(context, refund, payment, 'PROCESSED');
  parent.refundedValue += refund.amount.value;
  // While a part of the authorization can still be captured or released, the order says so.
  if (parent.status !== 'PARTIALLY_CAPTURED') setOrderStatus(context, parent, refundedStatus(parent));
  emitOrderEvent(context, refund, 'REFUND_PROCESSED', null);
}

/** Returns the status of an order that money was refunded of. */
export function refundedStatus(order: OrderRecord): 'FULLY_REFUNDED' | 'PARTIALLY_REFUNDED' {
  return order.refundedValue >= capturedValue(order) ? 'FULLY_REFUNDED' : 'PARTIALLY_REFUNDED';
}

/** Returns the sum that the order's payments have captured, in the currency's minor unit. */
export function capturedValue(order: OrderRecord): number {
  return order.payments
    .filter((payment) => payment.status === 'PROCESSED')
    .reduce((sum, payment) => {
      const captured = payment.captures.reduce((total, capture) => total + capture.value, 0);
      return sum + (order.preAuth ? captured : payment.amount.value);
    }, 0);
}
