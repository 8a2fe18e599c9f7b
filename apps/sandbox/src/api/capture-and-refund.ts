/** Operations on money after authorization: capture, cancel, refund. */
import { type ApiResponse, errorResponse, ok } from './response.ts';
import { capturedValue, completeRefund, refundedStatus } from '../issuer/complete-refund.ts';
import { releaseAuthorizations } from '../issuer/decide-payment.ts';
import { scheduleEvent } from '../state/due-events.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Money } from '../lib/money.ts';
import { serializeOrder } from '../state/order-document.ts';
import { insertOrder, orderNotFound } from './orders.ts';
import type { OrderRecord, PaymentRecord } from '../state/state.ts';
import {
  appendHistory,
  emitOrderEvent,
  type SandboxContext,
  setOrderStatus,
  setPaymentStatus,
} from '../state/context.ts';

/** Captures an authorized payment, in full or in part. */
export function captureOrder(
  context: SandboxContext,
  body: { readonly merchant_capture_reference: string; readonly capture_amount?: Money },
  id: string,
): ApiResponse {
  const order = context.state.orders.get(id);
  if (order === undefined || order.type === 'REFUND') return orderNotFound(context);
  if (order.status === 'CANCELLED') return errorResponse(422, 'ORDER_CANCELLED', 'The order is cancelled');
  const reference = body.merchant_capture_reference;
  if (order.payments.some((payment) => payment.captures.some((capture) => capture.reference === reference)))
    return context.settings.duplicates === 'existing'
      ? ok({ data: serializeOrder(order, context.settings, context.origin) })
      : errorResponse(422, 'DUPLICATE_REQUEST', 'A capture with this merchant_capture_reference already exists');
  const capturable = order.status === 'PARTIALLY_CAPTURED' ? 'PROCESSED' : 'AUTHORIZED';
  const payment = order.payments.find(({ status }) => status === capturable);
  if (payment === undefined || !['AUTHORIZED', 'PARTIALLY_CAPTURED'].includes(order.status))
    return errorResponse(422, 'PAYMENT_NOT_AUTHORIZED', `An order in status ${order.status} cannot be captured`);
  const left = payment.amount.value - totalCaptured(payment);
  const value = body.capture_amount?.value ?? left;
  const { currency } = body.capture_amount ?? payment.amount;
  if (value > left || currency !== payment.amount.currency)
    return errorResponse(422, 'INVALID_REQUEST', 'capture_amount must not exceed the authorized amount', {
      additional_error_details: { source: 'capture_amount', reason: 'exceeds the authorized amount' },
    });
  payment.captures.push({ reference, value, atMs: context.nowMs });
  appendHistory(context, order, `captured ${value} of ${payment.id}`);
  if (payment.status !== 'PROCESSED') setPaymentStatus(context, order, payment, 'PROCESSED');
  if (value < left && context.settings.partialCapture === 'PARTIALLY_CAPTURED') {
    // No documented event names this status, so a webhook comes once the rest is captured or released.
    setOrderStatus(context, order, 'PARTIALLY_CAPTURED');
  } else {
    closeCapture(context, order, payment);
  }
  return ok({ data: serializeOrder(order, context.settings, context.origin) });
}

/** Ends the capture of an order: what is left of the authorization is released, and so is any other authorization. */
function closeCapture(context: SandboxContext, order: OrderRecord, payment: PaymentRecord): void {
  releaseAuthorizations(context, order);
  setOrderStatus(context, order, 'PROCESSED');
  emitOrderEvent(context, order, 'ORDER_PROCESSED', payment.scenarioId);
  // A part may have been refunded before the rest was captured.
  if (order.refundedValue > 0) setOrderStatus(context, order, refundedStatus(order));
}

function totalCaptured(payment: PaymentRecord): number {
  return payment.captures.reduce((sum, capture) => sum + capture.value, 0);
}

