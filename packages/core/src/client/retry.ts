/** Decides whether and when the client retries a call by itself. Does no I/O and reads no clock. */

import type { PluralError } from '../errors/plural-error.ts';
import type { RetryPolicy } from './endpoints.ts';

const baseDelayMs = 300;
const maxServerDelayMs = 5000;

/**
 * Returns the milliseconds until the next attempt, or `undefined` when there must be none.
 *
 * The delay is a random part of 300 ms, doubled on each attempt (full jitter), or the server's `Retry-After` up to
 * 5 s; a longer one is left to the caller.
 *
 * @param attempt 1 for the first
 * @param retryAfter header of the response; `null` when there was none
 */
export function retryDelayMs(
  policy: RetryPolicy | undefined,
  attempt: number,
  error: PluralError,
  retryAfter: string | null,
  nowMs: number,
): number | undefined {
  if (policy === undefined || attempt > policy.limit || !isRetryable(policy, error)) return undefined;
  const serverDelayMs = parseRetryAfter(retryAfter, nowMs);
  if (serverDelayMs === undefined) return Math.random() * baseDelayMs * 2 ** (attempt - 1);
  return serverDelayMs <= maxServerDelayMs ? serverDelayMs : undefined;
}

function isRetryable(policy: RetryPolicy, error: PluralError): boolean {
  if (policy.on === 'noResponse') return error.code === 'NETWORK_FAILED' && error.status === undefined;
  return ['NETWORK_FAILED', 'TIMEOUT', 'API_FAILED', 'BUSY'].includes(error.code);
}

/**
 * Parses `Retry-After`, seconds or an HTTP date. Returns the delay in milliseconds, or `undefined` when the header is
 * neither or names a time in the past.
 */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const value = header.trim();
  const isSeconds = /^\d{1,10}$/.test(value);
  // Only a value with letters can be an HTTP date; `Date.parse` reads far more than those.
  const delayMs = isSeconds ? Number(value) * 1000 : Date.parse(/[A-Za-z]/.test(value) ? value : '') - nowMs;
  return delayMs >= 0 ? delayMs : undefined;
}
