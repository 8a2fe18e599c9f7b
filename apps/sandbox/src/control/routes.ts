import type { ControlContext } from './types.ts';
import { htmlResponse } from '../lib/html.ts';
import { runAction } from './actions.ts';
import { renderLiveRegions } from './live-regions.ts';
import { controlPage } from './page.ts';
import { credentials, rightOtp } from '../scenarios/credentials.ts';
import { faultDefinitions, parseFault } from '../state/fault-script.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../lib/json.ts';
import { orderDocument } from '../state/order-document.ts';
import { amountDeclines } from '../scenarios/declines.ts';
import { scenarios } from '../scenarios/scenarios.ts';
import { allowedValues, settingNames, settingDefinitions, webhookModes } from '../state/settings.ts';
import { createOrderEvent, type SandboxContext } from '../state/context.ts';

type Handler = (control: ControlContext, body: JsonValue, context: SandboxContext) => object;

// No wildcard and no path parameters: a table of exact names.
const routes: Readonly<Record<string, Handler>> = {
  'GET /sandbox/scenarios': () => scenarioTable(),
  'GET /sandbox/settings': ({ sandbox }) => ({ settings: sandbox.settings(), table: settingTable() }),
  'POST /sandbox/settings': ({ sandbox }, body) => {
    sandbox.configure(objectBody(body));
    return { settings: sandbox.settings() };
  },
  'GET /sandbox/script': ({ sandbox }) => ({ faults: sandbox.state.faults, table: faultDefinitions }),
  'POST /sandbox/script': ({ sandbox }, body) => {
    const faults: readonly JsonValue[] = Array.isArray(body) ? body : [body];
    sandbox.script(...faults.map(parseFault));
    return { faults: sandbox.state.faults };
  },
  'DELETE /sandbox/script': ({ sandbox }) => {
    sandbox.clearScript();
    return { faults: [] };
  },
  'GET /sandbox/requests': ({ sandbox: { state } }) => ({ requests: state.requests, counts: state.counts }),
  'GET /sandbox/messages': ({ sandbox: { state } }) => ({ messages: state.messages }),
  'GET /sandbox/orders': ({ sandbox }, _, context) => ({
    orders: [...sandbox.state.orders.values()].slice(-100).map((order) => ({
      order: orderDocument(order, context.settings, context.origin),
      history: order.history.map(({ atMs, event }) => ({ at: new Date(atMs).toISOString(), event })),
    })),
  }),
  'GET /sandbox/webhooks': ({ sandbox: { state } }) => ({ url: state.webhookUrl, deliveries: state.deliveries }),
  'POST /sandbox/webhooks': sendWebhook,
  'POST /sandbox/webhook-url': ({ sandbox }, body) => {
    const { url } = objectBody(body);
    if (url !== null && typeof url !== 'string') throw new TypeError('Send { "url": "http://…" }, or null for none.');
    sandbox.setWebhookUrl(url);
    return { url };
  },
  'GET /sandbox/clock': (_, __, context) => ({ now: new Date(context.nowMs).toISOString() }),
  'POST /sandbox/clock': ({ sandbox }, body, context) => {
    const { advanceSeconds } = objectBody(body);
    if (typeof advanceSeconds !== 'number') throw new TypeError('Send { "advanceSeconds": 60 }.');
    sandbox.advance(advanceSeconds);
    return { now: new Date(context.nowMs + advanceSeconds * 1000).toISOString() };
  },
};

/** Answers what lies below `/sandbox/`: the control page and its buttons, and JSON in, JSON out. */
export async function handleControlRequest(
  control: ControlContext,
  request: Request,
  url: URL,
  context: SandboxContext,
): Promise<Response> {
  const { method } = request;
  const atPage = url.pathname === '/sandbox/';
  try {
    if (method === 'GET' && atPage) return controlPage(context, context.newId().replaceAll('-', ''));
    if (method === 'GET' && url.pathname === '/sandbox/live')
      return htmlResponse(renderLiveRegions(context), "default-src 'none'");
    if (method === 'POST' && atPage) return await handleFormPost(control, request, url);
    const handler = routes[`${method} ${url.pathname}`];
    if (handler !== undefined)
      return json(handler(control, method === 'POST' ? await jsonBody(request) : null, context));
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return json({ problem: error.message }, 400);
    throw error;
  }
  if (method === 'GET' && (url.pathname === '/' || url.pathname === '/sandbox')) return seeOther('/sandbox/');
  return json({ problem: `There is no ${method} ${url.pathname}.`, routes: Object.keys(routes) }, 404);
}

async function handleFormPost(control: ControlContext, request: Request, url: URL): Promise<Response> {
  const origin = request.headers.get('origin');
  if (origin !== null && origin !== url.origin) throw new TypeError('This form belongs to the control page.');
  runAction(control, new URLSearchParams(await request.text()));
  return seeOther('/sandbox/');
}

function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location } });
}

/** What a shop beside the sandbox needs to know: credentials, the right code, and every card with what it does. */
function scenarioTable(): JsonObject {
  return {
    credentials: { ...credentials },
    otp: rightOtp,
    cards: scenarios.map(({ behaviour, ...card }) => ({
      ...card,
      expiryMonth: '12',
      expiryYear: '2039',
      cvv: '123',
      name: 'Asha Rao',
      nativeOtp: behaviour.nativeOtp,
      resendAfterSeconds: behaviour.resendAfterSeconds,
    })),
    amounts: amountDeclines.map((row) => ({ ...row })),
  };
}

function settingTable(): object {
  return settingNames.map((name) => ({
    name,
    allowed: allowedValues(name),
    default: settingDefinitions[name].defaultValue,
    description: settingDefinitions[name].description,
  }));
}

/** Sends a recorded delivery again, or an event about an order, in any mode. */
function sendWebhook(control: ControlContext, body: JsonValue, context: SandboxContext): object {
  const { id, orderId, eventType, data, mode = 'normal' } = objectBody(body);
  const chosen = webhookModes.find((known) => known === mode);
  if (chosen === undefined) throw new TypeError(`"mode" takes ${webhookModes.join(', ')}.`);
  const { state } = context;
  const earlier = state.deliveries.find((delivery) => delivery.id === id);
  if (earlier !== undefined) return { deliveries: control.send({ ...earlier, scenarioId: null }, chosen) };
  const order = typeof orderId === 'string' ? state.orders.get(orderId) : undefined;
  if (typeof eventType !== 'string' || (order === undefined && !isJsonObject(data)))
    throw new TypeError(
      'Send { "id" } of a delivery, or { "eventType" } with the "orderId" of an order or with "data".',
    );
  const event =
    order === undefined
      ? { eventType, orderId: '', scenarioId: null, body: JSON.stringify({ event_type: eventType, data }) }
      : createOrderEvent(context, order, eventType, null);
  return { deliveries: control.send(event, chosen) };
}

function objectBody(body: JsonValue): JsonObject {
  if (!isJsonObject(body)) throw new TypeError('Send a JSON object.');
  return body;
}

async function jsonBody(request: Request): Promise<JsonValue> {
  // Another site's form cannot send JSON, so it cannot drive the sandbox through its user's browser.
  if (!(request.headers.get('content-type') ?? '').startsWith('application/json'))
    throw new TypeError('Send JSON, with content-type application/json.');
  return JSON.parse(await request.text()) as JsonValue;
}

function json(body: object, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  });
}
