import { html, type Html } from '../lib/html.ts';
import { scenarioById } from '../scenarios/find-scenario.ts';
import { type ScriptedFault, takesEffect } from '../state/fault-script.ts';
import { formatMoney } from '../lib/money.ts';
import { challengeUrl } from '../state/order-document.ts';
import type { OrderRecord, PaymentRecord, PhoneMessage, RequestLogEntry, WebhookDelivery } from '../state/state.ts';
import type { SandboxContext } from '../state/context.ts';

const nothing = html``;

/** The parts of the control page that change by themselves, by the id of their place. Newest first. */
export function liveRegions(context: SandboxContext): Readonly<Record<LiveRegion, Html>> {
  const { state } = context;
  const messages = withStableKeys(state.messages, ({ paymentId }) => `sms-${paymentId}`);
  const deliveries = withStableKeys(state.deliveries, ({ id }) => `webhook-${id}`);
  return {
    clock: html`<span id="now">${clock(new Date(context.nowMs).toISOString())} UTC</span>`,
    phone: renderNewest(messages, 20, 'No message yet. Each code appears here.', message),
    orders: renderNewest(
      [...state.orders],
      30,
      `No order yet. A client reaches this sandbox at ${context.origin}.`,
      ([, order]) => orderCard(context, order),
    ),
    faults: renderEntries(state.faults, 'None waits: every call is answered as documented.', fault),
    webhooks: renderNewest(deliveries, 30, 'None yet.', delivery),
    calls: renderNewest(state.requests, 60, 'Nothing has called yet.', call),
  };
}

export type LiveRegion = 'clock' | 'phone' | 'orders' | 'faults' | 'webhooks' | 'calls';

/** All live parts, as the page's script asks for them. */
export function renderLiveRegions(context: SandboxContext): Html {
  return html`${Object.entries(liveRegions(context)).map(([id, part]) => html`<div id="${id}">${part}</div>`)}`;
}

/** Gives each entry a key unlike every other's and like its own at every look: its name, and the how many-th of it. */
function withStableKeys<T>(all: readonly T[], getName: (entry: T) => string): (readonly [key: string, entry: T])[] {
  const seen = new Map<string, number>();
  return all.map((entry) => {
    const name = getName(entry);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [`${name}-${count}`, entry];
  });
}

function renderNewest<T>(all: readonly T[], most: number, nothing: string, show: (entry: T) => Html): Html {
  return renderEntries(all.slice(-most).reverse(), nothing, show);
}

function renderEntries<T>(all: readonly T[], nothing: string, show: (entry: T, index: number) => Html): Html {
  return all.length === 0 ? html`<p class="empty">${nothing}</p>` : html`${all.map(show)}`;
}

function message([key, { at, code, text, arrived, requestedBy: by }]: readonly [string, PhoneMessage]): Html {
  const from = by === 'api' ? 'asked for by the API' : "asked for by the bank's page";
  return arrived
    ? html`<div class="sms" id="${key}"><small>${clock(at)} · ${from}</small><strong>${code}</strong>${text}</div>`
    : html`<div class="sms lost" id="${key}">
        <small>${clock(at)} · ${from}</small>This message never reached the phone.
      </div>`;
}

function orderCard(context: SandboxContext, order: OrderRecord): Html {
  const last = order.history.at(-1);
  // A payment is named by what follows its order's id, as the card's head names the order.
  const short = (what = ''): string => what.replaceAll(`${order.id}-`, '');
  return html`<article class="card" id="order-${order.id}">
    <div class="row">
      <strong>${order.reference}</strong>${pill(order.status)}<span class="end"
        >${formatMoney(order.amount.value, order.amount.currency)}</span
      >
    </div>
    <div class="row soft">
      <code>${order.id}</code
      >${order.preAuth ? html`<span>pre-authorization</span>` : nothing}${order.type === 'REFUND' ? html`<span>refund</span>` : nothing}
    </div>
    ${order.payments.map((payment) => paymentRow(context, order, payment))}
    <details id="history-${order.id}">
      <summary class="soft">
        <span>History: ${short(last?.event)}</span><time>${last === undefined ? '' : formatTimeAt(last.atMs)}</time>
      </summary>
      <ol>
        ${order.history.map(({ atMs, event: what }) => html`<li><time>${formatTimeAt(atMs)}</time><span>${short(what)}</span></li>`)}
      </ol>
    </details>
  </article>`;
}

