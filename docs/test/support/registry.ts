/** An npm registry on loopback that has the packed packages of this repository, and passes other names on. */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request as requestPlain, type ServerResponse } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { root } from './examples.ts';

const run = promisify(execFile);

/** Folder of each published package. */
export const folders: Readonly<Record<string, string>> = {
  '@plural-otp/conformance': 'packages/conformance',
  '@plural-otp/core': 'packages/core',
  '@plural-otp/doctor': 'packages/doctor',
  '@plural-otp/edge': 'packages/edge',
  '@plural-otp/element': 'packages/element',
  '@plural-otp/flow': 'packages/flow',
  '@plural-otp/insight': 'packages/insight',
  '@plural-otp/sandbox': 'apps/sandbox',
  'create-plural-otp': 'packages/create',
};

/** A listening registry. */
export interface Registry {
  readonly origin: string;
  /** Path of the certificates that npm trusts besides Node's own; undefined when there are none. */
  readonly certificates: string | undefined;
  close(): void;
}

/** Packs the packages as they are built, and serves them. */
export async function startRegistry(): Promise<Registry> {
  const certificates = await readSetting('cafile');
  const passOn = await createUpstream(certificates);
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-registry-'));
  const tarballs = new Map<string, Buffer>();
  const manifests = new Map<string, Record<string, unknown>>();
  for (const [name, path] of Object.entries(folders)) {
    const file = join(folder, `${path.replace('/', '-')}.tgz`);
    // Built already; what is packed is what the other tests of this run use.
    await run('pnpm', ['pack', '--config.ignore-scripts=true', '--out', file], { cwd: join(root, path) });
    tarballs.set(name, readFileSync(file));
    const { stdout } = await run('tar', ['-xzOf', file, 'package/package.json']);
    manifests.set(name, JSON.parse(stdout) as Record<string, unknown>);
  }
  rmSync(folder, { recursive: true, force: true });

  let origin = '';
  const describe = (name: string, manifest: Record<string, unknown>, tarball: Buffer): object => {
    const version = String(manifest['version']);
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    const shasum = createHash('sha1').update(tarball).digest('hex');
    const dist = { tarball: `${origin}/-/${encodeURIComponent(name)}.tgz`, integrity, shasum };
    const time = { created: '2026-01-01T00:00:00.000Z', [version]: '2026-01-01T00:00:00.000Z' };
    return { name, time, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
  };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    const ownTarball = tarballs.get(path.replace(/^-\/(.*)\.tgz$/, '$1'));
    const manifest = manifests.get(path);
    if (path.startsWith('-/') && ownTarball) {
      response.setHeader('content-type', 'application/octet-stream').end(ownTarball);
    } else if (manifest && ownTarball) {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(describe(path, manifest, ownTarball)));
    } else {
      await passOn(request, response);
    }
  };
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.writeHead(502).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    certificates,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Returns a setting of npm on this machine; undefined when it has no value. */
async function readSetting(name: string): Promise<string | undefined> {
  const { stdout } = await run('npm', ['config', 'get', name], { cwd: tmpdir() });
  return /^(?:null|undefined)?$/.test(stdout.trim()) ? undefined : stdout.trim();
}

/** Returns what passes a request on to npm's own registry. */
async function createUpstream(
  certificates: string | undefined,
): Promise<(request: IncomingMessage, response: ServerResponse) => Promise<void>> {
  const registry = await readSetting('registry');
  const ca = certificates === undefined ? undefined : readFileSync(certificates);
  return async ({ url = '', headers: { accept = '*/*' } }, response) => {
    const target = new URL(url.slice(1), registry);
    const passed =
      target.protocol === 'https:'
        ? requestSecure(target, { ca, headers: { accept } })
        : requestPlain(target, { headers: { accept } });
    const [reply] = (await once(passed.end(), 'response')) as [IncomingMessage];
    response.writeHead(reply.statusCode ?? 502, { 'content-type': reply.headers['content-type'] ?? '' });
    await pipeline(reply, response);
  };
}
