/** `createPlural`: Plural's calls by name. */

import { createCaller, type CallOptions } from './call.ts';
import { deriveAesKey, type WebCryptoKey } from '../crypto/encryption.ts';
import { endpoints } from './endpoints.ts';
import type { Operation } from '../errors/error-codes.ts';
import { withUnknownOutcome, isPluralError, PluralError } from '../errors/plural-error.ts';
import { resolveOptions, type ResolvedOptions, type PluralOptions } from './options.ts';
import { createTokenSource, type TokenSource } from './access-token.ts';
import { createSharedToken } from './token-store.ts';
import { sameMoney } from '../wire/money.ts';
import type { CardDetailsResponse, GetCardDetailsBody } from '../wire/card.ts';
import { parse, type Schema } from '../wire/parse.ts';
import type { CaptureOrderBody, CreateOrderBody, Order, RefundOrderBody } from '../wire/order.ts';
import type { OtpAcceptance, OtpPrompt } from '../wire/otp.ts';
import type { CreatePaymentBody } from '../wire/payment.ts';
import { idSchema, referenceSchema } from '../wire/ids.ts';
import { tokenLifeSeconds } from '../wire/token.ts';

/**
 * A client of Plural's API. Its methods may be passed around on their own.
 *
 * Every method rejects with a `PluralError` and nothing else. Look at its `outcome` before doing anything about
 * money: with `unknown` the call may have had its effect, so read the order. Only reads, the token call and
 * `createOrder` are ever repeated by the client itself.
 */
export interface Plural {
  /**
   * Creates an order, or gives the one that already has this `merchant_order_reference`, provided that amount,
   * currency and `pre_auth` are the same.
   *
   * @throws {PluralError} `ORDER_MISMATCH`: the reference is taken by another order. `outcome: 'unknown'`: the order
   * may exist; create it again with the same reference, or ask `getOrderByReference`.
   */
  readonly createOrder: (body: CreateOrderBody, options?: CallOptions) => Promise<Order>;
  /** Reads an order: what is true of its payments, whatever an answer or a return said. */
  readonly getOrder: (orderId: string, options?: CallOptions) => Promise<Order>;
  /** Reads an order, or a refund, by the merchant's own reference. */
  readonly getOrderByReference: (merchantOrderReference: string, options?: CallOptions) => Promise<Order>;
  /**
   * Makes a payment on an order. The answer has its `challenge_url` and `payments`.
   *
   * @throws {PluralError} `outcome: 'unknown'`: the payment may exist. Read the order and look for the reference with
   * `findPayment`; only if it stays absent, call again with the same reference.
   */
  readonly createPayment: (orderId: string, body: CreatePaymentBody, options?: CallOptions) => Promise<Order>;
  /** What is known of cards, and whether their bank's OTP may be asked for on the merchant's page. */
  readonly getCardDetails: (body: GetCardDetailsBody, options?: CallOptions) => Promise<CardDetailsResponse>;
  /**
   * Has the issuer send an OTP.
   *
   * @throws {PluralError} `NATIVE_OTP_UNAVAILABLE`: offer the bank's page. `outcome: 'unknown'`: a code may have been
   * sent; let the customer enter it, and do not generate again by yourself.
   */
  readonly generateOtp: (paymentId: string, options?: CallOptions) => Promise<OtpPrompt>;
  /**
   * Hands in the customer's OTP, 4 to 8 digits. Accepted is not paid: read the order.
   *
   * @throws {PluralError} `OTP_NOT_ACCEPTED`: wrong or expired. `outcome: 'unknown'`: read the order.
   */
  readonly submitOtp: (paymentId: string, otp: string, options?: CallOptions) => Promise<OtpAcceptance>;
  /** @throws {PluralError} `RESEND_TOO_EARLY`, `RESEND_LIMIT`; `outcome: 'unknown'`: a code may have been sent. */
  readonly resendOtp: (paymentId: string, options?: CallOptions) => Promise<OtpPrompt>;
  /**
   * Takes money that is held. Only while the order is `AUTHORIZED`.
   *
   * @throws {PluralError} `outcome: 'unknown'`: read the order and look for the reference with `findCapture`.
   */
  readonly captureOrder: (orderId: string, body: CaptureOrderBody, options?: CallOptions) => Promise<Order>;
  /** Lets held money go. Only while the order is `AUTHORIZED`. After an unclear end the order says `CANCELLED` or not. */
  readonly cancelOrder: (orderId: string, options?: CallOptions) => Promise<Order>;
  /** Gives money back. After an unclear end read the refund with `getOrderByReference` and its own reference. */
  readonly refundOrder: (orderId: string, body: RefundOrderBody, options?: CallOptions) => Promise<Order>;
  /** An AES-256-GCM key made from the client secret and `label`, the same in every process; it cannot be exported. */
  readonly deriveKey: (label: string) => Promise<WebCryptoKey>;
  /** `custom` when a base URL was given, unless it is that of production. */
  readonly environment: 'uat' | 'production' | 'custom';
  /** An origin, without a slash at its end. */
  readonly baseUrl: string;
}

