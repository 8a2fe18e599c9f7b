import {
  PluralError,
  type PaymentReturn,
  type Plural,
  type VerifyReturnOptions,
  type WebhookEvent,
} from '@plural-otp/core';
import type { Phase } from '@plural-otp/flow/contract';
import { isSecureUrl } from './payment/challenge-url.ts';
import type { FlowEvent, ReportedProblem } from './events.ts';
import { isSessionKey } from './session/sealed-session.ts';
import type { PaymentStore } from './stores/payment-store.ts';
import { isProcessLocal } from './stores/memory.ts';
import type { Limits } from './payment/limits.ts';
import type { PaymentVerdict } from './payment/verdict.ts';
import { systemTimers, type HandlerTimers } from './lib/timeout.ts';

/** The payment a customer came back from the bank's page with. */
export interface ReturnedPayment {
  orderId: string;
  merchantOrderReference: string;
  paymentId: string;
  phase: Phase;
}

/** What `onVerdict` may want to know of its call. */
export interface VerdictContext {
  /** Aborts after 30 seconds, when the handler stops waiting and delivers again later. */
  signal: AbortSignal;
  /** 1 for the first delivery. */
  attempt: number;
}

export interface OtpHandlerOptions {
  plural: Plural;
  /** `https://shop.example` as browsers and Plural see it; the first is canonical. Never taken from a request. */
  origin: string | readonly string[];
  /** Where payments are remembered. Every process of the shop needs the same one. */
  store: PaymentStore;
  /** 32 bytes in base64url; the first seals, all open. @default a key derived from the client secret */
  sessionKey?: string | readonly string[];
  /** @default '/plural' */
  basePath?: string;
  /** Further origins whose pages may call the handler, exactly as browsers send them. */
  allowedOrigins?: readonly string[];
  /** Lets requests pass that carry neither `Sec-Fetch-Site` nor `Origin`: native apps. @default false */
  allowNoOrigin?: boolean;
  /** How returns from the bank's page are verified; without it none is believed. */
  returnSignature?: VerifyReturnOptions;
  /** Where the customer goes after a return: a path or URL that gets `?reference=`, or a function. @default '/' */
  returnPage?: string | ((payment: ReturnedPayment) => string);
  /** Without it there is no webhook route. */
  webhook?: {
    secret: string | readonly string[];
    /** @default 'utf8' */
    secretEncoding?: 'utf8' | 'base64';
    /** Gets every verified event; when it fails, Plural is asked to send the event again. */
    onEvent?(event: WebhookEvent): void | Promise<void>;
  };
  limits?: Partial<Limits>;
  /** Hosts of bank pages beside that of `plural.baseUrl`, each `host` or `host:port`. */
  challengeHosts?: readonly string[];
  /**
   * Gets the final word on each payment, at least once. While it rejects or hangs the verdict stays owed, and `sweep`
   * brings it again.
   */
  onVerdict?(verdict: PaymentVerdict, context: VerdictContext): void | Promise<void>;
  /** Gets each verified return, before the order is read; the customer waits for it 4 seconds at most. */
  onReturn?(fields: PaymentReturn): void | Promise<void>;
  /** Gets each step customers take. What it throws is ignored. */
  onEvent?(event: FlowEvent): void;
  /** Gets what the merchant's developers want to know. What it throws is ignored. */
  onProblem?(problem: ReportedProblem): void;
  /** Epoch milliseconds. @default Date.now */
  now?: () => number;
  /** Makes ids that never repeat and cannot be guessed. @default crypto.randomUUID */
  newId?: () => string;
  /** Timer functions used instead of the global ones, for tests. @default the global timers */
  timers?: HandlerTimers;
}

/** The options, checked and completed. */
export interface Settings extends Omit<OtpHandlerOptions, 'limits' | 'origin'> {
  /** The canonical origin. */
  origin: string;
  /** Every origin whose pages may call. */
  origins: ReadonlySet<string>;
  /** Whether pages of another origin may call. */
  crossOrigin: boolean;
  basePath: string;
  sessionKeys: readonly string[];
  limits: Limits;
  challengeHosts: readonly string[];
  now: () => number;
  newId: () => string;
  timers: HandlerTimers;
}

const limitRanges: { readonly [name in keyof Limits]: readonly [fallback: number, least: number, most: number] } = {
  submits: [5, 1, 10],
  resends: [3, 0, 10],
  activeMinutes: [15, 1, 60],
  maxMinutes: [60, 1, 1440],
  orderReadEverySeconds: [1, 0, 60],
};

const toList = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value]) as readonly T[];

const isOwnOrigin = (text: unknown): boolean => {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const url = new URL(text);
  return url.origin === text && isSecureUrl(url);
};

