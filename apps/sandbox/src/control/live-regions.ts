import { html, type Html } from '../lib/html.ts';
import { scenarioById } from '../scenarios/find-scenario.ts';
import { type ScriptedFault, takesEffect } from '../state/fault-script.ts';
import { moneyText } from '../lib/money.ts';
import { challengeUrl } from '../state/order-document.ts';
import type { OrderRecord, PaymentRecord, PhoneMessage, RequestLogEntry, WebhookDelivery } from '../state/state.ts';
import type { World } from '../state/context.ts';

const none = html``;

/** The parts of the control page that change by themselves, by the id of their place. Newest first. */
export function liveParts(world: World): Readonly<Record<LivePart, Html>> {
  const { state } = world;
  const messages = keyed(state.messages, ({ paymentId }) => `sms-${paymentId}`);
  const deliveries = keyed(state.deliveries, ({ id }) => `webhook-${id}`);
  return {
    clock: html`<span id="now">${clock(new Date(world.nowMs).toISOString())} UTC</span>`,
    phone: newest(messages, 20, 'No message yet. Each code appears here.', message),
    orders: newest(
      [...state.orders],
      30,
      `No order yet. A client reaches this sandbox at ${world.origin}.`,
      ([, order]) => orderCard(world, order),
    ),
    faults: entries(state.faults, 'None waits: every call is answered as documented.', fault),
    webhooks: newest(deliveries, 30, 'None yet.', delivery),
    calls: newest(state.requests, 60, 'Nothing has called yet.', call),
  };
}

export type LivePart = 'clock' | 'phone' | 'orders' | 'faults' | 'webhooks' | 'calls';

/** All live parts, as the page's script asks for them. */
export function livePage(world: World): Html {
  return html`${Object.entries(liveParts(world)).map(([id, part]) => html`<div id="${id}">${part}</div>`)}`;
}

/** Gives each entry a key unlike every other's and like its own at every look: its name, and the how many-th of it. */
function keyed<T>(all: readonly T[], nameOf: (entry: T) => string): (readonly [key: string, entry: T])[] {
  const seen = new Map<string, number>();
  return all.map((entry) => {
    const name = nameOf(entry);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [`${name}-${count}`, entry];
  });
}

function newest<T>(all: readonly T[], most: number, none: string, show: (entry: T) => Html): Html {
  return entries(all.slice(-most).reverse(), none, show);
}

function entries<T>(all: readonly T[], none: string, show: (entry: T, index: number) => Html): Html {
  return all.length === 0 ? html`<p class="empty">${none}</p>` : html`${all.map(show)}`;
}

function message([key, { at, code, text, arrived, by }]: readonly [string, PhoneMessage]): Html {
  const from = by === 'api' ? 'asked for by the API' : "asked for by the bank's page";
  return arrived
    ? html`<div class="sms" id="${key}"><small>${clock(at)} · ${from}</small><strong>${code}</strong>${text}</div>`
    : html`<div class="sms lost" id="${key}">
        <small>${clock(at)} · ${from}</small>This message never reached the phone.
      </div>`;
}

function orderCard(world: World, order: OrderRecord): Html {
  const last = order.history.at(-1);
  // A payment is named by what follows its order's id, as the card's head names the order.
  const short = (what = ''): string => what.replaceAll(`${order.id}-`, '');
  return html`<article class="card" id="order-${order.id}">
    <div class="row">
      <strong>${order.reference}</strong>${pill(order.status)}<span class="end"
        >${moneyText(order.amount.value, order.amount.currency)}</span
      >
    </div>
    <div class="row soft">
      <code>${order.id}</code
      >${order.preAuth ? html`<span>pre-authorization</span>` : none}${order.type === 'REFUND' ? html`<span>refund</span>` : none}
    </div>
    ${order.payments.map((payment) => paymentRow(world, order, payment))}
    <details id="history-${order.id}">
      <summary class="soft">
        <span>History: ${short(last?.what)}</span><time>${last === undefined ? '' : clockAt(last.atMs)}</time>
      </summary>
      <ol>
        ${order.history.map(({ atMs, what }) => html`<li><time>${clockAt(atMs)}</time><span>${short(what)}</span></li>`)}
      </ol>
    </details>
  </article>`;
}

