/** The regions of the control page that are updated while it is open. */
import { html, type Html } from '../lib/html.ts';
import { formatMoney } from '../lib/money.ts';
import { findScenario } from '../scenarios/find-scenario.ts';
import { type ScriptedFault, takesEffect } from '../state/fault-script.ts';
import { challengeUrl } from '../state/order-document.ts';
import type { SandboxContext } from '../state/context.ts';
import type { OrderRecord, PaymentRecord, PhoneMessage, RequestLogEntry, WebhookDelivery } from '../state/state.ts';
import { formatDuration, renderHttpStatus, renderStatus, renderTime } from './format.ts';
import type { LiveEntry, LiveRegions } from './live-view.ts';
import { timelineEntries } from './timeline.ts';

const nothing = html``;

/** Ids of the live regions that every control page has. */
export type LiveRegion = 'clock' | 'phone' | 'orders' | 'faults' | 'webhooks' | 'calls';

/**
 * Lists the entries of all live regions, newest first. With the id of an order, its timeline takes the place of the
 * orders.
 */
export function liveRegions(context: SandboxContext, orderId: string | null): LiveRegions {
  const { state } = context;
  const order = orderId === null ? undefined : state.orders.get(orderId);
  return {
    clock: [{ id: 'now', html: renderClock(context) }],
    phone: newest(state.messages, 20, 'phone', 'No message yet. Each OTP appears here.', renderMessage),
    ...(order === undefined
      ? {
          orders: newest(
            [...state.orders.values()],
            30,
            'orders',
            `No order yet. Use ${context.origin} as the base URL of the client.`,
            (each) => renderOrder(context, each),
          ),
        }
      : {
          [timelineHead(order.id)]: [renderOrder(context, order, 'its timeline')],
          [timelineRegion(order.id)]: timelineEntries(context, order),
        }),
    faults: orEmpty(state.faults.map(renderFault), 'faults', 'No fault scripted: every response is as documented.'),
    webhooks: newest(state.deliveries, 30, 'webhooks', 'No webhook yet.', renderDelivery),
    calls: newest(state.requests, 60, 'calls', 'No API call yet.', (entry) => renderCall(context, entry)),
  };
}

/** Id of the region that shows the timeline of an order. */
export function timelineRegion(orderId: string): string {
  return `timeline-${orderId}`;
}

/** Id of the region above a timeline, which shows the order as it is now. */
export function timelineHead(orderId: string): string {
  return `head-${orderId}`;
}

function newest<T>(
  all: readonly T[],
  limit: number,
  region: string,
  emptyMessage: string,
  render: (entry: T) => LiveEntry,
): readonly LiveEntry[] {
  return orEmpty(all.slice(-limit).reverse().map(render), region, emptyMessage);
}

function orEmpty(entries: readonly LiveEntry[], region: string, message: string): readonly LiveEntry[] {
  const id = `${region}-empty`;
  return entries.length > 0 ? entries : [{ id, html: html`<p class="empty" id="${id}">${message}</p>` }];
}

// The script counts on from here, so that a passing second is no change.
function renderClock({ state }: SandboxContext): Html {
  const { frozenAtMs, clockOffsetMs } = state;
  return html`<span id="now" data-offset="${clockOffsetMs}" data-frozen="${frozenAtMs ?? ''}"
    >${frozenAtMs === null ? nothing : html`${new Date(frozenAtMs).toISOString().slice(11, 19)} UTC, frozen`}</span
  >`;
}

function renderMessage({ number, at, otp, text, arrived, requestedBy }: PhoneMessage): LiveEntry {
  const id = `sms-${number}`;
  const from = requestedBy === 'api' ? 'requested by the API' : "requested by the bank's page";
  return {
    id,
    html: arrived
      ? html`<div class="sms" id="${id}">
          <small>${renderTime(Date.parse(at))} · ${from}</small
          ><button class="otp" type="button" data-copy="${otp}" title="Copy the OTP">${otp}</button>${text}
        </div>`
      : html`<div class="sms lost" id="${id}">
          <small>${renderTime(Date.parse(at))} · ${from}</small>This message did not reach the phone.
        </div>`,
  };
}

function renderOrder(
  context: SandboxContext,
  order: OrderRecord,
  place: 'orders' | 'its timeline' = 'orders',
): LiveEntry {
  const id = `order-${order.id}`;
  return {
    id,
    html: html`<article class="card" id="${id}">
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
      <div class="row soft">
        ${place === 'orders' ? html`<a href="${toTimeline(context, order.id)}">Timeline</a>` : nothing}<span class="end"
          >${renderTime(order.updatedAtMs)}</span
        >
      </div>
    </article>`,
  };
}

