/** The options of `createOtpHandler` and their validation. */

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
import type { PaymentStore, SqlQuery } from './stores/payment-store.ts';
import { lacksSingleProcessConsent } from './stores/memory.ts';
import type { Limits } from './payment/limits.ts';
import type { PaymentVerdict } from './payment/verdict.ts';
import { systemTimers, type HandlerTimers } from './lib/timeout.ts';

/** A payment whose customer returned from the bank's page. */
export interface ReturnedPayment {
  orderId: string;
  merchantOrderReference: string;
  paymentId: string;
  phase: Phase;
}

/** Context of one `onVerdict` call. */
export interface VerdictContext {
  /** Aborts after 30 seconds, when the handler stops waiting and retries later. */
  signal: AbortSignal;
  /** Number of this delivery, from 1. */
  attempt: number;
  /**
   * Runs a statement in the transaction that also marks the verdict delivered, so that both take effect exactly once.
   * Only with a store that has transactions, such as `sqlStore` with `transaction`.
   */
  query?: SqlQuery;
}

/** Options of `createOtpHandler`. */
export interface OtpHandlerOptions {
  /** API client returned by `createPlural`. */
  plural: Plural;
  /**
   * Origin of the shop as browsers and Plural see it, for example `https://shop.example`; the first of several is
   * canonical. Never taken from a request, because a forged `Host` could redirect customers.
   */
  origin: string | readonly string[];
  /** Store of the payment records. Every process of the shop needs the same one, or each counts attempts on its own. */
  store: PaymentStore;
  /**
   * Keys of 32 bytes in base64url: the first seals sessions, all open them, so that keys can rotate. A key derived from
   * the client secret opens them too, so that payments in progress outlive the deploy that sets this option.
   *
   * @default a key derived from the client secret
   */
  sessionKey?: string | readonly string[];
  /** Path below which the handler serves its routes. @default '/plural' */
  basePath?: string;
  /** More origins whose pages may call the handler, exactly as browsers send them. */
  allowedOrigins?: readonly string[];
  /** Accepts requests with neither `Sec-Fetch-Site` nor `Origin`, from native apps. @default false */
  allowNoOrigin?: boolean;
  /** Key and encoding that verify returns from the bank's page; without it every return counts as unverified. */
  returnSignature?: VerifyReturnOptions;
  /**
   * Page the customer is redirected to after a return: a path or URL that gets `?reference=`, or a function.
   *
   * @default '/'
   */
  returnPage?: string | ((payment: ReturnedPayment) => string);
  /** Secret and hook of the webhook route; without it the route does not exist. */
  webhook?: {
    secret: string | readonly string[];
    /** Encoding of the secret. @default 'utf8' */
    secretEncoding?: 'utf8' | 'base64';
    /**
     * Receives every verified event. When it fails or takes more than 4 seconds, Plural is asked to send the event again:
     * `event.id` is then the same.
     */
    onEvent?(event: WebhookEvent): void | Promise<void>;
  };
  /** Limits of each payment. */
  limits?: Partial<Limits>;
  /** Hosts of bank pages in addition to that of `plural.baseUrl`, each `host` or `host:port`. */
  challengeHosts?: readonly string[];
  /**
   * Receives the verdict on each payment, at least once: while it rejects or hangs, the verdict stays undelivered and
   * `sweep` retries it. Calls for one payment never overlap. `false`: another process delivers; this one marks nothing
   * delivered.
   */
  onVerdict: ((verdict: PaymentVerdict, context: VerdictContext) => void | Promise<void>) | false;
  /** Receives each verified return, before the order is read. The customer waits at most 4 seconds for it. */
  onReturn?(fields: PaymentReturn): void | Promise<void>;
  /** Receives each step customers take. Not awaited, but kept by `waitUntil`; errors it throws are ignored. */
  onEvent?(event: FlowEvent): void | Promise<void>;
  /** Receives problems for the merchant's developers. Errors it throws are ignored. */
  onProblem?(problem: ReportedProblem): void;
  /** Returns the time in epoch milliseconds. @default Date.now */
  now?: () => number;
  /** Creates ids that never repeat and cannot be guessed. @default crypto.randomUUID */
  newId?: () => string;
  /** Timer functions used instead of the global ones, for tests. @default the global timers */
  timers?: HandlerTimers;
}

/** Validated options with their defaults. */
export interface Settings extends Omit<OtpHandlerOptions, 'limits' | 'origin'> {
  /** The canonical origin. */
  origin: string;
  /** Every origin whose pages may call. */
  origins: ReadonlySet<string>;
  /** True when pages of another origin may call. */
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
  callSeconds: [50, 5, 50],
  keepDays: [30, 1, 365],
};

const toList = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value]) as readonly T[];

const isOwnOrigin = (text: unknown): boolean => {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const url = new URL(text);
  return url.origin === text && isSecureUrl(url);
};

