import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PaymentStore } from '@plural-otp/edge';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PaymentStoreObject } from '../../src/stores/durable-object.ts';
import type { PaymentObjectState } from '../../src/stores/payment-store-object.ts';
import { waitOptions } from '../support/databases.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { remoteStore } from '../support/remote-store.ts';
import { describeStoreContract } from '../support/store-contract.ts';
import { describeStoreFailures } from '../support/store-failures.ts';
import { Clock } from '../support/test-shop.ts';
import { dueKeys } from '../support/due-keys.ts';

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
    durableObjects: { PAYMENTS: object('PaymentStoreObject'), BREAKING: object('BreakingObject') },
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
  const response = await fetch(url(), { method: 'POST', body: JSON.stringify(instruction) });
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

  for (const [name, open] of [
    ['durable objects', openObjects],
    ['sql on D1', openD1],
  ] as const) {
    describeStoreFailures(name, () => ({ proxy, open, crash: () => workerd.dispose(), start }));
  }

  describe('a durable object', () => {
    const soon = 1000;
    const later = 5000;

    test.each([
      ['the first', undefined, soon],
      ['later', soon, later],
      ['earlier', later, soon],
      ['never', soon, null],
      ['again', null, soon],
    ] as const)(
      'that dies in a save leaves its record listed no later than it is due: due %s',
      async (_title, before, after) => {
        let deaths = 0;
        for (let atStep = 1; atStep <= 3; atStep += 1) {
          const clock = new Clock();
          const store = remoteStore(url, `breaking ${randomUUID()}`, clock.now);
          const at = (ms: number | null): number | null => (ms === null ? null : clock.now() + ms);
          const save = async (dueAtMs: number | null): Promise<boolean> =>
            store.save('a', String(dueAtMs), { version: (await store.load('a'))?.version, keepSeconds: 60, dueAtMs });
          if (before !== undefined) await save(at(before));
          await tell({ do: 'break', atStep });
          await save(at(after)).catch(() => (deaths += 1));
          await tell({ do: 'break', atStep: 0 });

          const left = await store.load('a');
          expect([undefined, String(at(before ?? null)), String(at(after))]).toContain(left?.value);
          const dueAtMs = left === undefined || left.value === 'null' ? null : Number(left.value);
          if (dueAtMs !== null) expect(await dueKeys(store, dueAtMs, 10)).toEqual(['a']);
          // What it named too often it names no more, and it still names the record.
          await dueKeys(store, clock.now() + later, 10);
          expect(await dueKeys(store, clock.now() + later, 10)).toEqual(dueAtMs === null ? [] : ['a']);
          if (dueAtMs !== null) expect(await dueKeys(store, dueAtMs - 1, 10)).toEqual([]);
        }
        expect(deaths).toBeGreaterThanOrEqual(2);
      },
    );

    test('the due index ignores a delayed call that a newer one has overtaken', async () => {
      const { now } = new Clock();
      const name = randomUUID();
      const store = remoteStore(url, name, now);
      const held = { key: 'a', sequence: Date.now() - 1 };
      await store.save('a', '', { version: undefined, keepSeconds: 60, dueAtMs: now() });
      for (const dueAtMs of [null, now() + 5000]) {
        await tell({ do: 'tell', store: name, object: 'due', call: { ...held, do: 'setDue', dueAtMs } });
      }
      expect(await dueKeys(store, now(), 10)).toEqual(['a']);
    });

    test('a save that is sent twice takes effect once and returns the same', async () => {
      const { now } = new Clock();
      const name = `breaking ${randomUUID()}`;
      const store = remoteStore(url, name, now);
      await store.save('a', '', { version: undefined, keepSeconds: 60, dueAtMs: null });
      const { version: read } = (await store.load('a')) ?? {};
      const save = {
        do: 'save',
        key: 'a',
        nowMs: now(),
        read,
        version: 'next',
        value: 'b',
        keepMs: 60_000,
        dueAtMs: null,
      };
      const twice = (): Promise<boolean> => tell({ do: 'tell', store: name, object: 'record a', call: save });
      expect([await twice(), await twice()]).toEqual([true, true]);
      expect(await store.load('a')).toEqual({ value: 'b', version: 'next' });
    });

    test('a class without a binding in its Worker throws an error that says so', async () => {
      const state = { blockConcurrencyWhile: (work: () => unknown) => work(), storage: { get: async () => undefined } };
      const object = new PaymentStoreObject(state as unknown as PaymentObjectState, { PAYMENTS: 'a text', DB: null });
      const save = { do: 'save', key: 'a', index: 'x', nowMs: 0, version: '1', value: '', keepMs: 1, dueAtMs: 1 };
      const request = new Request('https://x/', { method: 'POST', body: JSON.stringify(save) });
      await expect(object.fetch(request)).rejects.toThrow(/binding of its own class/);
    });

    test('deletes its storage once its record has expired, and keeps what is due', async () => {
      const { now } = new Clock();
      const name = `breaking ${randomUUID()}`;
      const store = remoteStore(url, name, now);
      await store.save('due', '', { version: undefined, keepSeconds: 0, dueAtMs: null });
      await store.save('due', '', { version: undefined, keepSeconds: 0, dueAtMs: now() });
      await store.save('done', '', { version: undefined, keepSeconds: 0, dueAtMs: null });
      const left = (key: string, how = 'kept'): Promise<string[]> =>
        tell({ do: 'tell', store: name, object: `record ${key}`, call: { do: how } });
      await vi.waitFor(async () => expect(await left('done')).toEqual([]), waitOptions);
      expect(await left('due')).toEqual(['record']);
      expect(await left('due', 'ring')).toEqual(['record']);
      expect(await dueKeys(store, now(), 10)).toEqual(['due']);
    });
  });
});
