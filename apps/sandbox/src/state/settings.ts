/**
 * Settings: one for each point where the public sources disagree or are silent, with a named default. Validated by
 * hand because the sandbox has no dependencies.
 */

import { httpUrl } from '../lib/validators.ts';

/** The settings of a sandbox; {@link settingDefinitions} describes each. */
export interface Settings {
  lenient: boolean;
  duplicates: 'reject' | 'existing';
  unknownOrderStatus: 404 | 422;
  invalidRequestStatus: 400 | 422;
  tokenExpiryFields: 'both' | 'expires_in' | 'expires_at';
  tokenErrorBody: 'error' | 'trace';
  tokenLifeSeconds: number;
  orderAfterLinking: 'PENDING' | 'CREATED';
  orderAfterLastOtp: 'ATTEMPTED' | 'FAILED';
  secondPayment: 'allow' | 'reject';
  partialCapture: 'PROCESSED' | 'PARTIALLY_CAPTURED';
  paymentAmount: 'requested' | 'smaller';
  challengeHost: 'own' | 'foreign' | 'lookalike' | 'userInfo' | 'script';
  pageAfterOtp: 'works' | 'expired';
  returnMethod: 'POST' | 'GET';
  returnStatus: 'payment' | 'AUTHORIZED';
  repeatGenerate: 'allow' | 'countsAsResend' | 'refuse';
  otpAttempts: number;
  otpResends: number;
  otpLifeSeconds: number;
  paymentsPerOrder: number;
  refundAfterSeconds: number;
  refundEnds: 'PROCESSED' | 'FAILED';
  callsPerMinute: number;
  webhookMode: WebhookMode;
  merchantName: string;
  checkoutUrl: string;
}

/** Modes of webhook delivery: `normal`, or one defect each. */
export type WebhookMode =
  | 'normal'
  | 'never'
  | 'paused'
  | 'duplicate'
  | 'wrongSignature'
  | 'lateTimestamp'
  | 'wrongOrder'
  | 'outOfOrder'
  | 'camelCase';

/** All modes of webhook delivery. */
export const webhookModes: readonly WebhookMode[] = [
  'normal',
  'never',
  'paused',
  'duplicate',
  'wrongSignature',
  'lateTimestamp',
  'wrongOrder',
  'outOfOrder',
  'camelCase',
];

/** Default, description and allowed values of one setting. The docs, the options and the control routes all read it. */
export type SettingDefinition<T> = {
  readonly defaultValue: T;
  /** Effect of the setting, and the reason for its default. */
  readonly description: string;
} & (
  | { readonly choices: readonly T[] }
  | { readonly min: number; readonly max: number }
  | { readonly maxLength: number }
  /** An http or https URL, or empty. */
  | { readonly maxUrlLength: number }
);

const onOff = [false, true] as const;