// Origins as browsers and webviews serialize them. `file://` stands for every file of a device, so it is none.
const isExactOrigin = (text: unknown): boolean =>
  typeof text === 'string' &&
  /^[a-z][a-z\d+.-]*:\/\/[^/\s*?#@\\]+$/.test(text) &&
  (!text.startsWith('http') || (URL.canParse(text) && new URL(text).origin === text));

const isHost = (text: unknown): boolean =>
  typeof text === 'string' && URL.canParse(`https://${text}`) && new URL(`https://${text}`).host === text;

// An empty secret would verify nothing, and only the first customer would notice.
const areSecrets = (value: unknown): boolean => {
  const secrets = toList(value);
  return secrets.length > 0 && secrets.every((secret) => typeof secret === 'string' && secret !== '');
};
const secretExpectation = 'a secret that is not empty, or a list of them';

const hooks = ['onReturn', 'onEvent', 'onProblem', 'now', 'newId'] as const;
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isHook = (value: unknown): boolean => value === undefined || value === null || isFunction(value);

/**
 * Validates the options and fills in defaults.
 *
 * @throws {PluralError} `OPTIONS_INVALID`, with every option that is wrong.
 */
export function readOptions(options: OtpHandlerOptions): Settings {
  const issues: { path: string; expected: string }[] = [];
  const expectOption = (holds: boolean, path: string, expected: string): void => {
    if (!holds) issues.push({ path, expected });
  };
  const { plural, store, basePath = '/plural', returnPage, returnSignature, webhook, timers } = options;
  const origins = toList(options.origin);
  const allowedOrigins = toList(options.allowedOrigins ?? []);
  const challengeHosts = toList(options.challengeHosts ?? []);
  const sessionKeys = options.sessionKey === undefined ? [] : toList(options.sessionKey);

  expectOption(typeof plural?.getOrder === 'function', 'plural', 'the object returned by createPlural');
  expectOption(typeof store?.load === 'function', 'store', 'a payment store, for example sqlStore(…)');
  expectOption(
    plural?.environment !== 'production' || !lacksSingleProcessConsent(store),
    'store',
    'a store shared by all processes, or memoryStore({ singleProcess: true })',
  );
  expectOption(
    origins.length > 0 && origins.every(isOwnOrigin),
    'origin',
    "one or more origins, for example 'https://shop.example'; http only on loopback",
  );
  expectOption(
    (options.sessionKey === undefined || sessionKeys.length > 0) && sessionKeys.every(isSessionKey),
    'sessionKey',
    'a key of 32 bytes in base64url, or a list of them',
  );
  expectOption(
    /^(?:\/[\w.~-]+)*$/.test(basePath),
    'basePath',
    "a path without a trailing slash, for example '/plural'",
  );
  expectOption(
    allowedOrigins.every(isExactOrigin),
    'allowedOrigins',
    "exact origins, for example 'https://pay.shop.example'; not '*' or 'null'",
  );
  expectOption(
    !returnSignature || areSecrets(returnSignature.secretKey),
    'returnSignature.secretKey',
    secretExpectation,
  );
  expectOption(!webhook || areSecrets(webhook.secret), 'webhook.secret', secretExpectation);
  expectOption(
    typeof returnPage !== 'string' || URL.canParse(returnPage, 'https://shop.example'),
    'returnPage',
    "a path, for example '/paid', a URL, or a function",
  );
  for (const name of hooks) expectOption(isHook(options[name]), name, 'a function');
  expectOption(options.onVerdict === false || isHook(options.onVerdict), 'onVerdict', 'a function, or false');
  expectOption(
    webhook?.onEvent === undefined || webhook.onEvent === null || typeof webhook.onEvent === 'function',
    'webhook.onEvent',
    'a function',
  );
  expectOption(
    timers === undefined || (isFunction(timers?.sleep) && isFunction(timers?.startTimeout)),
    'timers',
    'an object with sleep(ms) and startTimeout(ms, onTimeout)',
  );
  expectOption(challengeHosts.every(isHost), 'challengeHosts', "hosts, for example 'acs.bank.example'");

  const limits = {} as Limits;
  for (const name of Object.keys(limitRanges) as (keyof Limits)[]) {
    const [fallback, least, most] = limitRanges[name];
    const value = options.limits?.[name] ?? fallback;
    limits[name] = value;
    expectOption(
      Number.isInteger(value) && value >= least && value <= most,
      `limits.${name}`,
      `an integer from ${least} to ${most}`,
    );
  }
  if (options.limits?.activeMinutes === undefined)
    limits.activeMinutes = Math.min(limits.activeMinutes, limits.maxMinutes);
  expectOption(limits.maxMinutes >= limits.activeMinutes, 'limits.maxMinutes', 'at least activeMinutes');
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
