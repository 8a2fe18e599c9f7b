/** Bodies and responses of the calls around saved cards: customers, tokens and fees. [source: go-sdk] */

import * as v from 'valibot';
import { idSchema, referenceSchema } from '../wire/ids.ts';
import { moneySchema, reportedMoneySchema, type Money } from '../wire/money.ts';
import type { Address } from '../wire/order.ts';
import { coerceString, jsonObject, lenient, unwrapData, upperCase, type Schema } from '../wire/parse.ts';
import type { ConvenienceFeeBreakdown } from '../wire/payment.ts';

/** Body of `createCustomer`. Members not named here pass through. */
export interface CreateCustomerBody {
  /** The merchant's own reference of the customer, 1 to 50 characters; may be empty or absent. */
  merchant_customer_reference?: string | undefined;
  first_name?: string | undefined;
  last_name?: string | undefined;
  country_code?: string | undefined;
  mobile_number?: string | undefined;
  email_id?: string | undefined;
  billing_address?: Address | undefined;
  shipping_address?: Address | undefined;
  [member: string]: unknown;
}

/** A customer at Plural, to whom saved cards belong. */
export interface TokenCustomer {
  readonly customer_id: string;
  readonly merchant_customer_reference?: string | undefined;
  /** An open set, in upper case. */
  readonly status?: string | undefined;
  readonly [member: string]: unknown;
}

/** Body of `createToken`. Members not named here pass through. */
export interface CreateTokenBody {
  customer_id: string;
  /** The merchant's unique reference of the token. */
  merchant_token_reference: string;
  payment_method: 'CARD';
  payment_option?: { encrypted_card_details?: string | undefined; [member: string]: unknown } | undefined;
  [member: string]: unknown;
}

/** Card that a token stands for, as far as Plural reports it. */
export interface TokenCard {
  readonly last4_digit?: string | undefined;
  readonly card_type?: string | undefined;
  readonly network_name?: string | undefined;
  readonly issuer_name?: string | undefined;
  readonly cvv_required?: boolean | undefined;
  readonly [member: string]: unknown;
}

/** A saved card. */
export interface CardToken {
  readonly token_id: string;
  /** `INITIATED`, `ACTIVE`, `SUSPENDED`, `FAILED` or `DEACTIVATED`: an open set, in upper case. */
  readonly status?: string | undefined;
  readonly customer_id?: string | undefined;
  readonly merchant_token_reference?: string | undefined;
  readonly service_provider_token_id?: string | undefined;
  readonly card_data?: TokenCard | undefined;
  /** ISO 8601, UTC. */
  readonly expired_at?: string | undefined;
  readonly [member: string]: unknown;
}

/** Body of `createCryptogram`. Members not named here pass through. */
export interface CreateCryptogramBody {
  /** The merchant's unique reference of this use. */
  merchant_unique_reference: string;
  service_provider_token_id: string;
  [member: string]: unknown;
}

/** Data for one payment with a token. The cryptogram is a secret: pass it on and store it nowhere. */
export interface Cryptogram {
  readonly token_id?: string | undefined;
  readonly token_data: {
    readonly cryptogram: string;
    readonly token_expiry_month?: string | undefined;
    readonly token_expiry_year?: string | undefined;
    readonly [member: string]: unknown;
  };
  readonly [member: string]: unknown;
}

/** Body of `calculateFees`. Members not named here pass through. */
export interface CalculateFeesBody {
  amount: Money;
  payment_method: string;
  network_type?: string | undefined;
  [member: string]: unknown;
}

/** Fee that a payment by one method has. */
export interface Fee {
  readonly payment_method?: string | undefined;
  readonly convenience_fee_breakdown?: ConvenienceFeeBreakdown | undefined;
  readonly payable_amount?: Money | undefined;
  readonly [member: string]: unknown;
}

const expectedTokenId = '1 to 100 letters, digits, - and _';
/** Validates the id of a token, so that it is safe in a path. */
export const tokenIdSchema: Schema<string> = v.pipe(
  v.string(expectedTokenId),
  v.regex(/^[A-Za-z0-9_-]{1,100}$/, expectedTokenId),
);

export const createCustomerSchema: Schema<CreateCustomerBody> = v.looseObject({
  merchant_customer_reference: v.optional(v.union([v.literal(''), referenceSchema])),
  billing_address: v.optional(jsonObject),
  shipping_address: v.optional(jsonObject),
});

export const createTokenSchema: Schema<CreateTokenBody> = v.looseObject({
  customer_id: idSchema,
  merchant_token_reference: referenceSchema,
  payment_method: v.literal('CARD'),
  payment_option: v.optional(jsonObject),
});

export const createCryptogramSchema: Schema<CreateCryptogramBody> = v.looseObject({
  merchant_unique_reference: referenceSchema,
  service_provider_token_id: tokenIdSchema,
});

export const calculateFeesSchema: Schema<CalculateFeesBody> = v.looseObject({
  amount: moneySchema,
  payment_method: v.pipe(v.string(), v.nonEmpty('a payment method, such as CARD')),
  network_type: v.optional(v.string()),
});

const id = v.pipe(coerceString, v.nonEmpty());
const unwrapped = v.pipe(v.unknown(), v.transform(unwrapData));

export const customerSchema: Schema<TokenCustomer> = v.pipe(
  unwrapped,
  v.looseObject({
    customer_id: id,
    merchant_customer_reference: lenient(coerceString),
    status: lenient(upperCase),
  }),
);

const token = v.looseObject({
  token_id: id,
  status: lenient(upperCase),
  customer_id: lenient(coerceString),
  merchant_token_reference: lenient(coerceString),
  service_provider_token_id: lenient(coerceString),
  card_data: lenient(
    v.looseObject({
      last4_digit: lenient(coerceString),
      card_type: lenient(coerceString),
      network_name: lenient(coerceString),
      issuer_name: lenient(coerceString),
      cvv_required: lenient(v.boolean()),
    }),
  ),
  expired_at: lenient(v.string()),
});
export const tokenSchema: Schema<CardToken> = v.pipe(unwrapped, token);

// One token that cannot be read must not hide the others from the customer.
const readableTokens = v.pipe(
  v.nullish(v.array(v.unknown()), []),
  v.transform((entries): CardToken[] =>
    entries.flatMap((entry) => {
      const parsed = v.safeParse(token, entry);
      return parsed.success ? [parsed.output] : [];
    }),
  ),
);
export const tokenListSchema: Schema<{ tokens: readonly CardToken[] }> = v.pipe(
  unwrapped,
  v.looseObject({ tokens: readableTokens }),
);

export const cryptogramSchema: Schema<Cryptogram> = v.pipe(
  unwrapped,
  v.looseObject({
    token_id: lenient(coerceString),
    token_data: v.looseObject({
      cryptogram: v.pipe(v.string(), v.nonEmpty()),
      token_expiry_month: lenient(coerceString),
      token_expiry_year: lenient(coerceString),
    }),
  }),
);

const amount = lenient(reportedMoneySchema);
export const feesSchema: Schema<{ data: readonly Fee[] }> = v.looseObject({
  data: v.array(
    v.looseObject({
      payment_method: lenient(upperCase),
      convenience_fee_breakdown: lenient(v.looseObject({ applicable_fee_amount: amount })),
      payable_amount: amount,
    }),
  ),
});

/** Any body: a deletion needs no more than its status. */
export const deletedSchema: Schema<unknown> = v.unknown();
