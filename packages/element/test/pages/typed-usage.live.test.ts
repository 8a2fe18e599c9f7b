import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { here, runTool } from './apps.ts';
import { getExample, getExamples } from './readme.ts';

/** The README's examples, compiled together with the apps. */
const examples = Object.fromEntries([
  ...getExamples('tsx').map((code, index) => [`react/Readme${index}.tsx`, code]),
  ['react/ReadmeAngular.ts', getExample('typescript')],
  ['vue/Readme.vue', getExample('vue')],
  ['svelte/Readme.svelte', getExample('svelte')],
]) as Record<string, string>;
beforeAll(() => {
  for (const [name, code] of Object.entries(examples)) writeFileSync(`${here}${name}`, code);
});
afterAll(() => {
  for (const name of Object.keys(examples)) rmSync(`${here}${name}`);
});

describe('typed usage', () => {
  const wrongLines = 5;

  test.concurrent('React and Angular: app and README compile, and a wrong attribute, value, detail or event does not', async ({
    expect,
  }) => {
    // Each wrong line expects an error, and the compiler reports a line that has none.
    expect(await runTool('tsc', '-p', 'react')).toBe('');
    expect(readFileSync(`${here}react/wrong.tsx`, 'utf8').match(/@ts-expect-error/g)).toHaveLength(wrongLines);
  });

  test.concurrent.for(['preact', 'solid'])(
    '%s: app compiles, and a wrong attribute, value, detail or event does not',
    async (name, { expect }) => {
      expect(await runTool('tsc', '-p', name)).toBe('');
      expect(readFileSync(`${here}${name}/wrong.tsx`, 'utf8').match(/@ts-expect-error/g)).toHaveLength(wrongLines);
    },
  );

  test.concurrent('Vue: app and README compile, and a wrong attribute, value, detail or event does not', async ({
    expect,
  }) => {
    expect(await runTool('vue-tsc', '-p', 'vue')).toBe('');
    expect(readFileSync(`${here}vue/Wrong.vue`, 'utf8').match(/@vue-expect-error/g)).toHaveLength(wrongLines);
  });

  test.concurrent('Svelte: app and README compile, and a wrong attribute, value, detail or event does not', async ({
    expect,
  }) => {
    const output = ['--output', 'machine-verbose'];
    const lines = (await runTool('svelte-check', '--workspace', 'svelte', '--tsconfig', './tsconfig.json', ...output))
      .split('\n')
      .flatMap((line) => /\{.*\}/.exec(line)?.[0] ?? [])
      .map((line) => JSON.parse(line) as { type: string; filename: string; start: { line: number } });
    const written = readFileSync(`${here}svelte/Wrong.svelte`, 'utf8').split('\n');
    const wrong = written.flatMap((line, index) => (line.startsWith('<plural-otp') ? index : []));
    expect(wrong).toHaveLength(wrongLines);
    expect(lines.map(({ filename, start }) => [filename, start.line])).toEqual(
      wrong.map((line) => ['Wrong.svelte', line]),
    );
  });
});
