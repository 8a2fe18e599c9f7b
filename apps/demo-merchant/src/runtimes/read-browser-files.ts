/** Reads the browser's files from the built packages and the `public` folder. */

import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Asset, BrowserFiles } from '../browser-files.ts';

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads all files once at the start, so that pages and integrity hashes always belong to one build.
 * @throws Error that names the missing file, if the packages are not built
 */
export async function readBrowserFiles(): Promise<BrowserFiles> {
  const assets: Record<string, Asset> = {};
  const add = async (path: string, file: URL): Promise<void> => {
    const text = await readFile(file, 'utf8');
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
    assets[path] = { text, type: types[extname(file.pathname)] ?? 'application/octet-stream', etag };
  };
  const addFolder = async (prefix: string, folder: URL): Promise<void> => {
    const names = await readdir(folder);
    await Promise.all(
      names.filter((name) => extname(name) in types).map((name) => add(`${prefix}${name}`, new URL(name, folder))),
    );
  };
  const hashes = JSON.parse(await readFile(packageFile('@plural-otp/element/integrity.json'), 'utf8')) as Record<
    string,
    string
  >;
  const addPinned = async (name: string): Promise<BrowserFiles['component']['element']> => {
    const integrity = hashes[name];
    if (integrity === undefined) throw new Error(`integrity.json of @plural-otp/element has no hash for ${name}`);
    await add(`/assets/${name}`, packageFile(`@plural-otp/element/${name}`));
    return { url: `/assets/${name}`, integrity };
  };
  const [element, styles, more] = await Promise.all([
    addPinned('plural-otp.min.js'),
    addPinned('plural-otp.css'),
    Promise.all(
      Object.keys(hashes)
        .filter((name) => /^(?:themes|locales)\//.test(name))
        .map(addPinned),
    ),
    addFolder('/assets/', new URL('../public/', import.meta.url)),
    addFolder('/assets/flow/', new URL('.', packageFile('@plural-otp/flow'))),
  ]);
  const text = JSON.stringify({ imports: { '@plural-otp/flow': '/assets/flow/index.js' } });
  const hash = `sha256-${createHash('sha256').update(text).digest('base64')}`;
  return { component: { element, styles, more }, importMap: { text, hash }, assets };
}

function packageFile(specifier: string): URL {
  return new URL(import.meta.resolve(specifier));
}
