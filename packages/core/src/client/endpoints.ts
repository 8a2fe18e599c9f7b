/** Plural's calls, one row each: where, what goes out, what comes back, how long to wait, what may be repeated. */

import type { Operation } from '../errors/error-codes.ts';
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
import { createPaymentSchema } from '../wire/payment.ts';
import type { Schema } from '../wire/parse.ts';
import { tokenResponseSchema, tokenSchema, type TokenResponse } from '../wire/token.ts';

/** What each call answers. */
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

/** Which failures a call may be sent again after, without asking anyone. */
export interface RetryPolicy {
  /** Beyond the first attempt. */
  readonly limit: number;
  /** `failed`: no usable answer, a failure or a limit. `unanswered`: only a connection that broke before any answer. */
  readonly on: 'failure' | 'noResponse';
}

export interface Endpoint<Answer> {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With at most one `{parameter}`. */
  readonly path: string;
  readonly response: Schema<Answer>;
  readonly body?: Schema<object>;
  /** One attempt, its body included: longer where the issuer is asked. */
  readonly timeoutMs: number;
  /** Absent: sent once, whatever happens. */
  readonly retry?: RetryPolicy;
}

const pluralTimeoutMs = 10_000;
const issuerTimeoutMs = 30_000;
const retryTwice: RetryPolicy = { limit: 2, on: 'failure' };

/**
 * The table of calls. Only what changes nothing when repeated has a `repeat`: `createOrder` has one because
 * Plural knows a repeated order by its merchant reference.
 *
 * [source: otp-guide] [source: api-reference]
 */
export const endpoints: { readonly [O in Operation]: Endpoint<ResponseTypes[O]> } = {
  getToken: {
    method: 'POST',
    path: '/api/auth/v1/token',
    body: tokenSchema,
    response: tokenResponseSchema,
    timeoutMs: pluralTimeoutMs,
    retry: retryTwice,
  },
  createOrder: {
    method: 'POST',
    path: '/api/pay/v1/orders',
    body: createOrderSchema,
    response: orderSchema,
    timeoutMs: pluralTimeoutMs,
    retry: { limit: 1, on: 'failure' },
  },
  getOrder: {
    method: 'GET',
    path: '/api/pay/v1/orders/{order_id}',
    response: orderSchema,
    timeoutMs: pluralTimeoutMs,
    retry: retryTwice,
  },
  getOrderByReference: {
    method: 'GET',
    path: '/api/pay/v1/orders/reference/{merchant_order_reference}',
    response: orderSchema,
    timeoutMs: pluralTimeoutMs,
    retry: retryTwice,
  },
  createPayment: {
    method: 'POST',
    path: '/api/pay/v1/orders/{order_id}/payments',
    body: createPaymentSchema,
    response: orderSchema,
    timeoutMs: issuerTimeoutMs,
  },
  getCardDetails: {
    method: 'POST',
    path: '/api/pay/v1/getCardDetails',
    body: getCardDetailsSchema,
    response: cardDetailsResponseSchema,
    timeoutMs: pluralTimeoutMs,
    retry: { limit: 1, on: 'noResponse' },
  },
  generateOtp: {
    method: 'POST',
    path: '/api/pay/v1/otp/generate',
    body: paymentIdSchema,
    response: otpPromptSchema,
    timeoutMs: issuerTimeoutMs,
  },
  submitOtp: {
    method: 'POST',
    path: '/api/pay/v1/otp/submit',
    body: submitOtpSchema,
    response: otpAcceptanceSchema,
    timeoutMs: issuerTimeoutMs,
  },
  resendOtp: {
    method: 'POST',
    path: '/api/pay/v1/otp/resend',
    body: paymentIdSchema,
    response: otpPromptSchema,
    timeoutMs: issuerTimeoutMs,
  },
  captureOrder: {
    method: 'PUT',
    path: '/api/pay/v1/orders/{order_id}/capture',
    body: captureOrderSchema,
    response: orderSchema,
    timeoutMs: issuerTimeoutMs,
  },
  cancelOrder: {
    method: 'PUT',
    path: '/api/pay/v1/orders/{order_id}/cancel',
    response: orderSchema,
    timeoutMs: issuerTimeoutMs,
  },
  refundOrder: {
    method: 'POST',
    path: '/api/pay/v1/refunds/{order_id}',
    body: refundOrderSchema,
    response: orderSchema,
    timeoutMs: issuerTimeoutMs,
  },
};
