/** The first start on a machine where something is missing: what the commands say, and that they do not go on. */

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { root } from './support/examples.ts';

const { packageManager, toolchain } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  packageManager: string;
  toolchain: { node: Readonly<Record<string, string>>; ownNodeFromMajor: number };
};

/** Brings the tools into an empty folder whose name has a space, on a machine whose registry does not answer. */
async function bring(
  options: { readonly stamp?: string; readonly ownNodeIsEnough: boolean },
  before = '',
): Promise<{ code: unknown; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'plural first start '));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (options.stamp !== undefined) {
    mkdirSync(join(folder, '.tools'));
    writeFileSync(join(folder, '.tools/installed.txt'), options.stamp);
  }
  const { ownNodeIsEnough } = options;
  const code = `${before}
    const { bringTools } = await import(${JSON.stringify(pathToFileURL(join(root, 'tools/bring-tools.mjs')).href)});
    bringTools(${JSON.stringify({ root: folder, packageManager, toolchain, ownNodeIsEnough })});
    console.log('went on');`;
  const env = { ...process.env, npm_config_registry: 'http://127.0.0.1:9', npm_config_cache: join(folder, 'cache') };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', code], { env }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: `${stdout}${stderr}` });
    });
  });
}

test('a registry that does not answer is said at once, and nothing goes on', async () => {
  const { code, output } = await bring({ ownNodeIsEnough: true });
  expect(code).toBe(1);
  expect(output).toContain(`Bringing ${packageManager} in .tools`);
  expect(output).toContain('Check that npm reaches its registry, which did not answer');
  expect(output).not.toContain('went on');
});

test('a stamp without working programs is not trusted: they are brought again', async () => {
  const { code, output } = await bring({ ownNodeIsEnough: true, stamp: packageManager });
  expect([code, output]).toEqual([1, expect.stringContaining(`Repairing ${packageManager}`)]);
});

test('a machine that npm has no Node for is told to install one', async () => {
  const { code, output } = await bring(
    { ownNodeIsEnough: false },
    "Object.defineProperty(process, 'arch', { value: 'riscv64' });",
  );
  expect(code).toBe(1);
  expect(output).toMatch(/npm has none for \w+-riscv64: install it, for example from https:\/\/nodejs\.org\./);
});

test('every pinned Node is one package and one exact version, new enough for the commands', () => {
  expect(Object.keys(toolchain.node)).toEqual(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64']);
  for (const pin of Object.values(toolchain.node)) {
    const [, major] = /^node-[\w-]+@(\d+)\.\d+\.\d+$/.exec(pin) ?? [];
    expect(Number(major)).toBe(toolchain.ownNodeFromMajor);
  }
});
