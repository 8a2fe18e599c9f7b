/** Public entry of `@plural-otp/insight/page`: the merchant's page, drawn on the server without script. */

import { ranges, type Insight, type InsightReport, type Range } from '../create-insight.ts';
import type { PaymentRow } from '../payment-row.ts';
import { bankSteps, nativeSteps, toDepth, toEnd } from '../report/count-payment.ts';
import { toCsv } from './csv.ts';
import { drawDeclines } from './figures/declines.ts';
import { drawEntries } from './figures/entries.ts';
import { drawFunnel } from './figures/funnel.ts';
import { drawIssuers } from './figures/issuers.ts';
import { drawLive } from './figures/live.ts';
import { drawMethods } from './figures/methods.ts';
import { drawTimes } from './figures/times.ts';
import { drawTrust } from './figures/trust.ts';
import { html, type Markup } from './html.ts';
import { styleSheet } from './styles.ts';
import { drawPayments, drawTimeline } from './timeline.ts';
import { endWords, formatCount, formatRate, formatSeconds, formatTime, lossWords, say } from './words.ts';

/** Options of {@link createInsightPage}. */
export interface InsightPageOptions {
  /** Path of the page. @default '/insight' */
  basePath?: string;
  /**
   * Returns true for a member of the merchant's staff. `'local'` lets everyone in on a loopback address, and nobody
   * elsewhere.
   */
  authorize: ((request: Request) => boolean | Promise<boolean>) | 'local';
  /** URL of the page that leads here, and its name. */
  home?: { url: string; name: string };
  /** URL of a style sheet of this origin that sets `--insight-…` properties. */
  styleSheetUrl?: string;
}

/** The page of an insight. */
export interface InsightPage {
  /** Answers requests for the page, and with 404 all others. */
  fetch(request: Request): Promise<Response>;
}

const rangeWords: Record<Range, string> = {
  '15m': '15 min',
  '1h': '1 hour',
  '1d': '1 day',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
};

const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
};

const respond = (body: string, type: string, status = 200, more: Record<string, string> = {}): Response =>
  new Response(body, { status, headers: { ...headers, 'content-type': `${type}; charset=utf-8`, ...more } });

const isLocal = (request: Request): boolean =>
  /^(?:localhost|127(?:\.\d+){3}|\[::1\]|.*\.localhost)$/.test(new URL(request.url).hostname);

/**
 * Creates the page of an insight: a fetch handler, without script, under a strict content security policy.
 *
 * @throws {TypeError} without `authorize`: the page is not for customers.
 *
 * @example
 * ```ts
 * import type { Insight } from '@plural-otp/insight';
 * import { createInsightPage } from '@plural-otp/insight/page';
 *
 * export const createPage = (insight: Insight, isStaff: (request: Request) => Promise<boolean>) =>
 *   createInsightPage(insight, { basePath: '/merchant/insight', authorize: isStaff });
 * ```
 */
export function createInsightPage(insight: Insight, options: InsightPageOptions): InsightPage {
  const { basePath = '/insight', authorize } = options;
  if (authorize !== 'local' && typeof authorize !== 'function')
    throw new TypeError("authorize: set a function that returns true for the merchant's staff, or 'local'");
  const mayEnter = authorize === 'local' ? isLocal : authorize;

  async function answer(request: Request, url: URL): Promise<Response> {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return respond('Method not allowed', 'text/plain', 405, { allow: 'GET, HEAD' });
    if (url.pathname === `${basePath}/insight.css`) return respond(styleSheet, 'text/css');
    const query = readQuery(url.searchParams);
    if (url.pathname === `${basePath}/issuers.csv`) {
      const disposition = `attachment; filename="issuers-${query.range}.csv"`;
      return respond(toCsv(await insight.report(query)), 'text/csv', 200, { 'content-disposition': disposition });
    }
    if (url.pathname !== basePath) return respond('Not found', 'text/plain', 404);
    const document = await drawPage(insight, options, basePath, query);
    return respond(document, 'text/html', 200, query.live ? { refresh: '10' } : {});
  }

  return {
    async fetch(request) {
      const url = new URL(request.url);
      if (url.pathname !== basePath && !url.pathname.startsWith(`${basePath}/`))
        return respond('Not found', 'text/plain', 404);
      let isAllowed = false;
      try {
        isAllowed = await mayEnter(request);
      } catch {
        // Whoever cannot be checked does not enter.
      }
      if (!isAllowed) return respond('Not for you: sign in as staff of the shop', 'text/plain', 403);
      try {
        const response = await answer(request, url);
        return request.method === 'HEAD' ? new Response(null, response) : response;
      } catch {
        return respond('The store of the insight cannot be read now. Payments are not affected.', 'text/plain', 503);
      }
    },
  };
}

