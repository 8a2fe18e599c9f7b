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
    return Response.json({ result: await admin.call(command, ...args) });
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
    const terms = (version: string | undefined, dueAtMs: number | null) => ({ version, keepSeconds: 60, dueAtMs });
    const writes = /redis\.call\('(?:ZADD|ZREM|HSET|PERSIST|PEXPIRE)'/g;
    const soon = 1000;
    const later = 5000;

    /** Ends the script, as the death of the engine does, before the given one of its writes. */
    const cutAt =
      (write: number, run: RunScript): RunScript =>
      (script, keys, args) => {
        let count = 0;
        const cut = script.replaceAll(writes, (call) => ((count += 1) === write ? `error('cut') ${call}` : call));
        return run(cut, keys, args);
      };

    test.each([
      ['the first', undefined, soon],
      ['later', soon, later],
      ['earlier', later, soon],
      ['never', soon, null],
      ['again', null, soon],
      ['the same', soon, soon],
    ] as const)(
      'leaves the record listed no later than it is due, wherever it is cut off: due %s',
      async (_title, before, after) => {
        let cuts = 0;
        for (let write = 1; write <= 6; write += 1) {
          const clock = new Clock();
          const prefix = randomUUID();
          const store = redisStore(runOf('admin'), { now: clock.now, prefix });
          const at = (ms: number | null): number | null => (ms === null ? null : clock.now() + ms);
          if (before !== undefined) await store.save('a', String(at(before)), terms(undefined, at(before)));
          const found = await store.load('a');
          const cut = redisStore(cutAt(write, runOf('admin')), { now: clock.now, prefix });
          const saving = cut.save('a', String(at(after)), terms(found?.version, at(after)));
          await saving.catch(() => (cuts += 1));

          const left = await store.load('a');
          expect([undefined, String(at(before ?? null)), String(at(after))]).toContain(left?.value);
          const dueAtMs = left === undefined || left.value === 'null' ? null : Number(left.value);
          if (dueAtMs !== null) {
            expect(await dueKeys(store, dueAtMs, 10)).toEqual(['a']);
            expect(await admin.pttl(`{${prefix}}:record:a`)).toBe(-1);
          }
          // What it named too often it names no more, and it still names the record.
          await dueKeys(store, clock.now() + later, 10);
          expect(await admin.zscore(`{${prefix}}:due`, `{${prefix}}:record:a`)).toBe(dueAtMs && String(dueAtMs));
        }
        expect(cuts).toBeGreaterThanOrEqual(3);
      },
    );
  });

  describe('the server', () => {
    const opened = (name = 'admin'): { store: PaymentStore; prefix: string; clock: Clock } => {
      const clock = new Clock();
      const prefix = randomUUID();
      return { clock, prefix, store: redisStore(runOf(name), { now: clock.now, prefix }) };
    };

    test('expires records that are done, and none that are due', async () => {
      const { store, prefix, clock } = opened();
      await store.save('done', '', { version: undefined, keepSeconds: 60, dueAtMs: null });
      await store.save('due', '', { version: undefined, keepSeconds: 60, dueAtMs: clock.now() });
      const [done, due] = [await admin.pttl(`{${prefix}}:record:done`), await admin.pttl(`{${prefix}}:record:due`)];
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThanOrEqual(60_000);
      expect(due).toBe(-1);
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
      expect(await dueKeys(store, clock.now(), 10)).toEqual(['a']);
    });

    test('an evicted record is listed once more and then no longer', async () => {
      const { store, prefix, clock } = opened();
      await store.save('a', '', { version: undefined, keepSeconds: 60, dueAtMs: clock.now() });
      await admin.del(`{${prefix}}:record:a`);
      expect(await dueKeys(store, clock.now(), 10)).toEqual(['a']);
      expect(await dueKeys(store, clock.now(), 10)).toEqual([]);
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
