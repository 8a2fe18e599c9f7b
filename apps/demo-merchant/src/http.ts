/** HTTP helpers of the shop: forms with CSRF protection, page headers with the security policy, the session cookie. */

import type { Html } from './html.ts';

/** Maximum size of a form, far above the size of ours. */
const maxFormBytes = 16_384;

/** Error for a form that cannot be read, with the HTTP status of the response. */
export class FormError extends Error {
  override readonly name = 'FormError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Returns true for a request of a page's script, which sends JSON and expects it. */
export function isJson(request: Request): boolean {
  return getMediaType(request) === 'application/json';
}

/**
 * Rejects a form that another site sent (CSRF).
 * @throws FormError 403
 */
export function requireSameOrigin(request: Request, origin: string): void {
  if (!isSameOrigin(request, origin)) throw new FormError(403, 'The form was sent from another site.');
}

/**
 * Reads a form of the shop's own pages, sent by the browser or, as a JSON object of strings, by a page's script.
 * @throws FormError when it comes from another site, is no form, or is too large
 */
export async function readForm(request: Request, origin: string): Promise<URLSearchParams> {
  requireSameOrigin(request, origin);
  if (!isJson(request) && getMediaType(request) !== 'application/x-www-form-urlencoded')
    throw new FormError(415, 'The request did not contain a form.');
  const text = await readBoundedText(request, maxFormBytes);
  if (text === undefined) throw new FormError(413, 'The form is too large.');
  return new URLSearchParams(isJson(request) ? parseFields(text) : text);
}

function getMediaType(request: Request): string | undefined {
  return request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
}

/** Parses a JSON object of strings. */
function parseFields(text: string): Record<string, string> {
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    throw new FormError(400, 'The request is not valid JSON.');
  }
}

/**
 * Redirects a browser that used another name of this machine, such as `localhost`, to the shop's origin, because
 * cookies belong to one host. Returns `undefined` if the request is already there, or the shop is behind a proxy.
 */
export function redirectToCanonicalOrigin(request: Request, origin: string): Response | undefined {
  const own = new URL(origin);
  const requested = new URL(request.url);
  if (own.hostname !== '127.0.0.1' || requested.host === own.host) return undefined;
  if (request.method !== 'GET') return new Response(`This shop is at ${origin}/\n`, { status: 421 });
  return new Response(null, {
    status: 307,
    headers: { location: `${origin}${requested.pathname}${requested.search}` },
  });
}

/** Returns true for a request from the shop's own pages. Browsers send at least one of the two headers. */
function isSameOrigin(request: Request, origin: string): boolean {
  const site = request.headers.get('sec-fetch-site');
  return site === null ? request.headers.get('origin') === origin : site === 'same-origin';
}

/** Reads a body as text, or returns `undefined` if it is larger than the limit. */
async function readBoundedText(request: Request, limitBytes: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limitBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Returns the headers of every page; the policy forbids inline scripts, foreign resources and framing. */
export function pageHeaders(bankOrigin: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    // The payment form may redirect to the bank's page, and browsers apply `form-action` to redirects too.
    `form-action 'self' ${bankOrigin}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types plural-otp',
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'otp-credentials=(self)',
    // Not `no-referrer`, because browsers would then send `Origin: null` with our own forms.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  };
}

/** Returns a page as a response. */
export function pageResponse(page: Html, headers: Record<string, string>, status = 200): Response {
  return new Response(page.markup, { status, headers });
}

/** Redirects with 303 after a POST, so that reloading the next page does not submit the form again. */
export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store' } });
}

/** Returns the value of a cookie, or `undefined`. */
export function readCookie(request: Request, name: string): string | undefined {
  const cookies = request.headers.get('cookie')?.split(/; */) ?? [];
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Returns a cookie with a choice of the visitor, valid for a year. */
export function choiceCookie(name: string, value: string, origin: string): string {
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  return `${name}=${value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax${secure}`;
}

const sessionCookieName = 'nilgiri_session';

/** Returns the session of the browser, which identifies its orders, or `undefined`. */
export function getSession(request: Request): string | undefined {
  const session = readCookie(request, sessionCookieName);
  return session !== undefined && /^[A-Za-z0-9-]{36}$/.test(session) ? session : undefined;
}

/**
 * Returns the session cookie, valid for 30 days and not readable by scripts. `SameSite=Lax`, so that browsers send it
 * when the customer returns from the bank.
 */
export function sessionCookie(session: string, origin: string): string {
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  return `${sessionCookieName}=${session}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax${secure}`;
}
