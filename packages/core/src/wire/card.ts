/** Which card is this, and can its bank's OTP be asked for on the merchant's page. */

import * as v from 'valibot';
import { cardNumberSchema } from './payment.ts';
import { lenient, isJsonObject, coerceString, type Schema } from './parse.ts';

/** The body of `getCardDetails`. */
export interface GetCardDetailsBody {
  /** In paise, as a text of digits: `String(value)`. [source: otp-guide] */
  amount: string;
  card_details: readonly {
    /** A card number, or the token of a saved card. */
    payment_identifier: string;
    payment_reference_type: 'CARD' | 'ALT_TOKEN_TXN' | 'NETWORK_TOKEN_TXN' | 'ISSUER_TOKEN_TXN' | (string & {});
  }[];
}

const identifierSchema = v.looseObject({
  payment_identifier: v.pipe(v.string('a card number or token'), v.nonEmpty('a card number or token')),
  payment_reference_type: v.pipe(v.string(), v.nonEmpty('a reference type, such as CARD')),
});
const cardIdentifierSchema = v.looseObject({
  payment_identifier: cardNumberSchema,
  payment_reference_type: v.literal('CARD'),
});

/** Checks the body of `getCardDetails`. */
export const getCardDetailsSchema: Schema<GetCardDetailsBody> = v.looseObject({
  amount: v.pipe(v.string('a text of digits, in paise'), v.regex(/^\d{1,15}$/, 'a text of digits, in paise')),
  card_details: v.pipe(
    v.array(
      v.lazy((input) =>
        isJsonObject(input) && input['payment_reference_type'] === 'CARD' ? cardIdentifierSchema : identifierSchema,
      ),
    ),
    v.minLength(1, 'at least one card'),
  ),
});

/** What Plural knows of one card. */
export interface CardPaymentDetails {
  readonly card_network?: string | undefined;
  readonly card_issuer?: string | undefined;
  readonly card_type?: string | undefined;
  readonly card_category?: string | undefined;
  readonly is_international_card?: boolean | undefined;
  /** Only `true` means that the OTP may be asked for on the merchant's page. [source: otp-guide] */
  readonly is_native_otp_supported?: boolean | undefined;
  readonly country_code?: string | undefined;
  readonly currency?: string | undefined;
  readonly is_currency_supported?: boolean | undefined;
  readonly [member: string]: unknown;
}

/** The answer of `getCardDetails`, in the order the cards were given. */
export interface CardDetailsResponse {
  readonly card_payment_details: readonly CardPaymentDetails[];
  readonly [member: string]: unknown;
}

/** Reads the answer of `getCardDetails`. */
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
