/** The pages and forms of the shop, as a router over `Request` and `Response`. */

import type { OpenedReference } from '@plural-otp/edge';
import type { OtpPage } from '@plural-otp/edge/page';
import { serveAsset, type BrowserFiles } from './browser-files.ts';
import { maxQuantity, type Tea, findTea } from './catalogue.ts';
import { type Checkout, isComplete, type PayForm } from './checkout.ts';
import type { Admin } from './admin.ts';
import { html } from './html.ts';
import { FormError, pageHeaders, pageResponse, readForm, seeOther, sessionCookie, getSession } from './http.ts';
import type { Orders, ShopOrder } from './orders.ts';
import { checkoutPage, type CheckoutPage, otpStepHead, payFormHead } from './pages/checkout.ts';
import { adminPage, type AdminPage } from './pages/admin.ts';
import { layout, type Page } from './pages/layout.ts';
import { orderPage, ordersPage, paymentStatePage } from './pages/orders.ts';
import { playgroundHead, playgroundPage } from './pages/playground.ts';
import { problemPage } from './pages/problem.ts';
import { shopfront, teaPage } from './pages/shopfront.ts';
import type { SavedCards } from './saved-cards.ts';
import type { TestCards } from './test-cards.ts';

/** Dependencies of the routes. */
export interface RouteContext {
  readonly origin: string;
  readonly bankOrigin: string;
  readonly files: BrowserFiles;
  readonly orders: Orders;
  readonly checkout: Checkout;
  readonly admin: Admin;
  readonly cards: () => Promise<TestCards>;
  readonly savedCards: SavedCards;
  readonly newSession: () => string;
  /** Renders the form that leads to the OTP step without scripts. */
  readonly noScriptForm: OtpPage['form'];
  readonly openReference: (reference: string) => Promise<OpenedReference | undefined>;
  readonly report: (error: unknown) => void;
}

type RouteHandler = (request: Request, params: Record<string, string | undefined>) => Response | Promise<Response>;
type Route = readonly [method: 'GET' | 'POST', pattern: URLPattern, handle: RouteHandler];