interface Query {
  range: Range;
  issuer: string | undefined;
  method: string | undefined;
  live: boolean;
  reference: string | undefined;
  id: string | undefined;
  step: string | undefined;
  end: string | undefined;
}

function readQuery(params: URLSearchParams): Query {
  const get = (name: string): string | undefined => params.get(name)?.slice(0, 100) || undefined;
  const range = ranges.find((one) => one === get('range')) ?? '7d';
  const [issuer, method, reference] = [get('issuer'), get('method'), get('reference')];
  return {
    range,
    issuer,
    method,
    live: get('live') === '1',
    reference,
    id: get('id'),
    step: get('step'),
    end: get('end'),
  };
}

async function drawPage(
  insight: Insight,
  { home, styleSheetUrl }: InsightPageOptions,
  basePath: string,
  query: Query,
): Promise<string> {
  const nowMs = insight.now();
  const offset = insight.timeZoneOffsetMinutes;
  const [report, live] = [await insight.report(query), await insight.live()];
  const toUrl = (changes: Partial<Record<keyof Query, string | undefined>>, path = basePath): string => {
    const { range, issuer, method } = query;
    const kept = { range, issuer, method, live: query.live ? '1' : undefined, ...changes };
    const params = Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return `${path}?${new URLSearchParams(params).toString()}`;
  };
  const toPart = (step: string, end: string): string => `${toUrl({ step, end })}#payments`;
  const extra = await drawExtra(insight, query, (id) => `${toUrl({ id })}#payment`, nowMs, offset);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Insight – ${rangeWords[query.range]}</title>
        <link rel="stylesheet" href="${basePath}/insight.css" />
        ${styleSheetUrl !== undefined && html`<link rel="stylesheet" href="${styleSheetUrl}" />`}
      </head>
      <body>
        <header>
          <h1>Insight</h1>
          <span class="quiet"
            >${formatTime(report.fromMs, offset)} to
            ${formatTime(report.untilMs, offset)}${home && html` · <a href="${home.url}">${home.name}</a>`}</span
          >
          <nav aria-label="Range">
            ${ranges.map((range) => html`<a href="${toUrl({ range })}" ${range === query.range && html` aria-current="true"`}>${rangeWords[range]}</a>`)}
          </nav>
        </header>
        <main>
          <form action="${basePath}" method="get">
            <input type="hidden" name="range" value="${query.range}" />
            <label
              >Issuer
              <select name="issuer">
                <option value="">All issuers</option>
                ${report.issuerNames.map((name) => html`<option${name === query.issuer && html` selected`}>${name}</option>`)}
              </select></label
            >
            <label
              >Method
              <select name="method">
                <option value="">Both methods</option>
                <option value="nativeOtp" ${query.method === 'nativeOtp' && html` selected`}>Native OTP</option>
                <option value="bankPage" ${query.method === 'bankPage' && html` selected`}>Bank’s page</option>
              </select></label
            >
            <label
              >Reference of one payment <input name="reference" autocomplete="off" value="${query.reference ?? ''}"
            /></label>
            <button>Show</button>
          </form>
          <p>
            <a href="${toUrl({}, `${basePath}/issuers.csv`)}">Issuers as CSV</a> ·
            <a href="${toUrl({ live: query.live ? undefined : '1' })}"
              >${query.live ? 'Stop updating' : 'Update every 10 seconds'}</a
            >
          </p>
          ${report.simulated > 0 && html`<p class="notice" role="note">${formatCount(report.simulated)} of these payments are <strong>simulated</strong>: no customer and no money was involved.</p>`}
          ${extra}${drawCards(report)}
          ${
            report.payments === 0
              ? html`<section>
                  <h2>No payment in this span</h2>
                  <p>Choose a longer one above, or another issuer.</p>
                </section>`
              : drawFigures(report, toPart, (issuer) => toUrl({ issuer }), insight)
          }
          <div class="columns">${drawLive(live)}${drawTrust(report, insight.losses(), lossWords, offset)}</div>
        </main>
        <footer>
          <p>No OTP, card, name, address or device is kept. References and orders are kept as keyed hashes.</p>
        </footer>
      </body>
    </html>`;
  return page.text;
}

function drawCards({ payments, orders, nativePaid, bankPaid, native, typed }: InsightReport): Markup {
  const accepted = native.steps.at(-1)?.reached ?? 0;
  const cards: [name: string, value: string, about: string][] = [
    ['Payments', formatCount(payments), `${formatCount(orders)} new orders`],
    [
      'Paid with native OTP',
      formatRate(nativePaid.rate),
      `${formatCount(nativePaid.hits)} of ${formatCount(nativePaid.of)} finished`,
    ],
    [
      'Paid on the bank’s page',
      formatRate(bankPaid.rate),
      `${formatCount(bankPaid.hits)} of ${formatCount(bankPaid.of)} finished`,
    ],
    [
      'OTP accepted',
      formatRate(native.started > 0 ? accepted / native.started : Number.NaN),
      `typed in after ${formatSeconds(typed.p50)} by half`,
    ],
  ];
  return html`<div class="cards">
    ${cards.map(([name, value, about]) => html`<div class="card">${name}<strong>${value}</strong><span>${about}</span></div>`)}
  </div>`;
}

function drawFigures(
  report: InsightReport,
  toPart: (step: string, end: string) => string,
  toIssuer: (issuer: string) => string,
  insight: Insight,
): Markup {
  const offset = insight.timeZoneOffsetMinutes;
  return html`${drawFunnel(report.native, toPart)}${drawIssuers(report, toIssuer)}
    <div class="columns">
      ${drawMethods(report, offset)}${drawTimes(report)}${drawEntries(report)}${drawDeclines(report, toPart)}
    </div> `;
}

/** Draws what a link or the search asked for: one payment, or the payments of a part. */
async function drawExtra(
  insight: Insight,
  { reference, id, step, end, issuer }: Query,
  toLink: (id: string) => string,
  nowMs: number,
  offset: number,
): Promise<Markup | false> {
  if (reference !== undefined || id !== undefined) {
    const row =
      reference === undefined ? (await insight.recent((one) => one.id === id))[0] : await insight.payment(reference);
    if (row) return drawTimeline(row, nowMs, offset);
    return html`<p class="notice" role="status">
      No payment is known by that reference. Check it letter by letter; payments are kept for a limited time.
    </p>`;
  }
  if (step === undefined || end === undefined) return false;
  const steps: readonly string[] = nativeSteps;
  const isWanted = (row: PaymentRow): boolean => {
    const rowEnd = toEnd(row, nowMs);
    const names = row.method === 'bankPage' ? bankSteps : nativeSteps;
    const isAtStep = step === 'any' || (row.method !== 'bankPage' && names[toDepth(row, rowEnd)] === step);
    return rowEnd === end && isAtStep && (issuer === undefined || row.issuer === issuer);
  };
  const title = steps.includes(step) || step === 'any' ? `Payments: ${say(endWords, end)}` : 'Payments';
  return drawPayments(title, await insight.recent(isWanted), toLink, nowMs, offset);
}