/**
 * A client for one merchant account.
 *
 * @example
 * ```ts
 * const plural = createPlural({ environment: 'uat', clientId, clientSecret });
 * const order = await plural.createOrder({
 *   merchant_order_reference: 'cart-1042',
 *   order_amount: { value: 110000, currency: 'INR' },
 * });
 * ```
 * @throws {PluralError} `OPTIONS_INVALID`, at once, with every option that is wrong.
 */
export function createPlural(options: PluralOptions): Plural {
  const resolved = resolveOptions(options);
  const deriveKey = (label: string): Promise<WebCryptoKey> =>
    deriveAesKey(resolved.clientSecret, resolved.clientId, label);
  const call = createCaller(resolved, createPluralTokenSource(resolved, deriveKey));

  const order = (operation: OrderOperation) => async (orderId: string, body?: object, options?: CallOptions) =>
    (await call(operation, { parameter: parsePathParameter(operation, idSchema, 'order_id', orderId), body, options }))
      .value;
  const getOrderByReference: Plural['getOrderByReference'] = async (reference, options) => {
    const parameter = parsePathParameter('getOrderByReference', referenceSchema, 'merchant_order_reference', reference);
    return (await call('getOrderByReference', { parameter, options })).value;
  };

  const [createPayment, captureOrder, refundOrder] = [
    order('createPayment'),
    order('captureOrder'),
    order('refundOrder'),
  ];
  const [getOrder, cancelOrder] = [order('getOrder'), order('cancelOrder')];
  return Object.freeze<Plural>({
    createOrder: async (body, options) => {
      try {
        return (await call('createOrder', { body, options })).value;
      } catch (error) {
        if (!isPluralError(error) || error.upstream?.code !== 'DUPLICATE_REQUEST') throw error;
        return adoptExistingOrder(body, error, () => getOrderByReference(body.merchant_order_reference, options));
      }
    },
    getOrder: (orderId, options) => getOrder(orderId, undefined, options),
    getOrderByReference,
    createPayment,
    getCardDetails: async (body, options) => (await call('getCardDetails', { body, options })).value,
    generateOtp: async (paymentId, options) =>
      (await call('generateOtp', { body: { payment_id: paymentId }, options })).value,
    submitOtp: async (paymentId, otp, options) =>
      (await call('submitOtp', { body: { payment_id: paymentId, otp }, options })).value,
    resendOtp: async (paymentId, options) =>
      (await call('resendOtp', { body: { payment_id: paymentId }, options })).value,
    captureOrder,
    cancelOrder: (orderId, options) => cancelOrder(orderId, undefined, options),
    refundOrder,
    deriveKey,
    environment: resolved.environment,
    baseUrl: resolved.baseUrl,
  });
}

type OrderOperation = 'getOrder' | 'createPayment' | 'captureOrder' | 'cancelOrder' | 'refundOrder';

/** @throws {PluralError} `REQUEST_INVALID`: nothing that may be put into a path. */
function parsePathParameter(operation: Operation, schema: Schema<string>, path: string, value: unknown): string {
  const resolved = parse(schema, value);
  if (resolved.issues === undefined) return resolved.value;
  throw new PluralError('REQUEST_INVALID', {
    operation,
    issues: resolved.issues.map(({ expected }) => ({ path, expected })),
  });
}

/** The order Plural already has under this reference, when it is the one that was to be created. */
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
  // Refunds are found by references too.
  const same =
    found.type?.toUpperCase() !== 'REFUND' &&
    sameMoney(found.order_amount, wanted.order_amount) &&
    (found.pre_auth ?? wanted.pre_auth) === (wanted.pre_auth ?? found.pre_auth);
  if (same) return found;
  const { operation, status, upstream } = duplicate;
  throw new PluralError('ORDER_MISMATCH', { operation, status, upstream });
}

/** Tokens asked for with this client's credentials. */
function createPluralTokenSource(
  options: ResolvedOptions,
  deriveKey: (label: string) => Promise<WebCryptoKey>,
): TokenSource {
  const { now, clientId, clientSecret, tokenStore, baseUrl } = options;
  const call = createCaller(options, undefined);
  let sealingKey: WebCryptoKey | undefined;
  return createTokenSource({
    now,
    waitTimeoutMs: (options.timeoutMs ?? endpoints.getToken.timeoutMs) + 2000,
    requestToken: async () => {
      const { value, response } = await call('getToken', {
        body: { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' },
      });
      const serverNowMs = Date.parse(response.headers.get('date') ?? '');
      const life = tokenLifeSeconds(value, Number.isNaN(serverNowMs) ? now() : serverNowMs);
      return { value: value.access_token, expiresAtMs: now() + life * 1000 };
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
