/** Options of `createPlural`, validated once, when it is called. */

import type { Operation } from '../errors/operations.ts';
import type { PluralErrorCode } from '../errors/error-codes.ts';
import { PluralError, type Issue } from '../errors/plural-error.ts';
import { isLoopbackHost } from '../lib/loopback-host.ts';
import { version } from '../lib/version.ts';
import type { Fetch } from './http.ts';
import type { TokenStore } from './token-store.ts';

/**
 * Plural's test system, its live system, or another base URL: https, or http on a loopback host. `insecureHost` allows
 * plain http to one host by name, such as the sandbox in a container network; never to a host of Plural.
 */
export type Environment =
  | 'uat'
  | 'production'
  | { readonly baseUrl: string; readonly insecureHost?: string | undefined };

/** One attempt of one call, for logs, metrics and traces. Holds no secret, and no id but the request's. */
export interface CallRecord {
  readonly operation: Operation;
  readonly method: string;
  /** Template of the path, such as `/api/pay/v1/orders/{order_id}`. */
  readonly path: string;
  /** HTTP status; absent when no response arrived. */
  readonly status?: number;
  /** Milliseconds from sending to the end of the response. */
  readonly durationMs: number;
  /** 1 for the first. */
  readonly attempt: number;
  /** The `Request-ID` that was sent. */
  readonly requestId: string;
  /** Error code; absent when the attempt succeeded. */
  readonly code?: PluralErrorCode;
}

/** One request, before it is sent, for debugging. Holds no secret and nothing of a card or a customer. */
export interface RequestRecord {
  readonly operation: Operation;
  readonly method: string;
  /** Template of the path, such as `/api/pay/v1/orders/{order_id}`. */
  readonly path: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** The `Request-ID` that is sent. */
  readonly requestId: string;
  /** Body with all its members, in which only harmless values are shown and the others are `***`. */
  readonly body?: unknown;
}

/** Environment and account of a client, and the platform functions that tests replace. */
export interface PluralOptions {
  environment: Environment;
  /** Client id that Plural issued. */
  clientId: string;
  /** Client secret that Plural issued. Never leaves this package, except in the token call. */
  clientSecret: string;
  /** Fetch function. @default the platform's fetch */
  fetch?: Fetch | undefined;
  /** Clock, in epoch milliseconds. @default Date.now */
  now?: (() => number) | undefined;
  /** Generates the `Request-ID` of each attempt. @default crypto.randomUUID */
  newId?: (() => string) | undefined;
  /** Milliseconds for one attempt of any call, its body included. @default the two limits below */
  timeoutMs?: number | undefined;
  /** Milliseconds for one attempt of a call that Plural answers by itself: reads, token, order. @default 10,000 */
  readTimeoutMs?: number | undefined;
  /** Milliseconds for one attempt of a call that reaches the issuer, and of `request`. @default 30,000 */
  issuerTimeoutMs?: number | undefined;
  /** Milliseconds for a whole call: token, attempts and the waits between them. @default the sum of its parts */
  totalTimeoutMs?: number | undefined;
  /**
   * Retries at most of a call that may be retried, 0 to 10; those that are retried once stay at one. Writes other than
   * `createOrder` are never retried. @default 2
   */
  maxRetries?: number | undefined;
  /** Name and version of the merchant's software, such as `shop/2.4`, sent before this package's in `User-Agent`. */
  userAgent?: string | undefined;
  /** Store that shares the access token with other processes and isolates. @default each client has its own token */
  tokenStore?: TokenStore | undefined;
  /** Called after every attempt, also of token calls. Errors it throws are ignored. */
  onCall?: ((call: CallRecord) => void) | undefined;
  /** Called before every attempt, with the body masked. Errors it throws are ignored. */
  onRequest?: ((request: RequestRecord) => void) | undefined;
}

/** Validated options with their defaults. */
export interface ResolvedOptions {
  environment: 'uat' | 'production' | 'custom';
  /** Origin, without a trailing slash. */
  baseUrl: string;
  clientId: string;
  clientSecret: string;
  fetch: Fetch;
  now: () => number;
  newId: () => string;
  /** Milliseconds of an attempt. */
  timeouts: { readonly read: number; readonly issuer: number };
  totalTimeoutMs: number | undefined;
  maxRetries: number | undefined;
  userAgent: string;
  tokenStore: TokenStore | undefined;
  onCall: ((call: CallRecord) => unknown) | undefined;
  onRequest: ((request: RequestRecord) => unknown) | undefined;
}

// Milliseconds of an attempt.
const defaultTimeouts = { read: 10_000, issuer: 30_000 } as const;

// [source: otp-guide]
const baseUrls = {
  uat: 'https://pluraluat.v2.pinepg.in',
  production: 'https://api.pluralpay.in',
} as const;

const expectedBaseUrl =
  'an https origin without path, query or user (http only on a loopback host, or on the one named by insecureHost)';