/** Cancels an authorized order and releases its amount, or what a partial capture left of it. */
export function cancelOrder(context: SandboxContext, _: unknown, id: string): ApiResponse {
  const order = context.state.orders.get(id);
  if (order === undefined || order.type === 'REFUND') return orderNotFound(context);
  if (order.status === 'CANCELLED') return errorResponse(422, 'ORDER_CANCELLED', 'The order is already cancelled');
  const partly = order.payments.find(({ status }) => status === 'PROCESSED');
  if (order.status === 'PARTIALLY_CAPTURED' && partly !== undefined) {
    appendHistory(context, order, `released the rest of ${partly.id}`);
    closeCapture(context, order, partly);
    return ok({ data: serializeOrder(order, context.settings, context.origin) });
  }
  if (order.status !== 'AUTHORIZED')
    return errorResponse(422, 'PAYMENT_NOT_AUTHORIZED', `An order in status ${order.status} cannot be cancelled`);
  releaseAuthorizations(context, order);
  setOrderStatus(context, order, 'CANCELLED');
  emitOrderEvent(context, order, 'ORDER_CANCELLED', order.payments.at(-1)?.scenarioId ?? null);
  return ok({ data: serializeOrder(order, context.settings, context.origin) });
}

const refundableStatuses: ReadonlySet<string> = new Set([
  'PROCESSED',
  'PARTIALLY_CAPTURED',
  'PARTIALLY_REFUNDED',
  'FULLY_REFUNDED',
]);

/** Refunds captured money. A refund is an order of its own that names its parent. */
export function refundOrder(
  context: SandboxContext,
  body: {
    readonly merchant_order_reference: string;
    readonly order_amount: Money;
    readonly merchant_metadata?: JsonObject;
  },
  id: string,
): ApiResponse {
  const { state, settings } = context;
  const parent = state.orders.get(id);
  if (parent === undefined || parent.type === 'REFUND') return orderNotFound(context);
  const earlier = state.orders.get(state.references.get(body.merchant_order_reference) ?? '');
  if (earlier !== undefined)
    return settings.duplicates === 'existing' && earlier.parentId === parent.id
      ? ok({ data: serializeOrder(earlier, settings, context.origin) })
      : errorResponse(422, 'DUPLICATE_REQUEST', 'This merchant_order_reference already exists');
  // By the money that is left and not by the status alone: a second payment may arrive after the first was refunded.
  const hasMoney = capturedValue(parent) > parent.refundRequestedValue;
  if (!refundableStatuses.has(parent.status) || (parent.status === 'FULLY_REFUNDED' && !hasMoney))
    return errorResponse(422, 'OPERATION_NOT_ALLOWED', `An order in status ${parent.status} cannot be refunded`);
  const { value, currency } = body.order_amount;
  if (value > capturedValue(parent) - parent.refundRequestedValue || currency !== parent.amount.currency)
    return errorResponse(
      422,
      'INVALID_REQUEST',
      'order_amount must not exceed the captured amount that is not yet refunded',
      {
        additional_error_details: { source: 'order_amount', reason: 'exceeds the refundable amount' },
      },
    );
  const refund = insertOrder(context, {
    reference: body.merchant_order_reference,
    type: 'REFUND',
    parentId: parent.id,
    amount: { value, currency },
    preAuth: false,
    echoedMembers: body.merchant_metadata === undefined ? {} : { merchant_metadata: body.merchant_metadata },
  });
  parent.refundRequestedValue += value;
  linkRefund(context, refund, parent);
  appendHistory(context, parent, `refund ${refund.id} of ${value}`);
  if (settings.refundAfterSeconds === 0) completeRefund(context, refund.id);
  else
    scheduleEvent(state, {
      atMs: context.nowMs + settings.refundAfterSeconds * 1000,
      kind: 'refund',
      orderId: refund.id,
    });
  return ok({ data: serializeOrder(refund, settings, context.origin) });
}

function linkRefund(context: SandboxContext, refund: OrderRecord, parent: OrderRecord): void {
  const paid = parent.payments.find((payment) => payment.status === 'PROCESSED');
  setOrderStatus(context, refund, 'PENDING');
  if (paid === undefined) return;
  refund.payments.push({
    ...paid,
    id: `${refund.id}-cc-a`,
    orderId: refund.id,
    amount: refund.amount,
    status: 'PENDING',
    captures: [],
    otp: { sentCount: 0, resendCount: 0, wrongCount: 0, acsPageOpened: false },
    createdAtMs: context.nowMs,
    updatedAtMs: context.nowMs,
  });
}
