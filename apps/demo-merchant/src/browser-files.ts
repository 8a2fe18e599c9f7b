/** A file for the browser with the hash the page pins it to. */
interface PinnedFile {
  readonly url: string;
  /** `sha384-…`, for the `integrity` attribute. */
  readonly integrity: string;
}

/** A file below `/assets/`. */
export interface Asset {
  readonly text: string;
  /** The media type. */
  readonly type: string;
  readonly etag: string;
}

/** Everything the browser loads beside the pages: plain data, so that a bundle may hold it. */
export interface BrowserFiles {
  /** The built component as a merchant would host it: one module, the sheet that keeps its place, and its themes and languages. */
  readonly component: {
    readonly element: PinnedFile;
    readonly styles: PinnedFile;
    readonly more: readonly PinnedFile[];
  };
  /** Tells browsers where a package name leads. It stands in the page, so the policy has to name its hash. */
  readonly importMap: { readonly text: string; readonly hash: string };
  /** By path. */
  readonly assets: Readonly<Record<string, Asset>>;
}

/** The file that a request asks for, or `undefined`. */
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
