/**
 * Schemas of request bodies, one per operation that has a body.
 *
 * Sources: the vendor's generated Go SDK (types and limits) and the ReadMe source of its developer site.
 */
import { isJsonObject } from '../lib/json.ts';
import type { Operation } from '../state/endpoints.ts';
import {
  allOf,
  array,
  boolean,
  exactlyOneOf,
  httpUrl,
  integer,
  matching,
  object,
  oneOf,
  stringOfLength,
  type Validator,
  withSchema,
} from '../lib/validators.ts';

const reference = matching(
  /^[A-Za-z0-9\-_\\/]{1,50}$/,
  '1 to 50 characters of letters, digits, hyphen, underscore or slash',
);
const id = matching(/^[A-Za-z0-9_-]{1,50}$/, '1 to 50 characters of letters, digits, hyphen or underscore');
const currency = matching(/^[A-Z]{3}$/, 'an ISO 4217 currency code');
const money = object({ value: integer(100, 100_000_000), currency });
const anyObject = object({});
const feeAmount = object({ value: integer(1, 100_000_000), currency });
const stringOf1To100 = stringOfLength(1, 100);
const stringUpTo100 = stringOfLength(0, 100);
const stringUpTo50 = stringOfLength(0, 50);

const address = object({
  'address1?': stringUpTo100,
  'address2?': stringUpTo100,
  'address3?': stringUpTo100,
  'pincode?': stringOfLength(6, 10),
  'city?': stringUpTo50,
  'state?': stringUpTo50,
  'country?': stringUpTo50,
});

const customerMembers = {
  'email_id?': stringOfLength(1, 254),
  'first_name?': stringOf1To100,
  'last_name?': stringOf1To100,
  // The reference says 19 characters, and the vendor's own samples have 28.
  'customer_id?': stringOfLength(1, 50),
  'mobile_number?': stringOfLength(9, 20),
  'country_code?': stringOfLength(1, 5),
  'billing_address?': address,
  'shipping_address?': address,
  'merchant_customer_reference?': stringOfLength(0, 50),
};
const customer = object(customerMembers);

const createOrder = object({
  merchant_order_reference: reference,
  order_amount: money,
  'pre_auth?': boolean,
  'notes?': stringOfLength(0, 500),
  'callback_url?': httpUrl,
  'failure_callback_url?': httpUrl,
  'allowed_payment_methods?': array(1, 20, stringOfLength(1, 30)),
  'purchase_details?': object({ 'customer?': customer, 'merchant_metadata?': anyObject }),
});

const month = matching(/^(0[1-9]|1[0-2])$/, 'two digits from 01 to 12');
const year = matching(/^20\d\d$/, 'four digits');
const cvv = matching(/^\d{3,4}$/, '3 or 4 digits');

const cardDetails = object({
  name: stringOf1To100,
  card_number: matching(/^\d{12,19}$/, '12 to 19 digits'),
  cvv,
  expiry_month: month,
  expiry_year: year,
  'registered_mobile_number?': stringOfLength(9, 20),
  'save?': boolean,
});

const tokenCharacters = String.raw`[\w./\\,()'-]`;
const matchingToken = (min: number): Validator =>
  matching(new RegExp(`^${tokenCharacters}{${min},50}$`), `${min} to 50 letters, digits and . / \\ - _ , ( ) '`);
