/** HTML of the control page. */
import { credentials, rightOtp } from '../scenarios/credentials.ts';
import { faultDefinitions } from '../state/fault-script.ts';
import { Html, html, htmlResponse } from '../lib/html.ts';
import { operations } from '../state/endpoints.ts';
import { scenarios } from '../scenarios/scenarios.ts';
import { settingDefinitions, settingNames } from '../state/settings.ts';
import type { SandboxContext } from '../state/context.ts';
import { liveRegions } from './live-regions.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

/** Renders the control page, for a developer who tests a shop. Every button submits a plain form; the script only updates. */
export function controlPage(context: SandboxContext, nonce: string): Response {
  const regions = liveRegions(context);
  const page = html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <link rel="icon" href="data:," />
      <title>Plural sandbox</title>
      <style>
        ${pageStyle}
      </style>
      <header>
        <h1>Plural sandbox</h1>
        <p>An emulator. No money moves.</p>
        ${renderNamespace(context)}${renderClockForm(regions.clock)}
        <form method="post">
          <button class="quiet" name="action" value="reset" data-done="The sandbox is as it was at the start.">
            Reset
          </button>
        </form>
        <p id="status" role="status"></p>
        <p id="disconnected" role="alert" hidden>The sandbox does not respond. This page may be out of date.</p>
      </header>
      <div class="tables">${renderCardTable(context)}${renderSettingTable(context)}</div>
      <main>
        <section aria-labelledby="phone-head">
          <h2 id="phone-head">The customer's phone</h2>
          <div class="phone" id="phone" data-live tabindex="0" role="log" aria-labelledby="phone-head">
            ${regions.phone}
          </div>
        </section>
        <section aria-labelledby="orders-head">
          <h2 id="orders-head">Orders</h2>
          <div id="orders" data-live>${regions.orders}</div>
        </section>
        <div class="calls">
          <section aria-labelledby="faults-head">
            <h2 id="faults-head">Faults</h2>
            ${renderFaultForm()}
            <div class="list" id="faults" data-live>${regions.faults}</div>
          </section>
          <section aria-labelledby="webhooks-head">
            <h2 id="webhooks-head">Webhooks</h2>
            ${renderWebhookForm(context)}
            <div class="list" id="webhooks" data-live>${regions.webhooks}</div>
          </section>
          <section aria-labelledby="calls-head">
            <h2 id="calls-head">API calls</h2>
            <div class="list" id="calls" data-live>${regions.calls}</div>
          </section>
        </div>
      </main>
      <script nonce="${nonce}">
        ${pageScript};
      </script>
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

function renderNamespace({ namespace }: SandboxContext): Html {
  return namespace === '' ? html`` : html`<p>Namespace <code>${namespace}</code></p>`;
}

function renderClockForm(now: Html): Html {
  return html`<form class="clock" method="post">
    <span id="clock" data-live>${now}</span>
    <button class="quiet" name="action" value="advance" data-done="The clock was moved.">Advance clock</button>
    <label>by seconds <input type="number" name="seconds" value="30" min="1" max="31536000" required /></label>
  </form>`;
}

/** Faults that use the number field: a status, or milliseconds. */
const faultsWithNumber: ReadonlySet<string> = new Set(['delay', 'status']);

function renderFaultForm(): Html {
  return html`<form class="tool" method="post">
    <label
      >Apply a fault to
      <select name="operation">
        <option value="*">any call</option>
        ${operations.map((name) => html`<option>${name}</option>`)}
      </select></label
    >
    <label
      >fault
      <select name="fault" id="fault" aria-describedby="fault-description">
        ${Object.entries(faultDefinitions).map(([name, { description }]) => html`<option title="${description.replaceAll('`', '')}" ${new Html(faultsWithNumber.has(name) ? 'class="numbered"' : '')}>${name}</option>`)}
      </select></label
    >
    <label class="number"
      >status or ms <input type="number" name="number" value="500" min="1" max="600000" required
    /></label>
    <label
      >effect of the call
      <select name="effect">
        <option value="">default of the fault</option>
        <option value="first">takes effect first</option>
        <option value="none">no effect</option>
      </select></label
    >
    <label>times <input type="number" name="times" value="1" min="0" max="1000" required /></label>
    <div class="buttons">
      <button name="action" value="applyFault" data-done="The fault will be applied.">Apply</button
      ><button class="quiet" name="action" value="clearFaults" formnovalidate data-done="All faults are cleared.">
        Clear all
      </button>
    </div>
    <p class="soft" id="fault-description"></p>
  </form>`;
}

function renderWebhookForm({ state }: SandboxContext): Html {
  return html`<form class="tool" method="post">
    <label class="wide"
      >Webhook URLs <input name="url" inputmode="url" value="${state.webhookUrls.join(' ')}" placeholder="none"
    /></label>
    <button class="quiet" name="action" value="webhookUrl" data-done="The webhook URL is set.">Set</button>
  </form>`;
}

function renderCardTable({ origin }: SandboxContext): Html {
  return html`<details id="cards">
    <summary>Cards and credentials</summary>
    <p class="soft">
      Base URL <code>${origin}</code> · client <code>${credentials.clientId}</code> · secret
      <code>${credentials.clientSecret}</code> · right OTP <code>${rightOtp}</code> · any CVV, any future expiry date
    </p>
    <table>
      ${scenarios.map(
        ({ number, title, description }) =>
          html`<tr>
            <td><code>${number}</code></td>
            <th scope="row">${title}</th>
            <td>${description}</td>
          </tr>`,
      )}
    </table>
  </details>`;
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
