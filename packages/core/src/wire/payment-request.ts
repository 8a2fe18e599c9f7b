/** Payments to create: the body of the call that pays by card, by a card saved at Plural or by a token made elsewhere. */

import * as v from 'valibot';
import { moneySchema, type Money } from './money.ts';
import { isJsonObject, type JsonObject, type Schema } from './parse.ts';
import { referenceSchema } from './ids.ts';

/** Properties of the customer's browser; mandatory for native OTP. All are strings. [source: otp-guide] */
export interface DeviceInfo {
  browser_accept_header?: string | undefined;
  browser_user_agent?: string | undefined;
  /** BCP 47 tag, such as `en-IN`. */
  browser_language?: string | undefined;
  /** CSS pixels. */
  browser_screen_height?: string | undefined;
  browser_screen_width?: string | undefined;
  /** Minutes that UTC is ahead of local time: `-330` in India. */
  browser_timezone?: string | undefined;
  /** `<width>x<height>` in CSS pixels. */
  browser_window_size?: string | undefined;
  /** Bits per pixel. */
  browser_screen_color_depth?: string | undefined;
  browser_java_enabled_val?: string | undefined;
  browser_javascript_enabled_val?: string | undefined;
  device_channel?: string | undefined;
  browser_ip_address?: string | undefined;
  source_ip_address?: string | undefined;
  [member: string]: unknown;
}

/**
 * Card as the customer typed it. Handling it requires a PCI DSS certificate. Members not named here pass through.
 * [source: otp-guide]
 */
export interface CardDetails {
  name: string;
  /** 12 to 19 digits; spaces and hyphens are removed before sending. [source: go-sdk] */
  card_number: string;
  /** 3 or 4 digits. */
  cvv: string;
  /** `01` to `12`. */
  expiry_month: string;
  /** Four digits; two are read as 20xx. */
  expiry_year: string;
  registered_mobile_number?: string | undefined;
  /** True to save the card at Plural once the customer agreed; it can then be paid with by its `token_id`. */
  save?: boolean | undefined;
  [member: string]: unknown;
}

/** Kind of a card's token. */
export type TokenTransactionType = 'ALT_TOKEN' | 'NETWORK_TOKEN' | 'ISSUER_TOKEN';

/** Card saved at Plural: the id of its token. [source: saved-cards] */
export interface SavedCardDetails {
  token_id: string;
  token_txn_type: TokenTransactionType;
  /** 3 or 4 digits. Plural demands it for `ALT_TOKEN`, for `ISSUER_TOKEN` and for every RuPay card. */
  cvv?: string | undefined;
  token?: undefined;
  [member: string]: unknown;
}

/** Card saved elsewhere: the token that stands for it, and the cryptogram for this one use. */
export interface CardTokenDetails {
  name: string;
  token: string;
  cryptogram: string;
  token_txn_type: TokenTransactionType;
  last4_digit: string;
  expiry_month: string;
  expiry_year: string;
  /** 3 or 4 digits. Plural demands it for `ALT_TOKEN`, for `ISSUER_TOKEN` and for every RuPay card. */
  cvv?: string | undefined;
  registered_mobile_number?: string | undefined;
  token_id?: string | undefined;
  diners_token_reference_id?: string | undefined;
  diners_token_requester_merchant_id?: string | undefined;
  [member: string]: unknown;
}

/** One payment to create. Members not named here pass through. */
export interface PaymentRequest {
  /** The merchant's unique reference of the payment, 1 to 50 characters; `findPayment` looks it up. */
  merchant_payment_reference: string;
  /** A method that is paid by card; for any other use `Plural.request`. */
  payment_method: 'CARD' | 'CREDIT_EMI' | 'DEBIT_EMI';
  payment_amount: Money;
  /** Exactly one of a card and a saved card. */
  payment_option:
    | { card_details: CardDetails; card_token_details?: undefined; [member: string]: unknown }
    | { card_token_details: CardTokenDetails | SavedCardDetails; card_details?: undefined; [member: string]: unknown };
  device_info?: DeviceInfo | undefined;
  /** Offer or instalment plan that the customer chose. */
  offer_data?: JsonObject | undefined;
  /** Fee that the customer pays in addition, as `POST /api/v1/fees` computed it. */
  convenience_fee_breakdown?: JsonObject | undefined;
  [member: string]: unknown;
}

/** Body of `createPayment`. Members not named here pass through. */
export interface CreatePaymentBody {
  /** Normally one. */
  payments: readonly PaymentRequest[];
  [member: string]: unknown;
}

