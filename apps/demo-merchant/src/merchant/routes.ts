/** The routes below `/merchant`: login, payments, one order and its actions. */

import type { Insight } from '@plural-otp/insight';
import type { InsightPage } from '@plural-otp/insight/page';
import { html } from '../html.ts';
import { readForm, requireSameOrigin, seeOther } from '../http.ts';
import type { Orders, ShopOrder } from '../orders.ts';
import type { Page } from '../pages/layout.ts';
import { loginPage } from '../pages/merchant/login.ts';
import { merchantOrderPage } from '../pages/merchant/order.ts';
import { paymentsPage } from '../pages/merchant/payments.ts';
import type { ShopRepository } from '../repository.ts';
import type { TestCards } from '../test-cards.ts';
import type { ActionResult, Actions } from './actions.ts';
import { toCsv } from './csv.ts';
import type { Overview } from './overview.ts';
import { createLiveResponse } from './live.ts';
import type { Login } from './login.ts';
import { endNotice, noticeCookie, readNotice } from './notice.ts';
import { linesPerPage, parsePaise, parseQuery, toFilter } from './query.ts';

/** Dependencies of {@link createMerchantRoutes}. */
export interface MerchantContext {
  readonly origin: string;
  /** URLs of the shop's own files by name. */
  readonly own: Readonly<Record<string, string>>;
  readonly actions: Actions;
  readonly login: Login;
  readonly overview: Overview;
  readonly orders: Orders;
  readonly repository: ShopRepository;
  readonly insight: Insight;
  readonly insightPage: InsightPage;
  readonly cards: () => Promise<TestCards>;
  /** Origin of the sandbox, whose page shows an order from the other side; absent with a real account. */
  readonly sandboxOrigin: string | undefined;
  readonly now: () => number;
  readonly report: (error: unknown) => void;
}

/** A page to put into the frame of the shop, a response, or `undefined` for an address that does not exist. */
export type MerchantResponse =
  | Response
  | { readonly page: Page; readonly status: number; readonly cookie?: string | undefined }
  | undefined;
/** Answers requests below `/merchant`. */
export type MerchantRoutes = (request: Request) => Promise<MerchantResponse>;

/** Time for which a bank's answer may be missing before it needs somebody. */
const lateAfterMs = 5 * 60_000;
/** Time after which nobody waits any more: the customer has left for good, and the sweep has ended. */
const longestWaitMs = 3 * 86_400_000;
/** Problems older than this are history. */
const troubleMs = 30 * 86_400_000;
const maxCsvLines = 100_000;
const maxEntriesShown = 25;
const maxAttentionShown = 5;

