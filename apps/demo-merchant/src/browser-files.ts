import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file for the browser with the hash the page pins it to. */
interface PinnedFile {
  readonly url: string;
  /** `sha384-…`, for the `integrity` attribute. */
  readonly integrity: string;
}

/** Everything the browser loads beside the pages. */
export interface BrowserFiles {
  /** The built component as a merchant would host it: one module, and the sheet that keeps its place. */
  readonly component: { readonly element: PinnedFile; readonly styles: PinnedFile };
  /** Tells browsers where a package name leads. It stands in the page, so the policy has to name its hash. */
  readonly importMap: { readonly text: string; readonly hash: string };
  /** The file at a path below `/assets/`, or `undefined`. */
  serve(request: Request): Response | undefined;
}

interface LoadedFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
}

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads the files once, so that a page and the hashes it names are always of one build.
 * @throws Error that names the missing file; run the build
 */
export async function readBrowserFiles(): Promise<BrowserFiles> {
  const files = new Map<string, LoadedFile>();
  const add = async (path: string, file: URL): Promise<void> => {
    const body = new Uint8Array(await readFile(file));
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    files.set(path, { body, type: types[extname(file.pathname)] ?? 'application/octet-stream', etag });
  };
  const addFolder = async (prefix: string, folder: URL): Promise<void> => {
    const names = await readdir(folder);
    await Promise.all(
      names.filter((name) => extname(name) in types).map((name) => add(`${prefix}${name}`, new URL(name, folder))),
    );
  };
  const element = packageFile('@plural-otp/element/plural-otp.min.js');
  const styles = packageFile('@plural-otp/element/plural-otp.css');
  const integrity = JSON.parse(await readFile(packageFile('@plural-otp/element/integrity.json'), 'utf8')) as Record<
    string,
    string
  >;
  await Promise.all([
    addFolder('/assets/', new URL('public/', import.meta.url)),
    addFolder('/assets/flow/', new URL('.', packageFile('@plural-otp/flow'))),
    add('/assets/plural-otp.min.js', element),
    add('/assets/plural-otp.css', styles),
  ]);

  const pinned = (file: URL): PinnedFile => {
    const name = basename(fileURLToPath(file));
    const hash = integrity[name];
    if (hash === undefined) throw new Error(`integrity.json of @plural-otp/element has no hash for ${name}`);
    return { url: `/assets/${name}`, integrity: hash };
  };
  const importMap = JSON.stringify({ imports: { '@plural-otp/flow': '/assets/flow/index.js' } });
  return {
    importMap: { text: importMap, hash: `sha256-${createHash('sha256').update(importMap).digest('base64')}` },
    component: { element: pinned(element), styles: pinned(styles) },
    serve(request) {
      const file = files.get(new URL(request.url).pathname);
      if (file === undefined || !['GET', 'HEAD'].includes(request.method)) return undefined;
      const headers = {
        'content-type': file.type,
        'cache-control': 'no-cache',
        etag: file.etag,
        'x-content-type-options': 'nosniff',
      };
      if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers });
      return new Response(request.method === 'HEAD' ? null : file.body, { headers });
    },
  };
}

function packageFile(specifier: string): URL {
  return new URL(import.meta.resolve(specifier));
}
