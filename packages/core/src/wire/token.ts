/** The access token: how it is asked for and how long it lives. */

import * as v from 'valibot';
import { lenient, type Schema } from './parse.ts';

/** The body of the token call. */
export interface TokenBody {
  client_id: string;
  client_secret: string;
  grant_type: 'client_credentials';
}

/** Checks the body of the token call. */
export const tokenSchema: Schema<TokenBody> = v.object({
  client_id: v.string(),
  client_secret: v.string(),
  grant_type: v.literal('client_credentials'),
});

/** `expires_in` is in seconds, `expires_at` ISO 8601; either may come. [source: otp-guide] [source: authentication] */
export interface TokenResponse {
  /** 1 to 8192 printable ASCII characters, so that it fits a header. */
  readonly access_token: string;
  readonly expires_in?: string | number | undefined;
  readonly expires_at?: string | undefined;
  readonly [member: string]: unknown;
}

/** Reads the answer of the token call. */
export const tokenResponseSchema: Schema<TokenResponse> = v.looseObject({
  access_token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,8192}$/, '1 to 8192 printable characters')),
  expires_in: lenient(v.union([v.string(), v.number()])),
  expires_at: lenient(v.string()),
});

const defaultLifeSeconds = 300;
const maxLifeSeconds = 24 * 60 * 60;
const minLifeSeconds = 60;

/**
 * How long a token lives from now on, in seconds: 60 to 86,400, and 300 when the answer does not say.
 *
 * `expires_at` is compared with the answer's own `Date`, so that a clock of ours that is wrong does not matter.
 */
export function tokenLifeSeconds(response: TokenResponse, serverNowMs: number): number {
  const inSeconds = Number(response.expires_in ?? Number.NaN);
  const atMs = Date.parse(response.expires_at ?? '');
  const life = inSeconds > 0 ? inSeconds : (atMs - serverNowMs) / 1000;
  if (!Number.isFinite(life)) return defaultLifeSeconds;
  return Math.min(Math.max(life, minLifeSeconds), maxLifeSeconds);
}
