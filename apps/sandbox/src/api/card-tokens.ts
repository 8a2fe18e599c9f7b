/** Saved cards: create, list, read, delete, and the cryptogram of one payment. */
import { customerNotFound } from './customers.ts';
import { type ApiResponse, errorResponse, ok } from './response.ts';
import type { JsonObject } from '../lib/json.ts';
import { findScenarioByCardNumber, scenarioOf } from '../scenarios/find-scenario.ts';
import type { SandboxContext } from '../state/context.ts';
import type { CardTokenRecord } from '../state/state.ts';
import { addCardToken, deactivateToken, serializeTokenState, tokensOf } from '../state/vault.ts';

/** Saves a card from its encrypted details. The sandbox has no key: a run of 12 to 19 digits in them is the card. */
export function createCardToken(
  context: SandboxContext,
  body: {
    readonly customer_id: string;
    readonly merchant_token_reference: string;
    readonly payment_option?: { readonly encrypted_card_details?: string };
  },
): ApiResponse {
  const { state } = context;
  const earlier = state.cardTokens.get(state.cardTokenReferences.get(body.merchant_token_reference) ?? '');
  // The reference is documented as an idempotency key, whatever other references are.
  if (earlier !== undefined) return { status: 201, body: serializeTokenState(earlier) };
  if (!state.customers.has(body.customer_id)) return customerNotFound();
  const [number = ''] = /\d{12,19}/.exec(body.payment_option?.encrypted_card_details ?? '') ?? [];
  const { id, network } = findScenarioByCardNumber(number);
  const token = addCardToken(context, {
    customerId: body.customer_id,
    reference: body.merchant_token_reference,
    scenarioId: id,
    network,
    lastDigits: number.slice(-4).padStart(4, '0'),
  });
  state.cardTokenReferences.set(body.merchant_token_reference, token.id);
  return { status: 201, body: serializeTokenState(token) };
}

/** Lists the saved cards of a customer, deleted ones with their status. */
export function listCardTokens(context: SandboxContext, id: string): ApiResponse {
  const customer = context.state.customers.get(id);
  if (customer === undefined) return customerNotFound();
  const tokens = tokensOf(context, id);
  const createdAt = new Date(customer.createdAtMs).toISOString();
  return ok({
    customer_id: id,
    total_tokens: tokens.length,
    tokens: tokens.map((token) => ({ ...serializeCardToken(token), is_compliant: true })),
    created_at: createdAt,
    updated_at: createdAt,
  });
}

/** Returns a saved card, with the id of its token at the card network. */
export function getCardToken({ state }: SandboxContext, id: string): ApiResponse {
  const token = state.cardTokens.get(id);
  return token === undefined
    ? tokenNotFound()
    : ok({ ...serializeCardToken(token), service_provider_token_id: token.serviceProviderTokenId });
}

/** Deletes a saved card. Again is harmless. */
export function deleteCardToken(context: SandboxContext, id: string): ApiResponse {
  const token = context.state.cardTokens.get(id);
  if (token === undefined) return tokenNotFound();
  deactivateToken(context, token);
  return ok({ token_id: id, status: token.status });
}

/** Creates the cryptogram for one payment with a saved card. */
export function createCryptogram(
  context: SandboxContext,
  body: { readonly service_provider_token_id: string },
  id: string,
): ApiResponse {
  const token = context.state.cardTokens.get(id);
  if (token === undefined) return tokenNotFound();
  if (token.status !== 'ACTIVE' || token.serviceProviderTokenId !== body.service_provider_token_id)
    return errorResponse(422, 'INVALID_INSTRUMENT', 'The saved card is deleted, or the token is of another card');
  const random = `${context.newId()}${context.newId()}`.replaceAll(/[^A-Za-z0-9]/g, '');
  return ok({
    token_id: id,
    merchant_token_reference: token.reference,
    service_provider_token_id: token.serviceProviderTokenId,
    token_data: {
      cryptogram: `${random.slice(-27)}=`,
      token_reference: `ref${random.slice(0, 20)}`,
      payment_account_reference: `par${random.slice(4, 24)}`,
      // Numbers, as in the vendor's sample.
      token_expiry_month: 12,
      token_expiry_year: 2031,
    },
  });
}

/** Returns the saved card that a payment names, or the reason why it cannot pay. */
export function findPayingToken(
  { state }: SandboxContext,
  tokenId: string,
  customerId: string | undefined,
): CardTokenRecord | ApiResponse {
  const token = state.cardTokens.get(tokenId);
  if (token === undefined || token.status !== 'ACTIVE')
    return errorResponse(422, 'INVALID_INSTRUMENT', 'The saved card is unknown or deleted');
  if (customerId !== undefined && token.customerId !== customerId)
    return errorResponse(422, 'INVALID_INSTRUMENT', "The saved card belongs to another customer than the order's");
  return token;
}

function serializeCardToken(token: CardTokenRecord): JsonObject {
  const { issuer, type, behaviour } = scenarioOf(token);
  const international = behaviour.international === true;
  return {
    ...serializeTokenState(token),
    payment_method: 'CARD',
    card_data: {
      last4_digit: token.lastDigits,
      card_type: type,
      network_name: token.network,
      issuer_name: issuer,
      card_category: 'CONSUMER',
      country_code: international ? 'USA' : 'IND',
      international,
      emi: !international,
      cvv_required: true,
    },
  };
}

const tokenNotFound = (): ApiResponse => errorResponse(404, 'TOKEN_NOT_FOUND', 'Token not found');
