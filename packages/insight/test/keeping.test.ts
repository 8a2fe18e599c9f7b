import { expect, test, vi } from 'vitest';
import { createInsight, memoryInsight, type Insight } from '../src/index.ts';
import { skipPauses } from './support/pauses.ts';
import type { FlowEvent } from '@plural-otp/edge';

const nowMs = Date.UTC(2026, 10, 29, 12);
const started = (reference: string): FlowEvent => ({
  type: 'started',
  reference,
  order: `order of ${reference}`,
  attempt: 1,
  at: nowMs,
  ms: 0,
  amount: { value: 64_000, currency: 'INR' },
});

const open = (more = {}): Insight =>
  createInsight({ store: memoryInsight(), secret: 'sixteen letters!', now: () => nowMs, ...more });

test('an insight that had nothing to write keeps what comes after', async () => {
  const insight = open();
  await insight.ingest([]);
  await insight.ingest(['broken']);
  await insight.ingest([started('NL7K-1')]);
  expect(await insight.payment('NL7K-1')).toBeDefined();
});

test('an event of a hook is put aside: nothing of it is read before the response is sent', async () => {
  const insight = open();
  let reads = 0;
  const watched = new Proxy(started('NL7K-2'), {
    get: (target, name) => ((reads += 1), Reflect.get(target, name)),
  });
  const kept = insight.hooks.onEvent(watched);
  expect(reads).toBe(0);
  await kept;
  expect(await insight.payment('NL7K-2')).toBeDefined();
});

test('a payment that is forgotten while its events wait to be written stays forgotten', async () => {
  const insight = open();
  const kept = insight.hooks.onEvent(started('NL7K-3'));
  await insight.forget('NL7K-3');
  await kept;
  expect(await insight.payment('NL7K-3')).toBeUndefined();
});

test('events that come together are written at once', async () => {
  const store = memoryInsight();
  const sizes: number[] = [];
  const insight = open({ store: { ...store, merge: (rows: []) => (sizes.push(rows.length), store.merge(rows)) } });
  await Promise.all(Array.from({ length: 300 }, (_, index) => insight.hooks.onEvent(started(`NL7K-${index}`))));
  expect(sizes).toEqual([300]);
});

test('events past those that may wait are counted, and cost no memory', async () => {
  const insight = open();
  const kept = Array.from({ length: 10_050 }, (_, index) => insight.hooks.onEvent(started(`NL7K-${index}`)));
  await Promise.all(kept);
  expect(insight.losses()).toMatchObject({ kept: 10_000, losses: { overflow: 50 } });
});

test('a store that fails for a moment loses nothing: what it did not take is written with its later try', async () => {
  skipPauses();
  const store = memoryInsight();
  const sizes: number[] = [];
  const merge = async (rows: []): Promise<void> => {
    sizes.push(rows.length);
    if (sizes.length < 4) throw new Error('database is locked');
    await store.merge(rows);
  };
  const insight = open({ store: { ...store, merge } });
  const first = insight.hooks.onEvent(started('NL7K-4'));
  await vi.waitFor(() => expect(sizes.length).toBeGreaterThan(0));
  await insight.ingest([started('NL7K-5'), started('NL7K-6')]);
  await first;
  expect(sizes).toEqual([1, 1, 1, 1, 2]);
  expect(insight.losses()).toMatchObject({ kept: 3, losses: {} });
  for (const reference of ['NL7K-4', 'NL7K-5', 'NL7K-6']) expect(await insight.payment(reference)).toBeDefined();
});

test('a store that never comes back costs its rows and bounds what waits for it', async () => {
  skipPauses();
  let tries = 0;
  const insight = open({
    store: { ...memoryInsight(), merge: () => ((tries += 1), Promise.reject(new Error('disk'))) },
  });
  await insight.ingest([started('NL7K-7'), started('NL7K-8')]);
  expect(tries).toBe(4);
  expect(insight.losses()).toMatchObject({ kept: 0, losses: { storeFailed: 2 } });
});
