/** Creates the client of Plural's API: one method per call. */

import { createCaller } from './call.ts';
import { createExchanger, type CallOptions } from './exchange.ts';
import type { Plural } from './plural.ts';
import { createRequest } from './request.ts';
import { deriveAesKey, type WebCryptoKey } from '../crypto/encryption.ts';
import type { Operation } from '../errors/operations.ts';
import { withUnknownOutcome, isPluralError, PluralError, type PluralErrorDetails } from '../errors/plural-error.ts';
import { orderDifferences } from './order-match.ts';
import { resolveOptions, type ResolvedOptions, type PluralOptions } from './options.ts';
import { createTokenSource, type TokenSource } from './access-token.ts';
import { createSharedToken } from './token-store.ts';
import { parse, type Schema } from '../wire/parse.ts';
import type { CreateOrderBody, Order } from '../wire/order.ts';
import { idSchema, referenceSchema } from '../wire/ids.ts';
import { tokenLifeSeconds } from '../wire/token.ts';

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
