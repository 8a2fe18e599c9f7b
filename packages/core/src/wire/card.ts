/** Card details: network and issuer of a card, and support for native OTP. */

import * as v from 'valibot';
import { cardNumberSchema } from './payment-request.ts';
import { lenient, isJsonObject, coerceString, type Schema } from './parse.ts';

/** The body of `getCardDetails`. Members not named here pass through. */
export interface GetCardDetailsBody {
  /** Paise, as a string of digits: `String(value)`. Optional; for the conversion of currencies. [source: api-reference] */
  amount?: string | undefined;
  card_details: readonly {
    /** A card number, or the token of a saved card. */
    payment_identifier: string;
    payment_reference_type: 'CARD' | 'ALT_TOKEN_TXN' | 'NETWORK_TOKEN_TXN' | 'ISSUER_TOKEN_TXN' | (string & {});
    [member: string]: unknown;
  }[];
  [member: string]: unknown;
}

const expectedAmount = 'a string of 1 to 15 digits, in paise';

const identifierSchema = v.looseObject({
  payment_identifier: v.pipe(v.string('a card number or token'), v.nonEmpty('a card number or token')),
  payment_reference_type: v.pipe(v.string(), v.nonEmpty('a reference type, such as CARD')),
});
const cardIdentifierSchema = v.looseObject({
  payment_identifier: cardNumberSchema,
  payment_reference_type: v.literal('CARD'),
});

/** Validates the body of `getCardDetails`. */
export const getCardDetailsSchema: Schema<GetCardDetailsBody> = v.looseObject({
  amount: v.optional(v.pipe(v.string(expectedAmount), v.regex(/^\d{1,15}$/, expectedAmount))),
  card_details: v.pipe(
    v.array(
      v.lazy((input) =>
        isJsonObject(input) && input['payment_reference_type'] === 'CARD' ? cardIdentifierSchema : identifierSchema,
      ),
    ),
    v.minLength(1, 'at least one card'),
  ),
});

/** Details of one card, as far as Plural knows them. */
export interface CardPaymentDetails {
  readonly card_network?: string | undefined;
  readonly card_issuer?: string | undefined;
  readonly card_type?: string | undefined;
  readonly card_category?: string | undefined;
  readonly is_international_card?: boolean | undefined;
  /** Native OTP is supported when this is `true`, and in no other case. [source: otp-guide] */
  readonly is_native_otp_supported?: boolean | undefined;
  readonly country_code?: string | undefined;
  readonly currency?: string | undefined;
  readonly is_currency_supported?: boolean | undefined;
  readonly [member: string]: unknown;
}

/** Response of `getCardDetails`, in the order of the request's cards. */
export interface CardDetailsResponse {
  readonly card_payment_details: readonly CardPaymentDetails[];
  readonly [member: string]: unknown;
}

/** Parses the response of `getCardDetails`. */
export const cardDetailsResponseSchema: Schema<CardDetailsResponse> = v.looseObject({
  card_payment_details: v.array(
    v.looseObject({
      card_network: lenient(coerceString),
      card_issuer: lenient(coerceString),
      card_type: lenient(coerceString),
      card_category: lenient(coerceString),
      is_international_card: lenient(v.boolean()),
      is_native_otp_supported: lenient(v.boolean()),
      country_code: lenient(coerceString),
      currency: lenient(coerceString),
      is_currency_supported: lenient(v.boolean()),
    }),
  ),
});
