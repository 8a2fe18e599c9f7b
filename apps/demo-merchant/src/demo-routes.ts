/** The routes of the demo itself: its bar, its phone, and the language of the step. */

import { choiceCookie, readForm, seeOther } from './http.ts';
import { findLanguage, languageCookieName } from './languages.ts';
import { demoBarCookieName } from './pages/demo-bar.ts';
import { route, type Route } from './router.ts';
import type { PageContext } from './page-context.ts';

/** Creates the routes. */
export function createDemoRoutes({ origin, ownOrder, phone }: PageContext): readonly Route[] {
  /** Stores a choice in a cookie, and returns to the page it was made on. */
  const choose = (form: URLSearchParams, name: string, value: string): Response => {
    const response = seeOther(toOwnPath(form.get('to'), origin));
    response.headers.append('set-cookie', choiceCookie(name, value, origin));
    return response;
  };
  return [
    route('POST', '/demo/bar', async (request) => {
      const form = await readForm(request, origin);
      return choose(form, demoBarCookieName, form.get('show') === 'no' ? 'no' : 'yes');
    }),
    route('POST', '/language', async (request) => {
      const form = await readForm(request, origin);
      return choose(form, languageCookieName, findLanguage(form.get('language')) ?? 'en');
    }),
    route('GET', '/demo/messages', async (request) => {
      const { searchParams } = new URL(request.url);
      const order = await ownOrder(request, searchParams.get('order') ?? '');
      const after = Number(searchParams.get('after'));
      const isValid = order !== undefined && Number.isSafeInteger(after) && after >= 0;
      const message = isValid ? await phone(order.number, after) : undefined;
      return Response.json(message ?? null, { headers: { 'cache-control': 'no-store' } });
    }),
  ];
}

/** Returns a path of the shop, or its front page for an address of another site (open redirect). */
function toOwnPath(address: string | null, origin: string): string {
  if (address === null || !URL.canParse(address, origin)) return '/';
  const url = new URL(address, origin);
  return url.origin === origin ? `${url.pathname}${url.search}` : '/';
}