/** Definitions of all settings. */
export const settingDefinitions: { readonly [K in keyof Settings]: SettingDefinition<Settings[K]> } = {
  lenient: {
    defaultValue: false,
    choices: onOff,
    description:
      "Accepts the vendor guide's own samples literally: numbers for references and OTP, hyphens in the card number, a two-digit year, a payment of another amount than its order, OTP calls without Authorization, and 1234 as a right OTP.",
  },
  duplicates: {
    defaultValue: 'reject',
    choices: ['reject', 'existing'],
    description:
      'A merchant reference used again: 422 DUPLICATE_REQUEST (vendor docs), or the existing object (vendor Go SDK). The default is the stricter one, so that a client must handle it.',
  },
  unknownOrderStatus: {
    defaultValue: 404,
    choices: [404, 422],
    description: "An unknown order: 404 in the vendor's table of codes, 422 in its sample.",
  },
  invalidRequestStatus: {
    defaultValue: 400,
    choices: [400, 422],
    description: 'A body that breaks a field rule: INVALID_REQUEST is listed at 400 and was also seen at 422.',
  },
  tokenExpiryFields: {
    defaultValue: 'both',
    choices: ['both', 'expires_in', 'expires_at'],
    description: 'Expiry in a token response: `expires_in` in the guide, `expires_at` in the reference and the SDKs.',
  },
  tokenErrorBody: {
    defaultValue: 'error',
    choices: ['error', 'trace'],
    description:
      'Body of a rejected token call: `{ error, error_description }` or `{ status, type, message, traceId }`; both are known from integrations.',
  },
  tokenLifeSeconds: { defaultValue: 3600, min: 1, max: 86_400, description: 'Lifetime of an access token.' },
  orderAfterLinking: {
    defaultValue: 'PENDING',
    choices: ['PENDING', 'CREATED'],
    description:
      "The order's status once a payment is linked: PENDING by the life cycle page, CREATED in the guide's sample.",
  },
  orderAfterLastOtp: {
    defaultValue: 'ATTEMPTED',
    choices: ['ATTEMPTED', 'FAILED'],
    description:
      'Status of the order after the last wrong OTP. The payment is FAILED either way. Next step NONE asks for a new payment on the same order, which only an open order can accept; FAILED is the other documented reading, and closes it.',
  },
  secondPayment: {
    defaultValue: 'allow',
    choices: ['allow', 'reject'],
    description:
      'A new payment while another one of the order is undecided: accepted, so that an order can be paid twice and a client can prove that it prevents this, or rejected with PAYMENT_PENDING.',
  },
  partialCapture: {
    defaultValue: 'PROCESSED',
    choices: ['PROCESSED', 'PARTIALLY_CAPTURED'],
    description:
      'Status of the order after a partial capture: PROCESSED, and the rest is released; or PARTIALLY_CAPTURED (known from one integrator), and the rest can still be captured.',
  },
  paymentAmount: {
    defaultValue: 'requested',
    choices: ['requested', 'smaller'],
    description:
      'Amount of a payment in the orders that are read: the requested one; or smaller, 1.00 in its currency, so that a client can prove that it does not take another amount for its own.',
  },
  challengeHost: {
    defaultValue: 'own',
    choices: ['own', 'foreign', 'lookalike', 'userInfo', 'script'],
    description:
      "Host of `challenge_url`: the sandbox's own; another one; one that begins as the sandbox's own does; the sandbox's own behind the name of another as user info; or no host but a script. A client can prove that it sends no customer there.",
  },
  pageAfterOtp: {
    defaultValue: 'works',
    choices: ['works', 'expired'],
    description:
      "The bank's page once the API has sent an OTP, where it was not open before: it works; or it has expired. Disputed: one app of the vendor opens it all the same, another creates a new payment for it.",
  },
  returnMethod: {
    defaultValue: 'POST',
    choices: ['POST', 'GET'],
    description:
      "HTTP method of the return from the bank's page: vendor plugins read a form POST, some integrations a GET.",
  },
  returnStatus: {
    defaultValue: 'payment',
    choices: ['payment', 'AUTHORIZED'],
    description:
      "The return's `status` after a success: the payment's own (PROCESSED without pre-authorization), or AUTHORIZED always, as in the guide's sample.",
  },
  repeatGenerate: {
    defaultValue: 'allow',
    choices: ['allow', 'countsAsResend', 'refuse'],
    description:
      'A second generate for a payment: it sends another OTP, without wait or limit; it is held to the wait and the limit of a resend; or it is rejected, and only a resend sends another one. Not public.',
  },
  otpAttempts: {
    defaultValue: 3,
    min: 1,
    max: 10,
    description: 'Number of wrong OTPs that ends the payment. Not public; three is common.',
  },
  otpResends: { defaultValue: 3, min: 0, max: 20, description: 'Number of resends allowed. Not public.' },
  otpLifeSeconds: { defaultValue: 600, min: 1, max: 86_400, description: 'Lifetime of an OTP. Not public.' },
  paymentsPerOrder: {
    defaultValue: 10,
    min: 1,
    max: 50,
    description:
      "Number of payments an order accepts; `payment_retries_remaining` counts down from it (the vendor's sample shows 9).",
  },
  refundAfterSeconds: { defaultValue: 0, min: 0, max: 86_400, description: 'Seconds that a refund stays PENDING.' },
  refundEnds: { defaultValue: 'PROCESSED', choices: ['PROCESSED', 'FAILED'], description: 'Final status of a refund.' },
  callsPerMinute: {
    defaultValue: 0,
    min: 0,
    max: 1_000_000,
    description:
      'Limit of API calls in one minute, above which they are rejected with 429 API_RATE_LIMIT. 0: no limit.',
  },
  webhookMode: {
    defaultValue: 'normal',
    choices: webhookModes,
    description:
      "Delivery of webhooks, unless the card's scenario sets it. paused: kept until `POST /sandbox/webhooks` or the control page sends them. wrongOrder: for an order that does not exist. outOfOrder: an event is held back until the next one of its order was sent, and follows it.",
  },
  merchantName: {
    defaultValue: 'Sandbox Shop',
    maxLength: 100,
    description:
      "Name of the merchant in the bank's messages and on its page. A customer compares it with the merchant's own.",
  },
  checkoutUrl: {
    defaultValue: '',
    maxUrlLength: 300,
    description:
      "Checkout page of the shop under test. The control page's table of cards links each card to it, with the scenario's id as the parameter `card`. Empty: no links.",
  },
};

