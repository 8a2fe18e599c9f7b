import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findObstacle, writeFiles } from '../src/files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'create-plural-otp-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a new folder, an empty one and a fresh repository take a shop', () => {
  expect(findObstacle(join(folder, 'new'))).toBeUndefined();
  expect(findObstacle(folder)).toBeUndefined();
  mkdirSync(join(folder, '.git'));
  expect(findObstacle(folder)).toBeUndefined();
});

test('a folder with files is refused by their names, and a file as a file', () => {
  const file = join(folder, 'notes.txt');
  writeFileSync(file, '');
  expect(findObstacle(folder)).toMatch(/is not empty: it has notes\.txt\. Choose a new folder; nothing was changed\./);
  expect(findObstacle(file)).toMatch(/is a file/);
});

test('files are written with their folders, and none is overwritten', () => {
  writeFiles(folder, { 'a.txt': 'a', 'b/c.txt': 'c' });
  expect(readFileSync(join(folder, 'b/c.txt'), 'utf8')).toBe('c');
  expect(() => writeFiles(folder, { 'a.txt': 'other' })).toThrow(/EEXIST/);
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('a');
});
