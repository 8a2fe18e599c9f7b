/** Reads the browser's files from the built packages and the shop's own build. */

import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type ApiTable, toApiTables } from '../pages/api-table.ts';
import type { Asset, BrowserFiles, PinnedFile } from '../browser-files.ts';

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/**
 * Reads all files once at the start, so that pages and integrity hashes always belong to one build.
 * @throws Error that names the missing file, if the packages are not built
 */
export async function readBrowserFiles(): Promise<BrowserFiles> {
  const assets: Record<string, Asset> = {};
  const own: Record<string, string> = {};
  const add = async (name: string, file: URL): Promise<string> => {
    const content = await readFile(file);
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
    const url = `/assets/${hash}/${name}`;
    const type = types[extname(name)] ?? 'application/octet-stream';
    if (type === 'image/png') {
      assets[url] = { type, base64: content.toString('base64') };
      return url;
    }
    // Built files have a compressed one next to them.
    const br = await readFile(new URL(`${file.href}.br`)).catch(() => brotliCompressSync(content));
    assets[url] = {
      text: content.toString('utf8'),
      type,
      compressed: { br: br.toString('base64'), gzip: Buffer.from(gzipSync(content)).toString('base64') },
    };
    return url;
  };
  const addOwn = async (file: URL): Promise<void> => {
    const name = basename(file.pathname);
    own[name] = await add(name, file);
  };
  const built = new URL('../../dist/', import.meta.url);
  const hashes = JSON.parse(await readFile(packageFile('@plural-otp/element/integrity.json'), 'utf8')) as Record<
    string,
    string
  >;
  const addPinned = async (name: string): Promise<PinnedFile> => {
    const integrity = hashes[name];
    if (integrity === undefined) throw new Error(`integrity.json of @plural-otp/element has no hash for ${name}`);
    return { name, url: await add(name, packageFile(`@plural-otp/element/${name}`)), integrity };
  };
  const [element, styles, more] = await Promise.all([
    addPinned('plural-otp.min.js'),
    addPinned('plural-otp.css'),
    Promise.all(
      Object.keys(hashes)
        .filter((name) => /^(?:themes|locales)\/|^marks\.js$/.test(name))
        .map(addPinned),
    ),
    readdir(built).then((names) =>
      Promise.all(names.filter((name) => extname(name) in types).map((name) => addOwn(new URL(name, built)))),
    ),
    ...['mark.svg', 'touch-icon.png', 'share.png'].map((name) => addOwn(new URL(`../public/${name}`, import.meta.url))),
  ]);
  return { component: { element, styles, more }, own, api: await readApi(), assets };
}

/** Reads the element's reference. The small build of the demo has none. */
async function readApi(): Promise<readonly ApiTable[]> {
  const text = await readFile(packageFile('@plural-otp/element/custom-elements.json'), 'utf8').catch(() => '{}');
  return toApiTables(JSON.parse(text));
}

function packageFile(specifier: string): URL {
  return new URL(import.meta.resolve(specifier));
}
