/** The files that the shop serves to browsers, as plain data, so that a bundle can contain them. */

import type { ApiTable } from './pages/api-table.ts';

/** File with the integrity hash that the page pins. */
export interface PinnedFile {
  /** Name in the package, for example `themes/warm.css`. */
  readonly name: string;
  readonly url: string;
  /** `sha384-…`, for the `integrity` attribute. */
  readonly integrity: string;
}

/** File served below `/assets/`, under a path that holds the hash of its content. */
export type Asset = {
  /** Media type. */
  readonly type: string;
} & (
  | {
      readonly text: string;
      /** Compressed content by encoding, in base64. */
      readonly compressed?: { readonly br: string; readonly gzip: string };
    }
  /** A picture, which is compressed already. */
  | { readonly base64: string }
);

/** All files that pages load. */
export interface BrowserFiles {
  /**
   * The built component as a merchant hosts it: one module, the style sheet that reserves its space, and its themes,
   * languages and marks.
   */
  readonly component: {
    readonly element: PinnedFile;
    readonly styles: PinnedFile;
    readonly more: readonly PinnedFile[];
  };
  /** URLs of the shop's own files by name, for example `styles.css`. */
  readonly own: Readonly<Record<string, string>>;
  /** Reference of the element, from its manifest; empty if only the demo was built. */
  readonly api: readonly ApiTable[];
  /** Files by path. */
  readonly assets: Readonly<Record<string, Asset>>;
}

// A path holds the hash of its file: what it once was it stays.
const immutable = 'public, max-age=31536000, immutable';

/** Returns the requested file, or `undefined` if there is none. */
export function serveAsset({ assets }: BrowserFiles, request: Request): Response | undefined {
  const { pathname } = new URL(request.url);
  const asset = Object.hasOwn(assets, pathname) ? assets[pathname] : undefined;
  if (asset === undefined || !['GET', 'HEAD'].includes(request.method)) return undefined;
  const { type } = asset;
  const compressed = 'text' in asset ? asset.compressed : undefined;
  const encoding = compressed && (['br', 'gzip'] as const).find((name) => acceptsEncoding(request, name));
  const headers = {
    'content-type': type,
    'cache-control': immutable,
    'x-content-type-options': 'nosniff',
    ...(compressed && { vary: 'accept-encoding' }),
    ...(encoding && { 'content-encoding': encoding }),
  };
  if (request.method === 'HEAD') return new Response(null, { headers });
  if ('base64' in asset) return new Response(toBytes(asset.base64), { headers });
  if (compressed === undefined || encoding === undefined) return new Response(asset.text, { headers });
  return encodedResponse(toBytes(compressed[encoding]), { headers });
}

function toBytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Returns a page compressed with gzip, if the browser accepts that; a platform that compresses by itself sees it done. */
export function compressPage(request: Request, response: Response): Response {
  const { body, status, headers } = response;
  const isPage = headers.get('content-type')?.startsWith('text/html') === true;
  if (!isPage || body === null || headers.has('content-encoding') || !acceptsEncoding(request, 'gzip')) return response;
  if (typeof CompressionStream === 'undefined') return response;
  const compressed = new Headers(headers);
  compressed.set('content-encoding', 'gzip');
  compressed.append('vary', 'accept-encoding');
  return encodedResponse(body.pipeThrough(new CompressionStream('gzip')), { status, headers: compressed });
}

function encodedResponse(body: BodyInit, init: ResponseInit): Response {
  // Without `encodeBody`, workerd would compress what is compressed already. Other runtimes do not know it.
  return new Response(body, { ...init, encodeBody: 'manual' } as ResponseInit);
}

/** Returns true if the browser accepts a content encoding. */
function acceptsEncoding(request: Request, name: 'br' | 'gzip'): boolean {
  const accepted = request.headers.get('accept-encoding') ?? '';
  return accepted.split(',').some((part) => {
    const [coding = '', weight = ''] = part.split(';');
    return coding.trim().toLowerCase() === name && !/^\s*q=0(?:\.0*)?\s*$/.test(weight);
  });
}
