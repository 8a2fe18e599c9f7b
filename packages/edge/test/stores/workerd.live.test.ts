import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PaymentStore } from '@plural-otp/edge';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { waitOptions } from '../support/databases.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { postJson, remoteStore } from '../support/remote-store.ts';
import { describeStoreContract } from '../support/store-contract.ts';
import { describeStoreFailures } from '../support/store-failures.ts';
import type { Plan } from '../support/store-worker.ts';
import type { Clock } from '../support/test-shop.ts';

let folder: string;
let script: string;
let workerd: Miniflare;
let proxy: FaultProxy;

async function start(): Promise<void> {
  const object = (className: string) => ({ className, useSQLite: true });
  workerd = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2026-07-30',
    cf: false,
    host: '127.0.0.1',
    durableObjects: { PAYMENTS: object('TestObject'), PLAIN: object('PaymentStoreObject') },
    durableObjectsPersist: join(folder, 'objects'),
    d1Databases: ['DB'],
    d1Persist: join(folder, 'd1'),
  });
  const port = Number((await workerd.ready).port);
  if (proxy) proxy.target = port;
  else proxy = await new FaultProxy(port).listen();
}

const url = (): string => `http://127.0.0.1:${proxy.port}/`;

async function tell<T>(instruction: object): Promise<T> {
  const response = await postJson(url(), instruction);
  return (await response.json()) as T;
}

const openObjects = async ({ now }: Pick<Clock, 'now'>): Promise<PaymentStore> => remoteStore(url, randomUUID(), now);
const openD1 = async ({ now }: Pick<Clock, 'now'>): Promise<PaymentStore> => {
  await tell({ do: 'clear' });
  return remoteStore(url, 'd1', now);
};

