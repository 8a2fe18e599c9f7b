import { afterEach, expect, test, vi } from 'vitest';
import { PluralError } from '@plural-otp/core';
import { parseRetryAfter, retryDelayMs } from '../../src/client/retry.ts';

const nowMs = Date.UTC(2026, 0, 5, 9);
const onFailure = { limit: 2, on: 'failure' } as const;
const busy = new PluralError('BUSY');

afterEach(() => void vi.restoreAllMocks());

test.each([
  [null, undefined],
  ['0', 0],
  ['3', 3000],
  [' 3 ', 3000],
  ['-1', undefined],
  ['1.5', undefined],
  ['later', undefined],
  ['99999999999', undefined],
  ['', undefined],
  [new Date(nowMs + 4000).toUTCString(), 4000],
  [new Date(nowMs).toUTCString(), 0],
  [new Date(nowMs - 4000).toUTCString(), undefined],
])('Retry-After %j is %s milliseconds', (header, waitMs) => {
  expect(parseRetryAfter(header, nowMs)).toBe(waitMs);
});

test('without Retry-After: a random part of 300 ms, doubled each time', () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  expect(retryDelayMs(onFailure, 1, busy, null, nowMs)).toBe(150);
  expect(retryDelayMs(onFailure, 2, busy, null, nowMs)).toBe(300);
  expect(retryDelayMs(onFailure, 3, busy, null, nowMs)).toBeUndefined();
});

test('follows Retry-After up to 5 s; a longer delay is left to the caller', () => {
  expect(retryDelayMs(onFailure, 1, busy, '5', nowMs)).toBe(5000);
  expect(retryDelayMs(onFailure, 1, busy, '6', nowMs)).toBeUndefined();
});

test('never for a call without a retry policy', () => {
  expect(retryDelayMs(undefined, 1, busy, '0', nowMs)).toBeUndefined();
});

test.each([
  ['BUSY', 429, true, false],
  ['API_FAILED', 500, true, false],
  ['TIMEOUT', undefined, true, false],
  ['NETWORK_FAILED', undefined, true, true],
  ['NETWORK_FAILED', 200, true, false],
  ['RESPONSE_INVALID', 200, false, false],
  ['API_REJECTED', 422, false, false],
  ['ABORTED', undefined, false, false],
] as const)('%s with status %s: retried on failure %s, on no response %s', (code, status, failure, noResponse) => {
  const error = new PluralError(code, { operation: 'getOrder', status });
  expect(retryDelayMs(onFailure, 1, error, '0', nowMs) !== undefined).toBe(failure);
  expect(retryDelayMs({ limit: 1, on: 'noResponse' }, 1, error, '0', nowMs) !== undefined).toBe(noResponse);
});
