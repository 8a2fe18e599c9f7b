/** The document: head, filters, cards, and the figures in their order. */

import { ranges, type Insight, type InsightReport } from '../create-insight.ts';
import { drawAsked } from './asked.ts';
import { drawDeclines } from './figures/declines.ts';
import { drawEntries } from './figures/entries.ts';
import { drawFunnel } from './figures/funnel.ts';
import { drawIssuers } from './figures/issuers.ts';
import { drawLive, drawTrouble } from './figures/live.ts';
import { drawMethods } from './figures/methods.ts';
import { drawTimes } from './figures/times.ts';
import { drawTrust } from './figures/trust.ts';
import { html, type Markup } from './html.ts';
import { createToUrl, rangeWords, type Query } from './query.ts';
import { formatCount, formatRate, formatSeconds, formatTime, lossWords, methodWords, unitWords } from './words.ts';

/** Addresses that the page links to. */
export interface PageLinks {
  basePath: string;
  home?: { url: string; name: string };
  styleSheetUrl?: string;
}

/** Draws the page for a query. */
export async function drawPage(
  insight: Insight,
  { basePath, home, styleSheetUrl }: PageLinks,
  query: Query,
): Promise<string> {
  const offset = insight.timeZoneOffsetMinutes;
  const [report, live] = await Promise.all([insight.report(query), insight.live()]);
  const isEmpty = report.payments === 0;
  const toUrl = createToUrl(query, basePath);
  const toPart = (step: string, end: string): string => `${toUrl({ step, end })}#payments`;
  const extra = await drawAsked(insight, query, (id) => `${toUrl({ id })}#payment`);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content="What customers do at the OTP step, and where payments are lost." />
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
              >Network
              <select name="network">
                <option value="">All networks</option>
                ${report.networkNames.map((name) => html`<option${name === query.network && html` selected`}>${name}</option>`)}
              </select></label
            >
            <label
              >Method
              <select name="method">
                <option value="">Both methods</option>
                ${(['nativeOtp', 'bankPage'] as const).map((method) => html`<option value="${method}" ${method === query.method && html` selected`}>${methodWords[method] ?? method}</option>`)}
              </select></label
            >
            <label
              >Count
              <select name="unit">
                <option value="">Payments</option>
                <option value="orders" ${query.unit === 'orders' && html` selected`}>Orders</option>
              </select></label
            >
            <label
              >Payment reference <input name="reference" autocomplete="off" value="${query.reference ?? ''}"
            /></label>
            <button>Show</button>
          </form>
          <p>
            <a href="${toUrl({}, `${basePath}/issuers.csv`)}">Issuers as CSV</a> ·
            <a href="${toUrl({ live: query.live ? undefined : '1' })}"
              >${query.live ? 'Stop updating' : 'Update every 10 seconds'}</a
            >
          </p>
          ${
            query.unit === 'orders' &&
            html`<p class="quiet">Each order counts once: as the payment that paid it, or else as its last.</p>`
          }
          ${report.simulated > 0 && html`<p class="notice" role="note">${formatCount(report.simulated)} of these ${unitWords[report.unit].many} are <strong>simulated</strong>: no customer and no money was involved.</p>`}
          ${drawTrouble(live)}${extra}${drawCards(report)}
          ${
            isEmpty
              ? html`<section>
                  <h2>No payment here</h2>
                  <p>Choose a longer span above, or other filters.</p>
                </section>`
              : html`${drawFunnel(report, toPart)}${drawIssuers(report, (issuer) => toUrl({ issuer }))}`
          }
          <div class="columns">
            <div>
              ${drawLive(live)}${isEmpty || html`${drawMethods(report, offset)}${drawDeclines(report, toPart)}`}
            </div>
            <div>
              ${isEmpty || html`${drawTimes(report)}${drawEntries(report)}`}${drawTrust(report, insight.losses(), lossWords, offset)}
            </div>
          </div>
        </main>
        <footer>
          <p>No OTP, card, name, address or device is kept. References and orders are kept as keyed hashes.</p>
        </footer>
      </body>
    </html>`;
  return page.text;
}

function drawCards({ payments, orders, unit, nativePaid, bankPaid, native, typed }: InsightReport): Markup {
  const accepted = native.steps.at(-1)?.reached ?? 0;
  const cards: [name: string, value: string, about: string][] = [
    [unitWords[unit].head, formatCount(payments), unit === 'orders' ? 'each once' : `of ${formatCount(orders)} orders`],
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
