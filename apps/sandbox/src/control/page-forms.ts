/** Forms of the control page: each button is an action of `actions.ts`. */
import { Html, html } from '../lib/html.ts';
import type { SandboxContext } from '../state/context.ts';
import { operations } from '../state/endpoints.ts';
import { faultDefinitions } from '../state/fault-script.ts';
import { presets } from './presets.ts';

const clockSteps = [
  [30, '+30 s'],
  [600, '+10 min'],
  [86_400, '+1 day'],
] as const;

/** Renders the clock, with buttons that move it and reset it. */
export function renderClockForm(now: readonly Html[]): Html {
  return html`<div class="clock">
    <span id="clock" data-live>${now}</span>
    ${clockSteps.map(
      ([seconds, label]) =>
        html`<form method="post">
          <input type="hidden" name="seconds" value="${seconds}" /><button
            class="quiet"
            name="action"
            value="advance"
            data-done="The clock was moved by ${label.slice(1)}."
          >
            ${label}
          </button>
        </form>`,
    )}
    <form method="post" class="by">
      <label>seconds <input type="number" name="seconds" value="90" min="1" max="31536000" required /></label>
      <button class="quiet" name="action" value="advance" data-done="The clock was moved.">Advance</button>
    </form>
    <form method="post">
      <button class="quiet" name="action" value="resetClock" data-done="The clock is as it was at the start.">
        Reset clock
      </button>
      <button class="quiet" name="action" value="reset" data-done="The sandbox is as it was at the start.">
        Reset all
      </button>
    </form>
  </div>`;
}

/** Faults that use the number field: a status, or milliseconds. */
const faultsWithNumber: ReadonlySet<string> = new Set(['delay', 'status']);

/** Renders the preset faults, and a form for any other. */
export function renderFaultForm(): Html {
  return html`<form class="presets" method="post">
      ${Object.entries(presets).map(
        ([value, { label, description }]) =>
          html`<button class="quiet" name="preset" value="${value}" title="${description}" data-done="${description}">
            ${label}
          </button>`,
      )}
      <button class="quiet" name="action" value="clearFaults" data-done="All faults are cleared.">Clear faults</button>
    </form>
    <details class="tool custom" id="custom-fault">
      <summary>Custom fault</summary>
      <form class="fields" method="post">
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
          <button name="action" value="applyFault" data-done="The fault will be applied.">Apply</button>
        </div>
        <p class="soft" id="fault-description"></p>
      </form>
    </details>`;
}

/** Renders the filter of the calls, which needs the script and is hidden without it. */
export function renderCallFilter(): Html {
  return html`<form class="tool filter" role="search" hidden>
    <label class="wide"
      >Search <input type="search" name="q" placeholder="reference, operation or path" autocomplete="off"
    /></label>
    <label
      >Operation
      <select name="operation">
        <option value="">any</option>
        ${operations.map((name) => html`<option>${name}</option>`)}
      </select></label
    >
    <label
      >Status
      <select name="status">
        <option value="">any</option>
        <option value="good">2xx</option>
        <option value="busy">4xx</option>
        <option value="bad">5xx or none</option>
      </select></label
    >
  </form>`;
}

const eventTypes = [
  'ORDER_AUTHORIZED',
  'ORDER_PROCESSED',
  'ORDER_FAILED',
  'ORDER_CANCELLED',
  'PAYMENT_FAILED',
  'REFUND_PROCESSED',
  'REFUND_FAILED',
];

/** Renders the URLs of webhooks, and a form that sends one. */
export function renderWebhookForm({ state }: SandboxContext): Html {
  const orders = [...state.orders.values()].slice(-30).reverse();
  return html`<form class="tool" method="post">
      <label class="wide"
        >Webhook URLs <input name="url" inputmode="url" value="${state.webhookUrls.join(' ')}" placeholder="none"
      /></label>
      <button class="quiet" name="action" value="webhookUrl" data-done="The webhook URL is set.">Set</button>
    </form>
    <details class="tool custom" id="send-webhook">
      <summary>Send a webhook</summary>
      <form class="fields" method="post">
        <label
          >Event
          <select name="eventType">
            ${eventTypes.map((name) => html`<option>${name}</option>`)}
          </select></label
        >
        <label
          >of the order
          <select name="orderId">
            ${orders.map(({ id, reference }) => html`<option value="${id}">${reference}</option>`)}
          </select></label
        >
        <button name="action" value="sendWebhook" data-done="The webhook is being sent.">Send</button>
      </form>
    </details>`;
}
