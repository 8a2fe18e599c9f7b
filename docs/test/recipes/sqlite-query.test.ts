import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { retryLocked } from '../../recipes/sqlite-query.ts';
import { root } from '../support/examples.ts';

const recipes = join(root, 'docs/recipes');
const usingSqlite = globSync('**/*.ts', { cwd: recipes }).filter((name) =>
  readFileSync(join(recipes, name), 'utf8').includes('new Database'),
);

test.each(usingSqlite)('%s lets SQLite wait for a moment only, and retries with a timer', (name) => {
  const source = readFileSync(join(recipes, name), 'utf8');
  expect(source).toContain('PRAGMA busy_timeout = 50');
  expect(source).toContain('retryLocked(');
});

test('there are recipes on SQLite', () => {
  expect(usingSqlite.sort()).toEqual(['bullmq/server.ts', 'bun/server.ts', 'sqlite-shop.ts']);
});

/** Opens a file by two connections; the second one holds it until `release`. */
function openTwice() {
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-locked-'));
  const [own, other] = [1, 2].map(() => new DatabaseSync(join(folder, 'shop.sqlite'))) as [DatabaseSync, DatabaseSync];
  onTestFinished(() => {
    own.close();
    other.close();
    rmSync(folder, { recursive: true });
  });
  own.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 1; CREATE TABLE rows (key TEXT PRIMARY KEY)');
  other.exec('BEGIN IMMEDIATE');
  let attempts = 0;
  const query = retryLocked(async (text, params) => {
    attempts += 1;
    return own.prepare(text).all(...params);
  });
  return { query, attempts: () => attempts, release: () => other.exec('COMMIT') };
}

test('a statement waits until the other process lets go of the file, while others are served', async () => {
  const { query, attempts, release } = openTwice();
  const insert = query('INSERT INTO rows VALUES (?)', ['a']);
  while (attempts() < 2) await setImmediate();
  release();
  await insert;
  expect(await query('SELECT key FROM rows', [])).toEqual([{ key: 'a' }]);
});

test('a file that stays locked is an error, and so is any other one at once', async () => {
  const { query, attempts } = openTwice();
  await expect(query('INSERT INTO rows VALUES (?)', ['a'])).rejects.toThrow('is locked');
  expect(attempts()).toBe(40);
  await expect(query('INSERT INTO no_table VALUES (1)', [])).rejects.toThrow('no such table');
  expect(attempts()).toBe(41);
});
