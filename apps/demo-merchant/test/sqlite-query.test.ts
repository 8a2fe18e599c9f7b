import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createSqliteQuery } from '../src/runtimes/sqlite-query.ts';

test('a locked file delays its own statement and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-query-'));
  const [other, own] = [new DatabaseSync(join(folder, 'a')), new DatabaseSync(join(folder, 'a'))];
  onTestFinished(() => {
    for (const database of [other, own]) database.close();
    rmSync(folder, { recursive: true });
  });
  other.exec('CREATE TABLE t (n INTEGER); BEGIN EXCLUSIVE; INSERT INTO t VALUES (1)');
  const query = createSqliteQuery(own);
  const events: string[] = [];
  const written = query('INSERT INTO t VALUES (2)', []).then(() => events.push('written'));
  // The event loop runs while the statement waits for the other process.
  await new Promise((resolve) => setTimeout(resolve, 0));
  events.push('other customer');
  other.exec('COMMIT');
  await written;
  expect(events).toEqual(['other customer', 'written']);
  expect(await query('SELECT n FROM t ORDER BY n', [])).toEqual([{ n: 1 }, { n: 2 }]);
  await expect(query('INSERT INTO nowhere VALUES (1)', [])).rejects.toThrow('no such table');
});
