/** Events of Plural's webhooks: a union over `kind`, parsed from a body whose signature was verified. */

import { orderSchema, type Order } from '../wire/order.ts';
import { isJsonObject, parse } from '../wire/parse.ts';

/** Types of the events that this version knows. Plural sends others as well. [source: webhooks] */
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
/** Type of an event, in upper case; an open set, and empty when the body names none. */
export type WebhookEventType = keyof typeof WebhookEventType | (string & {});

interface EventBase {
  /** `webhook-id`: the same when Plural sends the event again. [source: webhooks] */
  readonly id: string;
  /** `webhook-timestamp`: epoch seconds. */
  readonly timestamp: number;
  /** Object of the event, as sent. */
  readonly data: { readonly order_id?: string; readonly [member: string]: unknown };
}

/** Event of an order, a payment or a refund. */
export interface OrderEvent extends EventBase {
  readonly kind: 'order';
  readonly event_type:
    | Extract<keyof typeof WebhookEventType, `ORDER_${string}` | `PAYMENT_${string}` | `REFUND_${string}`>
    | (string & {});
  /**
   * The order or refund, read as `getOrder` reads one; absent when it cannot be read. Never rely on it alone: read the
   * order, because a webhook may be old.
   */
  readonly order?: Order;
}

/** Event of a saved card. */
export interface TokenEvent extends EventBase {
  readonly kind: 'token';
  readonly event_type: Extract<keyof typeof WebhookEventType, `TOKEN_${string}`> | (string & {});
  readonly order?: undefined;
}

/** Event of a customer. */
export interface CustomerEvent extends EventBase {
  readonly kind: 'customer';
  readonly event_type: Extract<keyof typeof WebhookEventType, `CUSTOMER_${string}`> | (string & {});
  readonly order?: undefined;
}

/** Event of anything else. Ignore those you do not know. */
export interface OtherEvent extends EventBase {
  readonly kind: 'other';
  readonly event_type: string;
  readonly order?: undefined;
}

/** The event of a verified webhook. Its kind follows from its type, so that a new type has one too. */
export type WebhookEvent = OrderEvent | TokenEvent | CustomerEvent | OtherEvent;

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
  const base = {
    id,
    timestamp: Number(timestamp),
    event_type: typeof type === 'string' ? type.toUpperCase() : '',
    data: named,
  };
  switch (base.event_type.split('_')[0]) {
    case 'ORDER':
    case 'PAYMENT':
    case 'REFUND': {
      const parsed = parse(orderSchema, named);
      return { ...base, kind: 'order', ...(parsed.issues === undefined ? { order: parsed.value } : {}) };
    }
    case 'TOKEN':
      return { ...base, kind: 'token' };
    case 'CUSTOMER':
      return { ...base, kind: 'customer' };
    default:
      return { ...base, kind: 'other' };
  }
}
