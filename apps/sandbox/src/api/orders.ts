import { type Answer, ok, refusal } from './response.ts';
import { orderId } from '../state/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Money } from '../lib/money.ts';
import { orderDocument } from '../state/order-document.ts';
import type { OrderRecord } from '../state/state.ts';
import { note, type World } from '../state/context.ts';

/** A create-order body that follows the field rules. */
interface CreateOrderBody extends JsonObject {
  readonly merchant_order_reference: string;
  readonly order_amount: Money & JsonObject;
  readonly pre_auth?: boolean;
  readonly callback_url?: string;
  readonly failure_callback_url?: string;
}

// Known members that come back in every reply; what else a merchant sends is taken and dropped.
const carriedNames = ['notes', 'allowed_payment_methods', 'purchase_details'] as const;

export function createOrder(world: World, body: CreateOrderBody): Answer {
  const earlier = world.state.references.get(body.merchant_order_reference);
  if (earlier !== undefined) {
    return world.settings.duplicates === 'existing'
      ? readOrder(world, earlier)
      : refusal(422, 'DUPLICATE_REQUEST', 'An order with this merchant_order_reference exists already');
  }
  const order = addOrder(world, {
    reference: body.merchant_order_reference,
    amount: { value: body.order_amount.value, currency: body.order_amount.currency },
    type: 'CHARGE',
    preAuth: body.pre_auth ?? false,
    ...(body.callback_url !== undefined && { callbackUrl: body.callback_url }),
    ...(body.failure_callback_url !== undefined && { failureCallbackUrl: body.failure_callback_url }),
    carried: Object.fromEntries(
      carriedNames.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]),
    ),
  });
  note(world, order, 'order CREATED');
  return ok({ data: orderDocument(order, world.settings, world.origin) });
}

type NewOrder = Pick<OrderRecord, 'reference' | 'amount' | 'type' | 'preAuth' | 'carried'> &
  Partial<Pick<OrderRecord, 'callbackUrl' | 'failureCallbackUrl' | 'parentId'>>;

/** Puts a new order, or a refund in an order's shape, among the known ones. */
export function addOrder(world: World, fields: NewOrder): OrderRecord {
  const { state, nowMs } = world;
  let id = orderId(nowMs, world.newId());
  while (state.orders.has(id)) id = orderId(nowMs, world.newId());
  const order: OrderRecord = {
    ...fields,
    id,
    status: 'CREATED',
    refundedValue: 0,
    returnedValue: 0,
    payments: [],
    history: [],
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  state.orders.set(id, order);
  state.references.set(order.reference, id);
  return order;
}

export function readOrder(world: World, id: string): Answer {
  const order = world.state.orders.get(id);
  return order === undefined ? unknownOrder(world) : ok({ data: orderDocument(order, world.settings, world.origin) });
}

export function readOrderByReference(world: World, reference: string): Answer {
  return readOrder(world, world.state.references.get(reference) ?? '');
}

export function unknownOrder(world: World): Answer {
  return refusal(world.settings.unknownOrderStatus, 'ORDER_NOT_FOUND', 'There is no such order');
}
