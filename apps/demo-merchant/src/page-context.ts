/** Context that the routes share: their dependencies, how pages are shown, and whose orders they are about. */

import type { OpenedReference } from '@plural-otp/edge';
import type { OtpPage } from '@plural-otp/edge/page';
import type { BrowserFiles } from './browser-files.ts';
import { findTea, type Tea } from './catalogue.ts';
import { type Checkout, isComplete } from './checkout.ts';
import type { PhoneMessage } from './demo-phone.ts';
import { getSession, pageHeaders, pageResponse, readCookie } from './http.ts';
import { getLanguage } from './languages.ts';
import type { MerchantRoutes } from './merchant/routes.ts';
import type { Orders, ShopOrder } from './orders.ts';
import { demoBarCookieName } from './pages/demo-bar.ts';
import { layout, type Page } from './pages/layout.ts';
import { problemPage } from './pages/problem.ts';
import type { SavedCards } from './saved-cards.ts';
import type { TestCards } from './test-cards.ts';

/** Dependencies of the routes. */
export interface RouteContext {
  readonly origin: string;
  readonly bankOrigin: string;
  readonly files: BrowserFiles;
  readonly orders: Orders;
  readonly checkout: Checkout;
  /** The merchant's pages below `/merchant`. */
  readonly merchant: MerchantRoutes;
  readonly cards: () => Promise<TestCards>;
  readonly savedCards: SavedCards;
  readonly phone: (orderNumber: string, afterNumber: number) => Promise<PhoneMessage | undefined>;
  readonly newSession: () => string;
  /** Renders the form that leads to the OTP step without scripts. */
  readonly noScriptForm: OtpPage['form'];
  readonly openReference: (reference: string) => Promise<OpenedReference | undefined>;
  readonly report: (error: unknown) => void;
}

/** Context of the routes: how pages are shown, and whose orders they are about. */
export interface PageContext extends RouteContext {
  /** Shows a page in the frame of the shop. */
  readonly show: (request: Request, page: Page, status?: number) => Promise<Response>;
  readonly notFound: (request: Request) => Promise<Response>;
  readonly problem: (request: Request, status: number, title: string, text: string) => Promise<Response>;
  /** Returns an order of this browser: the one with the number, or the newest if there is no number. */
  readonly ownOrder: (request: Request, number: string | null | undefined) => Promise<ShopOrder | undefined>;
}

/** Returns the address of an order's checkout. */
export const checkoutUrl = ({ number }: ShopOrder): string => `/checkout?order=${number}`;
/** Returns the address of an order's receipt. */
export const orderUrl = ({ number }: ShopOrder): string => `/orders/${number}`;

/** Creates what the routes share. */
export function createPageContext(shop: RouteContext): PageContext {
  const { orders, files, cards } = shop;
  const headers = pageHeaders(shop.bankOrigin);
  const show: PageContext['show'] = async (request, page, status) => {
    const session = getSession(request);
    const { pathname, search } = new URL(request.url);
    // The page that a form showed is not at the address that the form was sent to.
    const path = request.method === 'POST' ? `/${pathname.split('/')[1] ?? ''}` : `${pathname}${search}`;
    const isBarShown = readCookie(request, demoBarCookieName) !== 'no';
    const [[newest], known] = await Promise.all([
      session === undefined ? [] : orders.bySession(session),
      isBarShown ? cards().catch(() => undefined) : undefined,
    ]);
    const isUnfinished = newest?.pluralOpen === true && !isComplete(newest) && newest.attempts.length > 0;
    const isOtherPage = page.frame === undefined && page.current !== 'merchant';
    const frame = {
      origin: shop.origin,
      own: files.own,
      language: getLanguage(request),
      path,
      unfinished: isUnfinished && isOtherPage ? { orderNumber: newest.number } : undefined,
      demo: isBarShown
        ? { otp: known?.otp, sandboxUrl: known?.sandboxUrl, path, hasTestCards: page.frame === 'checkout' }
        : undefined,
    };
    return pageResponse(layout(page, frame), headers, status);
  };
  const problem: PageContext['problem'] = (request, status, title, text) =>
    show(request, { title, main: problemPage(title, text) }, status);
  return {
    ...shop,
    show,
    problem,
    notFound: (request) =>
      problem(request, 404, 'Page not found', 'The address may be misspelt, or the order belongs to another browser.'),
    async ownOrder(request, number) {
      const session = getSession(request);
      const own = session === undefined ? [] : await orders.bySession(session);
      return number === null || number === undefined ? own[0] : own.find((order) => order.number === number);
    },
  };
}

/** Returns the tea of an order. */
export function getTea(order: ShopOrder): Tea {
  const tea = findTea(order.teaId);
  if (tea === undefined) throw new Error(`Order ${order.number} is for a tea that is no longer sold`);
  return tea;
}
