import type { Operation } from '../state/endpoints.ts';
import {
  both,
  exactlyOne,
  integer,
  length,
  list,
  oneOf,
  type Rule,
  shape,
  text,
  truth,
  webAddress,
} from './validators.ts';

// Sources: the vendor's generated Go SDK (types and limits) and the ReadMe source of its developer site.
const reference = text(
  /^[A-Za-z0-9\-_\\/]{1,50}$/,
  '1 to 50 characters of letters, digits, hyphen, underscore or slash',
);
const id = text(/^[A-Za-z0-9_-]{1,50}$/, '1 to 50 characters of letters, digits, hyphen or underscore');
const currency = text(/^[A-Z]{3}$/, 'an ISO 4217 currency code');
const money = shape({ value: integer(100, 100_000_000), currency });
const anyObject = shape({});
const word = length(1, 100);
const line = length(0, 100);
const place = length(0, 50);

const address = shape({
  'address1?': line,
  'address2?': line,
  'address3?': line,
  'pincode?': length(6, 10),
  'city?': place,
  'state?': place,
  'country?': place,
});

const customer = shape({
  'email_id?': length(1, 254),
  'first_name?': word,
  'last_name?': word,
  'customer_id?': length(1, 19),
  'mobile_number?': length(9, 20),
  'country_code?': length(1, 5),
  'billing_address?': address,
  'shipping_address?': address,
});

const createOrder = shape({
  merchant_order_reference: reference,
  order_amount: money,
  'pre_auth?': truth,
  'notes?': length(0, 500),
  'callback_url?': webAddress,
  'failure_callback_url?': webAddress,
  'allowed_payment_methods?': list(1, 20, length(1, 30)),
  'purchase_details?': shape({ 'customer?': customer, 'merchant_metadata?': anyObject }),
});

const month = text(/^(0[1-9]|1[0-2])$/, 'two digits from 01 to 12');
const year = text(/^20\d\d$/, 'four digits');
const cvv = text(/^\d{3,4}$/, '3 or 4 digits');

const cardDetails = shape({
  name: word,
  card_number: text(/^\d{12,19}$/, '12 to 19 digits'),
  cvv,
  expiry_month: month,
  expiry_year: year,
  'registered_mobile_number?': length(9, 20),
});

const cardTokenDetails = shape({
  name: word,
  'cvv?': cvv,
  last4_digit: text(/^\d{4}$/, '4 digits'),
  expiry_month: month,
  expiry_year: year,
  token: text(/^[A-Za-z0-9]{12,64}$/, '12 to 64 letters or digits'),
  cryptogram: length(1, 200),
  token_txn_type: oneOf('ALT_TOKEN', 'NETWORK_TOKEN', 'ISSUER_TOKEN'),
  'registered_mobile_number?': length(9, 20),
  'token_id?': length(1, 100),
});

const createPayment = shape({
  payments: list(
    1,
    1,
    shape({
      merchant_payment_reference: reference,
      payment_method: length(1, 30),
      payment_amount: money,
      payment_option: both(
        exactlyOne('card_details', 'card_token_details'),
        shape({ 'card_details?': cardDetails, 'card_token_details?': cardTokenDetails }),
      ),
      'device_info?': anyObject,
    }),
  ),
});

const getCardDetails = shape({
  amount: text(/^\d{1,12}$/, 'a string of 1 to 12 digits'),
  card_details: list(
    1,
    20,
    shape({
      payment_identifier: text(/^[A-Za-z0-9]{12,64}$/, '12 to 64 letters or digits'),
      payment_reference_type: oneOf('CARD', 'ALT_TOKEN_TXN', 'NETWORK_TOKEN_TXN', 'ISSUER_TOKEN_TXN'),
    }),
  ),
});

/** The field rules of every call that has a body. */
export const requestRules: Readonly<Partial<Record<Operation, Rule>>> = {
  getToken: shape({
    client_id: length(1, 200),
    client_secret: length(1, 200),
    grant_type: oneOf('client_credentials'),
  }),
  createOrder,
  createPayment,
  getCardDetails,
  generateOtp: shape({ payment_id: id }),
  submitOtp: shape({ payment_id: id, otp: text(/^\d{4,8}$/, 'a string of 4 to 8 digits') }),
  resendOtp: shape({ payment_id: id }),
  captureOrder: shape({ merchant_capture_reference: reference, 'capture_amount?': money }),
  refundOrder: shape({
    merchant_order_reference: reference,
    order_amount: money,
    'merchant_metadata?': anyObject,
  }),
};
