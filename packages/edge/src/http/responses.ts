import type { PaymentView, ProblemBody, ProblemCode } from '@plural-otp/flow/contract';

/** Headers of every answer. */
const baseHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const jsonHeaders = { ...baseHeaders, 'content-type': 'application/json; charset=utf-8' };

export const viewResponse = (view: PaymentView): Response =>
  new Response(JSON.stringify(view), { headers: jsonHeaders });

/** An answer that is not a view. */
export function problemResponse(status: number, code: ProblemCode, headers: Record<string, string> = {}): Response {
  const body: ProblemBody = { problem: { code } };
  return new Response(JSON.stringify(body), { status, headers: { ...jsonHeaders, ...headers } });
}

/** A request the contract does not know. */
export const errorResponse = (status: 400 | 403 | 404 | 408 | 413 | 415): Response =>
  problemResponse(status, 'INTERNAL');

/** Nothing was sent; worth asking again soon. */
export const unavailableResponse = (): Response => problemResponse(503, 'BACKEND_UNREACHABLE', { 'retry-after': '2' });

export const emptyResponse = (status: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status, headers: { ...baseHeaders, ...headers } });
