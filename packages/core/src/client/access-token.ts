/**
 * Provides a valid access token: cached until shortly before it expires, and requested once for all who wait for it.
 */

import { isPluralError, PluralError } from '../errors/plural-error.ts';
import { raceDeadline, type Abandoned } from './deadline.ts';
import type { SharedToken, Token } from './token-store.ts';

export interface TokenSourceOptions {
  /** Requests a token from Plural; bounds the time of its own attempts. */
  requestToken: () => Promise<Token>;
  /** Epoch milliseconds. */
  now: () => number;
  shared?: SharedToken | undefined;
  /** Milliseconds that a caller waits for a token that another caller requested. */
  waitTimeoutMs: number;
}

/**
 * Returns an access token.
 *
 * @throws {PluralError} the error of the token call, `ABORTED`, or `TIMEOUT` after two waits.
 */
export type TokenSource = (options: {
  /** Token that Plural has just rejected with 401, which is not returned again. */
  rejectedToken?: string | undefined;
  signal?: AbortSignal | undefined;
}) => Promise<string>;

/**
 * Returns the time before a token's expiry at which it is no longer used: a minute, and of a token that lives less than
 * two minutes half its life, since every call would otherwise request another.
 */
const expiryMarginMs = ({ lifeMs }: Token): number => Math.min(60_000, lifeMs / 2);

const timedOut: Abandoned = { reason: 'timeout' };

/** A request for a token that has not settled. */
interface InFlight {
  readonly promise: Promise<Token>;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
}

/**
 * Creates a token source with one cached token and at most one request in flight. A failure reaches those who wait for
 * it and is never cached.
 *
 * On Workers a promise created by a request that has ended never settles, or rejects with an error of the platform
 * [source: workers-promises]. A caller that times out on another caller's promise, or sees that error, therefore
 * requests its own token.
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { requestToken, now, shared, waitTimeoutMs } = options;
  let cached: Token | undefined;
  let inFlight: InFlight | undefined;

  const isUsable = (token: Token | undefined, rejectedToken: string | undefined): token is Token =>
    token !== undefined && token.value !== rejectedToken && now() < token.expiresAtMs - expiryMarginMs(token);

  const loadOrRequest = async (rejectedToken: string | undefined): Promise<Token> => {
    const found = await shared?.load();
    if (isUsable(found, rejectedToken)) return found;
    const token = await requestToken();
    await shared?.save(token);
    return token;
  };

  const startRequest = (rejectedToken: string | undefined): InFlight => {
    const started: InFlight = { promise: loadOrRequest(rejectedToken), startedAtMs: now() };
    const onSettled = (token?: Token): void => {
      if (inFlight === started) inFlight = undefined;
      if (token !== undefined) cached = token;
    };
    inFlight = started;
    started.promise.then(onSettled, () => onSettled());
    return started;
  };

  // Capped at the whole timeout, because the clock may have been set back.
  const remainingWaitMs = ({ startedAtMs }: InFlight): number =>
    Math.min(waitTimeoutMs, waitTimeoutMs - (now() - startedAtMs));

  return async ({ rejectedToken, signal }) => {
    // Two waits at most: the first may be for another caller's request that never settles.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (isUsable(cached, rejectedToken)) return cached.value;
      if (inFlight !== undefined && remainingWaitMs(inFlight) <= 0) inFlight = undefined;
      const existing = inFlight;
      const current: InFlight = existing ?? startRequest(rejectedToken);
      const end = await raceDeadline(current.promise, remainingWaitMs(current), signal).catch((error: unknown) => {
        if (existing === undefined || isPluralError(error)) throw error;
        return timedOut;
      });
      if (end.reason === undefined) return end.value.value;
      if (end.reason === 'aborted') throw new PluralError('ABORTED', { operation: 'getToken' });
      if (inFlight === current) inFlight = undefined;
    }
    throw new PluralError('TIMEOUT', { operation: 'getToken', reason: `waited ${2 * waitTimeoutMs} ms` });
  };
}