describe('workerd', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plural-otp-workerd-'));
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('../support/store-worker.ts', import.meta.url))],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      conditions: ['workerd', 'worker', 'browser'],
    });
    script = outputFiles[0]?.text ?? '';
    await start();
  }, 60_000);

  afterAll(async () => {
    proxy?.close();
    await workerd?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  describeStoreContract('durable objects', openObjects, { wakesItself: true, rounds: 3 });
  describeStoreContract('sql on D1', openD1, { rounds: 3 });

  for (const [name, open, wakesItself] of [
    ['durable objects', openObjects, true],
    ['sql on D1', openD1, false],
  ] as const) {
    describeStoreFailures(name, () => ({ proxy, open, wakesItself, crash: () => workerd.dispose(), start }));
  }

  describe('a durable object', () => {
    const setPlan = (plan: Partial<Plan>): Promise<boolean> =>
      tell({ do: 'plan', plan: { dieAtStep: 0, wake: 'leaves', clockSpeed: 50, ...plan } });
    beforeEach(() => setPlan({}));

    const keptBy = (store: string, key: string, how = 'kept'): Promise<string[]> =>
      tell({ do: 'tell', store, key, call: { do: how } });
    const getProgress = (): Promise<{ woken: string[]; steps: number }> => tell({ do: 'woken' });
    /** Times the alarm of a record has woken its payment. */
    const countWakes = async (store: string, key: string): Promise<number> =>
      (await getProgress()).woken.filter((woken) => woken === `${store} ${key}`).length;
    const waitForWakes = (store: string, key: string, count = 1): Promise<void> =>
      vi.waitFor(async () => expect(await countWakes(store, key)).toBeGreaterThanOrEqual(count), waitOptions);
    const waitForValue = (store: PaymentStore, key: string, value: string): Promise<void> =>
      vi.waitFor(async () => expect((await store.load(key))?.value).toBe(value), waitOptions);

    const open = (name = randomUUID()): { store: PaymentStore; name: string } => ({
      name,
      store: remoteStore(url, name, Date.now),
    });
    /** Reads the clock by which the objects judge what is due: it runs fast, so it is far ahead of the test's. */
    const readWorkerClock = (): Promise<number> => tell({ do: 'now' });
    const terms = (dueInMs: number | null, version?: string) => ({
      version,
      keepSeconds: 3600,
      dueAtMs: dueInMs === null ? null : Date.now() + dueInMs,
    });
    /** Terms of a record that does not fall due while this file runs, as long as that takes. */
    const farFuture = async () => ({ ...terms(null), dueAtMs: (await readWorkerClock()) + 1e10 });

    test('wakes its payment once it is due, without a sweep', async () => {
      await setPlan({ wake: 'finishes' });
      const { store, name } = open();
      await store.save('a', 'started', terms(0));
      await waitForValue(store, 'a', 'woken');
      expect(await countWakes(name, 'a')).toBe(1);
      expect(await store.claim(Date.now() + 1e9, Date.now() + 2e9, 10)).toEqual([]);
    });

    test('does not wake a payment that is not due, or no longer', async () => {
      const { store, name } = open();
      await store.save('later', '', await farFuture());
      await keptBy(name, 'later', 'ring');
      expect(await countWakes(name, 'later')).toBe(0);
      let changed = '';
      let dueAtMs = 0;
      // Another record, in case the machine was so slow that this one was due before it changed.
      for (let attempt = 1; dueAtMs <= (await readWorkerClock()); attempt += 1) {
        changed = `no longer, ${attempt}`;
        dueAtMs = (await readWorkerClock()) + attempt * 60_000;
        await store.save(changed, '', { ...terms(null), dueAtMs });
        await store.save(changed, '', terms(null, (await store.load(changed))?.version));
      }
      await vi.waitUntil(async () => (await readWorkerClock()) > dueAtMs, waitOptions);
      await keptBy(name, changed, 'ring');
      expect(await countWakes(name, changed)).toBe(0);
    });

    test('wakes it again each time it is due', async () => {
      await setPlan({ wake: 'postpones' });
      const { store, name } = open();
      await store.save('a', '', terms(0));
      await waitForWakes(name, 'a', 3);
      expect((await store.load('a'))?.value).toBe('woken');
    });

    test('wakes it again after an error, for as long as it is due', async () => {
      await setPlan({ wake: 'throws' });
      const { store, name } = open();
      await store.save('a', 'started', terms(0));
      await waitForWakes(name, 'a', 8);
      expect((await store.load('a'))?.value).toBe('started');
      await setPlan({ wake: 'finishes' });
      await waitForValue(store, 'a', 'woken');
    });

    test('wakes it again when a wake left it due', async () => {
      const { store, name } = open();
      await store.save('a', '', terms(0));
      await waitForWakes(name, 'a', 3);
      await setPlan({ wake: 'finishes' });
      await waitForValue(store, 'a', 'woken');
      await vi.waitFor(async () => expect(await keptBy(name, 'a')).toEqual(['record']), waitOptions);
    });

    test.each([1, 2, 3, 4, 5, 6, 7, 8])('that dies at step %d wakes its payment all the same', async (step) => {
      await setPlan({ dieAtStep: step, wake: 'finishes' });
      const { store } = open();
      const save = terms(0);
      const saved = await store.save('a', 'started', save).catch(() => false);
      if (!saved) {
        const found = await store.load('a').catch(() => store.load('a'));
        expect([undefined, 'started', 'woken']).toContain(found?.value);
        // A caller whose save failed saves again, unless it finds it saved.
        if (found === undefined) expect(await store.save('a', 'started', save)).toBe(true);
      }
      await waitForValue(store, 'a', 'woken');
      await vi.waitFor(async () => expect((await getProgress()).steps).toBeGreaterThanOrEqual(step), waitOptions);
    });

    test('a hundred orders that are due at once are all woken', async () => {
      await setPlan({ wake: 'finishes' });
      const { store, name } = open();
      const keys = Array.from({ length: 100 }, (_, at) => `order ${at}`);
      await Promise.all(keys.map((key) => store.save(key, '', terms(0))));
      // One after another, so that the waiting itself does not load the engine.
      for (const key of keys) await waitForValue(store, key, 'woken');
      const { woken } = await getProgress();
      for (const key of keys) expect(woken).toContain(`${name} ${key}`);
    });

    test('an alarm outlives the process', async () => {
      const { store, name } = open();
      await store.save('a', 'started', terms(0));
      await workerd.dispose();
      await start();
      await setPlan({ wake: 'finishes' });
      await waitForValue(store, 'a', 'woken');
      expect(await countWakes(name, 'a')).toBeGreaterThanOrEqual(1);
    });

    test('without a wake of its own refuses a save with a due time, says why, and saves any other', async () => {
      const { store } = open(`plain ${randomUUID()}`);
      await expect(store.save('a', '', terms(0))).rejects.toThrow(/PaymentStoreObject: wake is missing/);
      expect(await store.load('a')).toBeUndefined();
      expect(await store.save('a', 'reference', terms(null))).toBe(true);
    });

    test('a save that is sent twice takes effect once and returns the same', async () => {
      const { store, name } = open();
      await store.save('a', '', terms(null));
      const { version: read } = (await store.load('a')) ?? {};
      const call = {
        do: 'save',
        key: `${name} a`,
        nowMs: Date.now(),
        read,
        version: 'next',
        value: 'b',
        keepMs: 60_000,
      };
      const twice = (): Promise<boolean> =>
        tell({ do: 'tell', store: name, key: 'a', call: { ...call, dueAtMs: null } });
      expect([await twice(), await twice()]).toEqual([true, true]);
      expect(await store.load('a')).toEqual({ value: 'b', version: 'next' });
    });

    test('deletes its storage once its record has expired, and keeps what is due', async () => {
      const { store, name } = open();
      await store.save('due', '', { version: undefined, keepSeconds: 0, dueAtMs: null });
      await store.save('due', '', { ...(await farFuture()), keepSeconds: 0 });
      await store.save('done', '', { version: undefined, keepSeconds: 0, dueAtMs: null });
      await vi.waitFor(async () => expect(await keptBy(name, 'done')).toEqual([]), waitOptions);
      expect(await keptBy(name, 'due')).toEqual(['record']);
      expect(await keptBy(name, 'due', 'ring')).toEqual(['record']);
    });
  });
});
