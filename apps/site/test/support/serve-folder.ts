/** A server of static files below a path, as any web host is one. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** Serves a folder on a free port of the loopback address. */
export async function serveFolder(
  folder: string,
  base: string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void (async () => {
      const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
      const path = decodeURI(pathname)
        .slice(base.length)
        .replace(/(^|\/)$/, '$1index.html');
      try {
        if (!pathname.startsWith(base)) throw new Error('Outside the site.');
        const body = await readFile(join(folder, path));
        const type = types[extname(path)];
        // As web hosts do, which matters to what measures a page.
        const isCompressed = type !== undefined && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
        response.writeHead(200, {
          'content-type': type ?? 'application/octet-stream',
          ...(isCompressed && { 'content-encoding': 'gzip' }),
        });
        response.end(isCompressed ? gzipSync(body) : body);
      } catch {
        response.writeHead(404).end();
      }
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${base}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
