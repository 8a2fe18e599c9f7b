/** The JSON routes below `/sandbox/`: exact method and path; no wildcards and no path parameters. */
import type { ControlContext } from './sandbox-controls.ts';
import { parseDecision } from '../state/decision.ts';
import { filterNames, type Findable } from './find-entries.ts';
import { credentials, rightOtp } from '../scenarios/credentials.ts';
import { namespaceCredentials } from '../scenarios/namespaces.ts';
import { faultDefinitions, parseFault } from '../state/fault-script.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../lib/json.ts';
import { serializeOrder } from '../state/order-document.ts';
import { amountDeclines } from '../scenarios/declines.ts';
import { scenarios } from '../scenarios/scenarios.ts';
import type { ResetPart } from '../state/reset-state.ts';
import { settingDefinitions } from '../state/setting-definitions.ts';
import { allowedValues, settingNames, webhookModes } from '../state/settings.ts';
import { createOrderEvent, type SandboxContext } from '../state/context.ts';

/** A request to a control route. */
export interface ControlRequest {
  readonly control: ControlContext;
  readonly query: URLSearchParams;
  /** Body of a request that has one, else null. */
  readonly body: JsonValue;
  /** Returns the context of this moment. */
  readonly context: () => SandboxContext;
}

type Handler = (request: ControlRequest) => object | Promise<object>;

const maxWaitMs = 60_000;
const maxOrders = 100;

/** Handlers by method and path. */
export const controlRoutes: Readonly<Record<string, Handler>> = {
  'GET /sandbox/health': () => ({ status: 'ok' }),
  'GET /sandbox/scenarios': ({ context }) => listScenarios(context().namespace),
  'GET /sandbox/settings': ({ control: { sandbox } }) => ({ settings: sandbox.settings(), table: listSettings() }),
  'POST /sandbox/settings': ({ control: { sandbox }, body }) => {
    sandbox.configure(requireObject(body));
    return { settings: sandbox.settings() };
  },
  'GET /sandbox/script': ({ control: { sandbox } }) => ({ faults: sandbox.state.faults, table: faultDefinitions }),
  'POST /sandbox/script': ({ control: { sandbox }, body }) => {
    const faults: readonly JsonValue[] = Array.isArray(body) ? body : [body];
    sandbox.script(...faults.map(parseFault));
    return { faults: sandbox.state.faults };
  },
  'DELETE /sandbox/script': ({ control: { sandbox }, query }) => {
    sandbox.clearScript(query.get('order') ?? undefined);
    return { faults: sandbox.state.faults };
  },
  'GET /sandbox/requests': async (request) => {
    const requests = await findByQuery(request, 'requests');
    return { requests, count: requests.length, counts: request.control.sandbox.state.counts };
  },
  'GET /sandbox/messages': async (request) => ({ messages: await findByQuery(request, 'messages') }),
  'GET /sandbox/orders': async (request) => {
    const orders = await findByQuery(request, 'orders');
    const { settings, origin } = request.context();
    return {
      orders: orders.slice(-maxOrders).map((order) => ({
        order: serializeOrder(order, settings, origin),
        calls: order.calls ?? {},
        otpsSent: order.payments.reduce((sum, { otp }) => sum + otp.sentCount, 0),
        history: order.history.map(({ atMs, event }) => ({ at: new Date(atMs).toISOString(), event })),
      })),
    };
  },
  'POST /sandbox/payments': ({ control: { sandbox }, body }) => {
    const { paymentId, decision } = requireObject(body);
    if (typeof paymentId !== 'string') throw new TypeError('Send { "paymentId": "…", "decision": "approve" }.');
    sandbox.decide(paymentId, parseDecision(decision));
    return {};
  },
  'GET /sandbox/webhooks': async (request) => {
    const deliveries = await findByQuery(request, 'webhooks');
    return { ...webhookTargets(request), deliveries };
  },
  'POST /sandbox/webhooks': sendWebhook,
  'POST /sandbox/webhook-url': (request) => {
    const { url } = requireObject(request.body);
    const isList = Array.isArray(url) && url.every((item): item is string => typeof item === 'string');
    if (url !== null && typeof url !== 'string' && !isList)
      throw new TypeError('Send { "url": "http://…" }, a list of URLs, or null for none.');
    request.control.sandbox.setWebhookUrl(url);
    return webhookTargets(request);
  },
  'GET /sandbox/clock': (request) => readClock(request),
  'POST /sandbox/clock': (request) => {
    const { sandbox } = request.control;
    const { advanceSeconds, reset, now, frozen } = requireObject(request.body);
    if (reset === true) sandbox.resetClock();
    else if (typeof advanceSeconds === 'number') sandbox.advance(advanceSeconds);
    else if (typeof now === 'string' || typeof frozen === 'boolean')
      sandbox.setClock({
        ...(typeof now === 'string' && { nowMs: Date.parse(now) }),
        ...(typeof frozen === 'boolean' && { frozen }),
      });
    else
      throw new TypeError(
        'Send { "advanceSeconds": 60 }, { "now": "2026-01-05T06:30:00Z" }, { "frozen": true }, or { "reset": true } to return to the clock at the start.',
      );
    return readClock(request);
  },
  'POST /sandbox/reset': ({ control: { sandbox }, body }) => {
    const { keep = [] } = requireObject(body);
    if (!Array.isArray(keep)) throw new TypeError('Send {} or { "keep": ["settings"] }.');
    sandbox.reset({ keep: keep as readonly ResetPart[] });
    return {};
  },
  'GET /sandbox/state': ({ control: { sandbox } }) => JSON.parse(sandbox.exportState()) as object,
  'PUT /sandbox/state': ({ control: { sandbox }, body }) => {
    sandbox.importState(JSON.stringify(requireObject(body)));
    return {};
  },
  'GET /sandbox/openapi.json': ({ control, context }) => control.describeApi(context().origin),
  'GET /sandbox/namespaces': ({ control: { namespaces } }) => ({ namespaces: namespaces.names() }),
  'DELETE /sandbox/namespaces': ({ control: { namespaces }, query }) => {
    namespaces.remove(query.get('name') ?? undefined);
    return { namespaces: namespaces.names() };
  },
};