/** Names of all settings. */
export const settingNames: readonly (keyof Settings)[] = Object.keys(settingDefinitions) as (keyof Settings)[];

/** Describes the allowed values of a setting, for example `1 to 10`. */
export function allowedValues(name: keyof Settings): string {
  const definition: SettingDefinition<unknown> = settingDefinitions[name];
  if ('choices' in definition) return definition.choices.map(String).join(', ');
  if ('maxUrlLength' in definition)
    return `an http or https URL of at most ${definition.maxUrlLength} characters, or empty`;
  if ('maxLength' in definition) return `text of 1 to ${definition.maxLength} characters`;
  return `${definition.min} to ${definition.max}`;
}

function isAllowed(definition: SettingDefinition<unknown>, value: unknown): boolean {
  if ('choices' in definition) return definition.choices.includes(value);
  if ('maxUrlLength' in definition)
    return (
      typeof value === 'string' &&
      value.length <= definition.maxUrlLength &&
      (value === '' || httpUrl(value, '').length === 0)
    );
  if ('maxLength' in definition)
    return typeof value === 'string' && value.trim() !== '' && value.length <= definition.maxLength;
  return Number.isInteger(value) && Number(value) >= definition.min && Number(value) <= definition.max;
}

/** Says what values `definition` allows, between "must be" and the values. */
function describeKind(definition: SettingDefinition<unknown>): string {
  if ('choices' in definition) return 'one of ';
  return 'maxLength' in definition || 'maxUrlLength' in definition ? '' : 'an integer from ';
}

/**
 * Returns the settings with changes applied.
 *
 * @throws A TypeError that names a setting which does not exist, or whose value is not allowed.
 */
export function applySettings(base: Settings, changes: Partial<Record<string, unknown>>): Settings {
  const next: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(settingDefinitions, name)) throw new TypeError(`Unknown setting "${name}".`);
    const definition: SettingDefinition<unknown> = settingDefinitions[name as keyof Settings];
    if (!isAllowed(definition, value))
      throw new TypeError(`"${name}" must be ${describeKind(definition)}${allowedValues(name as keyof Settings)}.`);
    next[name] = value;
  }
  return next as unknown as Settings;
}

/** Returns the settings with their defaults. */
export function defaultSettings(): Settings {
  return Object.fromEntries(
    settingNames.map((name) => [name, settingDefinitions[name].defaultValue]),
  ) as unknown as Settings;
}
