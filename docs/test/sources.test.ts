import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './support/examples.ts';

const rows = [...readFileSync(join(root, 'docs/sources.md'), 'utf8').matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)].map(
  ([, key = '', cells = '']) => ({ key, cells: cells.split('|').map((cell) => cell.trim()) }),
);

interface Comment {
  where: string;
  text: string;
  sources: string[];
}

/** Lists block comments, and runs of line comments. */
function commentsIn(pattern: string): Comment[] {
  return globSync(pattern, { cwd: root }).flatMap((file) => {
    const code = readFileSync(join(root, file), 'utf8');
    return [...code.matchAll(/\/\*\*[^]*?\*\/|(?:^\s*\/\/.*\n)+/gm)].map(({ 0: text, index }) => ({
      where: `${file}:${code.slice(0, index).split('\n').length}`,
      text,
      sources: [...text.matchAll(/\[source: ([^\]]+)\]/g)].map(([, key = '']) => key),
    }));
  });
}

const tagged = commentsIn('{packages,apps}/*/src/**/*.ts').filter(({ sources }) => sources.length > 0);

describe('docs/sources.md', () => {
  test('tags and rows exist, and no row is duplicated', () => {
    expect(tagged.length).toBeGreaterThan(10);
    expect(rows.length).toBeGreaterThan(10);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  test.each(rows)('$key names page, place, date and certainty', ({ cells }) => {
    expect(cells).toHaveLength(4);
    expect(cells.every((cell) => cell !== '')).toBe(true);
    expect(cells[3]).toMatch(/^(vendor|third party|standard|tested here)/);
  });

  test.each(tagged)('$where: each source it names has a row', ({ sources }) => {
    expect(rows.map(({ key }) => key)).toEqual(expect.arrayContaining(sources));
  });

  test.each(rows)('$key is named by a comment', ({ key }) => {
    expect(tagged.flatMap(({ sources }) => sources)).toContain(key);
  });
});

// Words that only a comment about an outside fact uses.
const outside =
  /\bguide\b|\bdocumentation\b|\bdocumented as\b|\bPlural documents\b|\bon Workers\b|\bWorkers allow\b|\bCVE-|\bPCI\b/;
const speaking = commentsIn('packages/core/src/**/*.ts').filter(({ text }) => outside.test(text));

test.each(speaking)('$where states an outside fact and names its source', ({ sources }) => {
  expect(sources).not.toEqual([]);
});
