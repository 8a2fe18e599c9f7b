import { describe, expect, test, vi } from 'vitest';
import { createPlural, isPluralError, type Plural, type TokenStore } from '@plural-otp/core';
import { createTokenSource } from '../../src/client/access-token.ts';
import { baseUrl, order, stubbed, tokenPath } from '../support/plural-stub.ts';

const ok = (): Response => Response.json({ data: order });

async function codeOf(work: Promise<unknown>): Promise<string> {
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

describe('one token call, however many wait', () => {
  test('500 cold callers at once make one token call', async () => {
    const { plural, reached, tokenCalls } = stubbed(ok);
    await Promise.all(Array.from({ length: 500 }, () => plural.getOrder('o-1')));
    expect([tokenCalls.length, reached.length]).toEqual([1, 500]);
  });

  test('200 parallel 401s make one refresh, and every call succeeds', async () => {
    const { plural, reached, tokenCalls } = stubbed((one) =>
      one.headers.get('authorization') === 'Bearer token-1' ? Response.json({}, { status: 401 }) : ok(),
    );
    const orders = await Promise.all(Array.from({ length: 200 }, () => plural.getOrder('o-1')));
    expect(orders).toHaveLength(200);
    expect([tokenCalls.length, reached.length]).toEqual([2, 400]);
  });

  test('a 401 that comes late does not throw the newer token away', async () => {
    let release = (): void => undefined;
    const late = new Promise<void>((resolve) => (release = resolve));
    const { plural, tokenCalls } = stubbed(async (one, count) => {
      if (count === 1) await late;
      return one.headers.get('authorization') === 'Bearer token-1' ? Response.json({}, { status: 401 }) : ok();
    });
    const slow = plural.getOrder('slow');
    await plural.getOrder('quick');
    release();
    await slow;
    expect(tokenCalls).toHaveLength(2);
  });

  test('one caller that gives up takes the token from nobody', async () => {
    const abort = new AbortController();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const { plural, tokenCalls, reached } = stubbed(ok, {
      token: async () => {
        await gate;
        return Response.json({ access_token: 'token-1' });
      },
    });
    const impatient = codeOf(plural.cancelOrder('o-1', { signal: abort.signal }));
    const patient = plural.getOrder('o-1');
    await vi.waitFor(() => expect(tokenCalls).toHaveLength(1));
    abort.abort();
    expect(await impatient).toBe('getToken ABORTED none');
    release();
    await patient;
    expect([tokenCalls.length, reached.length]).toEqual([1, 1]);
  });
});

describe('a failure is never remembered', () => {
  test('the call after a failed token call asks again, and works', async () => {
    let healthy = false;
    const { plural, tokenCalls } = stubbed(ok, {
      token: () => (healthy ? Response.json({ access_token: 't' }) : Response.json({}, { status: 403 })),
    });
    expect(await codeOf(plural.getOrder('o-1'))).toBe('getToken CREDENTIALS_REJECTED none');
    healthy = true;
    expect(await codeOf(plural.getOrder('o-1'))).toBe('done');
    expect(tokenCalls).toHaveLength(2);
  });

  test('a write whose token could not be had was never sent: outcome none', async () => {
    const { plural, reached } = stubbed(ok, { token: () => Response.json({}, { status: 400 }) });
    expect(await codeOf(plural.submitOtp('p-1', '123456'))).toBe('getToken CREDENTIALS_REJECTED none');
    expect(reached).toEqual([]);
  });

  test('a token call that never answers is given up by everyone, and forgotten', async () => {
    vi.useFakeTimers();
    try {
      let hang = true;
      const { plural, tokenCalls } = stubbed(ok, {
        token: () => (hang ? new Promise<never>(() => undefined) : Response.json({ access_token: 't' })),
      });
      const first = Promise.all([codeOf(plural.getOrder('o-1')), codeOf(plural.getOrder('o-2'))]);
      await vi.advanceTimersByTimeAsync(120_000);
      expect(await first).toEqual(['getToken TIMEOUT none', 'getToken TIMEOUT none']);
      hang = false;
      const before = tokenCalls.length;
      expect(await codeOf(plural.getOrder('o-1'))).toBe('done');
      expect(tokenCalls).toHaveLength(before + 1);
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    ['runs', () => Date.now()],
    ['stands still', () => 0],
  ])(
    'a request for a token that never settles, as on Workers, is replaced by those who wait; the clock %s',
    async (_title, now) => {
      vi.useFakeTimers();
      try {
        let asked = 0;
        const tokens = createTokenSource({
          requestToken: () => {
            asked += 1;
            return asked === 1
              ? new Promise(() => undefined)
              : Promise.resolve({ value: 'second', expiresAtMs: now() + 3_600_000 });
          },
          now,
          waitTimeoutMs: 12_000,
        });
        const work = Promise.all(Array.from({ length: 20 }, () => tokens({})));
        await vi.advanceTimersByTimeAsync(12_000);
        expect(new Set(await work)).toEqual(new Set(['second']));
        expect(asked).toBe(2);
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
    ['a token that is no text', { access_token: 7 }],
    ['a list', ['access_token']],
  ])('%s is no answer', async (_title, answer) => {
    const { plural, reached } = stubbed(ok, { token: () => Response.json(answer) });
    expect(await codeOf(plural.getOrder('o-1'))).toBe('getToken RESPONSE_INVALID none');
    expect(reached).toEqual([]);
  });
});

describe('how long a token lives', () => {
  const start = Date.UTC(2026, 0, 1);
  const at = (ms: number): string => new Date(ms).toISOString();

  test.each<[string, Record<string, unknown>, string | undefined, number]>([
    ['expires_in as a number', { expires_in: 3600 }, undefined, 3600],
    ['expires_in as a text', { expires_in: '3600' }, undefined, 3600],
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
    const { plural, tokenCalls } = stubbed(ok, {
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

  test('a token of less than a minute serves those who asked for it, and is not kept', async () => {
    const { plural, tokenCalls } = stubbed(ok, { token: () => Response.json({ access_token: 't', expires_in: 10 }) });
    await Promise.all([plural.getOrder('o-1'), plural.getOrder('o-2')]);
    expect(tokenCalls).toHaveLength(1);
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

  test('what it keeps is sealed, and its key tells nothing', async () => {
    const store = memoryTokenStore();
    await client(store, []).getOrder('o-1');
    const kept = JSON.stringify([...store.values]);
    for (const word of ['shared-token', 'client-id', 'client-secret']) {
      expect(kept).not.toContain(word);
      expect(kept).not.toContain(Buffer.from(word).toString('base64').replaceAll('=', ''));
    }
    const [value] = [...store.values.values()];
    expect(Buffer.from(value ?? '', 'base64').toString('latin1')).not.toContain('shared-token');
  });

  test.each([
    ['another client secret', { clientSecret: 'other-secret' }],
    ['another client', { clientId: 'other-client' }],
  ])('%s does not open it, and asks for its own', async (_title, options) => {
    const store = memoryTokenStore();
    await client(store, []).getOrder('o-1');
    const seen: string[] = [];
    await client(store, seen, options).getOrder('o-1');
    expect(seen[0]).toBe('token');
  });

  test('a value moved from another place, altered or cut short is not used', async () => {
    const store = memoryTokenStore();
    await client(store, []).getOrder('o-1');
    const [[key, value]] = [...store.values] as [[string, string]];
    const flipped = `${value.slice(0, -4)}${value.endsWith('AAA=') ? 'BBB=' : 'AAA='}`;
    for (const wrong of [flipped, value.slice(8), '', 'not base64!', 'AAAA', 7 as never]) {
      store.values.set(key, wrong);
      const seen: string[] = [];
      await client(store, seen).getOrder('o-1');
      expect(seen[0]).toBe('token');
    }
  });

  test('a token that was refused is not taken from the store again', async () => {
    const store = memoryTokenStore();
    await client(store, []).getOrder('o-1');
    const { plural, tokenCalls } = stubbed(
      (one) => (one.headers.get('authorization') === 'Bearer shared-token' ? Response.json({}, { status: 401 }) : ok()),
      { tokenStore: store, token: () => Response.json({ access_token: 'fresh-token' }) },
    );
    expect(await codeOf(plural.getOrder('o-1'))).toBe('done');
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
  ])('a store that %s is as good as none', async (_title, store) => {
    const seen: string[] = [];
    const plural = client(store, seen);
    await plural.getOrder('o-1');
    await plural.getOrder('o-1');
    expect(seen).toEqual(['token', 'Bearer shared-token', 'Bearer shared-token']);
  });
});
