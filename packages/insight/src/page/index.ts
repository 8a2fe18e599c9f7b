/** Public entry of `@plural-otp/insight/page`: the merchant's page, drawn on the server without script. */

import type { Insight } from '../create-insight.ts';
import { toCsv } from './csv.ts';
import { drawPage } from './document.ts';
import { parseQuery } from './query.ts';
import { styleSheet } from './styles.ts';

/** Options of {@link createInsightPage}. */
export interface InsightPageOptions {
  /** Path of the page. @default '/insight' */
  basePath?: string;
  /**
   * Returns true for a member of the merchant's staff. `'local'` lets everyone in who asks for a loopback address, for
   * development: a proxy on the same machine that sends its own address as Host lets everybody in.
   */
  authorize: ((request: Request) => boolean | Promise<boolean>) | 'local';
  /** URL of the page that leads here, and its name. */
  home?: { url: string; name: string };
  /** URL of a style sheet of this origin that sets `--insight-…` properties. */
  styleSheetUrl?: string;
}

/** The page of an insight. */
export interface InsightPage {
  /**
   * Answers requests for the page, and with 404 all others. With `'local'`, `peerAddress` is held to be a loopback
   * address too: `socket.remoteAddress` on Node.
   */
  fetch(request: Request, peerAddress?: unknown): Promise<Response>;
}

const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
};

const respond = (body: string, type: string, status = 200, more: Record<string, string> = {}): Response =>
  new Response(body, { status, headers: { ...headers, 'content-type': `${type}; charset=utf-8`, ...more } });

/** Returns true for a request by a loopback address that no proxy says it passed on. */
const isLocal = ({ url, headers: given }: Request, peerAddress: unknown): boolean =>
  /^(?:localhost|127(?:\.\d+){3}|\[::1\]|.*\.localhost)$/.test(new URL(url).hostname) &&
  (typeof peerAddress !== 'string' || /^(?:::1|(?:::ffff:)?127(?:\.\d+){3})$/.test(peerAddress)) &&
  ![...given.keys()].some((name) => /^(?:x-forwarded|forwarded$|x-real-ip$|via$)/.test(name));

/**
 * Creates the page of an insight: a fetch handler, without script, under a strict content security policy.
 *
 * @throws {TypeError} without `authorize`: the page is not for customers.
 *
 * @example
 * ```ts
 * import type { Insight } from '@plural-otp/insight';
 * import { createInsightPage } from '@plural-otp/insight/page';
 *
 * export const createPage = (insight: Insight, isStaff: (request: Request) => Promise<boolean>) =>
 *   createInsightPage(insight, { basePath: '/merchant/insight', authorize: isStaff });
 * ```
 */
export function createInsightPage(insight: Insight, options: InsightPageOptions): InsightPage {
  const { basePath = '/insight', authorize } = options;
  if (authorize !== 'local' && typeof authorize !== 'function')
    throw new TypeError("authorize: set a function that returns true for the merchant's staff, or 'local'");
  const mayEnter = authorize === 'local' ? isLocal : authorize;

  async function answer(request: Request, url: URL): Promise<Response> {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return respond('Method not allowed', 'text/plain', 405, { allow: 'GET, HEAD' });
    if (url.pathname === `${basePath}/insight.css`) return respond(styleSheet, 'text/css');
    const query = parseQuery(url.searchParams);
    if (url.pathname === `${basePath}/issuers.csv`) {
      const disposition = `attachment; filename="issuers-${query.range}.csv"`;
      return respond(toCsv(await insight.report(query)), 'text/csv', 200, { 'content-disposition': disposition });
    }
    if (url.pathname !== basePath) return respond('Not found', 'text/plain', 404);
    const document = await drawPage(insight, { ...options, basePath }, query);
    return respond(document, 'text/html', 200, query.live ? { refresh: '10' } : {});
  }

  return {
    async fetch(request, peerAddress) {
      const url = new URL(request.url);
      if (url.pathname !== basePath && !url.pathname.startsWith(`${basePath}/`))
        return respond('Not found', 'text/plain', 404);
      let isAllowed = false;
      try {
        isAllowed = await mayEnter(request, peerAddress);
      } catch {
        // Whoever cannot be checked does not enter.
      }
      if (!isAllowed) return respond('Not for you: sign in as staff of the shop', 'text/plain', 403);
      try {
        const response = await answer(request, url);
        return request.method === 'HEAD' ? new Response(null, response) : response;
      } catch {
        return respond('The store of the insight cannot be read now. Payments are not affected.', 'text/plain', 503);
      }
    },
  };
}
