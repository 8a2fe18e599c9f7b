import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PluralError } from '@plural-otp/core';
import { createTokenSource, type TokenSource } from '../../src/client/access-token.ts';
import type { Token } from '../../src/client/token-store.ts';

const patienceMs = 12_000;

/** A source whose requests for a token are settled by hand. */
function source(now: () => number = Date.now): {
  tokens: TokenSource;
  asked: { give: (value: string) => void; fail: (error: unknown) => void }[];
} {
  const asked: ReturnType<typeof source>['asked'] = [];
  const tokens = createTokenSource({
    now,
    waitTimeoutMs: patienceMs,
    requestToken: () =>
      new Promise<Token>((resolve, reject) => {
        asked.push({ give: (value) => resolve({ value, expiresAtMs: now() + 3_600_000 }), fail: reject });
      }),
  });
  return { tokens, asked };
}

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a request for a token that another began', () => {
  test('and that the platform ended, as on Workers, is made anew by those who wait, once', async () => {
    const { tokens, asked } = source();
    const first = tokens({}).catch((error: unknown) => error);
    const others = [tokens({}), tokens({}), tokens({})];
    await settled();
    const ended = new Error('it can never settle');
    asked[0]?.fail(ended);
    await settled();
    expect(asked).toHaveLength(2);
    asked[1]?.give('second');
    expect(await Promise.all(others)).toEqual(['second', 'second', 'second']);
    expect(await first).toBe(ended);
  });

  test('and that Plural refused is refused to all, and not made again', async () => {
    const { tokens, asked } = source();
    const all = [tokens({}), tokens({})].map((token) => token.catch((error: unknown) => error));
    await settled();
    const refusal = new PluralError('CREDENTIALS_REJECTED');
    asked[0]?.fail(refusal);
    expect(await Promise.all(all)).toEqual([refusal, refusal]);
    expect(asked).toHaveLength(1);
  });

  test('is waited for no longer than what is left of its time', async () => {
    const { tokens, asked } = source();
    const first = tokens({});
    await vi.advanceTimersByTimeAsync(patienceMs - 1000);
    const second = tokens({});
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toHaveLength(2);
    asked[1]?.give('second');
    expect(await Promise.all([first, second])).toEqual(['second', 'second']);
  });

  test('is waited for no longer than the whole time, also when the clock is set back', async () => {
    let nowMs = 1_000_000;
    const { tokens, asked } = source(() => nowMs);
    const first = tokens({});
    nowMs = 0;
    const second = tokens({});
    await vi.advanceTimersByTimeAsync(patienceMs);
    expect(asked).toHaveLength(2);
    asked[1]?.give('second');
    expect(await Promise.all([first, second])).toEqual(['second', 'second']);
  });

  test('and that nobody waited for to its end is not waited for by who comes later', async () => {
    const { tokens, asked } = source();
    const abort = new AbortController();
    const first = tokens({ signal: abort.signal }).catch((error: unknown) => error);
    abort.abort();
    expect(await first).toMatchObject({ code: 'ABORTED' });
    await vi.advanceTimersByTimeAsync(patienceMs);
    const second = tokens({});
    await settled();
    expect(asked).toHaveLength(2);
    asked[1]?.give('second');
    expect(await second).toBe('second');
  });

  test('and that ends late does not take the place of the newer one', async () => {
    const { tokens, asked } = source();
    const first = tokens({});
    await vi.advanceTimersByTimeAsync(patienceMs);
    asked[0]?.fail(new Error('late'));
    await settled();
    const second = tokens({});
    await settled();
    expect(asked).toHaveLength(2);
    asked[1]?.give('second');
    expect(await Promise.all([first, second])).toEqual(['second', 'second']);
  });
});

test('two requests that never settle are the end of it, and it says how long was waited', async () => {
  const { tokens, asked } = source();
  const end = tokens({}).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(2 * patienceMs);
  expect(await end).toMatchObject({ code: 'TIMEOUT', operation: 'getToken', outcome: 'none' });
  expect(String(await end)).toContain('waited 24000 ms');
  expect(asked).toHaveLength(2);
});

test('a token that could not be replaced still serves those it was not refused to', async () => {
  const { tokens, asked } = source();
  const first = tokens({});
  await settled();
  asked[0]?.give('first');
  expect(await first).toBe('first');
  const refused = tokens({ rejectedToken: 'first' }).catch((error: unknown) => error);
  await settled();
  asked[1]?.fail(new PluralError('API_FAILED'));
  await refused;
  expect(await tokens({})).toBe('first');
  expect(asked).toHaveLength(2);
});
