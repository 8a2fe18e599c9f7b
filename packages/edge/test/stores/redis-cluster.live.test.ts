import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { StartedPayment } from '@plural-otp/edge';
import type { Phase } from '@plural-otp/flow/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { redisStore, type RunScript } from '../../src/stores/redis.ts';
import { redisServer, shouldSkip, waitOptions } from '../support/databases.ts';
import { importDocExample } from '../support/doc-example.ts';
import { startRedisCluster, type RedisCluster } from '../support/redis-cluster.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { describeStoreContract } from '../support/store-contract.ts';
import { describeStoreFailures } from '../support/store-failures.ts';
import {
  Clock,
  createTestShop,
  CustomerPage,
  instantSleep,
  rightOtp,
  type TestShop,
  type Wait,
} from '../support/test-shop.ts';

let cluster: RedisCluster;
const runs: Record<string, RunScript> = {};
const closing: (() => unknown)[] = [];
const clients = ['node-redis', 'ioredis'];

interface Client {
  disconnect: () => unknown;
  destroy?: () => unknown;
}

const runOf =
  (name: string): RunScript =>
  (...call) =>
    runs[name]?.(...call) ?? Promise.reject(new Error(`no ${name}`));

describe.skipIf(shouldSkip(redisServer))('Redis Cluster', () => {
  beforeAll(async () => {
    // The examples say each broken connection on the console; these are broken on purpose.
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    cluster = await startRedisCluster();
    const REDIS_CLUSTER_URLS = cluster.nodes.map(({ port }) => `redis://127.0.0.1:${port}`).join(',');
    for (const name of clients) {
      const example = await importDocExample<{ run: RunScript; client: Client }>(`Cluster with ${name}`, {
        REDIS_CLUSTER_URLS,
      });
      runs[name] = example.run;
      closing.push(() => (example.client.destroy ? example.client.destroy() : example.client.disconnect()));
    }
  }, 60_000);

  afterAll(async () => {
    for (const close of closing) close();
    await cluster?.dispose();
  });

  for (const name of clients) {
    describeStoreContract(`redis cluster with ${name}`, async ({ now }) =>
      redisStore(runOf(name), { now, prefix: randomUUID() }),
    );
  }

  test('the shards of the default prefix lie on every master', async () => {
    const masters = new Map<number, number>();
    for (let shard = 0; shard < 16; shard += 1) {
      const { port } = await cluster.findMaster(`{plural-otp:${shard}}due`);
      masters.set(port, (masters.get(port) ?? 0) + 1);
    }
    expect(Math.min(...masters.values())).toBeGreaterThan(2);
    expect(masters.size).toBe(3);
  });

  test.each(clients)(
    'a master that is killed in the middle of payments loses no verdict, and sends nothing twice: %s',
    async (name) => {
      const prefix = randomUUID();
      const clock = new Clock();
      /** Operations that Plural was asked for, by order or payment. */
      const sent: string[] = [];
      const shop = createTestShop({
        clock,
        wait: realLimits,
        store: redisStore(runOf(name), { now: clock.now, prefix }),
        network: async (request, send) => {
          const { pathname } = new URL(request.url);
          if (pathname.endsWith('/otp/generate')) {
            sent.push(`otp ${((await request.clone().json()) as { payment_id: string }).payment_id}`);
          }
          if (pathname.endsWith('/payments')) sent.push(`payment ${pathname.split('/').at(-2)}`);
          return send(request);
        },
      });
      const key = `{${prefix}:0}due`;
      const refused: string[] = [];
      const customers = Array.from({ length: 40 }, () => pay(shop, refused));
      const started = await Promise.race(customers.map((customer) => customer.isPrompted));
      expect(started).toBe(true);
      const former = await cluster.crashMasterOf(key);
      const late = Array.from({ length: 40 }, () => pay(shop, refused));
      await cluster.waitForFailover(key, former);
      await former.start();
      await cluster.waitUntilWell();
      const ends = await Promise.all([...customers, ...late].map((customer) => customer.end));

      expect(new Set(ends)).toEqual(new Set(['authorized']));
      expect(refused.length).toBeGreaterThan(0);
      expect(new Set(refused)).toEqual(new Set(['STORE_FAILED']));
      expect(new Set(sent)).toHaveLength(sent.length);
      for (let sweeps = 0; sweeps < 5; sweeps += 1) {
        clock.advance(180);
        await vi.waitFor(() => shop.handler.sweep(), waitOptions);
      }
      const paid = [...shop.sandbox.state.orders.values()].flatMap((order) =>
        order.payments.filter(({ status }) => status === 'PROCESSED').map(({ id }) => id),
      );
      expect(paid).toHaveLength(ends.length);
      expect(new Set(shop.verdicts.map((verdict) => verdict.key))).toEqual(new Set(paid.map((id) => `${id}:paid`)));
    },
    120_000,
  );
});

