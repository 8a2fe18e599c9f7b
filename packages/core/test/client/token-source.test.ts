import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PluralError } from '@plural-otp/core';
import { createTokenSource, type TokenSource } from '../../src/client/access-token.ts';
import type { Token } from '../../src/client/token-store.ts';

const waitTimeoutMs = 12_000;

/** Creates a token source whose token requests the test settles. */
function createSource(now: () => number = Date.now): {
  tokens: TokenSource;
  requests: { resolve: (value: string) => void; reject: (error: unknown) => void }[];
} {
  const requests: ReturnType<typeof createSource>['requests'] = [];
  const tokens = createTokenSource({
    now,
    waitTimeoutMs,
    requestToken: () =>
      new Promise<Token>((resolve, reject) => {
        requests.push({
          resolve: (value) => resolve({ value, expiresAtMs: now() + 3_600_000, lifeMs: 3_600_000 }),
          reject,
        });
      }),
  });
  return { tokens, requests };
}

const flushPromises = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a token request that another caller started', () => {
  test('that the platform ended, as on Workers, is retried once by those who wait', async () => {
    const { tokens, requests } = createSource();
    const first = tokens({}).catch((error: unknown) => error);
    const others = [tokens({}), tokens({}), tokens({})];
    await flushPromises();
    const ended = new Error('it can never settle');
    requests[0]?.reject(ended);
    await flushPromises();
    expect(requests).toHaveLength(2);
    requests[1]?.resolve('second');
    expect(await Promise.all(others)).toEqual(['second', 'second', 'second']);
    expect(await first).toBe(ended);
  });

  test('that Plural rejected fails for all, and is not retried', async () => {
    const { tokens, requests } = createSource();
    const all = [tokens({}), tokens({})].map((token) => token.catch((error: unknown) => error));
    await flushPromises();
    const rejection = new PluralError('CREDENTIALS_REJECTED');
    requests[0]?.reject(rejection);
    expect(await Promise.all(all)).toEqual([rejection, rejection]);
    expect(requests).toHaveLength(1);
  });

  test('is awaited no longer than what is left of its timeout', async () => {
    const { tokens, requests } = createSource();
    const first = tokens({});
    await vi.advanceTimersByTimeAsync(waitTimeoutMs - 1000);
    const second = tokens({});
    await vi.advanceTimersByTimeAsync(1000);
    expect(requests).toHaveLength(2);
    requests[1]?.resolve('second');
    expect(await Promise.all([first, second])).toEqual(['second', 'second']);
  });

  test('is awaited no longer than its whole timeout, also when the clock is set back', async () => {
    let nowMs = 1_000_000;
    const { tokens, requests } = createSource(() => nowMs);
    const first = tokens({});
    nowMs = 0;
    const second = tokens({});
    await vi.advanceTimersByTimeAsync(waitTimeoutMs);
    expect(requests).toHaveLength(2);
    requests[1]?.resolve('second');
    expect(await Promise.all([first, second])).toEqual(['second', 'second']);
  });

  test('that every caller abandoned is not awaited by later callers', async () => {
    const { tokens, requests } = createSource();
    const abort = new AbortController();
    const first = tokens({ signal: abort.signal }).catch((error: unknown) => error);
    abort.abort();
    expect(await first).toMatchObject({ code: 'ABORTED' });
    await vi.advanceTimersByTimeAsync(waitTimeoutMs);
    const second = tokens({});
    await flushPromises();
    expect(requests).toHaveLength(2);
    requests[1]?.resolve('second');
    expect(await second).toBe('second');
  });

  test('that settles late does not replace the newer one', async () => {
    const { tokens, requests } = createSource();
    const first = tokens({});
    await vi.advanceTimersByTimeAsync(waitTimeoutMs);
    requests[0]?.reject(new Error('late'));
    await flushPromises();
    const second = tokens({});
    await flushPromises();
    expect(requests).toHaveLength(2);
    requests[1]?.resolve('second');
    expect(await Promise.all([first, second])).toEqual(['second', 'second']);
  });
});

test('times out after two requests that never settle, and says how long it waited', async () => {
  const { tokens, requests } = createSource();
  const end = tokens({}).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(2 * waitTimeoutMs);
  expect(await end).toMatchObject({ code: 'TIMEOUT', operation: 'getToken', outcome: 'none' });
  expect(String(await end)).toContain('waited 24000 ms');
  expect(requests).toHaveLength(2);
});

test('a token that could not be replaced still serves callers whose calls were not rejected', async () => {
  const { tokens, requests } = createSource();
  const first = tokens({});
  await flushPromises();
  requests[0]?.resolve('first');
  expect(await first).toBe('first');
  const rejected = tokens({ rejectedToken: 'first' }).catch((error: unknown) => error);
  await flushPromises();
  requests[1]?.reject(new PluralError('API_FAILED'));
  await rejected;
  expect(await tokens({})).toBe('first');
  expect(requests).toHaveLength(2);
});
