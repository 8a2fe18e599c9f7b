import { afterEach, expect, test, vi } from 'vitest';
import { PluralError } from '@plural-otp/core';
import { parseRetryAfterMs, retryDelayMs } from '../../src/client/retry.ts';

const nowMs = Date.UTC(2026, 0, 5, 9);
const failed = { limit: 2, on: 'failure' } as const;
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
  expect(parseRetryAfterMs(header, nowMs)).toBe(waitMs);
});

test('without a word of the server: a random part of 300 ms, doubled each time', () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  expect(retryDelayMs(failed, 1, busy, null, nowMs)).toBe(150);
  expect(retryDelayMs(failed, 2, busy, null, nowMs)).toBe(300);
  expect(retryDelayMs(failed, 3, busy, null, nowMs)).toBeUndefined();
});

test('as long as the server says, up to 5 s; a longer wait is the caller’s', () => {
  expect(retryDelayMs(failed, 1, busy, '5', nowMs)).toBe(5000);
  expect(retryDelayMs(failed, 1, busy, '6', nowMs)).toBeUndefined();
});

test('never, where the call is not repeated', () => {
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
] as const)(
  '%s with status %s: repeated after a failure %s, after no answer %s',
  (code, status, failure, unanswered) => {
    const error = new PluralError(code, { operation: 'getOrder', status });
    expect(retryDelayMs(failed, 1, error, '0', nowMs) !== undefined).toBe(failure);
    expect(retryDelayMs({ limit: 1, on: 'noResponse' }, 1, error, '0', nowMs) !== undefined).toBe(unanswered);
  },
);
