/** Events of Plural's webhooks: a union over `event_type`, parsed from a body whose signature was verified. */

import * as v from 'valibot';
import { orderSchema, type Order } from '../wire/order.ts';
import { coerceString, isJsonObject, lenient, parse, upperCase } from '../wire/parse.ts';

/** Types of the events that this version knows. Plural may send others. [source: webhooks] */
export const WebhookEventType = {
  ORDER_AUTHORIZED: 'ORDER_AUTHORIZED',
  ORDER_PROCESSED: 'ORDER_PROCESSED',
  ORDER_CANCELLED: 'ORDER_CANCELLED',
  ORDER_FAILED: 'ORDER_FAILED',
  PAYMENT_FAILED: 'PAYMENT_FAILED',
  REFUND_PROCESSED: 'REFUND_PROCESSED',
  REFUND_FAILED: 'REFUND_FAILED',
  TOKEN_PROVISION_PENDING: 'TOKEN_PROVISION_PENDING',
  TOKEN_PROVISION_FAILED: 'TOKEN_PROVISION_FAILED',
  TOKEN_ACTIVATED: 'TOKEN_ACTIVATED',
  TOKEN_DEACTIVATED: 'TOKEN_DEACTIVATED',
  TOKEN_SUSPENDED: 'TOKEN_SUSPENDED',
  CUSTOMER_ACTIVATED: 'CUSTOMER_ACTIVATED',
  CUSTOMER_CREATION_FAILED: 'CUSTOMER_CREATION_FAILED',
  CUSTOMER_DELETED: 'CUSTOMER_DELETED',
  CUSTOMER_SUSPENDED: 'CUSTOMER_SUSPENDED',
} as const;
/** Type that this version knows, in upper case. */
export type WebhookEventType = keyof typeof WebhookEventType;

declare const otherEventType: unique symbol;
/**
 * Type that this version does not know, in upper case; empty when the body names none. At run time any string. Opaque to
 * the compiler, so that a comparison with a known type narrows the event: assign it to a `string` to compare it.
 */
export type OtherEventType = 'another type' & { readonly [otherEventType]: true };

interface EventBase {
  /** `webhook-id`: the same when Plural sends the event again. [source: webhooks] */
  readonly id: string;
  /** `webhook-timestamp`: epoch seconds. */
  readonly timestamp: number;
}

/** Object of an event: the members that were sent. */
export interface EventData {
  readonly order_id?: string;
  readonly [member: string]: unknown;
}

/** Event of an order, a payment or a refund. */
export interface OrderEvent extends EventBase {
  readonly kind: 'order';
  readonly event_type: Extract<WebhookEventType, `ORDER_${string}` | `PAYMENT_${string}` | `REFUND_${string}`>;
  readonly data: EventData;
  /**
   * The order or refund, read as `getOrder` reads one; absent when it cannot be read. Never rely on it alone: read the
   * order, because a webhook may be old.
   */
  readonly order?: Order;
}

/** Event of a saved card. */
export interface TokenEvent extends EventBase {
  readonly kind: 'token';
  readonly event_type: Extract<WebhookEventType, `TOKEN_${string}`>;
  readonly data: EventData & {
    readonly token_id?: string;
    readonly customer_id?: string;
    readonly merchant_token_reference?: string;
    readonly status?: string;
  };
  readonly order?: undefined;
}

/** Event of a customer. */
export interface CustomerEvent extends EventBase {
  readonly kind: 'customer';
  readonly event_type: Extract<WebhookEventType, `CUSTOMER_${string}`>;
  readonly data: EventData & {
    readonly customer_id?: string;
    readonly merchant_customer_reference?: string;
    readonly status?: string;
  };
  readonly order?: undefined;
}

/** Event of a type that this version does not know. Respond to it as to the others, and ignore it. */
export interface OtherEvent extends EventBase {
  readonly kind: 'other';
  readonly event_type: OtherEventType;
  readonly data: EventData;
  /** The order, where the type begins as those of orders do and it can be read. */
  readonly order?: Order;
}

/** The event of a verified webhook: compare `event_type` or `kind` to narrow it. */
export type WebhookEvent = OrderEvent | TokenEvent | CustomerEvent | OtherEvent;

const isOrderType = (type: string): boolean => /^(?:ORDER|PAYMENT|REFUND)_/.test(type);

function kindOf(type: string): WebhookEvent['kind'] {
  if (!Object.hasOwn(WebhookEventType, type)) return 'other';
  if (isOrderType(type)) return 'order';
  return type.startsWith('TOKEN_') ? 'token' : 'customer';
}

const dataSchema = v.looseObject({
  token_id: lenient(coerceString),
  customer_id: lenient(coerceString),
  merchant_token_reference: lenient(coerceString),
  merchant_customer_reference: lenient(coerceString),
  status: lenient(upperCase),
});

/** Parses the body of a verified webhook; returns `undefined` for one that is no JSON object. */
export function parseWebhookEvent(id: string, timestamp: string, text: string): WebhookEvent | undefined {
  let envelope: unknown;
  try {
    envelope = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(envelope)) return undefined;
  const type = envelope['event_type'] ?? envelope['eventType'];
  const sent = envelope['data'];
  const data = (typeof sent === 'object' && sent !== null ? sent : {}) as Record<string, unknown>;
  const orderId = data['order_id'] ?? data['orderId'];
  const named = { ...data, ...(typeof orderId === 'string' ? { order_id: orderId } : {}) };
  const eventType = typeof type === 'string' ? type.toUpperCase() : '';
  const kind = kindOf(eventType);
  const order = isOrderType(eventType) ? parse(orderSchema, named) : undefined;
  // The one place that trusts kind, data and order to belong to the type.
  return {
    id,
    timestamp: Number(timestamp),
    kind,
    event_type: eventType,
    data: kind === 'token' || kind === 'customer' ? v.parse(dataSchema, named) : named,
    ...(order !== undefined && order.issues === undefined && { order: order.value }),
  } as WebhookEvent;
}
