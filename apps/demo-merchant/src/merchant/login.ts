/** The login in front of the merchant's page: one password, a signed cookie that ends by itself, and no stored session. */

import type { Settings } from '../settings.ts';

const cookieName = 'nilgiri_merchant';
const validMs = 12 * 3_600_000;
/** Wrong passwords that one process takes in a minute. */
const maxMisses = 10;
const minuteMs = 60_000;

/** Result of a login: the cookie to set, or why there is none. */
export type LoginResult =
  | { readonly kind: 'welcome'; readonly cookie: string }
  | { readonly kind: 'wrong' | 'tooMany' | 'closed' };

/** Login of the merchant's staff. */
export interface Login {
  /** Returns true for a request of somebody who is logged in. */
  isStaff(request: Request): Promise<boolean>;
  /** Checks a password. */
  enter(password: string): Promise<LoginResult>;
  /** Returns the cookie that ends a login. */
  readonly goodbye: string;
  /** Password that the login page may tell, because it is the demo's. */
  readonly hint: string | undefined;
}

/** Creates the login. */
export function createLogin(
  { password, isDemoPassword, secret }: Settings['merchant'],
  origin: string,
  now: () => number,
): Login {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = crypto.subtle.importKey('raw', encoder.encode(`login ${secret}`), algorithm, false, ['sign', 'verify']);
  // The key is awaited where it is used; until then its failure is nobody's.
  key.catch(() => undefined);
  const sign = async (text: string): Promise<string> =>
    toHex(await crypto.subtle.sign('HMAC', await key, encoder.encode(text)));
  const flags = `Path=/merchant; HttpOnly; SameSite=Strict${origin.startsWith('https:') ? '; Secure' : ''}`;
  let misses: number[] = [];

  return {
    async isStaff(request) {
      const cookies = request.headers.get('cookie')?.split(/; */) ?? [];
      const value = cookies.find((cookie) => cookie.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
      const [, untilMs = '', signature = ''] = /^(\d{13})\.([\da-f]{64})$/.exec(value ?? '') ?? [];
      if (untilMs === '' || Number(untilMs) < now()) return false;
      return crypto.subtle.verify('HMAC', await key, fromHex(signature), encoder.encode(`until ${untilMs}`));
    },
    async enter(given) {
      if (password === undefined) return { kind: 'closed' };
      misses = misses.filter((atMs) => atMs > now() - minuteMs);
      if (misses.length >= maxMisses) return { kind: 'tooMany' };
      // Of equal length, so that the time of the comparison says nothing about the password.
      const [expected, received] = await Promise.all([sign(`password ${password}`), sign(`password ${given}`)]);
      if (expected !== received) {
        misses.push(now());
        return { kind: 'wrong' };
      }
      const untilMs = String(now() + validMs);
      const value = `${untilMs}.${await sign(`until ${untilMs}`)}`;
      return { kind: 'welcome', cookie: `${cookieName}=${value}; Max-Age=${validMs / 1000}; ${flags}` };
    },
    goodbye: `${cookieName}=; Max-Age=0; ${flags}`,
    hint: isDemoPassword ? password : undefined,
  };
}

const toHex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const fromHex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