describe.skipIf(shouldSkip(redisServer))('Redis Cluster behind a proxy', () => {
  let behind: RedisCluster;
  let proxy: FaultProxy;
  const proxied: Record<string, RunScript> = {};
  const ends: (() => unknown)[] = [];

  beforeAll(async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    proxy = await new FaultProxy(0).listen();
    behind = await startRedisCluster({ replicas: 0, proxy });
    const REDIS_CLUSTER_URLS = behind.ports.map((port) => `redis://127.0.0.1:${port}`).join(',');
    for (const name of clients) {
      const { run, client } = await importDocExample<{ run: RunScript; client: Client }>(`Cluster with ${name}`, {
        REDIS_CLUSTER_URLS,
      });
      proxied[name] = run;
      ends.push(() => (client.destroy ? client.destroy() : client.disconnect()));
    }
  }, 60_000);

  afterAll(async () => {
    for (const end of ends) end();
    proxy?.close();
    await behind?.dispose();
  });

  for (const name of clients) {
    describeStoreFailures(`redis cluster with ${name}`, () => ({
      proxy,
      open: async ({ now }) => {
        const run = proxied[name];
        if (run === undefined) throw new Error(`no ${name}`);
        return redisStore(run, { now, prefix: randomUUID() });
      },
      crash: behind.crash,
      start: behind.start,
    }));
  }
});

/** Time limits as they are, such as the three seconds of a store call; pauses end at once. */
const realLimits: Wait = (ms, signal) =>
  signal === undefined
    ? instantSleep(ms)
    : new Promise((resolve) => {
        const timer = globalThis.setTimeout(resolve, ms);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      });

interface Customer {
  /** Resolves once the first OTP was requested. */
  isPrompted: Promise<boolean>;
  /** Phase in which the payment ended for its customer. */
  end: Promise<string>;
}

const finalPhases: ReadonlySet<Phase> = new Set(['authorized', 'failed', 'exhausted', 'superseded', 'cancelled']);

/**
 * A customer who takes each step that the page offers until the payment is final. What the shop refuses for now is
 * repeated with its idempotency key, as a page does: a reservation that was saved while its reply was lost sends
 * nothing, so its customer polls until it has expired, then asks for another OTP or submits again.
 */
function pay(shop: TestShop, refused: string[]): Customer {
  const repeat = async <T>(work: () => Promise<T>): Promise<T> => vi.waitFor(work, { timeout: 60_000, interval: 200 });
  const { promise: isPrompted, resolve } = Promise.withResolvers<boolean>();
  const run = async (): Promise<string> => {
    const orderId = await shop.createOrder();
    const reference = randomUUID();
    const start = (): Promise<StartedPayment> => shop.startPayment(orderId, { reference });
    const { client } = await repeat(() =>
      start().catch((error: { code: string }) => {
        refused.push(error.code);
        throw error;
      }),
    );
    const page = new CustomerPage(shop.handler, client.session);
    let view = await repeat(() => page.getView());
    while (!finalPhases.has(view.phase)) {
      const idempotencyKey = randomUUID();
      if (view.phase === 'ready') {
        view = await repeat(() => page.generate(idempotencyKey));
        resolve(true);
      } else if (view.problem?.code === 'OTP_MAYBE_NOT_SENT') {
        view = await repeat(() => page.resend(idempotencyKey));
      } else if (view.next.includes('submit')) {
        view = await repeat(() => page.submit(rightOtp, idempotencyKey));
      } else {
        await setTimeout(200);
        shop.clock.advance(1);
        view = await repeat(() => page.getView());
      }
    }
    return view.phase;
  };
  return { isPrompted, end: run() };
}