/** Creates the router. The payment routes below `/plural` belong to the handler. */
export function createRouter(shop: RouteContext): (request: Request) => Promise<Response> {
  const { origin, orders, checkout, admin, files } = shop;
  const headers = pageHeaders(shop.bankOrigin, files.importMap.hash);

  const show = async (request: Request, page: Page, status?: number): Promise<Response> => {
    const session = getSession(request);
    const [newest] = session === undefined ? [] : await orders.bySession(session);
    const isUnfinished = newest?.pluralOpen === true && !isComplete(newest) && newest.attempts.length > 0;
    const isOtherPage = !/^\/(?:checkout|merchant)/.test(new URL(request.url).pathname);
    const unfinished = isUnfinished && isOtherPage ? { orderNumber: newest.number } : undefined;
    return pageResponse(layout({ ...page, unfinished }), headers, status);
  };
  const problem = (request: Request, status: number, title: string, text: string): Promise<Response> =>
    show(request, { title, main: problemPage(title, text) }, status);
  const notFound = (request: Request): Promise<Response> =>
    problem(request, 404, 'Page not found', 'The address may be misspelt, or the order belongs to another browser.');

  /** Returns an order of this browser: the one with the number, or the newest if there is no number. */
  const ownOrder = async (request: Request, number: string | null | undefined): Promise<ShopOrder | undefined> => {
    const session = getSession(request);
    const own = session === undefined ? [] : await orders.bySession(session);
    return number === null || number === undefined ? own[0] : own.find((order) => order.number === number);
  };
  const checkoutUrl = ({ number }: ShopOrder): string => `/checkout?order=${number}`;
  const orderUrl = ({ number }: ShopOrder): string => `/orders/${number}`;

  const showCheckout = async (
    request: Request,
    order: ShopOrder,
    state: Omit<CheckoutPage, 'order' | 'tea' | 'cards' | 'savedCards' | 'noScriptForm'>,
    status?: number,
  ): Promise<Response> => {
    const isFormShown = state.form?.shown === 'now';
    const [cards, savedCards] = await Promise.all([
      shop.cards().catch(shop.report),
      isFormShown ? shop.savedCards.list(order.session).catch(shop.report) : undefined,
    ]);
    const page: CheckoutPage = {
      ...state,
      order,
      tea: getTea(order),
      cards: cards ?? undefined,
      savedCards: savedCards ?? [],
      noScriptForm: shop.noScriptForm,
    };
    const head = html`${(page.form ?? page.unknownOutcome) && payFormHead(files.importMap)}
    ${page.step && otpStepHead(files.component)}`;
    const isEnclosed = page.step !== undefined;
    return show(request, { title: 'Checkout', head, isEnclosed, main: checkoutPage(page) }, status);
  };

  const routes: readonly Route[] = [
    route('GET', '/', (request) => show(request, { title: 'Teas', current: 'teas', main: shopfront() })),
    route('GET', '/teas/:tea', (request, { tea: id = '' }) => {
      const tea = findTea(id);
      return tea === undefined ? notFound(request) : show(request, { title: tea.name, main: teaPage(tea) });
    }),
    route('POST', '/basket', async (request) => {
      const form = await readForm(request, origin);
      const tea = findTea(form.get('tea') ?? '');
      const quantity = Number(form.get('quantity'));
      if (tea === undefined || !Number.isInteger(quantity) || quantity < 1 || quantity > maxQuantity) {
        return problem(
          request,
          422,
          'Please choose again',
          `You can order 1 to ${maxQuantity} tins of a tea at a time.`,
        );
      }
      // The id of a browser without orders may have been planted by somebody who knows it (session fixation).
      const known = getSession(request);
      const isOwn = known !== undefined && (await orders.bySession(known)).length > 0;
      const session = isOwn ? known : shop.newSession();
      const order = await orders.create({ session, teaId: tea.id, quantity, amountPaise: quantity * tea.pricePaise });
      const response = seeOther(checkoutUrl(order));
      response.headers.append('set-cookie', sessionCookie(session, origin));
      return response;
    }),
    route('GET', '/checkout', async (request) => {
      const number = new URL(request.url).searchParams.get('order');
      const order = await ownOrder(request, number);
      if (order === undefined) {
        return number === null
          ? problem(request, 200, 'Your basket is empty', 'Please choose a tea first.')
          : notFound(request);
      }
      const state = await checkout.state(order);
      return state === 'complete' ? seeOther(orderUrl(order)) : showCheckout(request, order, state);
    }),
    route('POST', '/checkout/pay', async (request) => {
      const form = await readForm(request, origin);
      const order = await ownOrder(request, form.get('order') ?? '');
      if (order === undefined) return notFound(request);
      const payForm = parsePayForm(form);
      if (payForm === undefined) return seeOther(checkoutUrl(order));
      const result = await checkout.pay(order, payForm, request);
      if (result.kind === 'bank') return seeOther(result.challengeUrl);
      if (result.kind !== 'problem') return seeOther(result.kind === 'order' ? orderUrl(order) : checkoutUrl(order));
      const now = (await orders.byNumber(order.number)) ?? order;
      const state = await checkout.state(now);
      if (state === 'complete') return seeOther(orderUrl(now));
      return showCheckout(request, now, { ...state, problem: result.problem }, result.problem.status);
    }),
    route('POST', '/cards/delete', async (request) => {
      const form = await readForm(request, origin);
      const session = getSession(request);
      if (session !== undefined) await shop.savedCards.remove(session, form.get('card') ?? '');
      const order = await ownOrder(request, form.get('order') ?? '');
      return seeOther(order === undefined ? '/' : checkoutUrl(order));
    }),
    route('POST', '/checkout/session', async (request) => {
      const form = await readForm(request, origin);
      const order = await ownOrder(request, form.get('order') ?? '');
      const client = order && (await checkout.renewSession(order));
      return Response.json(client ?? null, { status: client ? 200 : 404, headers: { 'cache-control': 'no-store' } });
    }),
    route('GET', '/orders', async (request) => {
      const session = getSession(request);
      const own = session === undefined ? [] : await orders.bySession(session);
      return show(request, { title: 'Your orders', current: 'orders', main: ordersPage(own) });
    }),
    route('GET', '/orders/:number', async (request, { number }) => {
      const order = await ownOrder(request, number);
      if (order === undefined) return notFound(request);
      // Reads the order at Plural first, so that the receipt does not repeat what an earlier page assumed.
      if (!isComplete(order)) await checkout.state(order);
      const now = (await orders.byNumber(order.number)) ?? order;
      return show(request, { title: `Order ${order.number}`, current: 'orders', main: orderPage(now, getTea(now)) });
    }),
    route('GET', '/return', async (request) => {
      const { searchParams } = new URL(request.url);
      const reference = searchParams.get('reference');
      const opened = reference === null ? undefined : await shop.openReference(reference);
      if (opened === undefined) {
        const main = problemPage(
          'We could not verify the reply from your bank',
          'Your order was not changed, and nothing was charged twice. Please open your order to see what your bank decided.',
        );
        return show(request, { title: 'Back from your bank', main });
      }
      const order = await ownOrder(request, opened.merchantOrderReference);
      if (order !== undefined) return seeOther(isComplete(order) ? orderUrl(order) : checkoutUrl(order));
      return show(request, {
        title: 'Back from your bank',
        main: paymentStatePage(opened.phase, opened.client.view.reference),
      });
    }),
    route('GET', '/playground', (request) => {
      const head = playgroundHead(files.component);
      return show(request, { title: 'Playground', head, main: playgroundPage(files.component) });
    }),
    route('GET', '/merchant', (request) => showAdmin(request)),
    route('POST', '/merchant/sweep', async (request) => {
      await readForm(request, origin);
      const { checked } = await admin.sweep();
      return showAdmin(request, {
        good: true,
        text: `Checked ${checked} due ${checked === 1 ? 'order' : 'orders'}.`,
      });
    }),
    ...(['capture', 'cancel'] as const).map((action) =>
      route('POST', `/merchant/orders/:number/${action}`, async (request, { number = '' }) => {
        await readForm(request, origin);
        const order = await orders.byNumber(number);
        return order === undefined ? notFound(request) : showAdmin(request, await admin.perform(order, action));
      }),
    ),
  ];

  async function showAdmin(request: Request, message?: AdminPage['message']): Promise<Response> {
    return show(request, {
      title: 'Payments and orders',
      current: 'merchant',
      main: adminPage(await admin.getPage(message)),
    });
  }

  return async (request) => {
    const url = new URL(request.url);
    try {
      const file = serveAsset(files, request);
      if (file !== undefined) return file;
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      const matches = routes.filter(([, pattern]) => pattern.test({ pathname: url.pathname }));
      const match = matches.find(([known]) => known === method);
      if (match === undefined) {
        if (matches.length === 0) return notFound(request);
        return problem(
          request,
          405,
          'This action is not available here',
          'Please go back and try again from the previous page.',
        );
      }
      return await match[2](request, match[1].exec({ pathname: url.pathname })?.pathname.groups ?? {});
    } catch (error) {
      if (error instanceof FormError)
        return problem(request, error.status, 'We could not accept the form', error.message);
      shop.report(error);
      // Not with `show`, because it reads the orders, which may be what failed.
      const title = 'Something went wrong on our side';
      const main = problemPage(title, 'Sorry, nothing was lost. Please reload the page in a minute.');
      return pageResponse(layout({ title, main }), headers, 503);
    }
  };
}

function route(method: 'GET' | 'POST', pathname: string, response: RouteHandler): Route {
  return [method, new URLPattern({ pathname }), response];
}

function getTea(order: ShopOrder): Tea {
  const tea = findTea(order.teaId);
  if (tea === undefined) throw new Error(`Order ${order.number} is for a tea that is no longer sold`);
  return tea;
}

function parsePayForm(form: URLSearchParams): PayForm | undefined {
  const attempt = Number(form.get('attempt'));
  const cardId = form.get('card');
  if (!Number.isInteger(attempt) || attempt < 1 || cardId === null) return undefined;
  return {
    attempt,
    cardId,
    preAuth: form.get('charge') === 'later',
    save: form.get('save') === 'yes',
    device: parseDevice(form.get('device')),
  };
}

/** Parses the device data that the page's script collected; everything but short strings is dropped. */
function parseDevice(text: string | null): Record<string, string> | undefined {
  if (!text) return undefined;
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
    return Object.fromEntries(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= 256),
    );
  } catch {
    return undefined;
  }
}
