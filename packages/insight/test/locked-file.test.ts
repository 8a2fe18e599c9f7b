import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { FlowEvent } from '@plural-otp/edge';
import { createInsight } from '../src/index.ts';
import { sqliteInsight } from '../src/node.ts';

const nowMs = Date.UTC(2026, 10, 29, 12);
const secret = 'sixteen letters!';
const amount = { value: 64_000, currency: 'INR' };
const started = (reference: string): FlowEvent => ({
  type: 'started',
  reference,
  order: 'o',
  attempt: 1,
  at: nowMs,
  ms: 0,
  amount,
});

const open = (file: string) => createInsight({ store: sqliteInsight(file), secret, now: () => nowMs });

/** Makes a file, and a second connection to it, as another process has. */
function openFile(mode: 'WAL' | 'DELETE'): { file: string; other: DatabaseSync } {
  const folder = mkdtempSync(join(tmpdir(), 'plural-insight-locked-'));
  const file = join(folder, 'insight.sqlite');
  const other = new DatabaseSync(file);
  other.exec(`PRAGMA journal_mode = ${mode}`);
  onTestFinished(() => {
    other.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { file, other };
}

/** Counts the tries that the lock refused, and the customers whom the event loop served meanwhile. */
function watch(): { refused: () => number; served: () => number } {
  const spies = [
    vi.spyOn(DatabaseSync.prototype, 'exec'),
    vi.spyOn(DatabaseSync.prototype, 'prepare'),
    vi.spyOn(StatementSync.prototype, 'all'),
  ];
  let served = 0;
  const customers = setInterval(() => (served += 1));
  onTestFinished(() => {
    clearInterval(customers);
    vi.restoreAllMocks();
  });
  const isRefusal = ({ type, value }: { type: string; value: unknown }): boolean =>
    type === 'throw' && String(value).includes('is locked');
  return {
    refused: () => spies.flatMap<{ type: string; value: unknown }>(({ mock }) => mock.results).filter(isRefusal).length,
    served: () => served,
  };
}

test.each([
  ['a process that created the tables', 'WAL', 'own'],
  ['a process that found the tables', 'WAL', 'found'],
  ['a process that wrote nothing yet', 'WAL', 'none'],
  ['a process that finds the file locked as it starts', 'DELETE', 'none'],
] as const)(
  'a file that another process holds stops no customer of %s, and its events are kept afterwards',
  async (_who, mode, tables) => {
    const { file, other } = openFile(mode);
    if (tables === 'found') await open(file).ingest([started('NL7K-0')]);
    const early = tables === 'own' ? open(file) : undefined;
    await early?.ingest([started('NL7K-0')]);
    other.exec('BEGIN EXCLUSIVE');
    const { refused, served } = watch();
    const insight = early ?? open(file);
    const kept = Promise.all(['NL7K-1', 'NL7K-2'].map((reference) => insight.hooks.onEvent(started(reference))));
    await vi.waitFor(() => expect(refused()).toBeGreaterThanOrEqual(1), 20_000);
    const [refusedBefore, servedBefore] = [refused(), served()];
    // Between two tries the event loop is free.
    await vi.waitFor(() => expect(refused()).toBeGreaterThan(refusedBefore), 20_000);
    expect(served()).toBeGreaterThan(servedBefore);
    other.exec('COMMIT');
    await kept;
    for (const reference of ['NL7K-1', 'NL7K-2']) expect(await insight.payment(reference)).toBeDefined();
    expect(insight.losses().losses).toEqual({});
  },
);

test('a statement that is wrong is not tried again', async () => {
  const { file, other } = openFile('WAL');
  const store = sqliteInsight(file);
  await store.merge([]);
  expect(await store.find('nobody')).toBeUndefined();
  other.exec('DROP VIEW plural_otp_payments; DROP TABLE plural_otp_insight');
  await expect(store.find('nobody')).rejects.toThrow('no such table');
});
