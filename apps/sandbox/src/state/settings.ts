/** Where public sources disagree or are silent, the sandbox has a setting and a named default. */
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
  returnMethod: 'POST' | 'GET';
  returnStatus: 'payment' | 'AUTHORIZED';
  otpAttempts: number;
  otpResends: number;
  otpLifeSeconds: number;
  paymentsPerOrder: number;
  refundAfterSeconds: number;
  refundEnds: 'PROCESSED' | 'FAILED';
  callsPerMinute: number;
  webhookMode: WebhookMode;
}

export type WebhookMode =
  | 'normal'
  | 'never'
  | 'duplicate'
  | 'wrongSignature'
  | 'lateTimestamp'
  | 'wrongOrder'
  | 'outOfOrder'
  | 'camelCase';

export const webhookModes: readonly WebhookMode[] = [
  'normal',
  'never',
  'duplicate',
  'wrongSignature',
  'lateTimestamp',
  'wrongOrder',
  'outOfOrder',
  'camelCase',
];

/** One row of the settings table, which the docs, the options and the control route all read. */
export type SettingDefinition<T> = {
  readonly defaultValue: T;
  /** What it decides, and why the default is what it is. */
  readonly description: string;
} & ({ readonly choices: readonly T[] } | { readonly min: number; readonly max: number });

const onOff = [false, true] as const;

export const settingDefinitions: { readonly [K in keyof Settings]: SettingDefinition<Settings[K]> } = {
  lenient: {
    defaultValue: false,
    choices: onOff,
    description:
      "Takes the vendor guide's own samples literally: numbers for references and OTP, hyphens in the card number, a two-digit year, a payment of another amount than its order, OTP calls without Authorization, and 1234 as a right code.",
  },
  duplicates: {
    defaultValue: 'reject',
    choices: ['reject', 'existing'],
    description:
      'A merchant reference used again: 422 DUPLICATE_REQUEST (vendor docs), or the existing object (vendor Go SDK). The default is the one a client can trip over.',
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
    description:
      'How a token says when it ends: `expires_in` in the guide, `expires_at` in the reference and the SDKs.',
  },
  tokenErrorBody: {
    defaultValue: 'error',
    choices: ['error', 'trace'],
    description:
      'Body of a refused token call: `{ error, error_description }` or `{ status, type, message, traceId }`; both are known from integrations.',
  },
  tokenLifeSeconds: { defaultValue: 3600, min: 1, max: 86_400, description: 'How long a token is taken.' },
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
      'The order after the last wrong code. The payment is FAILED either way. Next step NONE asks for a new payment on the same order, which only an open order can take; FAILED is the other documented reading, and closes it.',
  },
  secondPayment: {
    defaultValue: 'allow',
    choices: ['allow', 'reject'],
    description:
      'A new payment while another on the order is undecided: taken, so that an order can be paid twice and a client can prove it never lets that happen, or refused with PAYMENT_PENDING.',
  },
  partialCapture: {
    defaultValue: 'PROCESSED',
    choices: ['PROCESSED', 'PARTIALLY_CAPTURED'],
    description:
      'The order after a capture of less than was authorized: PROCESSED, and the rest is released; or PARTIALLY_CAPTURED (one integrator knows it), and the rest can still be captured.',
  },
  returnMethod: {
    defaultValue: 'POST',
    choices: ['POST', 'GET'],
    description: "How the bank's page comes back: vendor plugins read a form POST, some integrations a GET.",
  },
  returnStatus: {
    defaultValue: 'payment',
    choices: ['payment', 'AUTHORIZED'],
    description:
      "The return's `status` after a success: the payment's own (PROCESSED without pre-authorization), or AUTHORIZED always, as in the guide's sample.",
  },
  otpAttempts: {
    defaultValue: 3,
    min: 1,
    max: 10,
    description: 'Wrong codes until the payment ends. Not public; three is common.',
  },
  otpResends: { defaultValue: 3, min: 0, max: 20, description: 'Codes sent again until the limit. Not public.' },
  otpLifeSeconds: { defaultValue: 600, min: 1, max: 86_400, description: 'How long a code is taken. Not public.' },
  paymentsPerOrder: {
    defaultValue: 10,
    min: 1,
    max: 50,
    description:
      "Payments an order takes; `payment_retries_remaining` counts down from it (the vendor's sample shows 9).",
  },
  refundAfterSeconds: { defaultValue: 0, min: 0, max: 86_400, description: 'How long a refund stays PENDING.' },
  refundEnds: { defaultValue: 'PROCESSED', choices: ['PROCESSED', 'FAILED'], description: 'How a refund ends.' },
  callsPerMinute: {
    defaultValue: 0,
    min: 0,
    max: 1_000_000,
    description: 'More API calls in one minute get 429 API_RATE_LIMIT. 0: no limit.',
  },
  webhookMode: {
    defaultValue: 'normal',
    choices: webhookModes,
    description:
      "How webhooks go out, when the card says nothing else. wrongOrder: about an order nobody made. outOfOrder: an order's event is held back until its next one has gone out, and comes after it.",
  },
};

export const settingNames: readonly (keyof Settings)[] = Object.keys(settingDefinitions) as (keyof Settings)[];

/** What a setting can be, in words. */
export function allowedValues(name: keyof Settings): string {
  const definition = settingDefinitions[name];
  return 'choices' in definition
    ? definition.choices.map(String).join(' | ')
    : `${definition.min} to ${definition.max}`;
}

/**
 * The settings with the given ones laid over.
 * Throws a TypeError that names a setting which does not exist or cannot take the value.
 */
export function applySettings(base: Settings, changes: Partial<Record<string, unknown>>): Settings {
  const next: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(settingDefinitions, name)) throw new TypeError(`There is no setting "${name}".`);
    const definition: SettingDefinition<unknown> = settingDefinitions[name as keyof Settings];
    const allowed =
      'choices' in definition
        ? definition.choices.includes(value)
        : Number.isInteger(value) && Number(value) >= definition.min && Number(value) <= definition.max;
    if (!allowed) throw new TypeError(`"${name}" takes ${allowedValues(name as keyof Settings)}.`);
    next[name] = value;
  }
  return next as unknown as Settings;
}

export function defaultSettings(): Settings {
  return Object.fromEntries(
    settingNames.map((name) => [name, settingDefinitions[name].defaultValue]),
  ) as unknown as Settings;
}
