/** A valid access token: kept until shortly before its end, asked for once however many wait for it. */

import { raceDeadline, type Abandoned } from './deadline.ts';
import { isPluralError, PluralError } from '../errors/plural-error.ts';
import type { SharedToken, Token } from './token-store.ts';

export interface TokenSourceOptions {
  /** Asks Plural; its own attempts are limited in time. */
  requestToken: () => Promise<Token>;
  now: () => number;
  shared?: SharedToken | undefined;
  /** How long someone waits for a token that another call asked for. */
  waitTimeoutMs: number;
}

/** Gives a token; `refused` is one that Plural has just answered 401 to, which will not be given again. */
export type TokenSource = (options: {
  rejectedToken?: string | undefined;
  signal?: AbortSignal | undefined;
}) => Promise<string>;

const expiryMarginMs = 60_000;
const timedOut: Abandoned = { reason: 'timeout' };

interface InFlight {
  readonly promise: Promise<Token>;
  readonly startedAtMs: number;
}

/**
 * One token and at most one request for it at a time. A failure is handed to those who wait and then forgotten.
 *
 * On Workers a promise made by a request that has been answered never settles, or is said to by an error of the
 * platform; whoever waited too long for another's, or met that error, asks anew. [source: workers-promises]
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { requestToken, now, shared, waitTimeoutMs } = options;
  let cached: Token | undefined;
  let inFlight: InFlight | undefined;

  const isUsable = (token: Token | undefined, rejectedToken: string | undefined): token is Token =>
    token !== undefined && token.value !== rejectedToken && now() < token.expiresAtMs - expiryMarginMs;

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

  // At most the whole patience, also when the clock was set back.
  const remainingWaitMs = ({ startedAtMs }: InFlight): number =>
    Math.min(waitTimeoutMs, waitTimeoutMs - (now() - startedAtMs));

  return async ({ rejectedToken, signal }) => {
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
