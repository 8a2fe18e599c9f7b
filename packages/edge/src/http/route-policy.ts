/** The checks a request passes before anything is done for it: origin, content type, encoding and size. */

import type { Settings } from '../options.ts';
import type { HandlerTimers } from '../lib/timeout.ts';
import { readBody } from './body.ts';

/** The requirements of one route; a row of the route table. */
export interface RoutePolicy {
  readonly methods: readonly string[];
  /**
   * Rejects Cross-Site Request Forgery (CSRF): a page of a foreign origin that submits on behalf of its visitor. False
   * where a signature proves the sender instead.
   */
  readonly requireAllowedOrigin: boolean;
  /** The only content type that is accepted; `undefined`: any. */
  readonly contentType: string | undefined;
  readonly maxBodyBytes: number;
}

/**
 * Returns true for a request from a page of this origin or of a configured one, so that Cross-Site Request Forgery
 * (CSRF) is stopped before the body is read.
 *
 * Browsers state the relation themselves in `Sec-Fetch-Site`, which a page cannot set: `same-origin` passes, and `none`,
 * which no script sends, does not. Everywhere else, from another origin or a browser without that header, `Origin` has
 * to be one of the configured. A request with neither passes only with `allowNoOrigin`: a native app.
 *
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function isAllowedOrigin(headers: Headers, { origins, allowNoOrigin = false }: Settings): boolean {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (site === 'same-origin') return true;
  if (site === 'none') return false;
  if (origin !== null) return origins.has(origin);
  return site === null && allowNoOrigin;
}

/** Returns true when the content type is exactly `expected`; parameters may follow. */
export function hasContentType(headers: Headers, expected: string): boolean {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  return type.trim().toLowerCase() === expected;
}

/**
 * Returns true for a body that is uncompressed UTF-8, so that a proxy or firewall reads the same text as the handler.
 */
function isPlainUtf8(headers: Headers): boolean {
  return (
    /^(?:identity)?$/i.test(headers.get('content-encoding') ?? '') &&
    !/;\s*charset\b(?!\s*=\s*"?utf-?8"?\s*(?:;|$))/i.test(headers.get('content-type') ?? '')
  );
}

/**
 * Reads the body of a request by the policy of its route. Returns the HTTP status that rejects it where it does not
 * fit.
 */
export async function readPolicyBody(
  request: Request,
  { contentType, maxBodyBytes }: RoutePolicy,
  timers: HandlerTimers,
): Promise<Uint8Array<ArrayBuffer> | 408 | 413 | 415> {
  const { headers } = request;
  if (contentType !== undefined && !(hasContentType(headers, contentType) && isPlainUtf8(headers))) return 415;
  const bytes = await readBody(request, maxBodyBytes, timers);
  if (bytes === 'tooLarge') return 413;
  return bytes === 'tooSlow' ? 408 : bytes;
}