const tokenType = oneOf('ALT_TOKEN', 'NETWORK_TOKEN', 'ISSUER_TOKEN');
// A card saved at the vendor travels by its id.
const savedCard = object({ token_id: stringOfLength(1, 100), token_txn_type: tokenType, 'cvv?': cvv });
const networkToken = object({
  name: stringOf1To100,
  'cvv?': cvv,
  last4_digit: matching(/^\d{4}$/, '4 digits'),
  expiry_month: month,
  expiry_year: year,
  token: matchingToken(1),
  cryptogram: stringOfLength(1, 200),
  token_txn_type: tokenType,
  'registered_mobile_number?': stringOfLength(9, 20),
  'token_id?': stringOfLength(1, 100),
});
// These two kinds of token need a CVV; so does every RuPay card, which only the operation can tell.
const withCvv = object({ cvv });
const isSavedSchema = { type: 'object', not: { anyOf: [{ required: ['token'] }, { required: ['cryptogram'] }] } };
const needsCvvSchema = { type: 'object', properties: { token_txn_type: { enum: ['ALT_TOKEN', 'ISSUER_TOKEN'] } } };
const cardTokenDetails: Validator = withSchema(
  {
    anyOf: [
      { allOf: [isSavedSchema, savedCard.schema ?? {}] },
      { allOf: [{ not: isSavedSchema }, networkToken.schema ?? {}] },
    ],
    allOf: [{ anyOf: [{ not: needsCvvSchema }, withCvv.schema ?? {}] }],
  },
  (value, path) => {
    const isSaved = isJsonObject(value) && value['token'] === undefined && value['cryptogram'] === undefined;
    const issues = (isSaved ? savedCard : networkToken)(value, path);
    const type = isJsonObject(value) ? value['token_txn_type'] : undefined;
    const needsCvv = type === 'ALT_TOKEN' || type === 'ISSUER_TOKEN';
    return issues.length === 0 && needsCvv ? withCvv(value, path) : issues;
  },
);

const createPayment = object({
  payments: array(
    1,
    1,
    object({
      merchant_payment_reference: reference,
      payment_method: stringOfLength(1, 30),
      payment_amount: money,
      payment_option: allOf(
        exactlyOneOf('card_details', 'card_token_details'),
        object({ 'card_details?': cardDetails, 'card_token_details?': cardTokenDetails }),
      ),
      'device_info?': anyObject,
      'offer_data?': anyObject,
      'convenience_fee_breakdown?': object({ 'applicable_fee_amount?': feeAmount }),
    }),
  ),
});

const getCardDetails = object({
  'amount?': matching(/^\d{1,12}$/, 'a string of 1 to 12 digits'),
  card_details: array(
    1,
    20,
    object({
      // A card number, or a token, which is as long.
      payment_identifier: matchingToken(12),
      payment_reference_type: oneOf('CARD', 'ALT_TOKEN_TXN', 'NETWORK_TOKEN_TXN', 'ISSUER_TOKEN_TXN'),
    }),
  ),
});

/** Validators of all operations that have a body. */
export const requestSchemas: Readonly<Partial<Record<Operation, Validator>>> = {
  getToken: object({
    client_id: stringOfLength(1, 200),
    client_secret: stringOfLength(1, 200),
    grant_type: oneOf('client_credentials'),
  }),
  createOrder,
  createPayment,
  getCardDetails,
  generateOtp: object({ payment_id: id }),
  submitOtp: object({ payment_id: id, otp: matching(/^\d{4,8}$/, 'a string of 4 to 8 digits') }),
  resendOtp: object({ payment_id: id }),
  captureOrder: object({ merchant_capture_reference: reference, 'capture_amount?': money }),
  refundOrder: object({
    merchant_order_reference: reference,
    order_amount: money,
    'merchant_metadata?': anyObject,
  }),
  createCustomer: object({ ...customerMembers, 'merchant_metadata?': anyObject }),
  createCardToken: object({
    customer_id: id,
    merchant_token_reference: reference,
    payment_method: oneOf('CARD'),
    'payment_option?': object({ 'encrypted_card_details?': stringOfLength(1, 2000) }),
    'payment?': object({ 'acquirer_data?': anyObject }),
    'merchant_metadata?': anyObject,
  }),
  createCryptogram: object({ merchant_unique_reference: reference, service_provider_token_id: id }),
  calculateFees: object({
    amount: money,
    payment_method: stringOfLength(1, 30),
    'network_type?': stringOfLength(1, 30),
  }),
};
