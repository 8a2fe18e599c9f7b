/** The options of `createPlural`, checked once, when it is called. */

import type { Operation, PluralErrorCode } from '../errors/error-codes.ts';
import { PluralError, type Issue } from '../errors/plural-error.ts';
import { isLoopbackHost } from '../lib/loopback-host.ts';
import type { Fetch } from './http.ts';
import type { TokenStore } from './token-store.ts';

/** Plural's test and live systems, or a base URL of your own: https, or http on a loopback host. */
export type Environment = 'uat' | 'production' | { readonly baseUrl: string };

/** One attempt at one call, for logs, metrics and traces. Holds nothing secret and no id but the request's. */
export interface CallRecord {
  readonly operation: Operation;
  readonly method: string;
  /** The path's template, such as `/api/pay/v1/orders/{order_id}`. */
  readonly path: string;
  /** HTTP status; absent when no answer came. */
  readonly status?: number;
  readonly durationMs: number;
  /** 1 for the first. */
  readonly attempt: number;
  /** The `Request-ID` that was sent. */
  readonly requestId: string;
  /** Absent when the attempt succeeded. */
  readonly code?: PluralErrorCode;
}

/** What `createPlural` is told: which Plural, whose account, and what tests replace. */
export interface PluralOptions {
  environment: Environment;
  clientId: string;
  clientSecret: string;
  /** @default the platform's fetch */
  fetch?: Fetch | undefined;
  /** Epoch milliseconds. @default Date.now */
  now?: (() => number) | undefined;
  /** Makes each attempt's `Request-ID`. @default crypto.randomUUID */
  newId?: (() => string) | undefined;
  /** The limit of one attempt, body included. @default 10 000, and 30 000 for calls that reach the issuer */
  timeoutMs?: number | undefined;
  /** Shares the access token among processes and isolates. @default each client keeps its own */
  tokenStore?: TokenStore | undefined;
  /** Told of every attempt, token calls among them. What it throws is ignored. */
  onCall?: ((call: CallRecord) => void) | undefined;
}

export interface ResolvedOptions {
  environment: 'uat' | 'production' | 'custom';
  /** An origin, without a slash at its end. */
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
export const expectedTimeout = 'whole milliseconds, 1 to 2147483647';

/** Whether a timer can wait that long; absent is well too. */
export function isValidTimeout(timeoutMs: unknown): boolean {
  return (
    timeoutMs === undefined || (Number.isInteger(timeoutMs) && Number(timeoutMs) >= 1 && Number(timeoutMs) < 2 ** 31)
  );
}

function parseOrigin(baseUrl: unknown): string | undefined {
  if (typeof baseUrl !== 'string' || !URL.canParse(baseUrl)) return undefined;
  const url = new URL(baseUrl);
  const bare =
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
  return bare && safe ? url.origin : undefined;
}

/** @throws {PluralError} `OPTIONS_INVALID`, with every option that is wrong. */
export function resolveOptions(options: PluralOptions): ResolvedOptions {
  if (typeof options !== 'object' || options === null) {
    throw new PluralError('OPTIONS_INVALID', { issues: [{ path: 'options', expected: 'an object' }] });
  }
  const issues: Issue[] = [];
  const require = (holds: boolean, path: string, expected: string): void => {
    if (!holds) issues.push({ path, expected });
  };
  const { environment, clientId, clientSecret, fetch, now, newId, timeoutMs, tokenStore, onCall } = options;

  const named = environment === 'uat' || environment === 'production';
  const custom = typeof environment === 'object' && environment !== null;
  const baseUrl = named ? baseUrls[environment] : custom ? parseOrigin(environment.baseUrl) : undefined;
  if (custom) require(baseUrl !== undefined, 'environment.baseUrl', expectedBaseUrl);
  else require(named, 'environment', "'uat', 'production' or { baseUrl }");

  for (const [path, value] of Object.entries({ clientId, clientSecret })) {
    require(typeof value === 'string' &&
      value !== '' &&
      value.trim() === value, path, 'a text that is not empty, without white space around it');
  }
  for (const [path, value] of Object.entries({ fetch, now, newId, onCall })) {
    require(value === undefined || typeof value === 'function', path, 'a function');
  }
  require(isValidTimeout(timeoutMs), 'timeoutMs', expectedTimeout);
  require(tokenStore === undefined ||
    (typeof tokenStore?.get === 'function' &&
      typeof tokenStore.set === 'function'), 'tokenStore', 'an object with get and set');
  if (issues.length > 0 || baseUrl === undefined) throw new PluralError('OPTIONS_INVALID', { issues });

  return {
    environment: named ? environment : baseUrl === baseUrls.production ? 'production' : 'custom',
    baseUrl,
    clientId,
    clientSecret,
    // Looked up at each call, so that what instruments the platform's fetch later is used.
    fetch: fetch ?? ((request, init) => globalThis.fetch(request, init)),
    now: now ?? Date.now,
    newId: newId ?? (() => crypto.randomUUID()),
    timeoutMs,
    tokenStore,
    onCall,
  };
}
