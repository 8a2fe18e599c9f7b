/** Responses of the page: HTML under a policy that lets nothing run. */
import { sha256 } from '@plural-otp/core/internal';
import type { Html } from './html.ts';

/** Responds with markup under a policy that lets nothing run, load or frame it. */
export type PageResponder = (markup: Html, options?: { status?: number; headers?: Record<string, string> }) => Response;

const baseHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Not `no-referrer`, because older browsers would then send our own forms with the origin `null` and no other sign of it.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/** Creates a responder for pages whose only style element contains `sheet`. */
export async function createPageResponder(sheet: string): Promise<PageResponder> {
  const hash = btoa(String.fromCodePoint(...(await sha256(sheet))));
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  const headers = {
    ...baseHeaders,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
  };
  return ({ markup }, { status = 200, headers: more = {} } = {}) =>
    new Response(markup, { status, headers: { ...headers, ...more } });
}
