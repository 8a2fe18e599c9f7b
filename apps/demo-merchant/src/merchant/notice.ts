/** The result of an action, shown once by the page that follows: a cookie carries it, so that a reload repeats nothing. */

import type { ActionResult } from './actions.ts';

const cookieName = 'nilgiri_notice';

/** Returns the cookie of a notice. The page that shows it ends it. */
export function noticeCookie({ good, text }: ActionResult, origin: string): string {
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  const value = `${good ? 1 : 0}${encodeURIComponent(text)}`;
  return `${cookieName}=${value}; Path=/merchant; Max-Age=60; HttpOnly; SameSite=Strict${secure}`;
}

/** Returns the notice of a request. */
export function readNotice(request: Request): ActionResult | undefined {
  const cookies = request.headers.get('cookie')?.split(/; */) ?? [];
  const value = cookies.find((cookie) => cookie.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
  if (!value) return undefined;
  try {
    return { good: value.startsWith('1'), text: decodeURIComponent(value.slice(1)) };
  } catch {
    return undefined;
  }
}

/** Returns the cookie that ends the notice of a request, or `undefined` where there is none. */
export const endNotice = (request: Request): string | undefined =>
  readNotice(request) && `${cookieName}=; Path=/merchant; Max-Age=0`;
