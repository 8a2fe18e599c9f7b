/** Access token: the body and the response of the token call, and the token's lifetime. */

import * as v from 'valibot';
import { lenient, type Schema } from './parse.ts';

/** Body of the token call. */
export interface TokenBody {
  client_id: string;
  client_secret: string;
  grant_type: 'client_credentials';
}

/** Validates the body of the token call. */
export const tokenSchema: Schema<TokenBody> = v.object({
  client_id: v.string(),
  client_secret: v.string(),
  grant_type: v.literal('client_credentials'),
});

/**
 * Response of the token call. `expires_in` is in seconds, `expires_at` ISO 8601; either may be present.
 * [source: otp-guide] [source: authentication]
 */
export interface TokenResponse {
  /** 1 to 8192 printable ASCII characters, so that it fits a header. */
  readonly access_token: string;
  readonly expires_in?: string | number | undefined;
  readonly expires_at?: string | undefined;
  readonly [member: string]: unknown;
}

/** Parses the response of the token call. */
export const tokenResponseSchema: Schema<TokenResponse> = v.looseObject({
  access_token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,8192}$/, '1 to 8192 printable characters')),
  expires_in: lenient(v.union([v.string(), v.number()])),
  expires_at: lenient(v.string()),
});

/** Parses a date. A time without a zone is UTC, wherever the process runs. */
function parseUtc(text: string): number {
  const hasZone = /(?:z|[+-]\d\d:?\d\d)$/i.test(text);
  return Date.parse(/:\d\d/.test(text) && !hasZone ? `${text.replace(' ', 'T')}Z` : text);
}

const defaultLifeSeconds = 300;
const maxLifeSeconds = 24 * 60 * 60;
const minLifeSeconds = 1;

/**
 * Returns the seconds that a token is valid for: 1 to 86,400, and 300 when the response does not say.
 *
 * @param serverNowMs the response's own `Date` in epoch milliseconds, so that a local clock that is wrong does not
 * matter
 */
export function tokenLifeSeconds(response: TokenResponse, serverNowMs: number): number {
  const inSeconds = Number(response.expires_in ?? Number.NaN);
  const atMs = parseUtc(response.expires_at ?? '');
  const life = inSeconds > 0 ? inSeconds : (atMs - serverNowMs) / 1000;
  if (!Number.isFinite(life)) return defaultLifeSeconds;
  return Math.min(Math.max(life, minLifeSeconds), maxLifeSeconds);
}
