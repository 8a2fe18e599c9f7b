import { credentials, rightOtp } from '../scenarios/credentials.ts';
import { faultDefinitions } from '../state/fault-script.ts';
import { Html, html, htmlResponse } from '../lib/html.ts';
import { operations } from '../state/endpoints.ts';
import { scenarios } from '../scenarios/scenarios.ts';
import { settingNames, settingDefinitions } from '../state/settings.ts';
import type { SandboxContext } from '../state/context.ts';
import { liveRegions } from './live-regions.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

/** The control page: for a developer beside their shop. Every button is a plain form; script only keeps it up to date. */
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
        ${clockForm(regions.clock)}
        <p id="said" role="status"></p>
        <p id="lost" role="alert" hidden>The sandbox does not answer; what is shown is old.</p>
      </header>
      <div class="tables">${cardTable(context)}${settingTable(context)}</div>
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
            <h2 id="faults-head">Next answers</h2>
            ${faultForm()}
            <div class="list" id="faults" data-live>${regions.faults}</div>
          </section>
          <section aria-labelledby="webhooks-head">
            <h2 id="webhooks-head">Webhooks</h2>
            ${webhookForm(context)}
            <div class="list" id="webhooks" data-live>${regions.webhooks}</div>
          </section>
          <section aria-labelledby="calls-head">
            <h2 id="calls-head">Calls</h2>
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
  // Its forms say where they come from only if it may be told.
  return htmlResponse(page, policy.join('; '), 200, 'same-origin');
}

function clockForm(now: Html): Html {
  return html`<form class="clock" method="post">
    <span id="clock" data-live>${now}</span>
    <button class="quiet" name="action" value="advance" data-said="The clock has moved.">Move clock</button>
    <label>by seconds <input type="number" name="seconds" value="30" min="1" max="31536000" required /></label>
  </form>`;
}

/** Faults whose number field says something: a status, or milliseconds. */
const faultsWithNumber: ReadonlySet<string> = new Set(['delay', 'status']);

function faultForm(): Html {
  return html`<form class="tool" method="post">
    <label
      >Bend the next answer of
      <select name="operation">
        <option value="*">any call</option>
        ${operations.map((name) => html`<option>${name}</option>`)}
      </select></label
    >
    <label
      >with
      <select name="fault" id="fault" aria-describedby="about">
        ${Object.entries(faultDefinitions).map(([name, { description: about }]) => html`<option title="${about.replaceAll('`', '')}" ${new Html(faultsWithNumber.has(name) ? 'class="numbered"' : '')}>${name}</option>`)}
      </select></label
    >
    <label class="number"
      >status or ms <input type="number" name="number" value="500" min="1" max="600000" required
    /></label>
    <label
      >and its effect
      <select name="effect">
        <option value="">as usual for it</option>
        <option value="first">takes place first</option>
        <option value="none">does not take place</option>
      </select></label
    >
    <label>times <input type="number" name="times" value="1" min="0" max="1000" required /></label>
    <div class="buttons">
      <button name="action" value="applyFault" data-said="The next answer will be bent.">Bend</button
      ><button class="quiet" name="action" value="clearFaults" formnovalidate data-said="No fault waits any more.">
        Clear all
      </button>
    </div>
    <p class="soft" id="about"></p>
  </form>`;
}

function webhookForm({ state }: SandboxContext): Html {
  return html`<form class="tool" method="post">
    <label class="wide"
      >Webhooks go to <input type="url" name="url" value="${state.webhookUrl ?? ''}" placeholder="nowhere"
    /></label>
    <button class="quiet" name="action" value="webhookUrl" data-said="Webhooks go there from now on.">Set</button>
  </form>`;
}

function cardTable({ origin }: SandboxContext): Html {
  return html`<details id="cards">
    <summary>Cards and credentials</summary>
    <p class="soft">
      Address <code>${origin}</code> · client <code>${credentials.clientId}</code> · secret
      <code>${credentials.clientSecret}</code> · right code <code>${rightOtp}</code> · any CVV, any date ahead
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

function settingTable({ settings }: SandboxContext): Html {
  const rows = settingNames.map((name) => {
    const row = settingDefinitions[name];
    const value = String(settings[name]);
    const field =
      'choices' in row
        ? html`<select name="value" aria-label="${name}">
            ${row.choices.map((choice) => option(String(choice), value))}
          </select>`
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
          <button class="quiet small" name="action" value="setting" data-said="${name} is set.">Set</button>
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

function option(choice: string, value: string): Html {
  return choice === value ? html`<option selected>${choice}</option>` : html`<option>${choice}</option>`;
}
