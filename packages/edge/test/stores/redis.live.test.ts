import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PaymentStore } from '@plural-otp/edge';
import { toNodeListener } from '@plural-otp/edge/node';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { redisStore, type RunScript } from '../../src/stores/redis.ts';
import { importDocExample } from '../support/doc-example.ts';
import { shouldSkip, redisServer, startRedis, type DatabaseServer } from '../support/databases.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { describeStoreContract } from '../support/store-contract.ts';
import { describeStoreFailures } from '../support/store-failures.ts';
import { Clock } from '../support/test-shop.ts';
import { dueKeys } from '../support/due-keys.ts';

let engine: DatabaseServer;
let proxy: FaultProxy;
let rest: Server;
let admin: Redis;
const runs: Record<string, RunScript> = {};
const closing: (() => unknown)[] = [];

/** Takes commands as JSON arrays over HTTP, as Upstash's REST API does. */
async function startRest(): Promise<Server> {
  const response = async (request: Request): Promise<Response> => {
    if (request.headers.get('authorization') !== 'Bearer a-token') return new Response(null, { status: 401 });
    const [command, ...args] = (await request.json()) as [string, ...string[]];
    const called = admin.call(command, ...args);
    const [result, error] = await called.then(
      (value) => [value, undefined],
      (reason: Error) => [undefined, reason.message],
    );
    return Response.json({ result, error }, { status: error === undefined ? 200 : 400 });
  };
  const server = createServer(toNodeListener({ fetch: response }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

interface Client {
  disconnect: () => unknown;
  destroy?: () => unknown;
}

describe.skipIf(shouldSkip(redisServer))('Redis', () => {
  beforeAll(async () => {
    // The examples say each broken connection on the console; these are broken on purpose.
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    engine = await startRedis();
    proxy = await new FaultProxy(engine.port).listen();
    admin = new Redis(engine.port, '127.0.0.1', { lazyConnect: true });
    admin.on('error', () => undefined);
    await admin.connect();
    rest = await startRest();
    const REDIS_URL = `redis://127.0.0.1:${proxy.port}`;
    for (const name of ['node-redis', 'ioredis']) {
      const { run, client } = await importDocExample<{ run: RunScript; client: Client }>(name, { REDIS_URL });
      runs[name] = run;
      closing.push(() => (client.destroy ? client.destroy() : client.disconnect()));
    }
    const { run } = await importDocExample<{ run: RunScript }>('Over HTTP', {
      UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${(rest.address() as AddressInfo).port}`,
      UPSTASH_REDIS_REST_TOKEN: 'a-token',
    });
    runs['over HTTP'] = run;
    runs['with a client that returns bytes'] = (script, keys, args) =>
      admin.callBuffer('EVAL', script, keys.length, ...keys, ...args);
    runs['with a client that parses JSON'] = async (script, keys, args) =>
      readJson(await admin.eval(script, keys.length, ...keys, ...args));
    runs['admin'] = (script, keys, args) => admin.eval(script, keys.length, ...keys, ...args);
  }, 60_000);

  afterAll(async () => {
    for (const close of closing) close();
    admin?.disconnect();
    rest?.close();
    proxy?.close();
    await engine?.dispose();
  });

  const runOf =
    (name: string): RunScript =>
    (...call) =>
      runs[name]?.(...call) ?? Promise.reject(new Error(`no ${name}`));

  for (const name of ['node-redis', 'ioredis', 'over HTTP', 'with a client that parses JSON']) {
    describeStoreContract(`redis ${name}`, async ({ now }) => redisStore(runOf(name), { now, prefix: randomUUID() }));
  }

  for (const name of ['node-redis', 'ioredis']) {
    describeStoreFailures(`redis behind ${name}`, () => ({
      proxy,
      open: async ({ now }) => redisStore(runOf(name), { now, prefix: randomUUID() }),
      crash: engine.crash,
      start: engine.start,
    }));
  }

  describe('a save that is cut off', () => {
    const writes = /redis\.call\('(?:ZADD|ZREM|HSET|HDEL|SET|DEL)'/g;
    const soon = 1000;
    const later = 5000;
    interface Due {
      in?: number | null;
      undelivered?: true;
    }

    /** Ends the script, as the death of the engine does, before the given one of its writes. */
    const cutAt =
      (write: number, run: RunScript): RunScript =>
      (script, ...call) => {
        let count = 0;
        const cut = script.replaceAll(writes, (match) => ((count += 1) === write ? `error('cut') ${match}` : match));
        return run(cut, ...call);
      };

    test.each<[title: string, before: Due, after: Due]>([
      ['the first', {}, { in: soon }],
      ['later', { in: soon }, { in: later }],
      ['earlier', { in: later }, { in: soon }],
      ['never', { in: soon }, { in: null }],
      ['again', { in: null }, { in: soon }],
      ['the same', { in: soon }, { in: soon }],
      ['later with a verdict', { in: soon }, { in: later, undelivered: true }],
      ['earlier without its verdict', { in: later, undelivered: true }, { in: soon }],
      ['never with a verdict delivered', { in: soon, undelivered: true }, { in: null }],
    ])(
      'leaves the record listed no later than it is due, wherever it is cut off: due %s',
      async (_title, before, after) => {
        let cuts = 0;
        for (let write = 1; write <= 7; write += 1) {
          const clock = new Clock();
          const prefix = randomUUID();
          const options = { now: clock.now, prefix, shards: 1 };
          const store = redisStore(runOf('admin'), options);
          const at = ({ in: ms = null }: Due): number | null => (ms === null ? null : clock.now() + ms);
          const save = async (to: PaymentStore, due: Due): Promise<boolean> =>
            to.save('a', String(at(due)), {
              version: (await store.load('a'))?.version,
              keepSeconds: 60,
              dueAtMs: at(due),
              ...(due.undelivered && { undelivered: true }),
            });
          if (before.in !== undefined) await save(store, before);
          await save(redisStore(cutAt(write, runOf('admin')), options), after).catch(() => (cuts += 1));

          const left = await store.load('a');
          expect([before.in === undefined ? undefined : String(at(before)), String(at(after))]).toContain(left?.value);
          const dueAtMs = left === undefined || left.value === 'null' ? null : Number(left.value);
          if (dueAtMs !== null) expect(await dueKeys(store, dueAtMs, 10)).toEqual(['a']);
          // What it named too often it names no more, and it still names the record.
          const names = dueAtMs === null ? [] : ['a'];
          expect(await dueKeys(store, clock.now() + later, 10)).toEqual(names);
          expect(await admin.zrange(`{${prefix}:0}due`, '0', '-1')).toEqual(names);
        }
        expect(cuts).toBeGreaterThanOrEqual(2);
      },
    );
  });

  describe('the server', () => {
    const opened = (name = 'admin'): { store: PaymentStore; prefix: string; clock: Clock } => {
      const clock = new Clock();
      const prefix = randomUUID();
      return { clock, prefix, store: redisStore(runOf(name), { now: clock.now, prefix, shards: 1 }) };
    };

    test('expires records that are done, and none that are due', async () => {
      const { store, prefix, clock } = opened();
      await store.save('done', '', { version: undefined, keepSeconds: 60, dueAtMs: null });
      await store.save('due', '', { version: undefined, keepSeconds: 60, dueAtMs: clock.now() });
      expect(await admin.pttl(`{${prefix}:0}:done`)).toBeGreaterThan(0);
      expect(await admin.pttl(`{${prefix}:0}:done`)).toBeLessThanOrEqual(60_000);
      expect(await admin.pttl(`{${prefix}:0}open`)).toBe(-1);
      const { version } = (await store.load('due')) ?? {};
      await store.save('due', '', { version, keepSeconds: 60, dueAtMs: null });
      expect((await admin.keys(`{${prefix}:0}*`)).sort()).toEqual([`{${prefix}:0}:done`, `{${prefix}:0}:due`]);
      expect(await admin.pttl(`{${prefix}:0}:due`)).toBeGreaterThan(0);
    });

    test('a script that is sent twice takes effect once and returns the same', async () => {
      const { clock } = opened();
      const twice: RunScript = async (...call) => {
        const first = await runOf('admin')(...call);
        expect(await runOf('admin')(...call)).toEqual(first);
        return first;
      };
      const store = redisStore(twice, { now: clock.now, prefix: randomUUID() });
      expect(await store.save('a', 'one', { version: undefined, keepSeconds: 60, dueAtMs: clock.now() })).toBe(true);
      expect(await store.save('a', 'two', { version: undefined, keepSeconds: 60, dueAtMs: null })).toBe(false);
      const { version } = (await store.load('a')) ?? {};
      expect(await store.save('a', 'three', { version, keepSeconds: 60, dueAtMs: null })).toBe(true);
      expect((await store.load('a'))?.value).toBe('three');
    });

    test('a claim whose reply was lost is claimed again at the time it was claimed until', async () => {
      const { store, clock } = opened();
      await store.save('a', '', { version: undefined, keepSeconds: 60, dueAtMs: clock.now() });
      expect(await store.claim(clock.now(), clock.now() + 1000, 10)).toHaveLength(1);
      expect(await dueKeys(store, clock.now(), 10)).toEqual([]);
      expect(await dueKeys(store, clock.now() + 1000, 10)).toEqual(['a']);
    });

    test.each(['node-redis', 'ioredis', 'over HTTP'])(
      'the text of a script is sent once to a server that keeps it, and again after a flush: %s',
      async (name) => {
        const { store } = opened(name);
        const callsOf = async (command: string): Promise<number> => {
          const [, calls = '0'] =
            new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await admin.info('commandstats')) ?? [];
          return Number(calls);
        };
        for (let flush = 0; flush < 2; flush += 1) {
          await admin.script('FLUSH');
          await admin.config('RESETSTAT');
          for (let load = 0; load < 10; load += 1) expect(await store.load('a')).toBeUndefined();
          expect([await callsOf('eval'), await callsOf('evalsha')]).toEqual([1, 10]);
        }
      },
    );

    test('every script declares the keys it reads and writes, all with one hash tag', async () => {
      const clock = new Clock();
      const onlyDeclared = `local raw, declared = redis, {}
for _, key in ipairs(KEYS) do declared[key] = true end
local redis = { call = function(command, key, ...)
  if not declared[key] then error('undeclared ' .. key) end
  return raw.call(command, key, ...)
end }
`;
      const getTag = (key = ''): string => key.slice(0, key.indexOf('}'));
      const tags = new Set<string>();
      const watching: RunScript = (script, keys, ...rest) => {
        expect(new Set(keys.map(getTag))).toHaveLength(1);
        tags.add(getTag(keys[0]));
        return runOf('admin')(onlyDeclared + script, keys, ...rest);
      };
      const prefix = randomUUID();
      const store = redisStore(watching, { now: clock.now, prefix, shards: 3 });
      const terms = { keepSeconds: 60, dueAtMs: clock.now() };
      for (let at = 0; at < 20; at += 1) await store.save(`key ${at}`, '', { ...terms, version: undefined });
      const claimed = await store.claim(clock.now(), clock.now() + 1, 50);
      expect(claimed).toHaveLength(20);
      for (const { key, version } of claimed) {
        expect((await store.load(key))?.version).toBe(version);
        expect(await store.save(key, '', { ...terms, version, dueAtMs: null })).toBe(true);
      }
      expect([...tags].sort()).toEqual([0, 1, 2].map((shard) => `{${prefix}:${shard}`));
    });

    describe('a claim over shards', () => {
      const openShards = (fails: (keys: string[]) => boolean = () => false) => {
        const clock = new Clock();
        const prefix = randomUUID();
        const run: RunScript = async (script, keys, ...rest) => {
          if (fails(keys)) throw new Error('the node is down');
          return runOf('admin')(script, keys, ...rest);
        };
        return { clock, prefix, store: redisStore(run, { now: clock.now, prefix }) };
      };
      const saveDue = async (store: PaymentStore, clock: Clock, count: number, undelivered = false): Promise<void> => {
        for (let at = 0; at < count; at += 1) {
          const terms = { version: undefined, keepSeconds: 60, dueAtMs: clock.now() - at, undelivered };
          await store.save(`${undelivered ? 'verdict' : 'open'} ${at}`, '', terms);
        }
      };

      test('returns the undelivered first and then the oldest of all shards', async () => {
        const { clock, store } = openShards();
        await saveDue(store, clock, 100);
        await saveDue(store, clock, 20, true);
        const keys = (await store.claim(clock.now(), clock.now() + 60_000, 30)).map(({ key }) => key);
        const expected = (name: string, from: number, count: number): string[] =>
          Array.from({ length: count }, (_, at) => `${name} ${from - at}`);
        expect(keys).toEqual([...expected('verdict', 19, 20), ...expected('open', 99, 10)]);
      });

      test('by ten claimers at once returns every record to exactly one of them', async () => {
        const { clock, store } = openShards();
        await saveDue(store, clock, 300);
        const claimers = await Promise.all(
          Array.from({ length: 10 }, async () => {
            const keys: string[] = [];
            for (;;) {
              const claimed = await store.claim(clock.now(), clock.now() + 60_000, 16);
              if (claimed.length === 0) return keys;
              keys.push(...claimed.map(({ key }) => key));
            }
          }),
        );
        expect(claimers.flat()).toHaveLength(300);
        expect(new Set(claimers.flat())).toHaveLength(300);
      });

      test('goes on at the other nodes while one is down, and then throws', async () => {
        let isDown = false;
        const { clock, store } = openShards(([key = '']) => isDown && /:[0-7]\}/.test(key));
        await saveDue(store, clock, 100);
        isDown = true;
        const claim = () => store.claim(clock.now(), clock.now() + 60_000, 20);
        const claimed: string[] = [];
        const claimAll = async (): Promise<void> => {
          for (;;) {
            const records = await claim();
            if (records.length === 0) return;
            claimed.push(...records.map(({ key }) => key));
          }
        };
        await expect(claimAll()).rejects.toThrow('the node is down');
        expect(claimed.length).toBeGreaterThan(20);
        isDown = false;
        await claimAll();
        expect(new Set(claimed)).toHaveLength(100);
        expect(claimed).toHaveLength(100);
      });
    });

    test.each([[0], [-1], [1.5], [Number.NaN]])(
      'a number of shards that is no positive integer throws: %d',
      (shards) => {
        expect(() => redisStore(runOf('admin'), { shards })).toThrow(RangeError);
      },
    );

    test('a listed record that was lost is claimed no longer, and takes no place of another', async () => {
      const { store, prefix, clock } = opened();
      await store.save('a', '', { version: undefined, keepSeconds: 60, dueAtMs: clock.now() - 1 });
      await store.save('b', '', { version: undefined, keepSeconds: 60, dueAtMs: clock.now() });
      await admin.hdel(`{${prefix}:0}open`, 'a');
      expect(await dueKeys(store, clock.now(), 1)).toEqual(['b']);
      expect(await admin.zrange(`{${prefix}:0}due`, '0', '-1')).toEqual(['b']);
    });

    test('two prefixes are isolated', async () => {
      const [one, other] = [opened(), opened()];
      await one.store.save('a', '', { version: undefined, keepSeconds: 60, dueAtMs: 0 });
      expect(await other.store.load('a')).toBeUndefined();
      expect(await dueKeys(other.store, 1, 10)).toEqual([]);
    });

    test('replies as bytes are read as well', async () => {
      const { store } = opened('with a client that returns bytes');
      expect(await store.save('ü', '"ü"', { version: undefined, keepSeconds: 60, dueAtMs: 0 })).toBe(true);
      expect((await store.load('ü'))?.value).toBe('"ü"');
      expect(await dueKeys(store, 1, 10)).toEqual(['ü']);
    });

    test.each([[undefined], [1], ['OK'], [{}]])('an unexpected reply throws: %j', async (response) => {
      const store = redisStore(async () => response);
      await expect(store.save('a', '', { version: undefined, keepSeconds: 1, dueAtMs: null })).rejects.toThrow(
        TypeError,
      );
      await expect(store.claim(0, 0, 1)).rejects.toThrow(TypeError);
      if (response !== undefined) await expect(store.load('a')).rejects.toThrow(TypeError);
    });
  });
});

/** What a client that takes every answer for JSON makes of it. */
function readJson(response: unknown): unknown {
  if (Array.isArray(response)) return response.map(readJson);
  try {
    return JSON.parse(String(response));
  } catch {
    return response;
  }
}
