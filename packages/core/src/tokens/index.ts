/**
 * Calls around saved cards, over `Plural.request`: customers, their tokens, cryptograms and fees. An entry of its own, so
 * that a shop without saved cards does not carry it.
 *
 * @example
 * ```ts
 * import type { Plural, PaymentRequest } from '@plural-otp/core';
 * import { listTokens } from '@plural-otp/core/tokens';
 *
 * export async function savedCards(plural: Plural, customerId: string): Promise<{ id: string; label: string }[]> {
 *   const tokens = await listTokens(plural, customerId);
 *   return tokens
 *     .filter(({ status }) => status === 'ACTIVE')
 *     .map(({ token_id: id, card_data: card }) => ({ id, label: `${card?.network_name} ${card?.last4_digit}` }));
 * }
 *
 * export const payWith = (token_id: string, cvv: string): PaymentRequest['payment_option'] => ({
 *   card_token_details: { token_id, token_txn_type: 'ALT_TOKEN', cvv },
 * });
 * ```
 */

import type { Plural } from '../client/plural.ts';
import type { CallOptions } from '../client/exchange.ts';
import type { PluralRequest } from '../client/request.ts';
import { PluralError } from '../errors/plural-error.ts';
import { idSchema } from '../wire/ids.ts';
import { parse, type Schema } from '../wire/parse.ts';
import {
  calculateFeesSchema,
  createCryptogramSchema,
  createCustomerSchema,
  createTokenSchema,
  cryptogramSchema,
  customerSchema,
  deletedSchema,
  feesSchema,
  tokenIdSchema,
  tokenListSchema,
  tokenSchema,
  type CalculateFeesBody,
  type CardToken,
  type CreateCryptogramBody,
  type CreateCustomerBody,
  type CreateTokenBody,
  type Cryptogram,
  type Fee,
  type TokenCustomer,
} from './schemas.ts';

export type {
  CalculateFeesBody,
  CardToken,
  CreateCryptogramBody,
  CreateCustomerBody,
  CreateTokenBody,
  Cryptogram,
  Fee,
  TokenCard,
  TokenCustomer,
} from './schemas.ts';

/** The part of a client that these calls use. */
export type Requester = Pick<Plural, 'request'>;
/** Options of one of these calls. None of them is ever retried. */
export type TokenCallOptions = Omit<CallOptions, 'maxRetries'>;

/**
 * Creates a customer, to whom saved cards belong.
 *
 * @throws {PluralError} `outcome: 'unknown'`: the customer may exist; read it by its reference with `Plural.request`.
 */
export async function createCustomer(
  plural: Requester,
  body: CreateCustomerBody,
  options?: TokenCallOptions,
): Promise<TokenCustomer> {
  const valid = validate(createCustomerSchema, body, '');
  return send(plural, { method: 'POST', path: '/api/v1/customer', body: valid }, customerSchema, options);
}

/** Reads a customer by the id that Plural assigned. */
export async function getCustomer(
  plural: Requester,
  customerId: string,
  options?: TokenCallOptions,
): Promise<TokenCustomer> {
  const id = validate(idSchema, customerId, 'customer_id');
  return send(plural, { method: 'GET', path: `/api/v1/customer/${id}` }, customerSchema, options);
}

/** Lists the saved cards of a customer, those that cannot be paid with included: see `status`. */
export async function listTokens(
  plural: Requester,
  customerId: string,
  options?: TokenCallOptions,
): Promise<readonly CardToken[]> {
  const id = validate(idSchema, customerId, 'customer_id');
  const path = `/api/v1/customer/${id}/tokens`;
  return (await send(plural, { method: 'GET', path }, tokenListSchema, options)).tokens;
}

/**
 * Saves a card that was paid with elsewhere. A card of a payment here is saved by `save: true` in its `card_details`.
 *
 * @throws {PluralError} `outcome: 'unknown'`: the token may exist. Create it again with the same reference, which Plural
 * documents to return the existing one.
 */
export async function createToken(
  plural: Requester,
  body: CreateTokenBody,
  options?: TokenCallOptions,
): Promise<CardToken> {
  const valid = validate(createTokenSchema, body, '');
  return send(plural, { method: 'POST', path: '/api/v1/tokens', body: valid }, tokenSchema, options);
}

/**
 * Deletes a saved card.
 *
 * @throws {PluralError} `outcome: 'unknown'`: list the tokens; deleting again is harmless.
 */
export async function deleteToken(plural: Requester, tokenId: string, options?: TokenCallOptions): Promise<void> {
  const id = validate(tokenIdSchema, tokenId, 'token_id');
  await send(plural, { method: 'POST', path: `/api/v1/tokens/${id}/delete` }, deletedSchema, options);
}

/** Creates the cryptogram for one payment with a token, for acquirers that take tokens themselves. */
export async function createCryptogram(
  plural: Requester,
  tokenId: string,
  body: CreateCryptogramBody,
  options?: TokenCallOptions,
): Promise<Cryptogram> {
  const id = validate(tokenIdSchema, tokenId, 'token_id');
  const valid = validate(createCryptogramSchema, body, '');
  const path = `/api/v1/tokens/${id}/token-transactional-data`;
  return send(plural, { method: 'POST', path, body: valid }, cryptogramSchema, options);
}

/** Calculates the fees that a payment would have. Changes nothing, so it may be called again. */
export async function calculateFees(
  plural: Requester,
  body: CalculateFeesBody,
  options?: TokenCallOptions,
): Promise<readonly Fee[]> {
  const valid = validate(calculateFeesSchema, body, '');
  return (await send(plural, { method: 'POST', path: '/api/v1/fees', body: valid }, feesSchema, options)).data;
}

/**
 * Validates an input.
 *
 * @param path of the value itself; empty for a body
 * @throws {PluralError} `REQUEST_INVALID`, with an issue for every member that is invalid.
 */
function validate<T>(schema: Schema<T>, input: unknown, path: string): T {
  const checked = parse(schema, input);
  if (checked.issues === undefined) return checked.value;
  const issues = checked.issues.map((issue) => ({ ...issue, path: path === '' ? issue.path : path }));
  throw new PluralError('REQUEST_INVALID', { operation: 'request', issues });
}

async function send<T>(
  plural: Requester,
  request: PluralRequest,
  schema: Schema<T>,
  options: TokenCallOptions | undefined,
): Promise<T> {
  const { status, requestId, body } = await plural.request({ ...options, ...request });
  const parsed = parse(schema, body);
  if (parsed.issues === undefined) return parsed.value;
  throw new PluralError('RESPONSE_INVALID', {
    operation: 'request',
    status,
    upstream: { requestId },
    issues: parsed.issues,
    outcome: request.method === 'GET' ? 'none' : 'unknown',
  });
}
