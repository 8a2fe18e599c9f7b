import { randomUUID } from 'node:crypto';
import type { PaymentStore } from '@plural-otp/edge';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redisStore } from '../../src/stores/redis.ts';
import { redisServer, shouldSkip, startRedis, type DatabaseServer } from '../support/databases.ts';
import { Clock, createTestShop, startAndSubmit } from '../support/test-shop.ts';

let engine: DatabaseServer;
let redis: Redis;

/** A store of one shard, so that every record shares its hash and its due index with the damaged one. */
function openShard() {
  const clock = new Clock();
  const prefix = randomUUID();
  const store = redisStore((script, keys, args) => redis.eval(script, keys.length, ...keys, ...args), {
    prefix,
    shards: 1,
    now: clock.now,
  });
  const shard = `{${prefix}:0}`;
  return { clock, store, open: `${shard}open`, finished: (key: string) => `${shard}:${key}` };
}

const damages: [what: string, damage: (field: string) => string][] = [
  ['without its version', (field) => field.slice(field.indexOf(' ') + 1)],
  ['without its version, laid out', (field) => `{ ${field.slice(field.indexOf(' ') + 2)}`],
  ['that is empty', () => ''],
  ['of one word', () => 'nonsense'],
  ['that begins with a space', (field) => ` ${field}`],
];

describe.skipIf(shouldSkip(redisServer))('in Redis', () => {
  beforeAll(async () => {
    engine = await startRedis();
    redis = new Redis(engine.port, '127.0.0.1');
  }, 60_000);
  afterAll(async () => {
    redis?.disconnect();
    await engine?.dispose();
  });

  const terms = { version: undefined, keepSeconds: 60 };
  const values = ['{"a":1}', '{"a":"two words"}'];
  const load = async (store: PaymentStore, key: string): Promise<string | undefined> => (await store.load(key))?.value;

  describe.each(damages)('an open record %s', (_what, damage) => {
    test.each(values)(
      'is claimed as one that cannot be read, is left as it lies, and stops no other: %s',
      async (json) => {
        const { clock, store, open } = openShard();
        const nowMs = clock.now();
        for (const [at, key] of ['first', 'damaged', 'last'].entries()) {
          await store.save(key, json, { ...terms, dueAtMs: nowMs - 10 + at });
        }
        const field = damage((await redis.hget(open, 'damaged')) ?? '');
        await redis.hset(open, 'damaged', field);
        expect(await store.claim(nowMs, nowMs + 1000, 10)).toMatchObject([
          { key: 'first', value: json, dueAtMs: nowMs - 10 },
          { key: 'damaged', value: '', dueAtMs: nowMs - 9 },
          { key: 'last', value: json, dueAtMs: nowMs - 8 },
        ]);
        expect(await redis.hget(open, 'damaged')).toBe(field);
        expect([await load(store, 'first'), await load(store, 'damaged')]).toEqual([json, '']);
        expect(await store.claim(nowMs, nowMs + 1000, 10)).toEqual([]);
        expect((await store.claim(nowMs + 1000, nowMs + 2000, 10)).map(({ key }) => key).sort()).toEqual([
          'damaged',
          'first',
          'last',
        ]);
      },
    );

    test('is overwritten by no save', async () => {
      const { store, open } = openShard();
      await store.save('a', '{"a":1}', { ...terms, dueAtMs: 1 });
      const field = damage((await redis.hget(open, 'a')) ?? '');
      await redis.hset(open, 'a', field);
      const { version } = (await store.load('a')) ?? {};
      expect(await store.save('a', 'new', { ...terms, dueAtMs: 1 })).toBe(false);
      expect(await store.save('a', 'new', { ...terms, version, dueAtMs: null })).toBe(false);
      expect(await redis.hget(open, 'a')).toBe(field);
    });
  });

  test.each<[what: string, damage: (text: string) => string]>([
    ...damages,
    ['without both', (text) => text.replace(/^\S+ \S+ /, '')],
    ['whose time is no number', (text) => `soon ${text.slice(text.indexOf(' ') + 1)}`],
  ])('a finished record %s cannot be read, and is overwritten by no save', async (_what, damage) => {
    const { store, finished } = openShard();
    await store.save('a', '{"a":1}', { ...terms, dueAtMs: null });
    const text = damage((await redis.get(finished('a'))) ?? '');
    await redis.set(finished('a'), text);
    expect(await store.load('a')).toEqual({ version: '', value: '' });
    for (const version of [undefined, '']) {
      expect(await store.save('a', 'new', { ...terms, version, dueAtMs: 1 })).toBe(false);
    }
    expect(await redis.get(finished('a'))).toBe(text);
  });

  test('a sweep reports such a record each time it claims it, and delivers the verdicts of its shard', async () => {
    const { clock, store, open } = openShard();
    const shop = createTestShop({ clock, store });
    const orderId = await shop.createOrder();
    await shop.startPayment(orderId);
    const [[key, field] = ['', '']] = Object.entries(await redis.hgetall(open));
    await redis.hset(open, key, field.slice(field.indexOf(' ') + 1));
    const { shop: other } = await startAndSubmit({ clock, store, sandbox: shop.sandbox });
    for (let minutes = 1; minutes <= 2; minutes += 1) {
      clock.advance(61);
      await other.handler.sweep();
      expect(other.problems).toEqual(
        Array.from({ length: minutes }, () => ({ code: 'RECORD_UNREADABLE', recordKey: key })),
      );
    }
    expect(other.verdicts).toHaveLength(1);
  });
});
