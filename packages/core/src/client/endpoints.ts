/** Plural's calls, one row each: method, path, body, response, timeout and retry policy. */

import type { Operation } from '../errors/operations.ts';
import { cardDetailsResponseSchema, getCardDetailsSchema, type CardDetailsResponse } from '../wire/card.ts';
import { captureOrderSchema, createOrderSchema, orderSchema, refundOrderSchema, type Order } from '../wire/order.ts';
import {
  otpAcceptanceSchema,
  otpPromptSchema,
  paymentIdSchema,
  submitOtpSchema,
  type OtpAcceptance,
  type OtpPrompt,
} from '../wire/otp.ts';
import { createPaymentSchema } from '../wire/payment-request.ts';
import type { Schema } from '../wire/parse.ts';
import { tokenResponseSchema, tokenSchema, type TokenResponse } from '../wire/token.ts';

/** Calls of the table: every operation but `request`, which names its own path. */
export type EndpointName = Exclude<Operation, 'request'>;

/** Type of each call's response. */
export interface ResponseTypes {
  getToken: TokenResponse;
  createOrder: Order;
  getOrder: Order;
  getOrderByReference: Order;
  createPayment: Order;
  getCardDetails: CardDetailsResponse;
  generateOtp: OtpPrompt;
  submitOtp: OtpAcceptance;
  resendOtp: OtpPrompt;
  captureOrder: Order;
  cancelOrder: Order;
  refundOrder: Order;
}

/** Failures after which a call is retried automatically. */
export interface RetryPolicy {
  /** Number of attempts beyond the first. */
  readonly limit: number;
  /**
   * `failure`: no usable response, a server failure or a rate limit. `noResponse`: only a connection that broke before
   * any response.
   */
  readonly on: 'failure' | 'noResponse';
}

/** One row of the table of calls. */
export interface Endpoint<Response> {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With at most one `{parameter}`. */
  readonly path: string;
  readonly response: Schema<Response>;
  readonly body?: Schema<object>;
  /** `read` for calls that Plural answers by itself, `issuer` for those that reach the issuer and take longer. */
  readonly limit: 'read' | 'issuer';
  /** Absent: the call is never retried. */
  readonly retry?: RetryPolicy;
}

const retryTwice: RetryPolicy = { limit: 2, on: 'failure' };

/**
 * The table of calls. Only idempotent calls have a `retry`; `createOrder` is one of them, because Plural recognizes a
 * repeated order by its merchant reference.
 *
 * [source: otp-guide] [source: api-reference]
 */
export const endpoints: { readonly [O in EndpointName]: Endpoint<ResponseTypes[O]> } = {
  getToken: {
    method: 'POST',
    path: '/api/auth/v1/token',
    body: tokenSchema,
    response: tokenResponseSchema,
    limit: 'read',
    retry: retryTwice,
  },
  createOrder: {
    method: 'POST',
    path: '/api/pay/v1/orders',
    body: createOrderSchema,
    response: orderSchema,
    limit: 'read',
    retry: { limit: 1, on: 'failure' },
  },
  getOrder: {
    method: 'GET',
    path: '/api/pay/v1/orders/{order_id}',
    response: orderSchema,
    limit: 'read',
    retry: retryTwice,
  },
  getOrderByReference: {
    method: 'GET',
    path: '/api/pay/v1/orders/reference/{merchant_order_reference}',
    response: orderSchema,
    limit: 'read',
    retry: retryTwice,
  },
  createPayment: {
    method: 'POST',
    path: '/api/pay/v1/orders/{order_id}/payments',
    body: createPaymentSchema,
    response: orderSchema,
    limit: 'issuer',
  },
  getCardDetails: {
    method: 'POST',
    path: '/api/pay/v1/getCardDetails',
    body: getCardDetailsSchema,
    response: cardDetailsResponseSchema,
    limit: 'read',
    retry: { limit: 1, on: 'noResponse' },
  },
  generateOtp: {
    method: 'POST',
    path: '/api/pay/v1/otp/generate',
    body: paymentIdSchema,
    response: otpPromptSchema,
    limit: 'issuer',
  },
  submitOtp: {
    method: 'POST',
    path: '/api/pay/v1/otp/submit',
    body: submitOtpSchema,
    response: otpAcceptanceSchema,
    limit: 'issuer',
  },
  resendOtp: {
    method: 'POST',
    path: '/api/pay/v1/otp/resend',
    body: paymentIdSchema,
    response: otpPromptSchema,
    limit: 'issuer',
  },
  captureOrder: {
    method: 'PUT',
    path: '/api/pay/v1/orders/{order_id}/capture',
    body: captureOrderSchema,
    response: orderSchema,
    limit: 'issuer',
  },
  cancelOrder: {
    method: 'PUT',
    path: '/api/pay/v1/orders/{order_id}/cancel',
    response: orderSchema,
    limit: 'issuer',
  },
  refundOrder: {
    method: 'POST',
    path: '/api/pay/v1/refunds/{order_id}',
    body: refundOrderSchema,
    response: orderSchema,
    limit: 'issuer',
  },
};