// As browsers and webviews print them. `file://` is every file of a device, and no origin.
const isExactOrigin = (text: unknown): boolean =>
  typeof text === 'string' &&
  /^[a-z][a-z\d+.-]*:\/\/[^/\s*?#@\\]+$/.test(text) &&
  (!text.startsWith('http') || (URL.canParse(text) && new URL(text).origin === text));

const isHost = (text: unknown): boolean =>
  typeof text === 'string' && URL.canParse(`https://${text}`) && new URL(`https://${text}`).host === text;

// An empty secret would verify nothing, and be found out with the first customer.
const areSecrets = (value: unknown): boolean => {
  const secrets = toList(value);
  return secrets.length > 0 && secrets.every((secret) => typeof secret === 'string' && secret !== '');
};
const secretExpectation = 'a secret that is not empty, or a list of such secrets';

const hooks = ['onVerdict', 'onReturn', 'onEvent', 'onProblem', 'now', 'newId'] as const;
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isHook = (value: unknown): boolean => value === undefined || value === null || isFunction(value);

/** Checks and completes the options. Throws `OPTIONS_INVALID` with every option that is wrong. */
export function readOptions(options: OtpHandlerOptions): Settings {
  const issues: { path: string; expected: string }[] = [];
  const require = (holds: boolean, path: string, expected: string): void => {
    if (!holds) issues.push({ path, expected });
  };
  const { plural, store, basePath = '/plural', returnPage, returnSignature, webhook, timers } = options;
  const origins = toList(options.origin);
  const allowedOrigins = toList(options.allowedOrigins ?? []);
  const challengeHosts = toList(options.challengeHosts ?? []);
  const sessionKeys = options.sessionKey === undefined ? [] : toList(options.sessionKey);

  require(typeof plural?.getOrder === 'function', 'plural', 'what createPlural gives');
  require(typeof store?.load === 'function', 'store', 'a payment store, such as memoryStore()');
  require(plural?.environment !== 'production' ||
    !isProcessLocal(store), 'store', 'a store all processes share, or memoryStore({ singleProcess: true })');
  require(origins.length > 0 &&
    origins.every(isOwnOrigin), 'origin', "origins such as 'https://shop.example', http only on loopback");
  require((options.sessionKey === undefined || sessionKeys.length > 0) &&
    sessionKeys.every(isSessionKey), 'sessionKey', '32 bytes in base64url, or a list of such keys');
  require(/^(?:\/[\w.~-]+)*$/.test(basePath), 'basePath', "a path such as '/plural', without a slash at the end");
  require(allowedOrigins.every(
    isExactOrigin,
  ), 'allowedOrigins', "exact origins such as 'https://pay.shop.example', neither '*' nor 'null'");
  require(!returnSignature || areSecrets(returnSignature.secretKey), 'returnSignature.secretKey', secretExpectation);
  require(!webhook || areSecrets(webhook.secret), 'webhook.secret', secretExpectation);
  require(typeof returnPage !== 'string' ||
    URL.canParse(returnPage, 'https://shop.example'), 'returnPage', "a path such as '/paid', a URL, or a function");
  for (const name of hooks) require(isHook(options[name]), name, 'a function');
  require(webhook?.onEvent === undefined ||
    webhook.onEvent === null ||
    typeof webhook.onEvent === 'function', 'webhook.onEvent', 'a function');
  require(timers === undefined ||
    (isFunction(timers?.sleep) &&
      isFunction(timers?.startTimeout)), 'timers', 'an object with sleep(ms) and startTimeout(ms, onTimeout)');
  require(challengeHosts.every(isHost), 'challengeHosts', "hosts such as 'acs.bank.example'");

  const limits = {} as Limits;
  for (const name of Object.keys(limitRanges) as (keyof Limits)[]) {
    const [fallback, least, most] = limitRanges[name];
    const value = options.limits?.[name] ?? fallback;
    limits[name] = value;
    require(Number.isInteger(value) && value >= least && value <= most, `limits.${name}`, `${least} to ${most}`);
  }
  if (options.limits?.activeMinutes === undefined)
    limits.activeMinutes = Math.min(limits.activeMinutes, limits.maxMinutes);
  require(limits.maxMinutes >= limits.activeMinutes, 'limits.maxMinutes', 'at least activeMinutes');
  if (issues.length > 0) throw new PluralError('OPTIONS_INVALID', { issues });

  return {
    ...options,
    origin: origins[0] ?? '',
    origins: new Set([...origins, ...allowedOrigins]),
    crossOrigin: allowedOrigins.length > 0 || origins.length > 1,
    basePath,
    sessionKeys,
    limits,
    challengeHosts: [new URL(plural.baseUrl).host, ...challengeHosts],
    now: options.now ?? Date.now,
    newId: options.newId ?? (() => crypto.randomUUID()),
    timers: timers ?? systemTimers,
  };
}
