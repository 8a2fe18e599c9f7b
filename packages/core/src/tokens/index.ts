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
 * @example
 * ```ts
 * import type { Plural } from '@plural-otp/core';
 * import { createCustomer } from '@plural-otp/core/tokens';
 *
 * export async function register(plural: Plural, accountId: string): Promise<string> {
 *   const { customer_id: id } = await createCustomer(plural, { merchant_customer_reference: accountId });
 *   return id; // store it with the account
 * }
 * ```
 */
export async function createCustomer(
  plural: Requester,
  body: CreateCustomerBody,
  options?: TokenCallOptions,
): Promise<TokenCustomer> {
  const valid = validate(createCustomerSchema, body, '');
  return send(plural, { method: 'POST', path: '/api/v1/customer', body: valid }, customerSchema, options);
}

/**
 * Reads a customer by the id that Plural assigned.
 *
 * @example
 * ```ts
 * import type { Plural } from '@plural-otp/core';
 * import { getCustomer } from '@plural-otp/core/tokens';
 *
 * export async function maySaveCards(plural: Plural, customerId: string): Promise<boolean> {
 *   return (await getCustomer(plural, customerId)).status === 'ACTIVE';
 * }
 * ```
 */
export async function getCustomer(
  plural: Requester,
  customerId: string,
  options?: TokenCallOptions,
): Promise<TokenCustomer> {
  const id = validate(idSchema, customerId, 'customer_id');
  return send(plural, { method: 'GET', path: `/api/v1/customer/${id}` }, customerSchema, options);
}

/**
 * Lists the saved cards of a customer, those that cannot be paid with included: see `status`.
 *
 * @example
 * ```ts
 * import type { Plural } from '@plural-otp/core';
 * import { listTokens } from '@plural-otp/core/tokens';
 *
 * export async function savedCards(plural: Plural, customerId: string): Promise<string[]> {
 *   const tokens = await listTokens(plural, customerId);
 *   return tokens.filter(({ status }) => status === 'ACTIVE').map(({ card_data: card }) => `•••• ${card?.last4_digit}`);
 * }
 * ```
 */
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
 * Reads a saved card, with the id of its token at the card network.
 *
 * @example
 * ```ts
 * import type { Plural } from '@plural-otp/core';
 * import { getToken } from '@plural-otp/core/tokens';
 *
 * export async function lastDigits(plural: Plural, tokenId: string): Promise<string | undefined> {
 *   return (await getToken(plural, tokenId)).card_data?.last4_digit;
 * }
 * ```
 */
export async function getToken(plural: Requester, tokenId: string, options?: TokenCallOptions): Promise<CardToken> {
  const id = validate(tokenIdSchema, tokenId, 'token_id');
  return send(plural, { method: 'GET', path: `/api/v1/tokens/${id}` }, tokenSchema, options);
}

/**
 * Saves a card that was paid with elsewhere. A card of a payment here is saved by `save: true` in its `card_details`.
 *
 * @throws {PluralError} `outcome: 'unknown'`: the token may exist. Create it again with the same reference, which Plural
 * documents to return the existing one.
 * @example
 * ```ts
 * import type { Plural } from '@plural-otp/core';
 * import { createToken } from '@plural-otp/core/tokens';
 *
 * export async function importCard(
 *   plural: Plural,
 *   customerId: string,
 *   reference: string,
 *   sealed: string,
 * ): Promise<string | undefined> {
 *   const token = await createToken(plural, {
 *     customer_id: customerId,
 *     merchant_token_reference: reference,
 *     payment_method: 'CARD',
 *     payment_option: { encrypted_card_details: sealed },
 *   });
 *   return token.status;
 * }
 * ```
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
 * @example
 * ```ts
 * import type { Plural } from '@plural-otp/core';
 * import { deleteToken, listTokens } from '@plural-otp/core/tokens';
 *
 * export async function forgetCard(plural: Plural, customerId: string, tokenId: string): Promise<number> {
 *   await deleteToken(plural, tokenId);
 *   return (await listTokens(plural, customerId)).filter(({ status }) => status === 'ACTIVE').length;
 * }
 * ```
 */
export async function deleteToken(plural: Requester, tokenId: string, options?: TokenCallOptions): Promise<void> {
  const id = validate(tokenIdSchema, tokenId, 'token_id');
  await send(plural, { method: 'POST', path: `/api/v1/tokens/${id}/delete` }, deletedSchema, options);
}

/**
 * Creates the cryptogram for one payment with a token, for acquirers that take tokens themselves.
 *
 * @example
 * ```ts
 * import type { Plural } from '@plural-otp/core';
 * import { createCryptogram, getToken } from '@plural-otp/core/tokens';
 *
 * export async function cryptogramFor(plural: Plural, tokenId: string, use: string): Promise<string> {
 *   const { service_provider_token_id: networkTokenId = '' } = await getToken(plural, tokenId);
 *   const { token_data: data } = await createCryptogram(plural, tokenId, {
 *     merchant_unique_reference: use,
 *     service_provider_token_id: networkTokenId,
 *   });
 *   return data.cryptogram;
 * }
 * ```
 */
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

/**
 * Calculates the fees that a payment would have. Changes nothing, so it may be called again.
 *
 * @example
 * ```ts
 * import type { Plural } from '@plural-otp/core';
 * import { calculateFees } from '@plural-otp/core/tokens';
 *
 * export async function payable(plural: Plural, paise: number): Promise<number> {
 *   const [fee] = await calculateFees(plural, { amount: { value: paise, currency: 'INR' }, payment_method: 'CARD' });
 *   return fee?.payable_amount?.value ?? paise;
 * }
 * ```
 */
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
