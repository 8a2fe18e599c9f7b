/** The vault: customers and their saved cards. */
import { vaultId } from './ids.ts';
import type { JsonObject, JsonValue } from '../lib/json.ts';
import type { SandboxContext } from './context.ts';
import type { CardTokenRecord, CustomerRecord } from './state.ts';

/** Members of a request that identify a customer. */
export type CustomerIdentity = JsonObject & {
  readonly merchant_customer_reference?: string;
  readonly country_code?: string;
  readonly mobile_number?: string;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

// A reference and a telephone number never share a key.
function keysOf(identity: CustomerIdentity): string[] {
  const reference = text(identity.merchant_customer_reference);
  const [code, mobile] = [text(identity.country_code), text(identity.mobile_number)];
  return [
    ...(reference === '' ? [] : [`reference ${reference}`]),
    ...(code === '' || mobile === '' ? [] : [`mobile ${code} ${mobile}`]),
  ];
}

/** Finds a customer by merchant reference, else by country code and mobile number. */
export function findCustomer({ state }: SandboxContext, identity: CustomerIdentity): CustomerRecord | undefined {
  const id = keysOf(identity)
    .map((key) => state.customerKeys.get(key))
    .find((known) => known !== undefined);
  return state.customers.get(id ?? '');
}

/** Adds a customer. It is active at once. */
export function addCustomer(context: SandboxContext, details: CustomerIdentity): CustomerRecord {
  const { state, nowMs } = context;
  const customer: CustomerRecord = {
    id: vaultId('cust', nowMs, context.newId()),
    details,
    createdAtMs: nowMs,
    tokenIds: [],
  };
  state.customers.set(customer.id, customer);
  for (const key of keysOf(details)) if (!state.customerKeys.has(key)) state.customerKeys.set(key, customer.id);
  emitVaultEvent(context, 'CUSTOMER_ACTIVATED', serializeCustomer(customer));
  return customer;
}

/**
 * Returns the customer of an order: the known one with the given id, else the one that reference or mobile number
 * belong to, which is created when it does not exist.
 */
export function resolveCustomer(context: SandboxContext, given: JsonValue | undefined): CustomerRecord | undefined {
  const identity = (given ?? {}) as CustomerIdentity;
  const known = context.state.customers.get(text(identity['customer_id'])) ?? findCustomer(context, identity);
  if (known !== undefined || keysOf(identity).length === 0) return known;
  const { customer_id: _, ...details } = identity;
  return addCustomer(context, details);
}

/** Card to save. */
type NewCardToken = Pick<CardTokenRecord, 'customerId' | 'reference' | 'scenarioId' | 'network' | 'lastDigits'>;

/** Saves a card for a customer. One that the customer has saved already is returned. */
export function addCardToken(context: SandboxContext, card: NewCardToken): CardTokenRecord {
  const { state, nowMs } = context;
  const saved = activeTokens(context, card.customerId).find(
    (token) =>
      token.scenarioId === card.scenarioId && token.network === card.network && token.lastDigits === card.lastDigits,
  );
  if (saved !== undefined) return saved;
  const token: CardTokenRecord = {
    ...card,
    id: vaultId('token', nowMs, context.newId()),
    serviceProviderTokenId: vaultId('tp', nowMs, context.newId()),
    status: 'ACTIVE',
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  state.cardTokens.set(token.id, token);
  state.customers.get(card.customerId)?.tokenIds.push(token.id);
  emitVaultEvent(context, 'TOKEN_ACTIVATED', serializeTokenState(token));
  return token;
}

/** Lists the saved cards of a customer, deleted ones included. */
export function tokensOf({ state }: SandboxContext, customerId: string): CardTokenRecord[] {
  return (state.customers.get(customerId)?.tokenIds ?? []).flatMap((id) => state.cardTokens.get(id) ?? []);
}

const activeTokens = (context: SandboxContext, customerId: string): CardTokenRecord[] =>
  tokensOf(context, customerId).filter(({ status }) => status === 'ACTIVE');

/** Deletes a saved card: it stays listed, and can no longer pay. No-op for one that was deleted. */
export function deactivateToken(context: SandboxContext, token: CardTokenRecord): void {
  if (token.status === 'DEACTIVATED') return;
  token.status = 'DEACTIVATED';
  token.updatedAtMs = context.nowMs;
  emitVaultEvent(context, 'TOKEN_DEACTIVATED', serializeTokenState(token));
}

const iso = (atMs: number): string => new Date(atMs).toISOString();

/** Serializes a customer as responses and webhooks show it. */
export function serializeCustomer(customer: CustomerRecord): JsonObject {
  return {
    customer_id: customer.id,
    ...customer.details,
    status: 'ACTIVE',
    created_at: iso(customer.createdAtMs),
    updated_at: iso(customer.createdAtMs),
  };
}

/** Serializes a saved card without what is known of the card. */
export function serializeTokenState(token: CardTokenRecord): JsonObject {
  return {
    token_id: token.id,
    customer_id: token.customerId,
    merchant_token_reference: token.reference,
    status: token.status,
    created_at: iso(token.createdAtMs),
    updated_at: iso(token.updatedAtMs),
  };
}

function emitVaultEvent(context: SandboxContext, eventType: string, data: JsonObject): void {
  const body = JSON.stringify({ event_type: eventType, data });
  context.state.outbox.push({ eventType, orderId: '', scenarioId: null, body });
}
