/** A valid access token: kept until shortly before its end, asked for once however many wait for it. */

import { waitFor, type GivenUp } from './deadline.ts';
import { isPluralError, PluralError } from '../errors/plural-error.ts';
import type { SharedToken, Token } from './token-store.ts';

export interface TokenSourceOptions {
  /** Asks Plural; its own attempts are limited in time. */
  ask: () => Promise<Token>;
  now: () => number;
  shared?: SharedToken | undefined;
  /** How long someone waits for a token that another call asked for. */
  patienceMs: number;
}

/** Gives a token; `refused` is one that Plural has just answered 401 to, which will not be given again. */
export type TokenSource = (wish: { refused?: string | undefined; signal?: AbortSignal | undefined }) => Promise<string>;

const marginMs = 60_000;
const lost: GivenUp = { givenUp: 'late' };

interface Flight {
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
  const { ask, now, shared, patienceMs } = options;
  let held: Token | undefined;
  let flight: Flight | undefined;

  const usable = (token: Token | undefined, refused: string | undefined): token is Token =>
    token !== undefined && token.value !== refused && now() < token.expiresAtMs - marginMs;

  const obtain = async (refused: string | undefined): Promise<Token> => {
    const found = await shared?.load();
    if (usable(found, refused)) return found;
    const token = await ask();
    await shared?.save(token);
    return token;
  };

  const depart = (refused: string | undefined): Flight => {
    const started: Flight = { promise: obtain(refused), startedAtMs: now() };
    const land = (token?: Token): void => {
      if (flight === started) flight = undefined;
      if (token !== undefined) held = token;
    };
    flight = started;
    started.promise.then(land, () => land());
    return started;
  };

  // At most the whole patience, also when the clock was set back.
  const patienceLeft = ({ startedAtMs }: Flight): number => Math.min(patienceMs, patienceMs - (now() - startedAtMs));

  return async ({ refused, signal }) => {
    for (let boarded = 0; boarded < 2; boarded += 1) {
      if (usable(held, refused)) return held.value;
      if (flight !== undefined && patienceLeft(flight) <= 0) flight = undefined;
      const another = flight;
      const mine: Flight = another ?? depart(refused);
      const end = await waitFor(mine.promise, patienceLeft(mine), signal).catch((error: unknown) => {
        if (another === undefined || isPluralError(error)) throw error;
        return lost;
      });
      if (end.givenUp === undefined) return end.value.value;
      if (end.givenUp === 'aborted') throw new PluralError('ABORTED', { operation: 'getToken' });
      if (flight === mine) flight = undefined;
    }
    throw new PluralError('TIMEOUT', { operation: 'getToken', reason: `waited ${2 * patienceMs} ms` });
  };
}