/** Creates the routes. */
export function createMerchantRoutes(context: MerchantContext): MerchantRoutes {
  const { origin, actions, login, overview, orders, repository, insight, now, report } = context;

  const { own } = context;
  const head = html`<link rel="stylesheet" href="${own['merchant.css'] ?? ''}" />
    <script type="module" src="${own['merchant.js'] ?? ''}"></script>`;
  const show = (title: string, main: Page['main'], status = 200, cookie?: string): MerchantResponse => ({
    page: { title, head, main },
    status,
    cookie,
  });

  const showLogin = (
    next: string,
    problem?: Parameters<typeof loginPage>[0]['problem'],
    status = 200,
  ): MerchantResponse => show('Merchant login', loginPage({ next, problem, hint: login.hint }), status);

  async function enter(request: Request): Promise<MerchantResponse> {
    const form = await readForm(request, origin);
    const next = toNext(form.get('next'));
    const result = await login.enter(form.get('password') ?? '');
    if (result.kind === 'welcome') return withCookie(seeOther(next), result.cookie);
    return showLogin(next, result.kind, result.kind === 'tooMany' ? 429 : 403);
  }

  async function showPayments(request: Request): Promise<MerchantResponse> {
    const query = parseQuery(new URL(request.url).searchParams);
    // The page of the shop's own orders works without what customers do at the step.
    const seen = await insight.report({ range: query.span }).catch(report);
    const fromMs = seen?.fromMs ?? now() - 7 * 86_400_000;
    const sums = await overview.sum(fromMs);
    // The oldest first: a bank keeps no reservation for ever.
    const hidden = Math.max(0, sums.reservedCount - maxAttentionShown);
    const [list, reserved, waiting, troubled, entries, cards] = await Promise.all([
      overview.list(toFilter(query, fromMs), { offset: (query.page - 1) * linesPerPage, limit: linesPerPage }),
      overview.list({ status: 'authorized' }, { offset: hidden, limit: maxAttentionShown }),
      overview.list({ status: 'waiting' }, { offset: 0, limit: 100 }),
      overview.findTroubled(now() - troubleMs),
      repository.listEntries(maxEntriesShown),
      context.cards().catch(() => undefined),
    ]);
    const isLate = (atMs: number): boolean => atMs < now() - lateAfterMs && atMs > now() - longestWaitMs;
    const late = waiting.lines.filter(({ changedAtMs }) => isLate(changedAtMs));
    const main = paymentsPage({
      query,
      nowMs: now(),
      sums,
      list,
      attention: {
        troubled: troubled.slice(0, maxAttentionShown),
        late: late.slice(0, maxAttentionShown),
        reserved: reserved.lines.toReversed(),
        more:
          Math.max(0, troubled.length - maxAttentionShown) +
          Math.max(0, late.length - maxAttentionShown) +
          reserved.count -
          reserved.lines.length,
      },
      report: seen ?? undefined,
      entries,
      cards: cards?.cards ?? [],
      lastSweep: actions.lastSweep(),
      notice: readNotice(request),
    });
    return show('Payments', main, 200, endNotice(request));
  }

  async function showOrder(request: Request, order: ShopOrder): Promise<MerchantResponse> {
    const [line, entries, refunds, cards] = await Promise.all([
      overview.find(order.number),
      repository.findEntries(order.number),
      repository.findRefunds(order.number),
      context.cards().catch(() => undefined),
    ]);
    if (line === undefined) return undefined;
    const main = merchantOrderPage({
      order,
      line,
      entries,
      refunds,
      cards: cards?.cards ?? [],
      sandboxOrigin: context.sandboxOrigin,
      nowMs: now(),
      notice: readNotice(request),
    });
    return show(`Order ${order.number}`, main, 200, endNotice(request));
  }

  async function exportCsv(request: Request): Promise<Response> {
    const query = parseQuery(new URL(request.url).searchParams);
    const { fromMs } = await insight.report({ range: query.span }).catch(() => ({ fromMs: now() - 7 * 86_400_000 }));
    const { lines } = await overview.list(toFilter(query, fromMs), { offset: 0, limit: maxCsvLines });
    return new Response(toCsv(lines), {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="orders-${query.span}.csv"`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    });
  }

  /** Performs an action on an order, and returns to the page it was asked for on. */
  async function perform(request: Request, order: ShopOrder, action: string): Promise<MerchantResponse> {
    const form = await readForm(request, origin);
    const amountPaise = parsePaise(form.get('amount'));
    const result: ActionResult | undefined =
      action === 'capture'
        ? await actions.capture(order, form.has('amount') ? amountPaise : order.amountPaise)
        : action === 'cancel'
          ? await actions.cancel(order)
          : action === 'refund'
            ? await actions.refund(order, amountPaise, Number(form.get('refund')))
            : action === 'check'
              ? await actions.check(order)
              : undefined;
    if (result === undefined) return undefined;
    const back = form.get('from') === 'list' ? '/merchant' : `/merchant/orders/${order.number}`;
    return withCookie(seeOther(back), noticeCookie(result, origin));
  }

  async function sweep(request: Request): Promise<Response> {
    await readForm(request, origin);
    const { checked, stillOpen } = await actions.sweep();
    const text = `Checked ${checked} due ${checked === 1 ? 'order' : 'orders'}, ${stillOpen} still open.`;
    return withCookie(seeOther('/merchant'), noticeCookie({ good: true, text }, origin));
  }

  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    // Before the login, so that a form of another site is refused whoever sends it, and is not led to the login.
    if (!isRead) requireSameOrigin(request, origin);
    if (pathname === '/merchant/login')
      return isRead ? showLogin(toNext(new URLSearchParams(search).get('next'))) : enter(request);
    if (!(await login.isStaff(request))) {
      const isDocument = isRead && !/\.(?:csv|css)$|\/live$/.test(pathname);
      if (!isDocument && isRead) return new Response('Please log in.\n', { status: 401 });
      const next = isRead ? `${pathname}${search}` : '/merchant';
      return seeOther(`/merchant/login?${new URLSearchParams({ next }).toString()}`);
    }
    if (/^\/merchant\/insight(?:\/|$)/.test(pathname)) return context.insightPage.fetch(request);
    if (isRead && pathname === '/merchant') return showPayments(request);
    if (isRead && pathname === '/merchant/orders.csv') return exportCsv(request);
    if (isRead && pathname === '/merchant/live') return createLiveResponse(() => repository.countEntries());
    if (!isRead && pathname === '/merchant/sweep') return sweep(request);
    if (!isRead && pathname === '/merchant/logout') {
      await readForm(request, origin);
      return withCookie(seeOther('/merchant/login'), login.goodbye);
    }
    const [, number, action] = /^\/merchant\/orders\/([A-Z0-9-]{1,40})(?:\/([a-z]+))?$/.exec(pathname) ?? [];
    const order = number === undefined ? undefined : await orders.byNumber(number);
    if (order === undefined || isRead !== (action === undefined)) return undefined;
    return action === undefined ? showOrder(request, order) : perform(request, order, action);
  };
}

/** Returns where to go after the login: a page of the merchant's, and nowhere else. */
function toNext(text: string | null): string {
  return text !== null && /^\/merchant(?:[/?][\w\-./?=&%+]*)?$/.test(text) && !text.includes('//') ? text : '/merchant';
}

function withCookie(response: Response, cookie: string): Response {
  response.headers.append('set-cookie', cookie);
  return response;
}
