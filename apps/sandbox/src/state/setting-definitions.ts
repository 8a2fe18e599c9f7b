/**
 * Descriptions of the settings, for the control page, the control routes and the docs: apart from the rules, so that a
 * page that runs a sandbox need not load them.
 */

import { settingNames, settingRules, type SettingRule, type Settings } from './settings.ts';

/** Default, description and allowed values of one setting. */
export type SettingDefinition<T> = SettingRule<T> & {
  /** Effect of the setting, and the reason for its default. */
  readonly description: string;
};

const descriptions: Readonly<Record<keyof Settings, string>> = {
  lenient:
    "Accepts the vendor guide's own samples literally: numbers for references and OTP, hyphens in the card number, a two-digit year, a payment of another amount than its order, OTP calls without Authorization, and 1234 as a right OTP.",
  duplicates:
    'A merchant reference used again: 422 DUPLICATE_REQUEST (vendor docs), or the existing object (vendor Go SDK). The default is the stricter one, so that a client must handle it.',
  unknownOrderStatus: "An unknown order: 404 in the vendor's table of codes, 422 in its sample.",
  invalidRequestStatus: 'A body that breaks a field rule: INVALID_REQUEST is listed at 400 and was also seen at 422.',
  tokenExpiryFields:
    'Expiry in a token response: `expires_in` in the guide, `expires_at` in the reference and the SDKs.',
  tokenErrorBody:
    'Body of a rejected token call: `{ error, error_description }` or `{ status, type, message, traceId }`; both are known from integrations.',
  tokenLifeSeconds: 'Lifetime of an access token.',
  orderAfterLinking:
    "The order's status once a payment is linked: PENDING by the life cycle page, CREATED in the guide's sample.",
  orderAfterLastOtp:
    'Status of the order after the last wrong OTP. The payment is FAILED either way. Next step NONE asks for a new payment on the same order, which only an open order can accept; FAILED is the other documented reading, and closes it.',
  secondPayment:
    'A new payment while another one of the order is undecided: accepted, so that an order can be paid twice and a client can prove that it prevents this, or rejected with PAYMENT_PENDING.',
  partialCapture:
    'Status of the order after a partial capture: PROCESSED, and the rest is released; or PARTIALLY_CAPTURED (known from one integrator), and the rest can still be captured.',
  paymentAmount:
    'Amount of a payment in the orders that are read: the requested one; or smaller, 1.00 in its currency, so that a client can prove that it does not take another amount for its own.',
  challengeHost:
    "Host of `challenge_url`: the sandbox's own; another one; one that begins as the sandbox's own does; the sandbox's own behind the name of another as user info; or no host but a script. A client can prove that it sends no customer there.",
  pageAfterOtp:
    "The bank's page once the API has sent an OTP, where it was not open before: it works; or it has expired. Disputed: one app of the vendor opens it all the same, another creates a new payment for it.",
  returnMethod:
    "HTTP method of the return from the bank's page: vendor plugins read a form POST, some integrations a GET.",
  returnStatus:
    "The return's `status` after a success: the payment's own (PROCESSED without pre-authorization), or AUTHORIZED always, as in the guide's sample.",
  repeatGenerate:
    'A second generate for a payment: it sends another OTP, without wait or limit; it is held to the wait and the limit of a resend; or it is rejected, and only a resend sends another one. Not public.',
  otpAttempts: 'Number of wrong OTPs that ends the payment. Not public; three is common.',
  otpResends: 'Number of resends allowed. Not public.',
  otpLifeSeconds: 'Lifetime of an OTP. Not public.',
  paymentsPerOrder:
    "Number of payments an order accepts; `payment_retries_remaining` counts down from it (the vendor's sample shows 9).",
  refundAfterSeconds: 'Seconds that a refund stays PENDING.',
  refundEnds: 'Final status of a refund.',
  callsPerMinute:
    'Limit of API calls in one minute, above which they are rejected with 429 API_RATE_LIMIT. 0: no limit.',
  webhookMode:
    "Delivery of webhooks, unless the card's scenario sets it. paused: kept until `POST /sandbox/webhooks` or the control page sends them. wrongOrder: for an order that does not exist. outOfOrder: an event is held back until the next one of its order was sent, and follows it.",
  merchantName:
    "Name of the merchant in the bank's messages and on its page. A customer compares it with the merchant's own.",
  checkoutUrl:
    "Checkout page of the shop under test. The control page's table of cards links each card to it, with the scenario's id as the parameter `card`. Empty: no links.",
};

/** Definitions of all settings. */
export const settingDefinitions: { readonly [K in keyof Settings]: SettingDefinition<Settings[K]> } =
  Object.fromEntries(
    settingNames.map((name) => [name, { ...settingRules[name], description: descriptions[name] }]),
  ) as unknown as { readonly [K in keyof Settings]: SettingDefinition<Settings[K]> };