/** Address of the control page with the timeline of an order. */
export function toTimeline({ namespace }: SandboxContext, orderId: string): string {
  const query = new URLSearchParams({ ...(namespace !== '' && { namespace }), order: orderId });
  return `/sandbox/?${query.toString()}`;
}

/** Renders a payment of an order, with what the developer can decide in place of the bank. */
export function renderPayment(context: SandboxContext, order: OrderRecord, payment: PaymentRecord): Html {
  const page = challengeUrl(context.origin, payment.challengeToken);
  const isPending = payment.status === 'PENDING' && order.type === 'CHARGE';
  return html`<div class="row">
      ${renderStatus(payment.status)}<span>${findScenario(payment.scenarioId).title}</span
      ><small>${payment.id.replace(`${order.id}-`, '')} · card ending ${payment.lastDigits}</small>
      ${payment.error === undefined ? nothing : html`<small>${payment.error.code}</small>`}
      ${payment.otp.wrongCount > 0 ? html`<small>${payment.otp.wrongCount} wrong</small>` : nothing}
      ${payment.held === true ? html`<small>held</small>` : nothing}
    </div>
    ${
      isPending
        ? html`<form class="row decide" method="post">
            <input type="hidden" name="paymentId" value="${payment.id}" /><small>As the bank:</small>
            ${renderDecision('approve', 'Approve', 'The bank approved the payment.')}
            ${renderDecision('decline', 'Decline', 'The bank declined the payment.')}
            ${payment.held === true ? nothing : renderDecision('hold', 'Hold', 'The bank decides when you do.')}
            <a class="end" href="${page}" target="_blank" rel="noreferrer">Bank's page</a>
          </form>`
        : nothing
    }`;
}

function renderDecision(value: string, label: string, done: string): Html {
  return html`<button class="quiet small" name="decision" value="${value}" data-done="${done}">${label}</button>`;
}

function renderCall({ state }: SandboxContext, entry: RequestLogEntry): LiveEntry {
  const { number, operation, status, fault, at, path, method, durationMs } = entry;
  const id = `call-${number}`;
  const reference = state.orders.get(entry.orderId ?? '')?.reference;
  return {
    id,
    html: html`<details class="call" id="${id}" data-part="call=${number}" data-operation="${operation}">
      <summary>
        ${renderHttpStatus(status)}<span>${operation === 'unknown' ? `${method} ${path}` : operation}</span>
        ${fault === undefined ? nothing : html`<small>fault: ${fault}</small>`}
        ${reference === undefined ? nothing : html`<small>${reference}</small>`}
        <span class="end"><small>${formatDuration(durationMs)}</small> ${renderTime(Date.parse(at))}</span>
      </summary>
    </details>`,
  };
}

/** Words and tone of each state of a delivery. */
export const deliveryLabels: Readonly<Record<WebhookDelivery['state'], readonly [tone: string, label: string]>> = {
  noUrl: ['', 'no URL'],
  suppressed: ['', 'suppressed'],
  heldBack: ['busy', 'held back'],
  paused: ['busy', 'paused'],
  sending: ['busy', 'sending'],
  delivered: ['good', 'delivered'],
  failed: ['bad', 'failed'],
};

function renderDelivery({ number, state, eventType, attempts, mode, at }: WebhookDelivery): LiveEntry {
  const id = `webhook-${number}`;
  const [tone, label] = deliveryLabels[state];
  const answers = attempts.map(({ status, problem }) => status ?? problem ?? 'no response').join(', ');
  return {
    id,
    html: html`<details class="call" id="${id}" data-part="webhook=${number}">
      <summary>
        <span class="pill ${tone}">${label}</span><span>${eventType}</span>
        <small>${answers}${mode === 'normal' ? '' : ` ${mode}`}</small>
        <span class="end">${renderTime(Date.parse(at))}</span>
      </summary>
    </details>`,
  };
}

function renderFault({ fault: scripted, remaining, skip }: ScriptedFault, index: number): LiveEntry {
  const when = `${remaining === 0 ? 'every time' : `${remaining} ×`}${skip > 0 ? `, after ${skip}` : ''}`;
  const effect = takesEffect(scripted) ? 'takes effect first' : 'no effect';
  return {
    id: `fault-${index}`,
    html: html`<div class="call row" id="fault-${index}">
      <span class="pill busy">${scripted.fault}</span
      ><span>${scripted.operation === '*' ? 'any call' : scripted.operation}</span>
      <small>${when} · ${effect}</small>
    </div>`,
  };
}