/** Returns what a shop needs to pay in the sandbox: credentials, the right OTP, and all cards. */
function listScenarios(namespace: string): JsonObject {
  return {
    credentials: { ...(namespace === '' ? credentials : namespaceCredentials(namespace)) },
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

function readClock({ context, control }: ControlRequest): object {
  const { frozenAtMs, clockOffsetMs } = control.sandbox.state;
  return {
    now: new Date(context().nowMs).toISOString(),
    aheadSeconds: clockOffsetMs / 1000,
    frozen: frozenAtMs !== null,
  };
}

function webhookTargets({ control: { sandbox } }: ControlRequest): { url: string | null; urls: readonly string[] } {
  const { webhookUrls } = sandbox.state;
  return { url: webhookUrls[0] ?? null, urls: webhookUrls };
}

/** Finds entries by the filters of the query. `waitMs` waits until something matches. */
async function findByQuery<K extends keyof Findable>(
  { control: { sandbox }, query }: ControlRequest,
  kind: K,
): Promise<Findable[K]['entry'][]> {
  const filter: Record<string, string | number | null> = {};
  let waitMs = 0;
  for (const [name, value] of query) {
    if (name === 'namespace') continue;
    else if (name === 'waitMs') waitMs = toNumber(name, value, maxWaitMs);
    else if (name === 'after' || (name === 'status' && kind === 'requests'))
      filter[name] = value === 'null' ? null : toNumber(name, value, Number.MAX_SAFE_INTEGER);
    else if ((filterNames[kind] as readonly string[]).includes(name)) filter[name] = value;
    else throw new TypeError(`Unknown filter "${name}". ${kind} have ${filterNames[kind].join(', ')} and waitMs.`);
  }
  return sandbox.findWithin(kind, filter, waitMs);
}

function toNumber(name: string, value: string, max: number): number {
  if (!/^\d+$/.test(value) || Number(value) > max)
    throw new TypeError(`"${name}" must be an integer from 0 to ${max}.`);
  return Number(value);
}

/** Sends a recorded delivery again, releases paused ones, or sends a new event, in any mode. */
function sendWebhook({ control, body, context }: ControlRequest): object {
  const { id, orderId, eventType, data, release, mode = 'normal' } = requireObject(body);
  const { deliveries, orders } = control.sandbox.state;
  if (release === true) return releaseAll(control);
  const chosen = webhookModes.find((known) => known === mode);
  if (chosen === undefined) throw new TypeError(`"mode" must be one of ${webhookModes.join(', ')}.`);
  const earlier = deliveries.find((delivery) => delivery.id === id);
  if (earlier?.state === 'paused') {
    control.release([earlier]);
    return { deliveries: [earlier] };
  }
  if (earlier !== undefined) return { deliveries: control.send({ ...earlier, scenarioId: null }, chosen) };
  const order = typeof orderId === 'string' ? orders.get(orderId) : undefined;
  if (typeof eventType !== 'string' || (order === undefined && !isJsonObject(data)))
    throw new TypeError(
      'Send { "id" } of a delivery, { "release": true }, or { "eventType" } with the "orderId" of an order or with "data".',
    );
  const event =
    order === undefined
      ? { eventType, orderId: '', scenarioId: null, body: JSON.stringify({ event_type: eventType, data }) }
      : createOrderEvent(context(), order, eventType, null);
  return { deliveries: control.send(event, chosen) };
}

function releaseAll({ sandbox, release }: ControlContext): object {
  const paused = sandbox.state.deliveries.filter(({ state }) => state === 'paused');
  release(paused);
  return { deliveries: paused };
}

function requireObject(body: JsonValue): JsonObject {
  if (!isJsonObject(body)) throw new TypeError('Send a JSON object.');
  return body;
}
