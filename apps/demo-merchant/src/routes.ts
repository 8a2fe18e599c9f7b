/** The pages and forms of the shop, as a router over `Request` and `Response`. */

import { compressPage, serveAsset } from './browser-files.ts';
import { maxQuantity, findTea } from './catalogue.ts';
import { isComplete } from './checkout.ts';
import { createCheckoutRoutes } from './checkout-routes.ts';
import { createDemoRoutes } from './demo-routes.ts';
import { FormError, pageHeaders, pageResponse, readForm, seeOther, sessionCookie, getSession } from './http.ts';
import { getLanguage } from './languages.ts';
import { checkoutUrl, createPageContext, getTea, orderUrl, type RouteContext } from './page-context.ts';
import { findPaidWith } from './paid-with.ts';
import { layout } from './pages/layout.ts';
import { orderPage, ordersPage, paymentStatePage } from './pages/orders.ts';
import { playgroundHead, playgroundPage } from './pages/playground.ts';
import { problemPage } from './pages/problem.ts';
import { shopfront, teaPage } from './pages/shopfront.ts';
import { dispatch, route, type Route } from './router.ts';

/** Creates the router. The payment routes below `/plural` belong to the handler. */
export function createRouter(shop: RouteContext): (request: Request) => Promise<Response> {
  const context = createPageContext(shop);
  const { origin, orders, checkout, files, show, problem, notFound, ownOrder } = context;

  const routes: readonly Route[] = [
    route('GET', '/', (request) => show(request, { title: 'Teas', current: 'teas', main: shopfront() })),
    route('GET', '/teas/:tea', (request, { tea: id = '' }) => {
      const tea = findTea(id);
      return tea === undefined
        ? notFound(request)
        : show(request, { title: tea.name, description: tea.summary, main: teaPage(tea) });
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
      const card = form.get('card');
      const response = seeOther(
        `${checkoutUrl(order)}${card === null ? '' : `&${new URLSearchParams({ card }).toString()}`}`,
      );
      response.headers.append('set-cookie', sessionCookie(session, origin));
      return response;
    }),
    ...createCheckoutRoutes(context),
    ...createDemoRoutes(context),
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
      const sources = { cards: shop.cards, listSaved: (session: string) => shop.savedCards.list(session) };
      const paidWith = await findPaidWith(now, sources).catch(() => undefined);
      const main = orderPage(now, getTea(now), paidWith);
      return show(request, { title: `Order ${order.number}`, current: 'orders', main });
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
      const head = playgroundHead(files);
      return show(request, { title: 'Playground', head, main: playgroundPage(files), frame: 'tool', hasScript: true });
    }),
  ];

  /** Shows a page of the merchant, or returns what it answers without one. */
  const showMerchant = async (request: Request): Promise<Response> => {
    const answer = await shop.merchant(request);
    if (answer === undefined) return notFound(request);
    if (answer instanceof Response) return answer;
    const response = await show(request, { current: 'merchant', ...answer.page }, answer.status);
    if (answer.cookie !== undefined) response.headers.append('set-cookie', answer.cookie);
    return response;
  };

  return async (request) => {
    try {
      const file = serveAsset(files, request);
      if (file !== undefined) return file;
      const isMerchant = /^\/merchant(?:\/|$)/.test(new URL(request.url).pathname);
      const response = isMerchant ? await showMerchant(request) : await dispatch(routes, request);
      if (response === 'unknown path') return await notFound(request);
      if (response === 'unknown method')
        return await problem(
          request,
          405,
          'This action is not available here',
          'Please go back and try again from the previous page.',
        );
      return compressPage(request, response);
    } catch (error) {
      if (error instanceof FormError)
        return problem(request, error.status, 'We could not accept the form', error.message);
      shop.report(error);
      // Not with `show`, because it reads the orders, which may be what failed.
      const title = 'Something went wrong on our side';
      const main = problemPage(title, 'Sorry, nothing was lost. Please reload the page in a minute.');
      const frame = { origin, own: files.own, language: getLanguage(request), path: '/' };
      return pageResponse(layout({ title, main }, frame), pageHeaders(shop.bankOrigin), 503);
    }
  };
}
