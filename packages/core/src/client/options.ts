/** Options of `createPlural`, validated once, when it is called. */

import type { Operation } from '../errors/operations.ts';
import type { PluralErrorCode } from '../errors/error-codes.ts';
import { PluralError, type Issue } from '../errors/plural-error.ts';
import { isLoopbackHost } from '../lib/loopback-host.ts';
import type { Fetch } from './http.ts';
import type { TokenStore } from './token-store.ts';

/** Plural's test system, its live system, or another base URL: https, or http on a loopback host. */
export type Environment = 'uat' | 'production' | { readonly baseUrl: string };

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
  /** Milliseconds for one attempt, its body included. @default 10,000, and 30,000 for calls that reach the issuer */
  timeoutMs?: number | undefined;
  /** Store that shares the access token with other processes and isolates. @default each client has its own token */
  tokenStore?: TokenStore | undefined;
  /** Called after every attempt, also of token calls. Errors it throws are ignored. */
  onCall?: ((call: CallRecord) => void) | undefined;
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
  timeoutMs: number | undefined;
  tokenStore: TokenStore | undefined;
  onCall: ((call: CallRecord) => unknown) | undefined;
}

// [source: otp-guide]
const baseUrls = {
  uat: 'https://pluraluat.v2.pinepg.in',
  production: 'https://api.pluralpay.in',
} as const;

const expectedBaseUrl = 'an https origin without path, query or user (http only on a loopback host)';
export const expectedTimeout = 'an integer number of milliseconds, 1 to 2147483647';

/** Returns true for a timeout in milliseconds that a timer supports, and for `undefined`. */
export function isValidTimeout(timeoutMs: unknown): boolean {
  return (
    timeoutMs === undefined || (Number.isInteger(timeoutMs) && Number(timeoutMs) >= 1 && Number(timeoutMs) < 2 ** 31)
  );
}

/** Parses a base URL. Returns its origin, or `undefined` when it has anything but an origin, or is not safe to use. */
function parseOrigin(baseUrl: unknown): string | undefined {
  if (typeof baseUrl !== 'string' || !URL.canParse(baseUrl)) return undefined;
  const url = new URL(baseUrl);
  const isBare =
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
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
  const { environment, clientId, clientSecret, fetch, now, newId, timeoutMs, tokenStore, onCall } = options;

  const isNamed = environment === 'uat' || environment === 'production';
  let baseUrl: string | undefined;
  if (isNamed) {
    baseUrl = baseUrls[environment];
  } else if (typeof environment === 'object' && environment !== null) {
    baseUrl = parseOrigin(environment.baseUrl);
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
  for (const [path, value] of Object.entries({ fetch, now, newId, onCall })) {
    check(value === undefined || typeof value === 'function', path, 'a function');
  }
  check(isValidTimeout(timeoutMs), 'timeoutMs', expectedTimeout);
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
    timeoutMs,
    tokenStore,
    onCall,
  };
}
