import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const packages = ['packages/core', 'packages/flow', 'packages/edge', 'apps/sandbox'];
// Expressions that detect the runtime.
const sniffing = /\b(?:Deno|Bun|EdgeRuntime|WebSocketPair|process\.versions|navigator\.userAgent\.includes)\b/;
// Entries and commands for Node only.
const forNode = /\/(?:node|main|listen)\.js$|\/cli\//;

describe.each(packages)('%s is one build for every runtime', (name) => {
  test('its entries name types and default, and no other condition', () => {
    const { exports } = JSON.parse(readFileSync(`${root}/${name}/package.json`, 'utf8')) as {
      exports: Record<string, string | object>;
    };
    const modules = Object.values(exports).filter((entry) => typeof entry === 'object');
    for (const conditions of modules) expect(Object.keys(conditions)).toEqual(['types', 'default']);
  });

  test('no module detects its runtime or imports Node', () => {
    const files = globSync(`${name}/dist/**/*.js`, { cwd: root }).filter((file) => !forNode.test(file));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      // Without comments: an example may name what the code must not.
      const code = readFileSync(`${root}/${file}`, 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
      expect([file, sniffing.exec(code)?.[0]]).toEqual([file, undefined]);
      expect([file, /from 'node:[^']+'/.exec(code)?.[0]]).toEqual([file, undefined]);
    }
  });
});
