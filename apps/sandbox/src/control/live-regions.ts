/** The regions of the control page that are updated while it is open. */
import { html, type Html } from '../lib/html.ts';
import { findScenario } from '../scenarios/find-scenario.ts';
import { type ScriptedFault, takesEffect } from '../state/fault-script.ts';
import { formatMoney } from '../lib/money.ts';
import { challengeUrl } from '../state/order-document.ts';
import type { OrderRecord, PaymentRecord, PhoneMessage, RequestLogEntry, WebhookDelivery } from '../state/state.ts';
import type { SandboxContext } from '../state/context.ts';

const nothing = html``;
const shownHistory = 50;

/** Renders the live regions by the id of their element. Lists start with the newest entry. */
export function liveRegions(context: SandboxContext): Readonly<Record<LiveRegion, Html>> {
  const { state } = context;
  const messages = withStableKeys(state.messages, ({ paymentId }) => `sms-${paymentId}`);
  const deliveries = withStableKeys(state.deliveries, ({ id }) => `webhook-${id}`);
  return {
    clock: html`<span id="now"
      >${formatTime(new Date(context.nowMs).toISOString())} UTC${state.frozenAtMs === null ? '' : ', frozen'}</span
    >`,
    phone: renderNewest(messages, 20, 'No message yet. Each OTP appears here.', renderMessage),
    orders: renderNewest(
      [...state.orders],
      30,
      `No order yet. Use ${context.origin} as the base URL of the client.`,
      ([, order]) => renderOrder(context, order),
    ),
    faults: renderEntries(state.faults, 'No fault scripted: every response is as documented.', renderFault),
    webhooks: renderNewest(deliveries, 30, 'No webhook yet.', renderDelivery),
    calls: renderNewest(state.requests, 60, 'No API call yet.', renderCall),
  };
}

/** Ids of the live regions. */
export type LiveRegion = 'clock' | 'phone' | 'orders' | 'faults' | 'webhooks' | 'calls';

/** Renders all live regions, for the script of the control page. */
export function renderLiveRegions(context: SandboxContext): Html {
  return html`${Object.entries(liveRegions(context)).map(([id, region]) => html`<div id="${id}">${region}</div>`)}`;
}

/** Assigns each entry a stable unique key: its name and an occurrence index. */
function withStableKeys<T>(all: readonly T[], getName: (entry: T) => string): (readonly [key: string, entry: T])[] {
  const seen = new Map<string, number>();
  return all.map((entry) => {
    const name = getName(entry);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [`${name}-${count}`, entry];
  });
}

function renderNewest<T>(all: readonly T[], limit: number, emptyMessage: string, render: (entry: T) => Html): Html {
  return renderEntries(all.slice(-limit).reverse(), emptyMessage, render);
}

function renderEntries<T>(all: readonly T[], emptyMessage: string, render: (entry: T, index: number) => Html): Html {
  return all.length === 0 ? html`<p class="empty">${emptyMessage}</p>` : html`${all.map(render)}`;
}

function renderMessage([key, { at, otp, text, arrived, requestedBy }]: readonly [string, PhoneMessage]): Html {
  const from = requestedBy === 'api' ? 'requested by the API' : "requested by the bank's page";
  return arrived
    ? html`<div class="sms" id="${key}"><small>${formatTime(at)} · ${from}</small><strong>${otp}</strong>${text}</div>`
    : html`<div class="sms lost" id="${key}">
        <small>${formatTime(at)} · ${from}</small>This message did not reach the phone.
      </div>`;
}

function renderOrder(context: SandboxContext, order: OrderRecord): Html {
  const last = order.history.at(-1);
  // Payment ids are shown without the order's id, which the head of the card shows.
  const shorten = (event = ''): string => event.replaceAll(`${order.id}-`, '');
  return html`<article class="card" id="order-${order.id}">
    <div class="row">
      <strong>${order.reference}</strong>${renderStatus(order.status)}<span class="end"
        >${formatMoney(order.amount.value, order.amount.currency)}</span
      >
    </div>
    <div class="row soft">
      <code>${order.id}</code
      >${order.preAuth ? html`<span>pre-authorization</span>` : nothing}${order.type === 'REFUND' ? html`<span>refund</span>` : nothing}
    </div>
    ${order.payments.map((payment) => renderPayment(context, order, payment))}
    <details id="history-${order.id}">
      <summary class="soft">
        <span>History: ${shorten(last?.event)}</span><time>${last === undefined ? '' : formatTimeAt(last.atMs)}</time>
      </summary>
      <ol>
        ${order.history.slice(-shownHistory).map(({ atMs, event }) => html`<li><time>${formatTimeAt(atMs)}</time><span>${shorten(event)}</span></li>`)}
      </ol>
    </details>
  </article>`;
}

