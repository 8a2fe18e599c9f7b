/** Plural's calls, one row each: where, what goes out, what comes back, how long to wait, what may be repeated. */

import type { Operation } from '../errors/error-codes.ts';
import { cardDetailsAnswerSchema, getCardDetailsSchema, type CardDetailsAnswer } from '../wire/card.ts';
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
import type { Shape } from '../wire/parse.ts';
import { tokenAnswerSchema, tokenSchema, type TokenAnswer } from '../wire/token.ts';

/** What each call answers. */
export interface Answers {
  getToken: TokenAnswer;
  createOrder: Order;
  getOrder: Order;
  getOrderByReference: Order;
  createPayment: Order;
  getCardDetails: CardDetailsAnswer;
  generateOtp: OtpPrompt;
  submitOtp: OtpAcceptance;
  resendOtp: OtpPrompt;
  captureOrder: Order;
  cancelOrder: Order;
  refundOrder: Order;
}

/** Which failures a call may be sent again after, without asking anyone. */
export interface Repetition {
  /** Beyond the first attempt. */
  readonly times: number;
  /** `failed`: no usable answer, a failure or a limit. `unanswered`: only a connection that broke before any answer. */
  readonly after: 'failed' | 'unanswered';
}

export interface Endpoint<Answer> {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With at most one `{parameter}`. */
  readonly path: string;
  readonly answer: Shape<Answer>;
  readonly body?: Shape<object>;
  /** One attempt, its body included: longer where the issuer is asked. */
  readonly timeoutMs: number;
  /** Absent: sent once, whatever happens. */
  readonly repeat?: Repetition;
}

const ownMs = 10_000;
const issuerMs = 30_000;
const twice: Repetition = { times: 2, after: 'failed' };

/**
 * The table of calls. Only what changes nothing when repeated has a `repeat`: `createOrder` has one because
 * Plural knows a repeated order by its merchant reference.
 *
 * [source: otp-guide] [source: api-reference]
 */
export const endpoints: { readonly [O in Operation]: Endpoint<Answers[O]> } = {
  getToken: {
    method: 'POST',
    path: '/api/auth/v1/token',
    body: tokenSchema,
    answer: tokenAnswerSchema,
    timeoutMs: ownMs,
    repeat: twice,
  },
  createOrder: {
    method: 'POST',
    path: '/api/pay/v1/orders',
    body: createOrderSchema,
    answer: orderSchema,
    timeoutMs: ownMs,
    repeat: { times: 1, after: 'failed' },
  },
  getOrder: {
    method: 'GET',
    path: '/api/pay/v1/orders/{order_id}',
    answer: orderSchema,
    timeoutMs: ownMs,
    repeat: twice,
  },
  getOrderByReference: {
    method: 'GET',
    path: '/api/pay/v1/orders/reference/{merchant_order_reference}',
    answer: orderSchema,
    timeoutMs: ownMs,
    repeat: twice,
  },
  createPayment: {
    method: 'POST',
    path: '/api/pay/v1/orders/{order_id}/payments',
    body: createPaymentSchema,
    answer: orderSchema,
    timeoutMs: issuerMs,
  },
  getCardDetails: {
    method: 'POST',
    path: '/api/pay/v1/getCardDetails',
    body: getCardDetailsSchema,
    answer: cardDetailsAnswerSchema,
    timeoutMs: ownMs,
    repeat: { times: 1, after: 'unanswered' },
  },
  generateOtp: {
    method: 'POST',
    path: '/api/pay/v1/otp/generate',
    body: paymentIdSchema,
    answer: otpPromptSchema,
    timeoutMs: issuerMs,
  },
  submitOtp: {
    method: 'POST',
    path: '/api/pay/v1/otp/submit',
    body: submitOtpSchema,
    answer: otpAcceptanceSchema,
    timeoutMs: issuerMs,
  },
  resendOtp: {
    method: 'POST',
    path: '/api/pay/v1/otp/resend',
    body: paymentIdSchema,
    answer: otpPromptSchema,
    timeoutMs: issuerMs,
  },
  captureOrder: {
    method: 'PUT',
    path: '/api/pay/v1/orders/{order_id}/capture',
    body: captureOrderSchema,
    answer: orderSchema,
    timeoutMs: issuerMs,
  },
  cancelOrder: {
    method: 'PUT',
    path: '/api/pay/v1/orders/{order_id}/cancel',
    answer: orderSchema,
    timeoutMs: issuerMs,
  },
  refundOrder: {
    method: 'POST',
    path: '/api/pay/v1/refunds/{order_id}',
    body: refundOrderSchema,
    answer: orderSchema,
    timeoutMs: issuerMs,
  },
};
