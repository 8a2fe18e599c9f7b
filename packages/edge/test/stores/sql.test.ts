import { DatabaseSync } from 'node:sqlite';
import { createTable, sqlStore, type SqlQuery } from '@plural-otp/edge/stores/sql';
import { describe, expect, test } from 'vitest';
import { importDocExample } from '../support/doc-example.ts';
import { describeStoreContract } from '../support/store-contract.ts';
import { Clock } from '../support/test-shop.ts';
import { dueKeys } from '../support/due-keys.ts';

function sqliteQuery(): SqlQuery {
  const database = new DatabaseSync(':memory:');
  database.exec(createTable);
  // Asynchronous, as every real driver is, so that others come between two statements.
  return async (text, params) => {
    await Promise.resolve();
    return database.prepare(text).all(...params);
  };
}

describeStoreContract('sql on node:sqlite, as documented', async (clock) => {
  const { query } = await importDocExample<{ query: SqlQuery }>('SQLite', { DATABASE_FILE: ':memory:' });
  return sqlStore(query, { placeholder: '?', now: clock.now });
});

describeStoreContract('sql with numbered parameters', async (clock) => {
  const query = sqliteQuery();
  // SQLite numbers with ?1 what PostgreSQL numbers with $1.
  return sqlStore((text, params) => query(text.replaceAll(/\$(\d+)/g, '?$1'), params), {
    placeholder: '$',
    now: clock.now,
  });
});

describe('sql', () => {
  const bare = (failing: (text: string) => boolean = () => false): { query: SqlQuery; made: () => number } => {
    const database = new DatabaseSync(':memory:');
    let made = 0;
    return {
      made: () => made,
      async query(text, params) {
        if (failing(text)) throw new Error('connection lost');
        if (text.startsWith('CREATE TABLE')) made += 1;
        return database.prepare(text).all(...params);
      },
    };
  };
  const terms = { version: undefined, keepSeconds: 60, dueAtMs: 5 };

  test.each(['load', 'save', 'claim'] as const)('a missing table is created by the first %s', async (first) => {
    const { query, made } = bare();
    const store = sqlStore(query, { placeholder: '?' });
    if (first === 'load') expect(await store.load('a')).toBeUndefined();
    if (first === 'claim') expect(await dueKeys(store, 9, 10)).toEqual([]);
    expect(await store.save('a', 'value', terms)).toBe(true);
    expect(await store.load('a')).toMatchObject({ value: 'value' });
    expect(await dueKeys(store, 9, 10)).toEqual(['a']);
    expect(made()).toBe(1);
  });

  test('a later failure creates no table, and no statement is sent twice', async () => {
    let lost = false;
    const { query, made } = bare(() => lost);
    const store = sqlStore(query, { placeholder: '?' });
    await store.save('a', 'value', terms);
    lost = true;
    await expect(store.load('a')).rejects.toThrow('connection lost');
    await expect(store.save('a', 'other', terms)).rejects.toThrow('connection lost');
    expect(made()).toBe(1);
  });

  test('the table can be created repeatedly', () => {
    const database = new DatabaseSync(':memory:');
    database.exec(createTable);
    expect(() => database.exec(createTable)).not.toThrow();
  });

  test('`claim` deletes expired rows', async () => {
    const clock = new Clock();
    const query = sqliteQuery();
    const store = sqlStore(query, { placeholder: '?', now: clock.now });
    await store.save('a', '', { version: undefined, keepSeconds: 1, dueAtMs: null });
    clock.advance(1);
    await dueKeys(store, clock.now(), 10);
    expect(await query('SELECT id FROM plural_otp_payments', [])).toEqual([]);
  });
});
