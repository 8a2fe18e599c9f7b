/** Orders: the bodies of the calls that create, capture and refund one, and the order that every order call returns. */

import * as v from 'valibot';
import { moneySchema, reportedMoneySchema, type Money } from './money.ts';
import { reportedPaymentSchema, type Payment } from './payment.ts';
import { lenient, jsonObject, coerceString, unwrapData, upperCase, type JsonObject, type Schema } from './parse.ts';
import { referenceSchema } from './ids.ts';
import type { OrderStatus } from './statuses.ts';

/** Address of a customer. Members not named here pass through. */
export interface Address {
  address1?: string | undefined;
  address2?: string | undefined;
  address3?: string | undefined;
  pincode?: string | undefined;
  city?: string | undefined;
  state?: string | undefined;
  country?: string | undefined;
  full_name?: string | undefined;
  [member: string]: unknown;
}

/** Customer of an order. Members not named here pass through. */
export interface Customer {
  email_id?: string | undefined;
  first_name?: string | undefined;
  last_name?: string | undefined;
  customer_id?: string | undefined;
  mobile_number?: string | undefined;
  country_code?: string | undefined;
  billing_address?: Address | undefined;
  shipping_address?: Address | undefined;
  /** The merchant's own reference of the customer, under which Plural saves cards. */
  merchant_customer_reference?: string | undefined;
  [member: string]: unknown;
}

/** Body of `createOrder`. Members not named here pass through. */
export interface CreateOrderBody {
  /**
   * The merchant's unique reference of the order, 1 to 50 characters; makes `createOrder` idempotent. [source: go-sdk]
   */
  merchant_order_reference: string;
  order_amount: Money;
  /** True to authorize the money now and capture it later. */
  pre_auth?: boolean | undefined;
  notes?: string | undefined;
  /** Return URL: the bank's page sends the customer back to it. */
  callback_url?: string | undefined;
  /** Return URL of every failure; `callback_url` then has successes only. [source: api-reference] */
  failure_callback_url?: string | undefined;
  allowed_payment_methods?: readonly string[] | undefined;
  purchase_details?:
    | {
        customer?: Customer | undefined;
        merchant_metadata?: Readonly<Record<string, string>> | undefined;
        [member: string]: unknown;
      }
    | undefined;
  /** Shares of the order's sellers, on a marketplace. */
  split_info?: JsonObject | undefined;
  [member: string]: unknown;
}

const customerSchema = v.looseObject({
  email_id: v.optional(v.string()),
  first_name: v.optional(v.string()),
  last_name: v.optional(v.string()),
  customer_id: v.optional(v.string()),
  mobile_number: v.optional(v.string()),
  country_code: v.optional(v.string()),
  billing_address: v.optional(jsonObject),
  shipping_address: v.optional(jsonObject),
});

/** Validates the body of `createOrder`. */
export const createOrderSchema: Schema<CreateOrderBody> = v.looseObject({
  merchant_order_reference: referenceSchema,
  order_amount: moneySchema,
  pre_auth: v.optional(v.boolean()),
  notes: v.optional(v.string()),
  callback_url: v.optional(v.string()),
  failure_callback_url: v.optional(v.string()),
  allowed_payment_methods: v.optional(v.array(v.string())),
  purchase_details: v.optional(
    v.looseObject({
      customer: v.optional(customerSchema),
      merchant_metadata: v.optional(v.record(v.string(), v.string())),
    }),
  ),
});

/** Body of `captureOrder`. Without an amount the whole order is captured. Members not named here pass through. */
export interface CaptureOrderBody {
  /** The merchant's unique reference of the capture, 1 to 50 characters; `findCapture` looks it up. */
  merchant_capture_reference: string;
  capture_amount?: Money | undefined;
  [member: string]: unknown;
}

/** Validates the body of `captureOrder`. */
export const captureOrderSchema: Schema<CaptureOrderBody> = v.looseObject({
  merchant_capture_reference: referenceSchema,
  capture_amount: v.optional(moneySchema),
});

/** Body of `refundOrder`. Members not named here pass through. */
export interface RefundOrderBody {
  /**
   * The merchant's new, unique reference of the refund, which is an order of its own: `getOrderByReference` finds it.
   */
  merchant_order_reference: string;
  order_amount: Money;
  merchant_metadata?: Readonly<Record<string, string>> | undefined;
  /** Products that are returned, of an order with several. */
  products?: readonly JsonObject[] | undefined;
  /** Shares of the sellers that the refund is taken from, on a marketplace. */
  split_info?: JsonObject | undefined;
  [member: string]: unknown;
}

/** Validates the body of `refundOrder`. */
export const refundOrderSchema: Schema<RefundOrderBody> = v.looseObject({
  merchant_order_reference: referenceSchema,
  order_amount: moneySchema,
  merchant_metadata: v.optional(v.record(v.string(), v.string())),
});

/** An order, as Plural reports it. A refund is one too, with `type` `REFUND`. */
export interface Order {
  readonly order_id: string;
  readonly status: OrderStatus;
  /** Empty before the first payment. An entry without a readable id is left out. */
  readonly payments: readonly Payment[];
  readonly merchant_order_reference?: string | undefined;
  readonly order_amount?: Money | undefined;
  readonly pre_auth?: boolean | undefined;
  readonly type?: 'CHARGE' | 'REFUND' | (string & {}) | undefined;
  /** URL of the bank's page; present once a payment is linked. */
  readonly challenge_url?: string | undefined;
  readonly merchant_id?: string | undefined;
  /** Id of the refunded order; present on a refund. */
  readonly parent_order_id?: string | undefined;
  readonly payment_retries_remaining?: number | undefined;
  readonly notes?: string | undefined;
  readonly callback_url?: string | undefined;
  readonly failure_callback_url?: string | undefined;
  readonly purchase_details?: JsonObject | undefined;
  /** ISO 8601, UTC. */
  readonly created_at?: string | undefined;
  readonly updated_at?: string | undefined;
  readonly [member: string]: unknown;
}

// One entry that cannot be read must not hide what the others say: the order then has no verdict, whoever reads it.
const toReadablePayments = (entries: unknown[]): Payment[] =>
  entries.flatMap((entry) => {
    const parsed = v.safeParse(reportedPaymentSchema, entry);
    return parsed.success ? [parsed.output] : [];
  });

const reportedOrderSchema = v.looseObject({
  order_id: v.pipe(coerceString, v.nonEmpty()),
  status: upperCase,
  payments: v.pipe(v.nullish(v.array(v.unknown()), []), v.transform(toReadablePayments)),
  merchant_order_reference: lenient(coerceString),
  order_amount: lenient(reportedMoneySchema),
  pre_auth: lenient(v.boolean()),
  type: lenient(upperCase),
  challenge_url: lenient(v.string()),
  merchant_id: lenient(coerceString),
  parent_order_id: lenient(coerceString),
  payment_retries_remaining: lenient(v.number()),
  notes: lenient(v.string()),
  callback_url: lenient(v.string()),
  failure_callback_url: lenient(v.string()),
  purchase_details: lenient(jsonObject),
  created_at: lenient(v.string()),
  updated_at: lenient(v.string()),
});

/** Parses the response of every order call, unwrapped from its `data`. */
export const orderSchema: Schema<Order> = v.pipe(v.unknown(), v.transform(unwrapData), reportedOrderSchema);
