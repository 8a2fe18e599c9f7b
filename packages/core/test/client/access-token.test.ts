import { isMainThread } from 'node:worker_threads';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createPlural, isPluralError, type Plural, type TokenStore } from '@plural-otp/core';
import { createTokenSource } from '../../src/client/access-token.ts';
import { tokenLifeSeconds } from '../../src/wire/token.ts';
import { baseUrl, order, stubPlural, tokenPath } from '../support/plural-stub.ts';

const ok = (): Response => Response.json({ data: order });

async function resultOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isPluralError(error)) return `${error.operation} ${error.code} ${error.outcome}`;
    throw error;
  }
  return 'done';
}

function memoryTokenStore(): TokenStore & { values: Map<string, string>; ttls: number[] } {
  const values = new Map<string, string>();
  const ttls: number[] = [];
  return {
    values,
    ttls,
    get: async (key) => values.get(key),
    set: async (key, value, ttlSeconds) => {
      values.set(key, value);
      ttls.push(ttlSeconds);
    },
  };
}

describe('one token call for all who wait', () => {
  test('500 concurrent callers without a token make one token call', async () => {
    const { plural, requests, tokenCalls } = stubPlural(ok);
    await Promise.all(Array.from({ length: 500 }, () => plural.getOrder('o-1')));
    expect([tokenCalls.length, requests.length]).toEqual([1, 500]);
  });

  test('200 concurrent 401s make one refresh, and every call succeeds', async () => {
    const { plural, requests, tokenCalls } = stubPlural((one) =>
      one.headers.get('authorization') === 'Bearer token-1' ? Response.json({}, { status: 401 }) : ok(),
    );
    const orders = await Promise.all(Array.from({ length: 200 }, () => plural.getOrder('o-1')));
    expect(orders).toHaveLength(200);
    expect([tokenCalls.length, requests.length]).toEqual([2, 400]);
  });

  test('a late 401 does not discard the newer token', async () => {
    const { promise: late, resolve: release } = Promise.withResolvers<void>();
    const { plural, tokenCalls } = stubPlural(async (one, count) => {
      if (count === 1) await late;
      return one.headers.get('authorization') === 'Bearer token-1' ? Response.json({}, { status: 401 }) : ok();
    });
    const slow = plural.getOrder('slow');
    await plural.getOrder('quick');
    release();
    await slow;
    expect(tokenCalls).toHaveLength(2);
  });

  test('a caller that aborts does not cancel the token call of the others', async () => {
    const abort = new AbortController();
    const { promise: tokenReleased, resolve: release } = Promise.withResolvers<void>();
    const { plural, tokenCalls, requests } = stubPlural(ok, {
      token: async () => {
        await tokenReleased;
        return Response.json({ access_token: 'token-1' });
      },
    });
    const aborted = resultOf(plural.cancelOrder('o-1', { signal: abort.signal }));
    const waiting = plural.getOrder('o-1');
    await vi.waitFor(() => expect(tokenCalls).toHaveLength(1));
    abort.abort();
    expect(await aborted).toBe('getToken ABORTED none');
    release();
    await waiting;
    expect([tokenCalls.length, requests.length]).toEqual([1, 1]);
  });
});

