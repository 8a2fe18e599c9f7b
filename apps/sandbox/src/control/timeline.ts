/** One order as one timeline: its calls, messages, steps and webhooks, each with its offset from the beginning. */
import { html, type Html } from '../lib/html.ts';
import type { SandboxContext } from '../state/context.ts';
import type { OrderRecord, RequestLogEntry } from '../state/state.ts';
import { formatDuration, formatOffset, renderHttpStatus } from './format.ts';
import type { LiveEntry } from './live-view.ts';

interface TimelineItem {
  readonly id: string;
  readonly atMs: number;
  readonly lane: 'call' | 'step' | 'message' | 'webhook';
  readonly content: Html;
}

const shownItems = 200;
const nothing = html``;

/** Lists what happened to an order, oldest first, at most the last 200. */
export function timelineEntries({ state }: SandboxContext, order: OrderRecord): readonly LiveEntry[] {
  const calls = groupReads(state.requests.filter(({ orderId }) => orderId === order.id));
  const items: TimelineItem[] = [
    ...calls,
    ...order.history.map(({ atMs, event }, index) => ({
      id: `step-${index}`,
      atMs,
      lane: 'step' as const,
      content: html`<span>${event.replaceAll(`${order.id}-`, '')}</span>`,
    })),
    ...state.messages
      .filter(({ orderId }) => orderId === order.id)
      .map(({ number, at, text, arrived }) => ({
        id: `message-${number}`,
        atMs: Date.parse(at),
        lane: 'message' as const,
        content: html`<span>${arrived ? text : 'A message that did not reach the phone.'}</span>`,
      })),
    ...state.deliveries
      .filter(({ orderId }) => orderId === order.id)
      .flatMap(({ number, eventType, attempts, at }) =>
        (attempts.length === 0 ? [null] : attempts).map((attempt, index) => ({
          id: `attempt-${number}-${index}`,
          atMs: Date.parse(attempt?.at ?? at),
          lane: 'webhook' as const,
          content: html`<a href="#webhook-${number}">${eventType}</a>
            ${attempt === null ? html`<small>not sent</small>` : renderHttpStatus(attempt.status)}
            ${attempts.length > 1 ? html`<small>attempt ${index + 1}</small>` : nothing}
            <small>${attempt?.problem ?? ''} ${formatDuration(attempt?.durationMs)}</small>`,
        })),
      ),
  ];
  items.sort((a, b) => a.atMs - b.atMs);
  return items.slice(-shownItems).map((item) => toEntry(order, item));
}

function toEntry(order: OrderRecord, { id, atMs, lane, content }: TimelineItem): LiveEntry {
  const entryId = `at-${id}`;
  return {
    id: entryId,
    html: html`<li class="lane-${lane}" id="${entryId}">
      <time datetime="${new Date(atMs).toISOString()}">${formatOffset(atMs - order.createdAtMs)}</time
      ><span class="lane">${lane === 'message' ? 'SMS' : lane}</span><span class="what">${content}</span>
    </li>`,
  };
}

/** Reads of an order that follow each other with the same answer are one item. */
function groupReads(calls: readonly RequestLogEntry[]): readonly TimelineItem[] {
  const groups: RequestLogEntry[][] = [];
  for (const call of calls) {
    const last = groups.at(-1);
    const isRepeated = call.operation === 'getOrder' && isSameAnswer(last?.[0], call);
    if (isRepeated) last?.push(call);
    else groups.push([call]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { number, at, operation, method, path, status, fault, durationMs } = first;
    return {
      id: `call-${number}`,
      atMs: Date.parse(at),
      lane: 'call' as const,
      content: html`<a href="#call-${number}">${operation === 'unknown' ? `${method} ${path}` : operation}</a>
        ${group.length > 1 ? html`<small>× ${group.length}</small>` : nothing} ${renderHttpStatus(status)}
        ${fault === undefined ? nothing : html`<small>fault: ${fault}</small>`}
        <small>${formatDuration(durationMs)}</small>`,
    };
  });
}

function isSameAnswer(first: RequestLogEntry | undefined, call: RequestLogEntry): boolean {
  return (
    first?.operation === call.operation &&
    first.status === call.status &&
    JSON.stringify(first.response) === JSON.stringify(call.response)
  );
}