function paymentRow(world: World, order: OrderRecord, payment: PaymentRecord): Html {
  const page = challengeUrl(world.origin, payment.challengeToken);
  const open = payment.status === 'PENDING' && order.type === 'CHARGE';
  return html`<div class="row">
    ${pill(payment.status)}<span>${scenarioById(payment.scenarioId).title}</span
    ><small>${payment.id.replace(`${order.id}-`, '')} · card ending ${payment.lastDigits}</small>
    ${payment.error === undefined ? none : html`<small>${payment.error.code}</small>`}
    ${payment.otp.wrong > 0 ? html`<small>${payment.otp.wrong} wrong</small>` : none}
    ${open ? html`<a class="end" href="${page}" target="_blank" rel="noreferrer">Bank's page</a>` : none}
  </div>`;
}

function call(entry: RequestLogEntry): Html {
  const outcome = entry.status === null ? 'no answer' : String(entry.status);
  const tone = entry.status === null || entry.status >= 500 ? 'bad' : entry.status >= 400 ? 'busy' : 'good';
  return html`<details class="call" id="call-${entry.number}">
    <summary>
      <span class="pill ${tone}">${outcome}</span
      ><span>${entry.operation}</span
      >${entry.fault === undefined ? none : html`<small>bent: ${entry.fault}</small>`}<time class="end"
        >${clock(entry.at)}</time
      >
    </summary>
    <code>${entry.method} ${entry.path}</code>
    ${entry.request === null ? none : html`<pre>${JSON.stringify(entry.request, null, 2)}</pre>`}
    <pre>${JSON.stringify(entry.answer, null, 2)}</pre>
  </details>`;
}

const deliveryWords: Readonly<Record<WebhookDelivery['state'], readonly [tone: string, words: string]>> = {
  noUrl: ['', 'no address'],
  withheld: ['', 'withheld'],
  held: ['busy', 'held back'],
  sending: ['busy', 'sending'],
  delivered: ['good', 'delivered'],
  givenUp: ['bad', 'given up'],
};

function delivery([key, entry]: readonly [string, WebhookDelivery]): Html {
  const [tone, words] = deliveryWords[entry.state];
  const statuses = entry.attempts.map(({ status }) => status ?? 'no answer').join(', ');
  return html`<form class="call row" id="${key}" method="post">
    <span class="pill ${tone}">${words}</span><span>${entry.eventType}</span>
    <small>${statuses}${entry.mode === 'normal' ? '' : ` ${entry.mode}`}</small>
    <span class="end"
      ><time>${clock(entry.at)}</time> <input type="hidden" name="id" value="${entry.id}" /><button
        class="quiet small"
        name="act"
        value="sendAgain"
        data-said="${entry.eventType} is sent again."
      >
        Send again
      </button></span
    >
  </form>`;
}

function fault({ rule, left, skip }: ScriptedFault, index: number): Html {
  const when = `${left === 0 ? 'every time' : `${left} ×`}${skip > 0 ? `, after ${skip}` : ''}`;
  const effect = takesEffect(rule) ? 'takes effect first' : 'no effect';
  return html`<div class="call row" id="fault-${index}">
    <span class="pill busy">${rule.fault}</span><span>${rule.operation === '*' ? 'any call' : rule.operation}</span>
    <small>${when} · ${effect}</small>
  </div>`;
}

const tones: Readonly<Record<string, string>> = {
  PROCESSED: 'good',
  AUTHORIZED: 'good',
  FAILED: 'bad',
  CANCELLED: 'bad',
  PENDING: 'busy',
  ATTEMPTED: 'busy',
};

function pill(status: string): Html {
  return html`<span class="pill ${tones[status] ?? ''}">${status}</span>`;
}

function clockAt(atMs: number): string {
  return clock(new Date(atMs).toISOString());
}

/** The time of day in UTC, from an ISO text. */
function clock(iso: string): string {
  return iso.slice(11, 19);
}