describe('a failure is never cached', () => {
  test('the call after a failed token call requests a token again, and succeeds', async () => {
    let healthy = false;
    const { plural, tokenCalls } = stubPlural(ok, {
      token: () => (healthy ? Response.json({ access_token: 't' }) : Response.json({}, { status: 401 })),
    });
    expect(await resultOf(plural.getOrder('o-1'))).toBe('getToken CREDENTIALS_REJECTED none');
    healthy = true;
    expect(await resultOf(plural.getOrder('o-1'))).toBe('done');
    expect(tokenCalls).toHaveLength(2);
  });

  test('a write without a token is not sent: outcome none', async () => {
    const { plural, requests } = stubPlural(ok, { token: () => Response.json({}, { status: 400 }) });
    expect(await resultOf(plural.submitOtp('p-1', '123456'))).toBe('getToken CREDENTIALS_REJECTED none');
    expect(requests).toEqual([]);
  });

  test('a token call that never settles times out for every caller and is not cached', async () => {
    vi.useFakeTimers();
    try {
      let hang = true;
      const { plural, tokenCalls } = stubPlural(ok, {
        token: () => (hang ? new Promise<never>(() => undefined) : Response.json({ access_token: 't' })),
      });
      const first = Promise.all([resultOf(plural.getOrder('o-1')), resultOf(plural.getOrder('o-2'))]);
      await vi.advanceTimersByTimeAsync(120_000);
      expect(await first).toEqual(['getToken TIMEOUT none', 'getToken TIMEOUT none']);
      hang = false;
      const before = tokenCalls.length;
      expect(await resultOf(plural.getOrder('o-1'))).toBe('done');
      expect(tokenCalls).toHaveLength(before + 1);
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    ['runs', () => Date.now()],
    ['stands still', () => 0],
  ])(
    'a token request that never settles, as on Workers, is replaced by those who wait; the clock %s',
    async (_title, now) => {
      vi.useFakeTimers();
      try {
        let requestCount = 0;
        const tokens = createTokenSource({
          requestToken: () => {
            requestCount += 1;
            return requestCount === 1
              ? new Promise(() => undefined)
              : Promise.resolve({ value: 'second', expiresAtMs: now() + 3_600_000, lifeMs: 3_600_000 });
          },
          now,
          waitTimeoutMs: 12_000,
        });
        const work = Promise.all(Array.from({ length: 20 }, () => tokens({})));
        await vi.advanceTimersByTimeAsync(12_000);
        expect(new Set(await work)).toEqual(new Set(['second']));
        expect(requestCount).toBe(2);
        expect(vi.getTimerCount()).toBe(0);
      } finally {
        vi.useRealTimers();
      }
    },
  );

  test.each([
    ['no token', {}],
    ['an empty token', { access_token: '' }],
    ['a token that would break a header', { access_token: 'a\r\nx: y' }],
    ['a token that is no string', { access_token: 7 }],
    ['a list', ['access_token']],
  ])('%s is an invalid response', async (_title, response) => {
    const { plural, requests } = stubPlural(ok, { token: () => Response.json(response) });
    expect(await resultOf(plural.getOrder('o-1'))).toBe('getToken RESPONSE_INVALID none');
    expect(requests).toEqual([]);
  });
});

describe('lifetime of a token', () => {
  const start = Date.UTC(2026, 0, 1);
  const at = (ms: number): string => new Date(ms).toISOString();

  test.each<[string, Record<string, unknown>, string | undefined, number]>([
    ['expires_in as a number', { expires_in: 3600 }, undefined, 3600],
    ['expires_in as a string', { expires_in: '3600' }, undefined, 3600],
    ['expires_at', { expires_at: at(start + 3_600_000) }, undefined, 3600],
    [
      'expires_at on a server an hour ahead',
      { expires_at: at(start + 7_200_000) },
      new Date(start + 3_600_000).toUTCString(),
      3600,
    ],
    ['both: the relative one', { expires_in: 600, expires_at: at(start + 7_200_000) }, undefined, 600],
    ['neither', {}, undefined, 300],
    ['nonsense', { expires_in: 'soon', expires_at: 'later' }, undefined, 300],
    ['a week', { expires_in: 604_800 }, undefined, 86_400],
  ])('%s', async (_title, life, date, seconds) => {
    let nowMs = start;
    const { plural, tokenCalls } = stubPlural(ok, {
      now: () => nowMs,
      token: () => Response.json({ access_token: 't', ...life }, { headers: date === undefined ? {} : { date } }),
    });
    await plural.getOrder('o-1');
    nowMs = start + (seconds - 61) * 1000;
    await plural.getOrder('o-1');
    expect(tokenCalls).toHaveLength(1);
    nowMs = start + (seconds - 60) * 1000;
    await plural.getOrder('o-1');
    expect(tokenCalls).toHaveLength(2);
  });

  // A thread, in which mutation tests run, keeps the time zone of its process.
  test.each(isMainThread ? ['Asia/Kolkata', 'America/New_York', 'UTC'] : ['UTC'])(
    'an expires_at without a zone is UTC, where the process runs in %s',
    async (zone) => {
      onTestFinished(() => void vi.unstubAllEnvs());
      vi.stubEnv('TZ', zone);
      expect(new Date(start).getTimezoneOffset()).toBe({ 'Asia/Kolkata': -330, 'America/New_York': 300 }[zone] ?? 0);
      for (const expiresAt of [
        '2026-01-01T01:00:00',
        '2026-01-01T01:00:00.000',
        '2026-01-01 01:00:00',
        '2026-01-01T01:00',
        '2026-01-01T01:00:00Z',
        '2026-01-01T06:30:00+05:30',
        '2025-12-31T20:00:00-0500',
      ]) {
        expect(tokenLifeSeconds({ access_token: 't', expires_at: expiresAt }, start), expiresAt).toBe(3600);
      }
    },
  );

  test.each([
    [10, 5],
    [60, 30],
    [61, 30.5],
    [119, 59.5],
    [120, 60],
    [121, 61],
  ])('a token that lives %d seconds is used for %d', async (lifeSeconds, usedSeconds) => {
    let nowMs = start;
    const { plural, tokenCalls } = stubPlural(ok, {
      now: () => nowMs,
      token: () => Response.json({ access_token: 't', expires_in: lifeSeconds }),
    });
    await Promise.all([plural.getOrder('o-1'), plural.getOrder('o-2')]);
    nowMs = start + usedSeconds * 1000 - 1;
    await plural.getOrder('o-3');
    expect(tokenCalls).toHaveLength(1);
    nowMs += 1;
    await plural.getOrder('o-4');
    expect(tokenCalls).toHaveLength(2);
  });

  test('a token that has expired when it arrives serves the callers that wait for it', async () => {
    let nowMs = start;
    const { plural, tokenCalls } = stubPlural(ok, {
      now: () => nowMs,
      token: () => Response.json({ access_token: 't', expires_at: at(start - 1000) }),
    });
    await Promise.all([plural.getOrder('o-1'), plural.getOrder('o-2')]);
    expect(tokenCalls).toHaveLength(1);
    nowMs += 500;
    await plural.getOrder('o-3');
    expect(tokenCalls).toHaveLength(2);
  });
});

describe('tokenStore', () => {
  const client = (
    tokenStore: TokenStore,
    seen: string[],
    options: { clientSecret?: string; clientId?: string } = {},
  ): Plural =>
    createPlural({
      environment: { baseUrl },
      clientId: 'client-id',
      clientSecret: 'client-secret',
      ...options,
      tokenStore,
      fetch: async (request) => {
        const isToken = new URL(request.url).pathname === tokenPath;
        seen.push(isToken ? 'token' : (request.headers.get('authorization') ?? ''));
        return isToken ? Response.json({ access_token: 'shared-token', expires_in: 3600 }) : ok();
      },
    });

  test('a second process uses the token of the first', async () => {
    const store = memoryTokenStore();
    const seen: string[] = [];
    await client(store, seen).getOrder('o-1');
    await client(store, seen).getOrder('o-1');
    expect(seen).toEqual(['token', 'Bearer shared-token', 'Bearer shared-token']);
    expect(store.ttls[0]).toBeGreaterThan(3500);
    expect(store.ttls[0]).toBeLessThanOrEqual(3600);
  });

  test('stores a sealed value under a key that reveals nothing', async () => {
    const store = memoryTokenStore();
    await client(store, []).getOrder('o-1');
    const stored = JSON.stringify([...store.values]);
    for (const word of ['shared-token', 'client-id', 'client-secret']) {
      expect(stored).not.toContain(word);
      expect(stored).not.toContain(Buffer.from(word).toString('base64').replaceAll('=', ''));
    }
    const [value] = [...store.values.values()];
    expect(Buffer.from(value ?? '', 'base64').toString('latin1')).not.toContain('shared-token');
  });

  test.each([
    ['another client secret', { clientSecret: 'other-secret' }],
    ['another client', { clientId: 'other-client' }],
  ])('%s cannot open the value and requests a token of its own', async (_title, options) => {
    const store = memoryTokenStore();
    await client(store, []).getOrder('o-1');
    const seen: string[] = [];
    await client(store, seen, options).getOrder('o-1');
    expect(seen[0]).toBe('token');
  });

  test('a value that was altered, truncated or moved from another key is ignored', async () => {
    const store = memoryTokenStore();
    await client(store, []).getOrder('o-1');
    const [[key, value]] = [...store.values] as [[string, string]];
    const flipped = `${value.slice(0, -4)}${value.endsWith('AAA=') ? 'BBB=' : 'AAA='}`;
    for (const invalid of [flipped, value.slice(8), '', 'not base64!', 'AAAA', 7 as never]) {
      store.values.set(key, invalid);
      const seen: string[] = [];
      await client(store, seen).getOrder('o-1');
      expect(seen[0]).toBe('token');
    }
  });

  test('a rejected token is not read from the store again', async () => {
    const store = memoryTokenStore();
    await client(store, []).getOrder('o-1');
    const { plural, tokenCalls } = stubPlural(
      (one) => (one.headers.get('authorization') === 'Bearer shared-token' ? Response.json({}, { status: 401 }) : ok()),
      { tokenStore: store, token: () => Response.json({ access_token: 'fresh-token' }) },
    );
    expect(await resultOf(plural.getOrder('o-1'))).toBe('done');
    expect(tokenCalls).toHaveLength(1);
  });

  test.each<[string, TokenStore]>([
    ['fails', { get: () => Promise.reject(new Error('down')), set: () => Promise.reject(new Error('down')) }],
    [
      'throws',
      {
        get: () => {
          throw new Error('down');
        },
        set: () => {
          throw new Error('down');
        },
      },
    ],
    ['hangs', { get: () => new Promise(() => undefined), set: () => new Promise(() => undefined) }],
  ])('a store that %s counts as empty', async (_title, store) => {
    const seen: string[] = [];
    const plural = client(store, seen);
    await plural.getOrder('o-1');
    await plural.getOrder('o-1');
    expect(seen).toEqual(['token', 'Bearer shared-token', 'Bearer shared-token']);
  });
});
