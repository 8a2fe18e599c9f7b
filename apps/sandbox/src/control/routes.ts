/** The control routes below `/sandbox/`: the control page, its forms, and a JSON API. */
import type { ControlContext } from './sandbox-controls.ts';
import { htmlResponse } from '../lib/html.ts';
import { runAction } from './actions.ts';
import { renderLiveRegions } from './live-regions.ts';
import { controlPage } from './page.ts';
import { credentials, rightOtp } from '../scenarios/credentials.ts';
import { faultDefinitions, parseFault } from '../state/fault-script.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../lib/json.ts';
import { serializeOrder } from '../state/order-document.ts';
import { amountDeclines } from '../scenarios/declines.ts';
import { scenarios } from '../scenarios/scenarios.ts';
import { allowedValues, settingDefinitions, settingNames, webhookModes } from '../state/settings.ts';
import { createOrderEvent, type SandboxContext } from '../state/context.ts';

type Handler = (control: ControlContext, body: JsonValue, context: SandboxContext, query: URLSearchParams) => object;

// Exact method and path; no wildcards and no path parameters.
const routes: Readonly<Record<string, Handler>> = {
  'GET /sandbox/health': () => ({ status: 'ok' }),
  'GET /sandbox/scenarios': () => listScenarios(),
  'GET /sandbox/settings': ({ sandbox }) => ({ settings: sandbox.settings(), table: listSettings() }),
  'POST /sandbox/settings': ({ sandbox }, body) => {
    sandbox.configure(requireObject(body));
    return { settings: sandbox.settings() };
  },
  'GET /sandbox/script': ({ sandbox }) => ({ faults: sandbox.state.faults, table: faultDefinitions }),
  'POST /sandbox/script': ({ sandbox }, body) => {
    const faults: readonly JsonValue[] = Array.isArray(body) ? body : [body];
    sandbox.script(...faults.map(parseFault));
    return { faults: sandbox.state.faults };
  },
  'DELETE /sandbox/script': ({ sandbox }, _, __, query) => {
    sandbox.clearScript(query.get('order') ?? undefined);
    return { faults: sandbox.state.faults };
  },
  'GET /sandbox/requests': ({ sandbox: { state } }) => ({ requests: state.requests, counts: state.counts }),
  'GET /sandbox/messages': ({ sandbox: { state } }) => ({ messages: state.messages }),
  'GET /sandbox/orders': ({ sandbox: { state } }, _, context, query) => {
    const reference = query.get('reference');
    const named = state.orders.get(state.references.get(reference ?? '') ?? '');
    const found = reference === null ? [...state.orders.values()].slice(-100) : named === undefined ? [] : [named];
    return {
      orders: found.map((order) => ({
        order: serializeOrder(order, context.settings, context.origin),
        calls: order.calls ?? {},
        otpsSent: order.payments.reduce((sum, { otp }) => sum + otp.sentCount, 0),
        history: order.history.map(({ atMs, event }) => ({ at: new Date(atMs).toISOString(), event })),
      })),
    };
  },
  'GET /sandbox/webhooks': ({ sandbox: { state } }) => ({ url: state.webhookUrl, deliveries: state.deliveries }),
  'POST /sandbox/webhooks': sendWebhook,
  'POST /sandbox/webhook-url': ({ sandbox }, body) => {
    const { url } = requireObject(body);
    if (url !== null && typeof url !== 'string') throw new TypeError('Send { "url": "http://…" }, or null for none.');
    sandbox.setWebhookUrl(url);
    return { url };
  },
  'GET /sandbox/clock': ({ sandbox: { state } }, _, context) => ({
    now: new Date(context.nowMs).toISOString(),
    aheadSeconds: state.clockOffsetMs / 1000,
  }),
  'POST /sandbox/clock': ({ sandbox }, body, context) => {
    const { advanceSeconds, reset } = requireObject(body);
    const startMs = context.nowMs - sandbox.state.clockOffsetMs;
    if (reset === true) sandbox.resetClock();
    else if (typeof advanceSeconds === 'number') sandbox.advance(advanceSeconds);
    else throw new TypeError('Send { "advanceSeconds": 60 }, or { "reset": true } to return to the real time.');
    return { now: new Date(startMs + sandbox.state.clockOffsetMs).toISOString() };
  },
};

/** Handles a request below `/sandbox/`, and redirects `/` to the control page. An invalid request is 400 with `problem`. */
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
      return jsonResponse(
        handler(control, method === 'POST' ? await readJson(request) : null, context, url.searchParams),
      );
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError)
      return jsonResponse({ problem: error.message }, 400);
    throw error;
  }
  if (method === 'GET' && (url.pathname === '/' || url.pathname === '/sandbox')) return seeOther('/sandbox/');
  return jsonResponse({ problem: `Unknown route: ${method} ${url.pathname}.`, routes: Object.keys(routes) }, 404);
}

async function handleFormPost(control: ControlContext, request: Request, url: URL): Promise<Response> {
  const origin = request.headers.get('origin');
  // CSRF protection: a browser names the origin of every form it posts.
  if (origin !== null && origin !== url.origin) throw new TypeError('This form must be sent by the control page.');
  runAction(control, new URLSearchParams(await request.text()));
  return seeOther('/sandbox/');
}

function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location } });
}

/** Returns what a shop needs to pay in the sandbox: credentials, the right OTP, and all cards. */
function listScenarios(): JsonObject {
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

function listSettings(): object {
  return settingNames.map((name) => ({
    name,
    allowed: allowedValues(name),
    default: settingDefinitions[name].defaultValue,
    description: settingDefinitions[name].description,
  }));
}

/** Sends a recorded delivery again, or a new event, in any mode. */
function sendWebhook(control: ControlContext, body: JsonValue, context: SandboxContext): object {
  const { id, orderId, eventType, data, mode = 'normal' } = requireObject(body);
  const chosen = webhookModes.find((known) => known === mode);
  if (chosen === undefined) throw new TypeError(`"mode" must be one of ${webhookModes.join(', ')}.`);
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

function requireObject(body: JsonValue): JsonObject {
  if (!isJsonObject(body)) throw new TypeError('Send a JSON object.');
  return body;
}

async function readJson(request: Request): Promise<JsonValue> {
  // CSRF protection: a form of another site cannot send JSON.
  if (!(request.headers.get('content-type') ?? '').startsWith('application/json'))
    throw new TypeError('Send JSON, with content-type application/json.');
  return JSON.parse(await request.text()) as JsonValue;
}

function jsonResponse(body: object, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  });
}
