/** The routes of the checkout: its page, the start of a payment, and what the page's script asks for. */

import { basketForCardPage } from './pages/basket-for-card.ts';
import { type Checkout, isComplete, type PayForm, type PayResult } from './checkout.ts';
import type { TestCard } from './test-cards.ts';
import { html } from './html.ts';
import { getSession, isJson, readForm, seeOther } from './http.ts';
import { getLanguage } from './languages.ts';
import type { ShopOrder } from './orders.ts';
import { checkoutPage, type CheckoutPage } from './pages/checkout.ts';
import { checkoutHead } from './pages/otp-step.ts';
import { route, type Route } from './router.ts';
import { checkoutUrl, getTea, orderUrl, type PageContext } from './page-context.ts';

type CheckoutState = Exclude<Awaited<ReturnType<Checkout['state']>>, 'complete'>;

/** Creates the routes. */
export function createCheckoutRoutes(context: PageContext): readonly Route[] {
  const { origin, orders, checkout, files, show, problem, notFound, ownOrder } = context;
  const localeUrls = Object.fromEntries(
    files.component.more.flatMap(({ name, url }) => {
      const tag = /^locales\/(.+)\.js$/.exec(name)?.[1];
      return tag === undefined ? [] : [[tag, url] as const];
    }),
  );

  const showCheckout = async (
    request: Request,
    order: ShopOrder,
    state: CheckoutState,
    status?: number,
  ): Promise<Response> => {
    const [cards, savedCards] = await Promise.all([
      context.cards().catch(context.report),
      state.form && context.savedCards.list(order.session).catch(context.report),
    ]);
    const language = getLanguage(request);
    const page: CheckoutPage = {
      ...state,
      order,
      tea: getTea(order),
      language,
      localeUrls,
      cards: cards ?? undefined,
      savedCards: savedCards ?? [],
      chosenCardId: new URL(request.url).searchParams.get('card') ?? undefined,
      noScriptForm: context.noScriptForm,
    };
    const head = html`${checkoutHead(files, language)}`;
    const main = checkoutPage(page);
    return show(request, { title: 'Checkout', head, frame: 'checkout', hasScript: true, main }, status);
  };

  /** Returns a result to the browser that posted the form. */
  const toPage = async (request: Request, order: ShopOrder, result: PayResult): Promise<Response> => {
    if (result.kind === 'bank') return seeOther(result.challengeUrl);
    if (result.kind === 'order') return seeOther(orderUrl(order));
    if (result.kind !== 'problem') return seeOther(checkoutUrl(order));
    const now = (await orders.byNumber(order.number)) ?? order;
    const state = await checkout.state(now);
    if (state === 'complete') return seeOther(orderUrl(now));
    return showCheckout(request, now, { ...state, problem: result.problem }, result.problem.status);
  };

  /**
   * Returns a result to the page's script: the step to show (`client`), another page to open (`location`), a problem, or
   * another page and the problem to show on it.
   * `attempt` is the number of the next payment on the order.
   */
  const toScript = async (order: ShopOrder, result: PayResult): Promise<Response> => {
    if (result.kind === 'bank') return json({ location: result.challengeUrl });
    if (result.kind === 'order') return json({ location: orderUrl(order) });
    const now = (await orders.byNumber(order.number)) ?? order;
    if (result.kind === 'step') return json({ client: result.client, attempt: now.attempts.length + 1 });
    const state = await checkout.state(now);
    if (state === 'complete') return json({ location: orderUrl(now) });
    if (result.kind === 'problem' && state.form?.shown === 'now' && state.step === undefined)
      return json({ problem: result.problem, attempt: state.form.attempt }, result.problem.status);
    if (result.kind === 'checkout' && state.step && state.form)
      return json({ client: state.step, attempt: state.form.attempt });
    return json({ location: checkoutUrl(now), ...(result.kind === 'problem' && { problem: result.problem }) });
  };

  /** Returns the test card that a link to the checkout names. */
  const findTestCard = async (id: string | null): Promise<TestCard | undefined> => {
    if (id === null) return undefined;
    const known = await context.cards().catch(context.report);
    return known?.cards.find((card) => card.id === id);
  };

  return [
    route('GET', '/checkout', async (request) => {
      const { searchParams } = new URL(request.url);
      const number = searchParams.get('order');
      const order = await ownOrder(request, number);
      const card = await findTestCard(number === null ? searchParams.get('card') : null);
      // A link with a card is for a payment that is still to be made.
      if (card !== undefined && (order === undefined || isComplete(order)))
        return show(request, { title: 'Checkout', main: basketForCardPage(card) });
      if (order === undefined) {
        return number === null
          ? problem(request, 200, 'Your basket is empty', 'Please choose a tea first.')
          : notFound(request);
      }
      const state = await checkout.state(order);
      return state === 'complete' ? seeOther(orderUrl(order)) : showCheckout(request, order, state);
    }),
    route('POST', '/checkout/pay', async (request) => {
      const isScript = isJson(request);
      const form = await readForm(request, origin);
      const order = await ownOrder(request, form.get('order') ?? '');
      if (order === undefined) return isScript ? json({ location: '/checkout' }) : notFound(request);
      const payForm = parsePayForm(form, isScript);
      if (payForm === undefined)
        return isScript ? json({ location: checkoutUrl(order) }) : seeOther(checkoutUrl(order));
      const result = await checkout.pay(order, payForm, request);
      return isScript ? toScript(order, result) : toPage(request, order, result);
    }),
    route('POST', '/cards/delete', async (request) => {
      const form = await readForm(request, origin);
      const session = getSession(request);
      if (session !== undefined) await context.savedCards.remove(session, form.get('card') ?? '');
      const order = await ownOrder(request, form.get('order') ?? '');
      return seeOther(order === undefined ? '/' : checkoutUrl(order));
    }),
    route('POST', '/checkout/session', async (request) => {
      const form = await readForm(request, origin);
      const order = await ownOrder(request, form.get('order') ?? '');
      const client = order && (await checkout.renewSession(order));
      return json(client ?? null, client ? 200 : 404);
    }),
  ];
}

function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}

function parsePayForm(form: URLSearchParams, isScript: boolean): PayForm | undefined {
  const attempt = Number(form.get('attempt'));
  const cardId = form.get('card');
  if (!Number.isInteger(attempt) || attempt < 1 || cardId === null) return undefined;
  return {
    attempt,
    cardId,
    preAuth: form.get('charge') === 'later',
    save: form.get('save') === 'yes',
    device: parseDevice(form.get('device')),
    generate: isScript,
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
