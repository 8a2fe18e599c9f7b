/** Whether and when a call is sent again by itself. Pure. */

import type { RetryPolicy } from './endpoints.ts';
import type { PluralError } from '../errors/plural-error.ts';

const baseDelayMs = 300;
const maxServerDelayMs = 5000;

/**
 * Milliseconds until the next attempt, or `undefined` when there must be none.
 *
 * Waits a random part of 300 ms, doubled each time (full jitter), or as long as `Retry-After` says, up to 5 s; a
 * longer one is left to the caller.
 *
 * @param attempt 1 for the first
 * @param retryAfter the header of the answer, if there was one
 */
export function retryDelayMs(
  policy: RetryPolicy | undefined,
  attempt: number,
  error: PluralError,
  retryAfter: string | null,
  nowMs: number,
): number | undefined {
  if (policy === undefined || attempt > policy.limit || !isRetryable(policy, error)) return undefined;
  const serverDelayMs = parseRetryAfterMs(retryAfter, nowMs);
  if (serverDelayMs === undefined) return Math.random() * baseDelayMs * 2 ** (attempt - 1);
  return serverDelayMs <= maxServerDelayMs ? serverDelayMs : undefined;
}

function isRetryable(policy: RetryPolicy, error: PluralError): boolean {
  if (policy.on === 'noResponse') return error.code === 'NETWORK_FAILED' && error.status === undefined;
  return ['NETWORK_FAILED', 'TIMEOUT', 'API_FAILED', 'BUSY'].includes(error.code);
}

/** Reads `Retry-After`, seconds or an HTTP date; `undefined` when it is neither or lies in the past. */
export function parseRetryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  const waitMs = /^\d{1,10}$/.test(text) ? Number(text) * 1000 : Date.parse(/[A-Za-z]/.test(text) ? text : '') - nowMs;
  return waitMs >= 0 ? waitMs : undefined;
}