function renderPayment(context: SandboxContext, order: OrderRecord, payment: PaymentRecord): Html {
  const page = challengeUrl(context.origin, payment.challengeToken);
  const open = payment.status === 'PENDING' && order.type === 'CHARGE';
  return html`<div class="row">
    ${renderStatus(payment.status)}<span>${findScenario(payment.scenarioId).title}</span
    ><small>${payment.id.replace(`${order.id}-`, '')} · card ending ${payment.lastDigits}</small>
    ${payment.error === undefined ? nothing : html`<small>${payment.error.code}</small>`}
    ${payment.otp.wrongCount > 0 ? html`<small>${payment.otp.wrongCount} wrong</small>` : nothing}
    ${open ? html`<a class="end" href="${page}" target="_blank" rel="noreferrer">Bank's page</a>` : nothing}
  </div>`;
}

function renderCall(entry: RequestLogEntry): Html {
  const outcome = entry.status === null ? 'no response' : String(entry.status);
  const tone = entry.status === null || entry.status >= 500 ? 'bad' : entry.status >= 400 ? 'busy' : 'good';
  return html`<details class="call" id="call-${entry.number}">
    <summary>
      <span class="pill ${tone}">${outcome}</span
      ><span>${entry.operation}</span
      >${entry.fault === undefined ? nothing : html`<small>fault: ${entry.fault}</small>`}<time class="end"
        >${formatTime(entry.at)}</time
      >
    </summary>
    <code>${entry.method} ${entry.path}</code>
    ${entry.request === null ? nothing : html`<pre>${JSON.stringify(entry.request, null, 2)}</pre>`}
    <pre>${JSON.stringify(entry.response, null, 2)}</pre>
  </details>`;
}

const deliveryLabels: Readonly<Record<WebhookDelivery['state'], readonly [tone: string, label: string]>> = {
  noUrl: ['', 'no URL'],
  suppressed: ['', 'suppressed'],
  heldBack: ['busy', 'held back'],
  paused: ['busy', 'paused'],
  sending: ['busy', 'sending'],
  delivered: ['good', 'delivered'],
  failed: ['bad', 'failed'],
};

function renderDelivery([key, entry]: readonly [string, WebhookDelivery]): Html {
  const [tone, label] = deliveryLabels[entry.state];
  const statuses = entry.attempts.map(({ status, problem }) => status ?? problem ?? 'no response').join(', ');
  return html`<form class="call row" id="${key}" method="post">
    <span class="pill ${tone}">${label}</span><span>${entry.eventType}</span>
    <small>${statuses}${entry.mode === 'normal' ? '' : ` ${entry.mode}`}</small>
    <span class="end"
      ><time>${formatTime(entry.at)}</time> <input type="hidden" name="id" value="${entry.id}" /><button
        class="quiet small"
        name="action"
        value="resendWebhook"
        data-done="${entry.eventType} is being sent."
      >
        ${entry.state === 'paused' ? 'Send' : 'Send again'}
      </button></span
    >
  </form>`;
}

function renderFault({ fault: scripted, remaining, skip }: ScriptedFault, index: number): Html {
  const when = `${remaining === 0 ? 'every time' : `${remaining} ×`}${skip > 0 ? `, after ${skip}` : ''}`;
  const effect = takesEffect(scripted) ? 'takes effect first' : 'no effect';
  return html`<div class="call row" id="fault-${index}">
    <span class="pill busy">${scripted.fault}</span
    ><span>${scripted.operation === '*' ? 'any call' : scripted.operation}</span>
    <small>${when} · ${effect}</small>
  </div>`;
}

const statusTones: Readonly<Record<string, string>> = {
  PROCESSED: 'good',
  AUTHORIZED: 'good',
  FAILED: 'bad',
  CANCELLED: 'bad',
  PENDING: 'busy',
  ATTEMPTED: 'busy',
};

function renderStatus(status: string): Html {
  return html`<span class="pill ${statusTones[status] ?? ''}">${status}</span>`;
}

function formatTimeAt(atMs: number): string {
  return formatTime(new Date(atMs).toISOString());
}

/** Formats an ISO 8601 time as the time of day in UTC. */
function formatTime(iso: string): string {
  return iso.slice(11, 19);
}
