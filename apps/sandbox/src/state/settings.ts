/**
 * Settings: one for each point where the public sources disagree or are silent, with a named default. Validated by
 * hand because the sandbox has no dependencies.
 */

import { httpUrl } from '../lib/validators.ts';

/** The settings of a sandbox; `settingDefinitions` describes each. */
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

/** Default and allowed values of one setting. */
export type SettingRule<T> = { readonly defaultValue: T } & (
  | { readonly choices: readonly T[] }
  | { readonly min: number; readonly max: number }
  | { readonly maxLength: number }
  /** An http or https URL, or empty. */
  | { readonly maxUrlLength: number }
);

const onOff = [false, true] as const;

/** Rules of all settings. */
export const settingRules: { readonly [K in keyof Settings]: SettingRule<Settings[K]> } = {
  lenient: {
    defaultValue: false,
    choices: onOff,
  },
  duplicates: {
    defaultValue: 'reject',
    choices: ['reject', 'existing'],
  },
  unknownOrderStatus: {
    defaultValue: 404,
    choices: [404, 422],
  },
  invalidRequestStatus: {
    defaultValue: 400,
    choices: [400, 422],
  },
  tokenExpiryFields: {
    defaultValue: 'both',
    choices: ['both', 'expires_in', 'expires_at'],
  },
  tokenErrorBody: {
    defaultValue: 'error',
    choices: ['error', 'trace'],
  },
  tokenLifeSeconds: { defaultValue: 3600, min: 1, max: 86_400 },
  orderAfterLinking: {
    defaultValue: 'PENDING',
    choices: ['PENDING', 'CREATED'],
  },
  orderAfterLastOtp: {
    defaultValue: 'ATTEMPTED',
    choices: ['ATTEMPTED', 'FAILED'],
  },
  secondPayment: {
    defaultValue: 'allow',
    choices: ['allow', 'reject'],
  },
  partialCapture: {
    defaultValue: 'PROCESSED',
    choices: ['PROCESSED', 'PARTIALLY_CAPTURED'],
  },
  paymentAmount: {
    defaultValue: 'requested',
    choices: ['requested', 'smaller'],
  },
  challengeHost: {
    defaultValue: 'own',
    choices: ['own', 'foreign', 'lookalike', 'userInfo', 'script'],
  },
  pageAfterOtp: {
    defaultValue: 'works',
    choices: ['works', 'expired'],
  },
  returnMethod: {
    defaultValue: 'POST',
    choices: ['POST', 'GET'],
  },
  returnStatus: {
    defaultValue: 'payment',
    choices: ['payment', 'AUTHORIZED'],
  },
  repeatGenerate: {
    defaultValue: 'allow',
    choices: ['allow', 'countsAsResend', 'refuse'],
  },
  otpAttempts: {
    defaultValue: 3,
    min: 1,
    max: 10,
  },
  otpResends: { defaultValue: 3, min: 0, max: 20 },
  otpLifeSeconds: { defaultValue: 600, min: 1, max: 86_400 },
  paymentsPerOrder: {
    defaultValue: 10,
    min: 1,
    max: 50,
  },
  refundAfterSeconds: { defaultValue: 0, min: 0, max: 86_400 },
  refundEnds: { defaultValue: 'PROCESSED', choices: ['PROCESSED', 'FAILED'] },
  callsPerMinute: {
    defaultValue: 0,
    min: 0,
    max: 1_000_000,
  },
  webhookMode: {
    defaultValue: 'normal',
    choices: webhookModes,
  },
  merchantName: {
    defaultValue: 'Sandbox Shop',
    maxLength: 100,
  },
  checkoutUrl: {
    defaultValue: '',
    maxUrlLength: 300,
  },
};

/** Names of all settings. */
export const settingNames: readonly (keyof Settings)[] = Object.keys(settingRules) as (keyof Settings)[];

/** Describes the allowed values of a setting, for example `1 to 10`. */
export function allowedValues(name: keyof Settings): string {
  const rule: SettingRule<unknown> = settingRules[name];
  if ('choices' in rule) return rule.choices.map(String).join(', ');
  if ('maxUrlLength' in rule) return `an http or https URL of at most ${rule.maxUrlLength} characters, or empty`;
  if ('maxLength' in rule) return `text of 1 to ${rule.maxLength} characters`;
  return `${rule.min} to ${rule.max}`;
}

function isAllowed(rule: SettingRule<unknown>, value: unknown): boolean {
  if ('choices' in rule) return rule.choices.includes(value);
  if ('maxUrlLength' in rule)
    return (
      typeof value === 'string' &&
      value.length <= rule.maxUrlLength &&
      (value === '' || httpUrl(value, '').length === 0)
    );
  if ('maxLength' in rule) return typeof value === 'string' && value.trim() !== '' && value.length <= rule.maxLength;
  return Number.isInteger(value) && Number(value) >= rule.min && Number(value) <= rule.max;
}

/** Says what values `rule` allows, between "must be" and the values. */
function describeKind(rule: SettingRule<unknown>): string {
  if ('choices' in rule) return 'one of ';
  return 'maxLength' in rule || 'maxUrlLength' in rule ? '' : 'an integer from ';
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
    if (!Object.hasOwn(settingRules, name)) throw new TypeError(`Unknown setting "${name}".`);
    const rule: SettingRule<unknown> = settingRules[name as keyof Settings];
    if (!isAllowed(rule, value))
      throw new TypeError(`"${name}" must be ${describeKind(rule)}${allowedValues(name as keyof Settings)}.`);
    next[name] = value;
  }
  return next as unknown as Settings;
}

/** Returns the settings with their defaults. */
export function defaultSettings(): Settings {
  return Object.fromEntries(settingNames.map((name) => [name, settingRules[name].defaultValue])) as unknown as Settings;
}
