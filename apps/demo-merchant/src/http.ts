import type { Html } from './html.ts';

/** A form may not be larger; ours are far below. */
const maxFormBytes = 16_384;

/** What a form cannot be read for; the answer's status goes with it. */
export class FormError extends Error {
  override readonly name = 'FormRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Reads a form of one of our own pages.
 * @throws FormRefused when it comes from another site, is no form, or is too large
 */
export async function readForm(request: Request, origin: string): Promise<URLSearchParams> {
  if (!isSameOrigin(request, origin)) throw new FormError(403, 'The form was sent by another site.');
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw new FormError(415, 'That was no form.');
  const text = await readBoundedText(request, maxFormBytes);
  if (text === undefined) throw new FormError(413, 'The form is too large.');
  return new URLSearchParams(text);
}

/**
 * Sends a browser that came by another name of this machine to ours, where its cookie and its payment are; `undefined`
 * when it is right. A shop behind a proxy leaves this to the proxy.
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

/** Browsers say where a request comes from; one that says nothing is not from a browser we serve. */
function isSameOrigin(request: Request, origin: string): boolean {
  const site = request.headers.get('sec-fetch-site');
  return site === null ? request.headers.get('origin') === origin : site === 'same-origin';
}

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

/** The headers of every page: nothing inline runs, nothing foreign loads, nothing frames us. */
export function pageHeaders(bankOrigin: string, importMapHash: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `script-src 'self' '${importMapHash}'`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    // The answer to the payment form may be the bank's page, and browsers hold a redirect to this rule too.
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
    // Not `no-referrer`: browsers would then name no origin with our own forms.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  };
}

export function pageResponse(page: Html, headers: Record<string, string>, status = 200): Response {
  return new Response(page.markup, { status, headers });
}

/** Sends the browser on with a GET, so that loading the page again repeats nothing. */
export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store' } });
}

const cookieName = 'nilgiri_session';

/** The browser's own key to its orders, or `undefined`. */
export function getSession(request: Request): string | undefined {
  const cookies = request.headers.get('cookie')?.split(/; */) ?? [];
  const session = cookies.find((cookie) => cookie.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
  return session !== undefined && /^[A-Za-z0-9-]{36}$/.test(session) ? session : undefined;
}

/** Keeps a session for 30 days; scripts cannot read it. `Lax`, so that it is there when the bank sends the customer back. */
export function sessionCookie(session: string, origin: string): string {
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  return `${cookieName}=${session}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax${secure}`;
}
