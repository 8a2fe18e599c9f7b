/** Renders the details of an opened entry of the control page: bodies and headers, which would be most of its bytes. */
import { html, type Html } from '../lib/html.ts';
import type { JsonValue } from '../lib/json.ts';
import type { SandboxContext } from '../state/context.ts';
import type { RequestLogEntry, WebhookAttempt, WebhookDelivery } from '../state/state.ts';
import { formatDuration, renderHttpStatus, renderTime } from './format.ts';

const nothing = html``;

/**
 * Renders the details of the entry that a query names: `call=12` or `webhook=3`.
 *
 * @throws A TypeError when the log no longer has it.
 */
export function renderDetails(context: SandboxContext, query: URLSearchParams): Html {
  const { requests, deliveries } = context.state;
  const call = requests.find(({ number }) => String(number) === query.get('call'));
  if (call !== undefined) return renderCallDetails(context, call);
  const delivery = deliveries.find(({ number }) => String(number) === query.get('webhook'));
  if (delivery !== undefined) return renderDeliveryDetails(delivery);
  throw new TypeError('The log no longer has this entry.');
}

function renderCallDetails({ origin }: SandboxContext, entry: RequestLogEntry): Html {
  const { method, path, request, response, requestId } = entry;
  return html`<p><code>${method} ${path}</code></p>
    ${requestId === undefined ? nothing : html`<p class="soft">Request-ID <code>${requestId}</code></p>`}
    ${
      request === null
        ? nothing
        : html`<h3>Request</h3>
            <pre tabindex="0">${formatJson(request)}</pre>`
    }
    <h3>Response</h3>
    <pre tabindex="0">${formatJson(response)}</pre>
    <div class="buttons">
      ${renderCopy('Copy as cURL', toCurl(origin, entry))} ${renderCopy('Copy request', formatJson(request))}
      ${renderCopy('Copy response', formatJson(response))}
    </div>`;
}

/** A command that makes the call again. What the log masks has to be filled in. */
function toCurl(origin: string, { method, path, request, operation }: RequestLogEntry): string {
  const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  return [
    `curl --request ${method} ${quote(origin + path)}`,
    ...(operation === 'getToken' ? [] : [`--header "Authorization: Bearer $TOKEN"`]),
    ...(request === null ? [] : [`--json ${quote(JSON.stringify(request))}`]),
  ].join(' \\\n  ');
}

function renderDeliveryDetails(delivery: WebhookDelivery): Html {
  const { id, url, attempts, body, state, eventType } = delivery;
  return html`<p><code>POST ${url ?? '(no URL)'}</code></p>
    ${attempts.map(renderAttempt)}
    <h3>Body</h3>
    <pre tabindex="0">${formatJson(parse(body))}</pre>
    <form class="buttons" method="post">
      <input type="hidden" name="id" value="${id}" /><button
        class="small"
        name="action"
        value="resendWebhook"
        data-done="${eventType} is being sent."
      >
        ${state === 'paused' ? 'Send' : 'Send again'}</button
      >${renderCopy('Copy body', body)}
    </form>`;
}

function renderAttempt(attempt: WebhookAttempt, index: number): Html {
  const { at, status, problem, headers = {}, response = '', durationMs } = attempt;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return html`<h3>
      Attempt ${index + 1} ${renderHttpStatus(status)} ${problem ?? ''} <small>${formatDuration(durationMs)}</small>
      ${renderTime(Date.parse(at))}
    </h3>
    ${lines.length === 0 ? nothing : html`<pre tabindex="0">${lines.join('\n')}</pre>`}
    ${
      response === ''
        ? nothing
        : html`<p class="soft">Answer</p>
            <pre tabindex="0">${response}</pre>`
    }`;
}

function renderCopy(label: string, text: string): Html {
  return html`<button class="quiet small" type="button" data-copy="${text}">${label}</button>`;
}

function parse(body: string): JsonValue {
  return JSON.parse(body) as JsonValue;
}

function formatJson(value: JsonValue): string {
  return JSON.stringify(value, null, 2);
}
