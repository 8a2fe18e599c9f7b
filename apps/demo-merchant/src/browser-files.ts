/** The files that the shop serves to browsers, as plain data, so that a bundle can contain them. */

/** File with the integrity hash that the page pins. */
interface PinnedFile {
  readonly url: string;
  /** `sha384-…`, for the `integrity` attribute. */
  readonly integrity: string;
}

/** File served below `/assets/`. */
export interface Asset {
  readonly text: string;
  /** Media type. */
  readonly type: string;
  readonly etag: string;
}

/** All files that pages load. */
export interface BrowserFiles {
  /**
   * The built component as a merchant hosts it: one module, the style sheet that reserves its space, and its themes and
   * languages.
   */
  readonly component: {
    readonly element: PinnedFile;
    readonly styles: PinnedFile;
    readonly more: readonly PinnedFile[];
  };
  /** Import map that resolves package names. It is inline, so the content security policy lists its hash. */
  readonly importMap: { readonly text: string; readonly hash: string };
  /** Files by path. */
  readonly assets: Readonly<Record<string, Asset>>;
}

/** Returns the requested file, or `undefined` if there is none. */
export function serveAsset({ assets }: BrowserFiles, request: Request): Response | undefined {
  const { pathname } = new URL(request.url);
  const asset = Object.hasOwn(assets, pathname) ? assets[pathname] : undefined;
  if (asset === undefined || !['GET', 'HEAD'].includes(request.method)) return undefined;
  const headers = {
    'content-type': asset.type,
    'cache-control': 'no-cache',
    etag: asset.etag,
    'x-content-type-options': 'nosniff',
  };
  if (request.headers.get('if-none-match') === asset.etag) return new Response(null, { status: 304, headers });
  return new Response(request.method === 'HEAD' ? null : asset.text, { headers });
}