function paymentRow(context: SandboxContext, order: OrderRecord, payment: PaymentRecord): Html {
  const page = challengeUrl(context.origin, payment.challengeToken);
  const open = payment.status === 'PENDING' && order.type === 'CHARGE';
  return html`<div class="row">
    ${pill(payment.status)}<span>${scenarioById(payment.scenarioId).title}</span
    ><small>${payment.id.replace(`${order.id}-`, '')} · card ending ${payment.lastDigits}</small>
    ${payment.error === undefined ? nothing : html`<small>${payment.error.code}</small>`}
    ${payment.otp.wrongCount > 0 ? html`<small>${payment.otp.wrongCount} wrong</small>` : nothing}
    ${open ? html`<a class="end" href="${page}" target="_blank" rel="noreferrer">Bank's page</a>` : nothing}
  </div>`;
}

function call(entry: RequestLogEntry): Html {
  const outcome = entry.status === null ? 'no answer' : String(entry.status);
  const tone = entry.status === null || entry.status >= 500 ? 'bad' : entry.status >= 400 ? 'busy' : 'good';
  return html`<details class="call" id="call-${entry.number}">
    <summary>
      <span class="pill ${tone}">${outcome}</span
      ><span>${entry.operation}</span
      >${entry.fault === undefined ? nothing : html`<small>bent: ${entry.fault}</small>`}<time class="end"
        >${clock(entry.at)}</time
      >
    </summary>
    <code>${entry.method} ${entry.path}</code>
    ${entry.request === null ? nothing : html`<pre>${JSON.stringify(entry.request, null, 2)}</pre>`}
    <pre>${JSON.stringify(entry.response, null, 2)}</pre>
  </details>`;
}

const deliveryLabels: Readonly<Record<WebhookDelivery['state'], readonly [tone: string, words: string]>> = {
  noUrl: ['', 'no address'],
  suppressed: ['', 'suppressed'],
  heldBack: ['busy', 'held back'],
  sending: ['busy', 'sending'],
  delivered: ['good', 'delivered'],
  failed: ['bad', 'failed'],
};

function delivery([key, entry]: readonly [string, WebhookDelivery]): Html {
  const [tone, words] = deliveryLabels[entry.state];
  const statuses = entry.attempts.map(({ status }) => status ?? 'no answer').join(', ');
  return html`<form class="call row" id="${key}" method="post">
    <span class="pill ${tone}">${words}</span><span>${entry.eventType}</span>
    <small>${statuses}${entry.mode === 'normal' ? '' : ` ${entry.mode}`}</small>
    <span class="end"
      ><time>${clock(entry.at)}</time> <input type="hidden" name="id" value="${entry.id}" /><button
        class="quiet small"
        name="action"
        value="resendWebhook"
        data-said="${entry.eventType} is sent again."
      >
        Send again
      </button></span
    >
  </form>`;
}

function fault({ fault: rule, remaining: left, skip }: ScriptedFault, index: number): Html {
  const when = `${left === 0 ? 'every time' : `${left} ×`}${skip > 0 ? `, after ${skip}` : ''}`;
  const effect = takesEffect(rule) ? 'takes effect first' : 'no effect';
  return html`<div class="call row" id="fault-${index}">
    <span class="pill busy">${rule.fault}</span><span>${rule.operation === '*' ? 'any call' : rule.operation}</span>
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

function pill(status: string): Html {
  return html`<span class="pill ${statusTones[status] ?? ''}">${status}</span>`;
}

function formatTimeAt(atMs: number): string {
  return clock(new Date(atMs).toISOString());
}

/** The time of day in UTC, from an ISO text. */
function clock(iso: string): string {
  return iso.slice(11, 19);
}
