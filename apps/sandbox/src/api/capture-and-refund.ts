import { type Answer, ok, refusal } from './response.ts';
import { addDue, capturedValue, finishRefund } from '../issuer/otp-challenge.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Money } from '../lib/money.ts';
import { orderDocument } from '../state/order-document.ts';
import { addOrder, unknownOrder } from './orders.ts';
import type { OrderRecord, PaymentRecord } from '../state/state.ts';
import { emit, moveOrder, movePayment, note, type World } from '../state/context.ts';

/** Takes authorized money, wholly or in part. */
export function captureOrder(
  world: World,
  body: { readonly merchant_capture_reference: string; readonly capture_amount?: Money },
  id: string,
): Answer {
  const order = world.state.orders.get(id);
  if (order === undefined || order.type === 'REFUND') return unknownOrder(world);
  if (order.status === 'CANCELLED') return refusal(422, 'ORDER_CANCELLED', 'The order is cancelled');
  const reference = body.merchant_capture_reference;
  if (order.payments.some((payment) => payment.captures.some((capture) => capture.reference === reference)))
    return refusal(422, 'DUPLICATE_REQUEST', 'A capture with this merchant_capture_reference exists already');
  const capturable = order.status === 'PARTIALLY_CAPTURED' ? 'PROCESSED' : 'AUTHORIZED';
  const payment = order.payments.find(({ status }) => status === capturable);
  if (payment === undefined || !['AUTHORIZED', 'PARTIALLY_CAPTURED'].includes(order.status))
    return refusal(422, 'PAYMENT_NOT_AUTHORIZED', `An order in status ${order.status} cannot be captured`);
  const left = payment.amount.value - captured(payment);
  const value = body.capture_amount?.value ?? left;
  const { currency } = body.capture_amount ?? payment.amount;
  if (value > left || currency !== payment.amount.currency)
    return refusal(422, 'INVALID_REQUEST', 'capture_amount must not be more than is authorized', {
      additional_error_details: { source: 'capture_amount', reason: 'over the authorized amount' },
    });
  payment.captures.push({ reference, value, atMs: world.nowMs });
  note(world, order, `captured ${value} of ${payment.id}`);
  if (payment.status !== 'PROCESSED') movePayment(world, order, payment, 'PROCESSED');
  moveOrder(world, order, value < left ? world.settings.partialCapture : 'PROCESSED');
  emit(world, order, 'ORDER_PROCESSED', payment.scenarioId);
  return ok({ data: orderDocument(order, world.settings, world.origin) });
}

function captured(payment: PaymentRecord): number {
  return payment.captures.reduce((sum, capture) => sum + capture.value, 0);
}

/** Releases authorized money. */
export function cancelOrder(world: World, _: unknown, id: string): Answer {
  const order = world.state.orders.get(id);
  if (order === undefined || order.type === 'REFUND') return unknownOrder(world);
  if (order.status === 'CANCELLED') return refusal(422, 'ORDER_CANCELLED', 'The order is cancelled already');
  if (order.status !== 'AUTHORIZED')
    return refusal(422, 'PAYMENT_NOT_AUTHORIZED', `An order in status ${order.status} cannot be cancelled`);
  for (const payment of order.payments)
    if (payment.status === 'AUTHORIZED') movePayment(world, order, payment, 'CANCELLED');
  moveOrder(world, order, 'CANCELLED');
  emit(world, order, 'ORDER_CANCELLED', order.payments.at(-1)?.scenarioId ?? null);
  return ok({ data: orderDocument(order, world.settings, world.origin) });
}

/** Gives captured money back; the refund is an order of its own that names its parent. */
export function refundOrder(
  world: World,
  body: {
    readonly merchant_order_reference: string;
    readonly order_amount: Money;
    readonly merchant_metadata?: JsonObject;
  },
  id: string,
): Answer {
  const { state, settings } = world;
  const parent = state.orders.get(id);
  if (parent === undefined || parent.type === 'REFUND') return unknownOrder(world);
  if (state.references.has(body.merchant_order_reference))
    return refusal(422, 'DUPLICATE_REQUEST', 'This merchant_order_reference exists already');
  if (!['PROCESSED', 'PARTIALLY_CAPTURED', 'PARTIALLY_REFUNDED'].includes(parent.status))
    return refusal(422, 'OPERATION_NOT_ALLOWED', `An order in status ${parent.status} cannot be refunded`);
  const { value, currency } = body.order_amount;
  if (value > capturedValue(parent) - parent.refundedValue || currency !== parent.amount.currency)
    return refusal(422, 'INVALID_REQUEST', 'order_amount must not be more than was taken and not yet given back', {
      additional_error_details: { source: 'order_amount', reason: 'over the refundable amount' },
    });
  const refund = addOrder(world, {
    reference: body.merchant_order_reference,
    type: 'REFUND',
    parentId: parent.id,
    amount: { value, currency },
    preAuth: false,
    carried: body.merchant_metadata === undefined ? {} : { merchant_metadata: body.merchant_metadata },
  });
  parent.refundedValue += value;
  linkRefund(world, refund, parent);
  note(world, parent, `refund ${refund.id} of ${value}`);
  if (settings.refundAfterSeconds === 0) finishRefund(world, refund.id);
  else addDue(state, { atMs: world.nowMs + settings.refundAfterSeconds * 1000, kind: 'refund', orderId: refund.id });
  return ok({ data: orderDocument(refund, settings, world.origin) });
}

function linkRefund(world: World, refund: OrderRecord, parent: OrderRecord): void {
  const paid = parent.payments.find((payment) => payment.status === 'PROCESSED');
  moveOrder(world, refund, 'PENDING');
  if (paid === undefined) return;
  refund.payments.push({
    ...paid,
    id: `${refund.id}-cc-a`,
    orderId: refund.id,
    amount: refund.amount,
    status: 'PENDING',
    captures: [],
    otp: { sent: 0, resent: 0, wrong: 0, openedBankPage: false },
    createdAtMs: world.nowMs,
    updatedAtMs: world.nowMs,
  });
}
