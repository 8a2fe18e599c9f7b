/** HTML of the control page. */
import { credentials, rightOtp } from '../scenarios/credentials.ts';
import { type Html, html, htmlResponse } from '../lib/html.ts';
import { scenarios } from '../scenarios/scenarios.ts';
import { settingDefinitions } from '../state/setting-definitions.ts';
import { settingNames } from '../state/settings.ts';
import type { SandboxContext } from '../state/context.ts';
import type { OrderRecord } from '../state/state.ts';
import { type LiveRegion, liveRegions, timelineHead, timelineRegion } from './live-regions.ts';
import type { LiveRegions, LiveView } from './live-view.ts';
import { renderCallFilter, renderClockForm, renderFaultForm, renderWebhookForm } from './page-forms.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

/** Renders the control page, for a developer who tests a shop. Every button submits a plain form; the script only updates. */
export function controlPage(context: SandboxContext, live: LiveView, { searchParams }: URL, nonce: string): Response {
  const order = context.state.orders.get(searchParams.get('order') ?? '');
  const regions = liveRegions(context, order?.id ?? null);
  // Everything that the page shows is known at this revision.
  const { revision } = live.compare(regions, '');
  const region = (name: LiveRegion): readonly Html[] => (regions[name] ?? []).map(({ html: entry }) => entry);
  const page = html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <link rel="icon" href="data:," />
      <title>Plural sandbox</title>
      <meta
        name="description"
        content="An emulator of Plural for tests: orders, calls, webhooks, faults and the customer's phone, live."
      />
      <style>
        ${pageStyle}
      </style>
      <body data-revision="${revision}" data-now="${context.nowMs}">
        <header>
          <h1>Plural sandbox</h1>
          <p>An emulator. No money moves.</p>
          ${renderNamespace(context)}${renderClockForm(region('clock'))}
          <p id="status" role="status"></p>
          <p id="disconnected" role="alert" hidden>The sandbox does not respond. This page may be out of date.</p>
        </header>
        <nav class="jump" aria-label="Sections">
          <a href="#phone-head">Phone</a> <a href="#middle">${order === undefined ? 'Orders' : 'Timeline'}</a>
          <a href="#faults-head">Faults</a> <a href="#webhooks-head">Webhooks</a> <a href="#calls-head">Calls</a>
        </nav>
        <section class="tables" aria-label="Cards and settings">
          ${renderCardTable(context)}${renderSettingTable(context)}
        </section>
        <main>
          <section aria-labelledby="phone-head">
            <h2 id="phone-head">The customer's phone</h2>
            <div class="phone" id="phone" data-live tabindex="0" role="log" aria-labelledby="phone-head">
              ${region('phone')}
            </div>
          </section>
          ${order === undefined ? renderOrders(region('orders')) : renderTimeline(context, order, regions)}
          <div class="calls">
            <section aria-labelledby="faults-head">
              <h2 id="faults-head">Faults</h2>
              ${renderFaultForm()}
              <div class="list" id="faults" data-live>${region('faults')}</div>
            </section>
            <section aria-labelledby="webhooks-head">
              <h2 id="webhooks-head">Webhooks</h2>
              ${renderWebhookForm(context)}
              <div class="list" id="webhooks" data-live>${region('webhooks')}</div>
            </section>
            <section aria-labelledby="calls-head">
              <h2 id="calls-head">API calls</h2>
              ${renderCallFilter()}
              <div class="list" id="calls" data-live>${region('calls')}</div>
            </section>
          </div>
        </main>
        <script nonce="${nonce}">
          ${pageScript};
        </script>
      </body>
    </html>`;
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    'img-src data:',
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  // With `no-referrer` the browser would send its forms with the origin `null`.
  return htmlResponse(page, policy.join('; '), 200, 'same-origin');
}

function renderOrders(entries: readonly Html[]): Html {
  return html`<section id="middle" aria-labelledby="orders-head">
    <h2 id="orders-head">Orders</h2>
    <div id="orders" data-live>${entries}</div>
  </section>`;
}

function renderTimeline(context: SandboxContext, order: OrderRecord, regions: LiveRegions): Html {
  const name = timelineRegion(order.id);
  const query = context.namespace === '' ? '' : `?${new URLSearchParams({ namespace: context.namespace }).toString()}`;
  return html`<section id="middle" aria-labelledby="timeline-head">
    <h2 id="timeline-head">Timeline of ${order.reference}</h2>
    <p><a href="/sandbox/${query}">All orders</a></p>
    <div id="${timelineHead(order.id)}" data-live>
      ${(regions[timelineHead(order.id)] ?? []).map(({ html: head }) => head)}
    </div>
    <ol class="timeline" id="${name}" data-live>
      ${(regions[name] ?? []).map(({ html: entry }) => entry)}
    </ol>
  </section>`;
}

function renderNamespace({ namespace }: SandboxContext): Html {
  return namespace === '' ? html`` : html`<p>Namespace <code>${namespace}</code></p>`;
}

function renderCardTable({ origin, settings: { checkoutUrl } }: SandboxContext): Html {
  return html`<details id="cards">
    <summary>Cards and credentials</summary>
    <p class="soft">
      Base URL <code>${origin}</code> · client <code>${credentials.clientId}</code> · secret
      <code>${credentials.clientSecret}</code> · right OTP <code>${rightOtp}</code> · any CVV, any future expiry date
    </p>
    <table>
      ${scenarios.map(
        ({ id, number, title, description }) =>
          html`<tr>
            <td>
              <button class="copy" type="button" data-copy="${number}" title="Copy the number">
                <code>${number}</code>
              </button>
            </td>
            <th scope="row">${title}</th>
            <td>${description}</td>
            ${checkoutUrl === '' ? html`` : html`<td>${renderCheckoutLink(checkoutUrl, id, title)}</td>`}
          </tr>`,
      )}
    </table>
  </details>`;
}

function renderCheckoutLink(checkoutUrl: string, card: string, title: string): Html {
  const url = new URL(checkoutUrl);
  url.searchParams.set('card', card);
  return html`<a href="${url.href}" target="_blank" rel="noreferrer" aria-label="Pay with ${title} in the shop"
    >Pay</a
  >`;
}

function renderSettingTable({ settings }: SandboxContext): Html {
  const rows = settingNames.map((name) => {
    const row = settingDefinitions[name];
    const value = String(settings[name]);
    const field =
      'choices' in row
        ? html`<select name="value" aria-label="${name}">
            ${row.choices.map((choice) => renderOption(String(choice), value))}
          </select>`
        : 'maxUrlLength' in row
          ? html`<input
              type="url"
              name="value"
              aria-label="${name}"
              value="${value}"
              maxlength="${row.maxUrlLength}"
            />`
          : 'maxLength' in row
            ? html`<input
                type="text"
                name="value"
                aria-label="${name}"
                value="${value}"
                maxlength="${row.maxLength}"
                required
              />`
            : html`<input
                type="number"
                name="value"
                aria-label="${name}"
                value="${value}"
                min="${row.min}"
                max="${row.max}"
              />`;
    return html`<tr>
      <th scope="row">${name}</th>
      <td>
        <form method="post">
          <input type="hidden" name="name" value="${name}" />${field}
          <button class="quiet small" name="action" value="setting" data-done="${name} is set.">Set</button>
        </form>
      </td>
      <td class="soft">${row.description}</td>
    </tr>`;
  });
  return html`<details id="settings">
    <summary>Settings</summary>
    <table>
      ${rows}
    </table>
  </details>`;
}

function renderOption(choice: string, value: string): Html {
  return choice === value ? html`<option selected>${choice}</option>` : html`<option>${choice}</option>`;
}