const digits = (pattern: RegExp, expected: string): Schema<string> =>
  v.pipe(v.string(`a string: ${expected}`), v.regex(pattern, expected));

const expiryYear: Schema<string> = v.pipe(
  digits(/^(?:\d{2}|\d{4})$/, '2 or 4 digits'),
  v.transform((year) => (year.length === 2 ? `20${year}` : year)),
);
const expiryMonth: Schema<string> = digits(/^(?:0[1-9]|1[0-2])$/, '01 to 12');
const cvv: Schema<string> = digits(/^\d{3,4}$/, '3 or 4 digits');
const name: Schema<string> = v.pipe(
  v.string('a name of 1 to 100 characters'),
  v.minLength(1, 'a name of 1 to 100 characters'),
  v.maxLength(100, 'a name of 1 to 100 characters'),
);

/** Validates a card number and removes spaces and hyphens. */
export const cardNumberSchema: Schema<string> = v.pipe(
  v.string('a string of 12 to 19 digits'),
  v.transform((number) => number.replaceAll(/[ -]/g, '')),
  v.regex(/^\d{12,19}$/, '12 to 19 digits'),
);

const cardDetailsSchema = v.looseObject({
  name,
  card_number: cardNumberSchema,
  cvv,
  expiry_month: expiryMonth,
  expiry_year: expiryYear,
  registered_mobile_number: v.optional(v.string()),
  save: v.optional(v.boolean()),
});

const transactionType = v.picklist(['ALT_TOKEN', 'NETWORK_TOKEN', 'ISSUER_TOKEN']);
const savedCardSchema = v.looseObject({
  token_id: digits(/^[\x21-\x7e]{1,100}$/, '1 to 100 printable ASCII characters without spaces'),
  token_txn_type: transactionType,
  cvv: v.optional(cvv),
});
const networkTokenSchema = v.looseObject({
  name,
  token: v.pipe(v.string(), v.nonEmpty('a token')),
  cryptogram: v.pipe(v.string(), v.nonEmpty('a cryptogram')),
  token_txn_type: transactionType,
  last4_digit: digits(/^\d{4}$/, '4 digits'),
  expiry_month: expiryMonth,
  expiry_year: expiryYear,
  cvv: v.optional(cvv),
  registered_mobile_number: v.optional(v.string()),
  token_id: v.optional(v.string()),
});
// A card saved at Plural has an id and no token of its own.
const cardTokenDetailsSchema = v.lazy((input) =>
  isJsonObject(input) &&
  input['token_id'] !== undefined &&
  input['token'] === undefined &&
  input['cryptogram'] === undefined
    ? savedCardSchema
    : networkTokenSchema,
);

const oneInstrument = 'exactly one of card_details and card_token_details';
const paymentOptionSchema = v.pipe(
  v.looseObject({
    card_details: v.optional(cardDetailsSchema),
    card_token_details: v.optional(cardTokenDetailsSchema),
  }),
  v.check((option) => (option.card_details === undefined) !== (option.card_token_details === undefined), oneInstrument),
  v.transform((option) => option as unknown as PaymentRequest['payment_option']),
);

const deviceInfoSchema: Schema<DeviceInfo> = v.looseObject({
  browser_accept_header: v.optional(v.string()),
  browser_user_agent: v.optional(v.string()),
  browser_language: v.optional(v.string()),
  browser_screen_height: v.optional(v.string()),
  browser_screen_width: v.optional(v.string()),
  browser_timezone: v.optional(v.string()),
  browser_window_size: v.optional(v.string()),
  browser_screen_color_depth: v.optional(v.string()),
  browser_java_enabled_val: v.optional(v.string()),
  browser_javascript_enabled_val: v.optional(v.string()),
  device_channel: v.optional(v.string()),
});

/** Validates the body of `createPayment`, and converts card numbers and years to the form Plural expects. */
export const createPaymentSchema: Schema<CreatePaymentBody> = v.looseObject({
  payments: v.pipe(
    v.array(
      v.looseObject({
        merchant_payment_reference: referenceSchema,
        payment_method: v.picklist(
          ['CARD', 'CREDIT_EMI', 'DEBIT_EMI'],
          'CARD, CREDIT_EMI or DEBIT_EMI; others by request',
        ),
        payment_amount: moneySchema,
        payment_option: paymentOptionSchema,
        device_info: v.optional(deviceInfoSchema),
      }),
    ),
    v.minLength(1, 'at least one payment'),
  ),
});
