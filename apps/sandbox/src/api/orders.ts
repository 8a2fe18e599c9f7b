/** Orders: create, read by id, read by merchant reference. */
import { type ApiResponse, errorResponse, ok } from './response.ts';
import { orderId } from '../state/ids.ts';
import { isJsonObject, type JsonObject } from '../lib/json.ts';
import type { Money } from '../lib/money.ts';
import { serializeOrder } from '../state/order-document.ts';
import type { OrderRecord } from '../state/state.ts';
import { appendHistory, type SandboxContext } from '../state/context.ts';
import { resolveCustomer } from '../state/vault.ts';

/** A valid body of `createOrder`. */
interface CreateOrderBody extends JsonObject {
  readonly merchant_order_reference: string;
  readonly order_amount: Money & JsonObject;
  readonly pre_auth?: boolean;
  readonly callback_url?: string;
  readonly failure_callback_url?: string;
  readonly purchase_details?: JsonObject & { readonly customer?: JsonObject };
}

// Members that every response repeats. Unknown members of the request are accepted and dropped.
const echoedNames = ['notes', 'allowed_payment_methods', 'purchase_details'] as const;

/** Creates an order. A repeated merchant reference is handled by the setting `duplicates`. */
export function createOrder(context: SandboxContext, body: CreateOrderBody): ApiResponse {
  const earlier = context.state.references.get(body.merchant_order_reference);
  if (earlier !== undefined) {
    return context.settings.duplicates === 'existing'
      ? getOrder(context, earlier)
      : errorResponse(422, 'DUPLICATE_REQUEST', 'An order with this merchant_order_reference already exists');
  }
  const customer = resolveCustomer(context, body.purchase_details?.customer);
  const order = insertOrder(context, {
    reference: body.merchant_order_reference,
    amount: { value: body.order_amount.value, currency: body.order_amount.currency },
    type: 'CHARGE',
    preAuth: body.pre_auth ?? false,
    ...(body.callback_url !== undefined && { callbackUrl: body.callback_url }),
    ...(body.failure_callback_url !== undefined && { failureCallbackUrl: body.failure_callback_url }),
    echoedMembers: echo(body, customer?.id),
    ...(customer !== undefined && { customerId: customer.id }),
  });
  appendHistory(context, order, 'order CREATED');
  return ok({ data: serializeOrder(order, context.settings, context.origin) });
}

/** Returns the members that every response repeats, with the id of the customer that was found or created. */
function echo(body: CreateOrderBody, customerId: string | undefined): JsonObject {
  const echoed: JsonObject = Object.fromEntries(
    echoedNames.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]),
  );
  const details = echoed['purchase_details'];
  if (customerId === undefined || !isJsonObject(details)) return echoed;
  return {
    ...echoed,
    purchase_details: { ...details, customer: { ...body.purchase_details?.customer, customer_id: customerId } },
  };
}

type NewOrder = Pick<OrderRecord, 'reference' | 'amount' | 'type' | 'preAuth' | 'echoedMembers'> &
  Partial<Pick<OrderRecord, 'callbackUrl' | 'failureCallbackUrl' | 'parentId' | 'customerId'>>;

/** Inserts a new order, or a refund in the shape of an order, under an unused id. */
export function insertOrder(context: SandboxContext, fields: NewOrder): OrderRecord {
  const { state, nowMs } = context;
  let id = orderId(nowMs, context.newId());
  while (state.orders.has(id)) id = orderId(nowMs, context.newId());
  const order: OrderRecord = {
    ...fields,
    id,
    status: 'CREATED',
    refundRequestedValue: 0,
    refundedValue: 0,
    payments: [],
    history: [],
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  state.orders.set(id, order);
  state.references.set(order.reference, id);
  return order;
}

/** Returns an order by its id. */
export function getOrder(context: SandboxContext, id: string): ApiResponse {
  const order = context.state.orders.get(id);
  return order === undefined
    ? orderNotFound(context)
    : ok({ data: serializeOrder(order, context.settings, context.origin) });
}

/** Returns an order by its merchant reference. */
export function getOrderByReference(context: SandboxContext, reference: string): ApiResponse {
  return getOrder(context, context.state.references.get(reference) ?? '');
}

/** Creates the error of an unknown order, with the status of the setting `unknownOrderStatus`. */
export function orderNotFound(context: SandboxContext): ApiResponse {
  return errorResponse(context.settings.unknownOrderStatus, 'ORDER_NOT_FOUND', 'Order not found');
}
