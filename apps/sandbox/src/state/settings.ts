/** Where public sources disagree or are silent, the sandbox has a setting and a named default. */
export interface Settings {
  lenient: boolean;
  duplicates: 'refuse' | 'existing';
  unknownOrderStatus: 404 | 422;
  invalidRequestStatus: 400 | 422;
  tokenAnswer: 'both' | 'expires_in' | 'expires_at';
  tokenRefusal: 'error' | 'trace';
  tokenLifeSeconds: number;
  orderAfterLinking: 'PENDING' | 'CREATED';
  orderAfterLastOtp: 'ATTEMPTED' | 'FAILED';
  secondPayment: 'allow' | 'refuse';
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
export type SettingRow<T> = {
  readonly initial: T;
  /** What it decides, and why the default is what it is. */
  readonly about: string;
} & ({ readonly choices: readonly T[] } | { readonly from: number; readonly to: number });

const onOff = [false, true] as const;

export const settingRows: { readonly [K in keyof Settings]: SettingRow<Settings[K]> } = {
  lenient: {
    initial: false,
    choices: onOff,
    about:
      "Takes the vendor guide's own samples literally: numbers for references and OTP, hyphens in the card number, a two-digit year, a payment of another amount than its order, OTP calls without Authorization, and 1234 as a right code.",
  },
  duplicates: {
    initial: 'refuse',
    choices: ['refuse', 'existing'],
    about:
      'A merchant reference used again: 422 DUPLICATE_REQUEST (vendor docs), or the existing object (vendor Go SDK). The default is the one a client can trip over.',
  },
  unknownOrderStatus: {
    initial: 404,
    choices: [404, 422],
    about: "An unknown order: 404 in the vendor's table of codes, 422 in its sample.",
  },
  invalidRequestStatus: {
    initial: 400,
    choices: [400, 422],
    about: 'A body that breaks a field rule: INVALID_REQUEST is listed at 400 and was also seen at 422.',
  },
  tokenAnswer: {
    initial: 'both',
    choices: ['both', 'expires_in', 'expires_at'],
    about: 'How a token says when it ends: `expires_in` in the guide, `expires_at` in the reference and the SDKs.',
  },
  tokenRefusal: {
    initial: 'error',
    choices: ['error', 'trace'],
    about:
      'Body of a refused token call: `{ error, error_description }` or `{ status, type, message, traceId }`; both are known from integrations.',
  },
  tokenLifeSeconds: { initial: 3600, from: 1, to: 86_400, about: 'How long a token is taken.' },
  orderAfterLinking: {
    initial: 'PENDING',
    choices: ['PENDING', 'CREATED'],
    about:
      "The order's status once a payment is linked: PENDING by the life cycle page, CREATED in the guide's sample.",
  },
  orderAfterLastOtp: {
    initial: 'ATTEMPTED',
    choices: ['ATTEMPTED', 'FAILED'],
    about:
      'The order after the last wrong code. The payment is FAILED either way. Next step NONE asks for a new payment on the same order, which only an open order can take; FAILED is the other documented reading, and closes it.',
  },
  secondPayment: {
    initial: 'allow',
    choices: ['allow', 'refuse'],
    about:
      'A new payment while another on the order is undecided: taken, so that an order can be paid twice and a client can prove it never lets that happen, or refused with PAYMENT_PENDING.',
  },
  partialCapture: {
    initial: 'PROCESSED',
    choices: ['PROCESSED', 'PARTIALLY_CAPTURED'],
    about:
      'The order after a capture of less than was authorized: PROCESSED, and the rest is released; or PARTIALLY_CAPTURED (one integrator knows it), and the rest can still be captured.',
  },
  returnMethod: {
    initial: 'POST',
    choices: ['POST', 'GET'],
    about: "How the bank's page comes back: vendor plugins read a form POST, some integrations a GET.",
  },
  returnStatus: {
    initial: 'payment',
    choices: ['payment', 'AUTHORIZED'],
    about:
      "The return's `status` after a success: the payment's own (PROCESSED without pre-authorization), or AUTHORIZED always, as in the guide's sample.",
  },
  otpAttempts: {
    initial: 3,
    from: 1,
    to: 10,
    about: 'Wrong codes until the payment ends. Not public; three is common.',
  },
  otpResends: { initial: 3, from: 0, to: 20, about: 'Codes sent again until the limit. Not public.' },
  otpLifeSeconds: { initial: 600, from: 1, to: 86_400, about: 'How long a code is taken. Not public.' },
  paymentsPerOrder: {
    initial: 10,
    from: 1,
    to: 50,
    about: "Payments an order takes; `payment_retries_remaining` counts down from it (the vendor's sample shows 9).",
  },
  refundAfterSeconds: { initial: 0, from: 0, to: 86_400, about: 'How long a refund stays PENDING.' },
  refundEnds: { initial: 'PROCESSED', choices: ['PROCESSED', 'FAILED'], about: 'How a refund ends.' },
  callsPerMinute: {
    initial: 0,
    from: 0,
    to: 1_000_000,
    about: 'More API calls in one minute get 429 API_RATE_LIMIT. 0: no limit.',
  },
  webhookMode: {
    initial: 'normal',
    choices: webhookModes,
    about:
      "How webhooks go out, when the card says nothing else. wrongOrder: about an order nobody made. outOfOrder: an order's event is held back until its next one has gone out, and comes after it.",
  },
};

export const settingNames: readonly (keyof Settings)[] = Object.keys(settingRows) as (keyof Settings)[];

/** What a setting can be, in words. */
export function settingDomain(name: keyof Settings): string {
  const row = settingRows[name];
  return 'choices' in row ? row.choices.map(String).join(' | ') : `${row.from} to ${row.to}`;
}

/**
 * The settings with the given ones laid over.
 * Throws a TypeError that names a setting which does not exist or cannot take the value.
 */
export function withSettings(base: Settings, changes: Partial<Record<string, unknown>>): Settings {
  const next: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(settingRows, name)) throw new TypeError(`There is no setting "${name}".`);
    const row: SettingRow<unknown> = settingRows[name as keyof Settings];
    const taken =
      'choices' in row
        ? row.choices.includes(value)
        : Number.isInteger(value) && Number(value) >= row.from && Number(value) <= row.to;
    if (!taken) throw new TypeError(`"${name}" takes ${settingDomain(name as keyof Settings)}.`);
    next[name] = value;
  }
  return next as unknown as Settings;
}

export function initialSettings(): Settings {
  return Object.fromEntries(settingNames.map((name) => [name, settingRows[name].initial])) as unknown as Settings;
}
