/** Builds every response of the handler, each with the same protective headers. */

import type { PaymentView, ProblemBody, ProblemCode } from '@plural-otp/flow/contract';

/** Headers of every response: not cached, framed, sniffed or read by another origin. */
const baseHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const jsonHeaders = { ...baseHeaders, 'content-type': 'application/json; charset=utf-8' };

/** Returns a 200 with the view of a payment. */
export const viewResponse = (view: PaymentView): Response =>
  new Response(JSON.stringify(view), { headers: jsonHeaders });

/** Returns a response that carries a problem code in place of a view. */
export function problemResponse(status: number, code: ProblemCode, headers: Record<string, string> = {}): Response {
  const body: ProblemBody = { problem: { code } };
  return new Response(JSON.stringify(body), { status, headers: { ...jsonHeaders, ...headers } });
}

/** Returns the response to a request that violates the contract. */
export const errorResponse = (status: 400 | 403 | 404 | 408 | 413 | 415): Response =>
  problemResponse(status, 'INTERNAL');

/** Returns a 503: nothing was sent to Plural, and the request may be retried soon. */
export const unavailableResponse = (): Response => problemResponse(503, 'BACKEND_UNREACHABLE', { 'retry-after': '2' });

/** Returns a response without a body. */
export const emptyResponse = (status: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status, headers: { ...baseHeaders, ...headers } });