export const expectedTimeout = 'an integer number of milliseconds, 1 to 2147483647';

/** Returns true for a timeout in milliseconds that a timer supports, and for `undefined`. */
export function isValidTimeout(timeoutMs: unknown): boolean {
  return (
    timeoutMs === undefined || (Number.isInteger(timeoutMs) && Number(timeoutMs) >= 1 && Number(timeoutMs) < 2 ** 31)
  );
}

export const expectedRetries = 'an integer, 0 to 10';

/** Returns true for a number of retries, and for `undefined`. */
export function isValidRetries(retries: unknown): boolean {
  return retries === undefined || (Number.isInteger(retries) && Number(retries) >= 0 && Number(retries) <= 10);
}

// Everything sent there holds the client secret or a card.
const pluralHost = /(?:^|\.)(?:pinepg\.in|pluralpay\.in|pluralonline\.com|pinelabs\.com)$/;

/** Parses a base URL. Returns its origin, or `undefined` when it has anything but an origin, or is not safe to use. */
function parseOrigin({ baseUrl, insecureHost }: { baseUrl: unknown; insecureHost?: unknown }): string | undefined {
  if (typeof baseUrl !== 'string' || !URL.canParse(baseUrl)) return undefined;
  const url = new URL(baseUrl);
  const isBare =
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  const { protocol, hostname } = url;
  const mayBePlain = isLoopbackHost(hostname) || (insecureHost === hostname && !pluralHost.test(hostname));
  const isSafe = protocol === 'https:' || (protocol === 'http:' && mayBePlain);
  return isBare && isSafe ? url.origin : undefined;
}

/**
 * Validates options and adds their defaults.
 *
 * @throws {PluralError} `OPTIONS_INVALID`, with an issue for every invalid option.
 */
export function resolveOptions(options: PluralOptions): ResolvedOptions {
  if (typeof options !== 'object' || options === null) {
    throw new PluralError('OPTIONS_INVALID', { issues: [{ path: 'options', expected: 'an object' }] });
  }
  const issues: Issue[] = [];
  const check = (holds: boolean, path: string, expected: string): void => {
    if (!holds) issues.push({ path, expected });
  };
  const { environment, clientId, clientSecret, fetch, now, newId, tokenStore, onCall, onRequest } = options;
  const { timeoutMs, readTimeoutMs, issuerTimeoutMs, totalTimeoutMs, maxRetries, userAgent } = options;

  const isNamed = environment === 'uat' || environment === 'production';
  let baseUrl: string | undefined;
  if (isNamed) {
    baseUrl = baseUrls[environment];
  } else if (typeof environment === 'object' && environment !== null) {
    baseUrl = parseOrigin(environment);
    check(baseUrl !== undefined, 'environment.baseUrl', expectedBaseUrl);
  } else {
    check(false, 'environment', "'uat', 'production' or { baseUrl }");
  }

  for (const [path, value] of Object.entries({ clientId, clientSecret })) {
    check(
      typeof value === 'string' && value !== '' && value.trim() === value,
      path,
      'a non-empty string without surrounding white space',
    );
  }
  for (const [path, value] of Object.entries({ fetch, now, newId, onCall, onRequest })) {
    check(value === undefined || typeof value === 'function', path, 'a function');
  }
  for (const [path, value] of Object.entries({ timeoutMs, readTimeoutMs, issuerTimeoutMs, totalTimeoutMs })) {
    check(isValidTimeout(value), path, expectedTimeout);
  }
  check(isValidRetries(maxRetries), 'maxRetries', expectedRetries);
  check(
    userAgent === undefined ||
      (typeof userAgent === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/.test(userAgent)),
    'userAgent',
    '1 to 200 printable ASCII characters',
  );
  check(
    tokenStore === undefined || (typeof tokenStore?.get === 'function' && typeof tokenStore.set === 'function'),
    'tokenStore',
    'an object with get and set',
  );
  if (issues.length > 0 || baseUrl === undefined) throw new PluralError('OPTIONS_INVALID', { issues });

  return {
    environment: isNamed ? environment : baseUrl === baseUrls.production ? 'production' : 'custom',
    baseUrl,
    clientId,
    clientSecret,
    // Looked up on each call, so that tools which instrument the platform's fetch later take effect.
    fetch: fetch ?? ((request, init) => globalThis.fetch(request, init)),
    now: now ?? Date.now,
    newId: newId ?? (() => crypto.randomUUID()),
    timeouts: {
      read: readTimeoutMs ?? timeoutMs ?? defaultTimeouts.read,
      issuer: issuerTimeoutMs ?? timeoutMs ?? defaultTimeouts.issuer,
    },
    totalTimeoutMs,
    maxRetries,
    userAgent: `${userAgent === undefined ? '' : `${userAgent} `}plural-otp-core/${version}`,
    tokenStore,
    onCall,
    onRequest,
  };
}
