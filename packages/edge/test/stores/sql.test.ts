import { DatabaseSync } from 'node:sqlite';
import type { StoreTestContext } from '@plural-otp/edge/stores/contract';
import { createTable, sqlStore, type SqlQuery, type SqlTransaction } from '@plural-otp/edge/stores/sql';
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

const openDocumented = async ({ now, engineCall }: StoreTestContext) => {
  const { query, transaction } = await importDocExample<{ query: SqlQuery; transaction: SqlTransaction }>('SQLite', {
    DATABASE_FILE: ':memory:',
  });
  return sqlStore((text, params) => engineCall(() => query(text, params)), { placeholder: '?', transaction, now });
};
describeStoreContract('sql on node:sqlite, as documented', openDocumented, { engineFailures: true });

describeStoreContract('sql with numbered parameters', async (clock) => {
  const query = sqliteQuery();
  // SQLite numbers with ?1 what PostgreSQL numbers with $1, and has no row locks.
  const toSqlite = (text: string): string =>
    text.replaceAll(/\$(\d+)/g, '?$1').replaceAll('FOR UPDATE SKIP LOCKED', '');
  return sqlStore((text, params) => query(toSqlite(text), params), { placeholder: '$', now: clock.now });
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

  test('a table that cannot be created fails the call, and the next call tries again', async () => {
    let isForbidden = true;
    const { query } = bare((text) => isForbidden && text.startsWith('CREATE'));
    const store = sqlStore(query, { placeholder: '?' });
    await expect(store.save('a', 'value', terms)).rejects.toThrow('no such table');
    isForbidden = false;
    expect(await store.save('a', 'value', terms)).toBe(true);
  });

  test('the table can be created repeatedly', () => {
    const database = new DatabaseSync(':memory:');
    database.exec(createTable);
    expect(() => database.exec(createTable)).not.toThrow();
  });

  describe('clearing', () => {
    const day = 86_400;
    async function openExpired(count: number, failing: (text: string) => boolean = () => false) {
      const clock = new Clock();
      const { query } = bare(failing);
      const store = sqlStore(query, { placeholder: '?', now: clock.now });
      for (let index = 0; index < count; index += 1) {
        await store.save(`expired ${index}`, '', { version: undefined, keepSeconds: 1, dueAtMs: null });
      }
      await store.save('kept', '', { version: undefined, keepSeconds: 3 * day, dueAtMs: null });
      clock.advance(day);
      const rowCount = async (): Promise<number> => (await query('SELECT id FROM plural_otp_payments', [])).length;
      return { clock, store, rowCount };
    }

    test('an empty claim deletes what has expired and nothing else', async () => {
      const { store, clock, rowCount } = await openExpired(3);
      await dueKeys(store, clock.now(), 10);
      expect(await rowCount()).toBe(1);
      expect(await store.load('kept')).toBeDefined();
    });

    test('one claim deletes at most 500 rows, and the next ones the rest', async () => {
      const { store, clock, rowCount } = await openExpired(1200);
      const left: number[] = [];
      for (let claims = 0; claims < 3; claims += 1) {
        await dueKeys(store, clock.now(), 10);
        left.push(await rowCount());
      }
      expect(left).toEqual([701, 201, 1]);
    });

    test('a claim whose clearing fails returns its records all the same', async () => {
      const { store, clock, rowCount } = await openExpired(3, (text) => text.startsWith('DELETE'));
      expect(await dueKeys(store, clock.now(), 10)).toEqual([]);
      await store.save('due', '', { version: undefined, keepSeconds: 60, dueAtMs: clock.now() });
      expect(await dueKeys(store, clock.now(), 10)).toEqual(['due']);
      expect(await rowCount()).toBe(5);
    });

    test('claimed records do not wait for it, and one clearing at a time is sent', async () => {
      const clock = new Clock();
      const { query } = bare();
      let deletes = 0;
      const hanging: SqlQuery = (text, params) => {
        if (!text.startsWith('DELETE')) return query(text, params);
        deletes += 1;
        return new Promise(() => undefined);
      };
      const store = sqlStore(hanging, { placeholder: '?', now: clock.now });
      await store.save('due', '', { version: undefined, keepSeconds: 60, dueAtMs: clock.now() });
      expect(await dueKeys(store, clock.now(), 10)).toEqual(['due']);
      expect(await dueKeys(store, clock.now(), 10)).toEqual(['due']);
      expect(deletes).toBe(1);
    });
  });

  test('on SQLite what others save while a transaction is open is no part of it, and outlives its rollback', async () => {
    const clock = new Clock();
    const store = await openDocumented({ now: clock.now, engineCall: (call) => call() });
    const others: Promise<boolean>[] = [];
    const work = store.transaction?.(async ({ save }) => {
      await save('a', 'in transaction', terms);
      others.push(store.save('b', 'of another', terms));
      await Promise.resolve();
      throw new Error('the hook failed');
    });
    await expect(work).rejects.toThrow('the hook failed');
    expect(await Promise.all(others)).toEqual([true]);
    expect(await store.load('a')).toBeUndefined();
    expect((await store.load('b'))?.value).toBe('of another');
  });

  test('a transaction creates a missing table before it begins', async () => {
    const { query, made } = bare();
    const begun: number[] = [];
    const store = sqlStore(query, {
      placeholder: '?',
      transaction: (work) => {
        begun.push(made());
        return work(query);
      },
    });
    const saved = await store.transaction?.(({ save }) => save('a', 'value', terms));
    expect([saved, begun]).toEqual([true, [1]]);
  });

  test('each save is one statement, also of a record that expired', async () => {
    const clock = new Clock();
    const sent: string[] = [];
    const { query } = bare();
    const watched: SqlQuery = (text, params) => {
      sent.push(text);
      return query(text, params);
    };
    const store = sqlStore(watched, { placeholder: '?', now: clock.now });
    await store.load('a');
    sent.length = 0;
    expect(await store.save('a', 'first', { ...terms, dueAtMs: null, newVersion: 'one' })).toBe(true);
    expect(await store.save('a', 'second', { ...terms, dueAtMs: null, version: 'one' })).toBe(true);
    clock.advance(60);
    expect(await store.save('a', 'third', terms)).toBe(true);
    expect(await store.save('a', 'fourth', terms)).toBe(false);
    expect(sent).toHaveLength(4);
  });

  describe('a row whose column holds another type than text', () => {
    const openDamaged = async (column: 'id' | 'value' | 'version') => {
      const { query } = bare();
      const store = sqlStore(query, { placeholder: '?', now: () => 1000 });
      await store.save('damaged', '{"a":1}', { ...terms, dueAtMs: 1 });
      await query(`UPDATE plural_otp_payments SET ${column} = CAST(${column} AS BLOB)`, []);
      await store.save('sound', '{"a":2}', { ...terms, dueAtMs: 2 });
      return { store, query };
    };

    test('is claimed as a record that cannot be read, and the others with it as they are', async () => {
      const { store, query } = await openDamaged('value');
      const claimed = await store.claim(1000, 2000, 10);
      expect(claimed).toMatchObject([
        { key: 'damaged', value: '', dueAtMs: 1 },
        { key: 'sound', value: '{"a":2}', dueAtMs: 2 },
      ]);
      const [row] = await query("SELECT typeof(value) AS type FROM plural_otp_payments WHERE id = 'damaged'", []);
      expect(row).toEqual({ type: 'blob' });
      expect(await store.load('damaged')).toMatchObject({ value: '', version: claimed[0]?.version });
    });

    test('has no readable record where the column is the key, because nothing finds that row again', async () => {
      const { store } = await openDamaged('id');
      const claimed = await store.claim(1000, 2000, 10);
      expect(claimed.map(({ key, value }) => [key, value])).toEqual([
        ['', ''],
        ['sound', '{"a":2}'],
      ]);
    });

    test('is saved by nobody where the column is the version, until a claim gives it another', async () => {
      const { store } = await openDamaged('version');
      const { version } = (await store.load('damaged')) ?? {};
      expect(await store.save('damaged', 'new', { ...terms, version })).toBe(false);
      const [claimed] = await store.claim(1000, 2000, 10);
      expect(claimed).toMatchObject({ key: 'damaged', value: '{"a":1}' });
      expect(await store.save('damaged', 'new', { ...terms, version: claimed?.version })).toBe(true);
    });

    test.each<[driver: string, value: unknown]>([
      ['Uint8Array', new Uint8Array([123])],
      ['Buffer', Buffer.from('{')],
      ['list of bytes', [123]],
      ['null', null],
    ])('is as unreadable where the driver returns it as %s', async (_driver, value) => {
      const { query } = bare();
      const driver: SqlQuery = async (text, params) =>
        (await query(text, params)).map((row) => (row['value'] === 'x' ? { ...row, value } : row));
      const store = sqlStore(driver, { placeholder: '?' });
      await store.save('damaged', 'x', terms);
      await store.save('sound', 'y', terms);
      expect((await store.load('damaged'))?.value).toBe('');
      const claimed = await store.claim(9, 9, 10);
      expect(claimed.map((record) => record.value).sort()).toEqual(['', 'y']);
    });
  });

  test('a driver that returns other columns than were selected fails every read and claim', async () => {
    const { query } = bare();
    const renaming: SqlQuery = async (text, params) => (await query(text, params)).map(({ id }) => ({ ID: id }));
    const store = sqlStore(renaming, { placeholder: '?' });
    await store.save('a', 'value', terms);
    await expect(store.load('a')).rejects.toThrow('column "value"');
    await expect(store.claim(9, 9, 10)).rejects.toThrow('column "id"');
  });
});
