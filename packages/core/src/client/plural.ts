/** The client of Plural's API, as a type: one method per call, each with an example. */

import type { CallOptions } from './exchange.ts';
import type { PluralRequest, PluralResponse } from './request.ts';
import type { WebCryptoKey } from '../crypto/encryption.ts';
import type { CardDetailsResponse, GetCardDetailsBody } from '../wire/card.ts';
import type { CaptureOrderBody, CreateOrderBody, Order, RefundOrderBody } from '../wire/order.ts';
import type { OtpAcceptance, OtpPrompt } from '../wire/otp.ts';
import type { CreatePaymentBody } from '../wire/payment-request.ts';

/**
 * Client of Plural's API. Its methods are bound, so they may be passed around on their own.
 *
 * Every method rejects with a `PluralError` and nothing else. Check its `outcome` before doing anything about money:
 * with `unknown` the call may have had its effect, so read the order. Only reads, the token call and `createOrder` are
 * ever retried by the client itself.
 */
export interface Plural {
  /**
   * Creates an order. Idempotent: returns the existing order of this `merchant_order_reference`, provided that amount,
   * currency and `pre_auth` are the same.
   *
   * @throws {PluralError} `ORDER_MISMATCH`: the reference belongs to a different order; `issues` names what differs.
   * `outcome: 'unknown'`: the order may exist; create it again with the same reference, or call `getOrderByReference`.
   * @example
   * ```ts
   * import { createPlural } from '@plural-otp/core';
   *
   * const plural = createPlural({ environment: 'uat', clientId: 'id', clientSecret: 'secret' });
   * const order = await plural.createOrder({
   *   merchant_order_reference: 'cart-1042',
   *   order_amount: { value: 110_000, currency: 'INR' },
   *   callback_url: 'https://shop.example/return',
   * });
   * console.log(order.order_id);
   * ```
   */
  readonly createOrder: (body: CreateOrderBody, options?: CallOptions) => Promise<Order>;
  /**
   * Reads an order. It is the truth about its payments, whatever a response or a return said.
   *
   * @example
   * ```ts
   * import type { Plural } from '@plural-otp/core';
   *
   * export const statusOf = async (plural: Plural, orderId: string): Promise<string> => (await plural.getOrder(orderId)).status;
   * ```
   */
  readonly getOrder: (orderId: string, options?: CallOptions) => Promise<Order>;
  /**
   * Reads an order, or a refund, by the merchant's own reference.
   *
   * @example
   * ```ts
   * import { isPluralError, type Order, type Plural } from '@plural-otp/core';
   *
   * export async function findRefund(plural: Plural, reference: string): Promise<Order | undefined> {
   *   try {
   *     return await plural.getOrderByReference(reference);
   *   } catch (error) {
   *     if (isPluralError(error, 'API_REJECTED')) return undefined; // no such refund
   *     throw error;
   *   }
   * }
   * ```
   */
  readonly getOrderByReference: (merchantOrderReference: string, options?: CallOptions) => Promise<Order>;
  /**
   * Creates a payment on an order. The order that is returned has its `challenge_url` and `payments`. A reference that
   * was used before may return the payment it stands for instead: compare its `payment_amount`.
   *
   * @throws {PluralError} `outcome: 'unknown'`: the payment may exist. Read the order and look for the reference with
   * `findPayment`; only if it stays absent, call again with the same reference.
   * @example
   * ```ts
   * import type { CardDetails, Order, Plural } from '@plural-otp/core';
   *
   * export function payByCard(plural: Plural, order: Order, reference: string, card: CardDetails): Promise<Order> {
   *   return plural.createPayment(order.order_id, {
   *     payments: [
   *       {
   *         merchant_payment_reference: reference,
   *         payment_method: 'CARD',
   *         payment_amount: { value: 110_000, currency: 'INR' },
   *         payment_option: { card_details: card },
   *       },
   *     ],
   *   });
   * }
   * ```
   */
  readonly createPayment: (orderId: string, body: CreatePaymentBody, options?: CallOptions) => Promise<Order>;
  /**
   * Reads what Plural knows of cards, and whether the merchant's own page may ask for their OTP.
   *
   * @example
   * ```ts
   * import type { Plural } from '@plural-otp/core';
   *
   * export async function supportsNativeOtp(plural: Plural, cardNumber: string, paise: number): Promise<boolean> {
   *   const { card_payment_details: cards } = await plural.getCardDetails({
   *     amount: String(paise),
   *     card_details: [{ payment_identifier: cardNumber, payment_reference_type: 'CARD' }],
   *   });
   *   return cards[0]?.is_native_otp_supported === true;
   * }
   * ```
   */
  readonly getCardDetails: (body: GetCardDetailsBody, options?: CallOptions) => Promise<CardDetailsResponse>;
  /**
   * Asks the issuer to send an OTP.
   *
   * @throws {PluralError} `NATIVE_OTP_UNAVAILABLE`: offer the bank's page. `outcome: 'unknown'`: an OTP may have been
   * sent; let the customer enter it, and do not generate again automatically.
   * @example
   * ```ts
   * import { isPluralError, type Plural } from '@plural-otp/core';
   *
   * export async function askForOtp(plural: Plural, paymentId: string): Promise<'field' | 'bankPage'> {
   *   try {
   *     await plural.generateOtp(paymentId);
   *   } catch (error) {
   *     if (isPluralError(error, 'NATIVE_OTP_UNAVAILABLE')) return 'bankPage';
   *     // An OTP may have been sent: show the field.
   *     if (!isPluralError(error) || error.outcome === 'none') throw error;
   *   }
   *   return 'field';
   * }
   * ```
   */
  readonly generateOtp: (paymentId: string, options?: CallOptions) => Promise<OtpPrompt>;
  /**
   * Submits the customer's OTP, a string of 4 to 8 digits. Accepted is not paid: read the order.
   *
   * @throws {PluralError} `OTP_NOT_ACCEPTED`: wrong or expired. `outcome: 'unknown'`: read the order.
   * @example
   * ```ts
   * import { isPluralError, type Plural } from '@plural-otp/core';
   *
   * export async function submit(plural: Plural, orderId: string, paymentId: string, otp: string): Promise<string> {
   *   try {
   *     await plural.submitOtp(paymentId, otp);
   *   } catch (error) {
   *     if (isPluralError(error) && error.code === 'OTP_NOT_ACCEPTED') return 'wrong OTP';
   *     if (!isPluralError(error) || error.outcome === 'none') throw error;
   *   }
   *   return (await plural.getOrder(orderId)).status;
   * }
   * ```
   */
  readonly submitOtp: (paymentId: string, otp: string, options?: CallOptions) => Promise<OtpAcceptance>;
  /**
   * Asks the issuer to send another OTP.
   *
   * @throws {PluralError} `RESEND_TOO_EARLY`, `RESEND_LIMIT`; `outcome: 'unknown'`: an OTP may have been sent.
   * @example
   * ```ts
   * import { isPluralError, type Plural } from '@plural-otp/core';
   *
   * // Returns the seconds until the next resend.
   * export async function resend(plural: Plural, paymentId: string): Promise<number> {
   *   try {
   *     return (await plural.resendOtp(paymentId)).resendAfterSeconds;
   *   } catch (error) {
   *     if (isPluralError(error, 'RESEND_TOO_EARLY')) return error.upstream?.resendAfterSeconds ?? 30;
   *     throw error;
   *   }
   * }
   * ```
   */
  readonly resendOtp: (paymentId: string, options?: CallOptions) => Promise<OtpPrompt>;
  /**
   * Captures authorized money. Only while the order is `AUTHORIZED`.
   *
   * @throws {PluralError} `outcome: 'unknown'`: read the order and look for the reference with `findCapture`.
   * @example
   * ```ts
   * import { findCapture, isPluralError, type Plural } from '@plural-otp/core';
   *
   * export async function capture(plural: Plural, orderId: string, reference: string): Promise<boolean> {
   *   try {
   *     await plural.captureOrder(orderId, { merchant_capture_reference: reference });
   *     return true;
   *   } catch (error) {
   *     if (!isPluralError(error) || error.outcome === 'none') throw error;
   *     return findCapture(await plural.getOrder(orderId), reference) !== undefined;
   *   }
   * }
   * ```
   */
  readonly captureOrder: (orderId: string, body: CaptureOrderBody, options?: CallOptions) => Promise<Order>;
  /**
   * Releases authorized money. Only while the order is `AUTHORIZED`.
   *
   * @throws {PluralError} `outcome: 'unknown'`: read the order and pass it to `cancelOutcome`.
   * @example
   * ```ts
   * import { cancelOutcome, isPluralError, type CancelOutcome, type Plural } from '@plural-otp/core';
   *
   * export async function release(plural: Plural, orderId: string): Promise<CancelOutcome> {
   *   try {
   *     return cancelOutcome(await plural.cancelOrder(orderId));
   *   } catch (error) {
   *     if (!isPluralError(error) || error.outcome === 'none') throw error;
   *     return cancelOutcome(await plural.getOrder(orderId));
   *   }
   * }
   * ```
   */
  readonly cancelOrder: (orderId: string, options?: CallOptions) => Promise<Order>;
  /**
   * Refunds captured money. A reference that was used before may return the refund it stands for instead: compare its
   * `order_amount`.
   *
   * @throws {PluralError} `outcome: 'unknown'`: read the refund with `getOrderByReference` and its own reference.
   * @example
   * ```ts
   * import type { Order, Plural } from '@plural-otp/core';
   *
   * export function refund(plural: Plural, orderId: string, reference: string, paise: number): Promise<Order> {
   *   return plural.refundOrder(orderId, {
   *     merchant_order_reference: reference, // of the refund, and new
   *     order_amount: { value: paise, currency: 'INR' },
   *   });
   * }
   * ```
   */
  readonly refundOrder: (orderId: string, body: RefundOrderBody, options?: CallOptions) => Promise<Order>;
  /**
   * Makes a call that has no method here, with this client's token, headers, masking and limits, for the rest of Plural's
   * API. Sent once, and again only when its access token was rejected; nothing of it is validated but its form.
   *
   * @throws {PluralError} `outcome: 'unknown'` for every method but GET, when no usable response arrived.
   * @example
   * ```ts
   * import type { Plural } from '@plural-otp/core';
   *
   * export async function settlements(plural: Plural, day: string): Promise<unknown> {
   *   const query = { start_date: day, end_date: day, per_page: 100 };
   *   const { body } = await plural.request({ method: 'GET', path: '/api/settlements/v1/list', query });
   *   return body;
   * }
   * ```
   */
  readonly request: (request: PluralRequest) => Promise<PluralResponse>;
  /**
   * Derives an AES-256-GCM key from the client secret and `label`, the same in every process. It cannot be exported.
   *
   * @throws {PluralError} `OPTIONS_INVALID`: the label is not 1 to 64 printable ASCII characters.
   * @example
   * ```ts
   * import type { Plural } from '@plural-otp/core';
   *
   * export async function sealDraft(plural: Plural, text: string): Promise<ArrayBuffer> {
   *   const key = await plural.deriveKey('draft carts');
   *   const iv = crypto.getRandomValues(new Uint8Array(12)); // store it next to what it sealed
   *   return crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(text));
   * }
   * ```
   */
  readonly deriveKey: (label: string) => Promise<WebCryptoKey>;
  /** Name of the environment; `custom` for a base URL that is not production's. */
  readonly environment: 'uat' | 'production' | 'custom';
  /** Origin, without a trailing slash. */
  readonly baseUrl: string;
}
