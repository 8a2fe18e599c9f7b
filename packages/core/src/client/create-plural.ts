/** Creates the client of Plural's API: one method per call. */

import { createCaller } from './call.ts';
import { createExchanger, type CallOptions } from './exchange.ts';
import { createRequest, type PluralRequest, type PluralResponse } from './request.ts';
import { deriveAesKey, type WebCryptoKey } from '../crypto/encryption.ts';
import type { Operation } from '../errors/operations.ts';
import { withUnknownOutcome, isPluralError, PluralError, type PluralErrorDetails } from '../errors/plural-error.ts';
import { orderDifferences } from './order-match.ts';
import { resolveOptions, type ResolvedOptions, type PluralOptions } from './options.ts';
import { createTokenSource, type TokenSource } from './access-token.ts';
import { createSharedToken } from './token-store.ts';
import type { CardDetailsResponse, GetCardDetailsBody } from '../wire/card.ts';
import { parse, type Schema } from '../wire/parse.ts';
import type { CaptureOrderBody, CreateOrderBody, Order, RefundOrderBody } from '../wire/order.ts';
import type { OtpAcceptance, OtpPrompt } from '../wire/otp.ts';
import type { CreatePaymentBody } from '../wire/payment.ts';
import { idSchema, referenceSchema } from '../wire/ids.ts';
import { tokenLifeSeconds } from '../wire/token.ts';

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
   * Creates a payment on an order. The order that is returned has its `challenge_url` and `payments`.
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
   * Refunds captured money.
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

/**
 * Creates a client for one merchant account. Sends nothing; the first call requests an access token.
 *
 * @throws {PluralError} `OPTIONS_INVALID`, with an issue for every invalid option.
 * @example
 * ```ts
 * import { createPlural } from '@plural-otp/core';
 *
 * const plural = createPlural({
 *   environment: 'uat',
 *   clientId: process.env['PLURAL_CLIENT_ID'] ?? '',
 *   clientSecret: process.env['PLURAL_CLIENT_SECRET'] ?? '',
 *   onCall: ({ operation, status, durationMs }) => console.log(operation, status, durationMs),
 * });
 * const order = await plural.getOrder('v1-4405071524-aa-qlAtAf');
 * console.log(order.status);
 * ```
 */
export function createPlural(options: PluralOptions): Plural {
  const resolved = resolveOptions(options);
  const deriveKey = (label: string): Promise<WebCryptoKey> =>
    deriveAesKey(resolved.clientSecret, resolved.clientId, label);
  const exchange = createExchanger(resolved, createPluralTokenSource(resolved, deriveKey));
  const call = createCaller(resolved, exchange);

  const orderCall = (operation: OrderOperation) => async (orderId: string, body?: object, options?: CallOptions) =>
    (await call(operation, { parameter: parsePathParameter(operation, idSchema, 'order_id', orderId), body, options }))
      .value;
  const getOrderByReference: Plural['getOrderByReference'] = async (reference, options) => {
    const parameter = parsePathParameter('getOrderByReference', referenceSchema, 'merchant_order_reference', reference);
    return (await call('getOrderByReference', { parameter, options })).value;
  };

  const getOrder = orderCall('getOrder');
  const cancelOrder = orderCall('cancelOrder');
  return Object.freeze<Plural>({
    createOrder: async (body, options) => {
      try {
        const { value, response } = await call('createOrder', { body, options });
        return requireSameOrder(value, body, { status: response.status });
      } catch (error) {
        if (!isPluralError(error) || error.upstream?.code !== 'DUPLICATE_REQUEST') throw error;
        return adoptExistingOrder(body, error, () => getOrderByReference(body.merchant_order_reference, options));
      }
    },
    getOrder: (orderId, options) => getOrder(orderId, undefined, options),
    getOrderByReference,
    createPayment: orderCall('createPayment'),
    getCardDetails: async (body, options) => (await call('getCardDetails', { body, options })).value,
    generateOtp: async (paymentId, options) =>
      (await call('generateOtp', { body: { payment_id: paymentId }, options })).value,
    submitOtp: async (paymentId, otp, options) =>
      (await call('submitOtp', { body: { payment_id: paymentId, otp }, options })).value,
    resendOtp: async (paymentId, options) =>
      (await call('resendOtp', { body: { payment_id: paymentId }, options })).value,
    captureOrder: orderCall('captureOrder'),
    cancelOrder: (orderId, options) => cancelOrder(orderId, undefined, options),
    refundOrder: orderCall('refundOrder'),
    request: createRequest(resolved, exchange),
    deriveKey,
    environment: resolved.environment,
    baseUrl: resolved.baseUrl,
  });
}

type OrderOperation = 'getOrder' | 'createPayment' | 'captureOrder' | 'cancelOrder' | 'refundOrder';

/**
 * Validates the parameter of a path.
 *
 * @throws {PluralError} `REQUEST_INVALID`: the value cannot be part of a path.
 */
function parsePathParameter(operation: Operation, schema: Schema<string>, path: string, value: unknown): string {
  const resolved = parse(schema, value);
  if (resolved.issues === undefined) return resolved.value;
  throw new PluralError('REQUEST_INVALID', {
    operation,
    issues: resolved.issues.map(({ expected }) => ({ path, expected })),
  });
}

/** Returns the existing order of a reference, if it is the one that was to be created. */
async function adoptExistingOrder(
  wanted: CreateOrderBody,
  duplicate: PluralError,
  find: () => Promise<Order>,
): Promise<Order> {
  let found: Order;
  try {
    found = await find();
  } catch (error) {
    // The order exists; only reading it failed.
    throw isPluralError(error) ? withUnknownOutcome(error) : error;
  }
  return requireSameOrder(found, wanted, duplicate);
}

/**
 * Returns the order when it is the one that was to be created.
 *
 * @throws {PluralError} `ORDER_MISMATCH`, with an issue for every member that differs.
 */
function requireSameOrder(
  order: Order,
  wanted: CreateOrderBody,
  facts: Pick<PluralErrorDetails, 'status' | 'upstream'>,
): Order {
  const issues = orderDifferences(order, wanted);
  if (issues.length === 0) return order;
  const { status, upstream } = facts;
  throw new PluralError('ORDER_MISMATCH', { operation: 'createOrder', status, upstream, issues });
}

/** Creates the token source of a client's credentials. */
function createPluralTokenSource(
  options: ResolvedOptions,
  deriveKey: (label: string) => Promise<WebCryptoKey>,
): TokenSource {
  const { now, clientId, clientSecret, tokenStore, baseUrl } = options;
  const call = createCaller(options, createExchanger(options, undefined));
  let sealingKey: WebCryptoKey | undefined;
  return createTokenSource({
    now,
    waitTimeoutMs: options.timeouts.read + 2000,
    requestToken: async () => {
      const { value, response } = await call('getToken', {
        body: { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' },
      });
      const serverNowMs = Date.parse(response.headers.get('date') ?? '');
      const lifeMs = 1000 * tokenLifeSeconds(value, Number.isNaN(serverNowMs) ? now() : serverNowMs);
      return { value: value.access_token, expiresAtMs: now() + lifeMs, lifeMs };
    },
    shared:
      tokenStore === undefined
        ? undefined
        : createSharedToken(
            tokenStore,
            async () => (sealingKey ??= await deriveKey('access token')),
            { baseUrl, clientId },
            now,
          ),
  });
}
