/** The network between a process of the shop and Plural. */
import type { Sandbox } from '@plural-otp/sandbox';
import type { Isolate } from '../actors/isolate.ts';
import { oldestCopyMs, type UpstreamCall, type UpstreamCheck } from '../checks/upstream.ts';
import type { WalkContext } from '../context.ts';
import { shortId } from '../report/trace.ts';

/** Longest time a call is on its way. The kit counts on a call to take effect within two minutes or never. */
const longestTravelMs = 45_000;

const operations: readonly (readonly [RegExp, string])[] = [
  [/\/token$/, 'getToken'],
  [/\/orders\/[^/]+\/payments$/, 'createPayment'],
  [/\/getCardDetails$/, 'getCardDetails'],
  [/\/otp\/generate$/, 'generateOtp'],
  [/\/otp\/submit$/, 'submitOtp'],
  [/\/otp\/resend$/, 'resendOtp'],
  [/\/orders\/[^/]+\/cancel$/, 'cancelOrder'],
  [/\/orders\/[^/]+$/, 'getOrder'],
];

/** Plural and the way to it, shared by all processes. */
export interface PluralNetwork {
  readonly context: WalkContext;
  readonly sandbox: Sandbox;
  readonly check: UpstreamCheck;
  /** Newest answer to a read of each order, which a copy may still answer with seconds later. */
  readonly copies: Map<string, { readonly text: string; readonly atMs: number }>;
}

/** Creates the fetch function of a process's API client. */
export function createPluralFetch(network: PluralNetwork, isolate: Isolate): (request: Request) => Promise<Response> {
  return (request) => {
    const idempotencyKey = network.context.requests.getStore()?.idempotencyKey;
    return isolate.call('a call to Plural', () => exchange(network, isolate, request, idempotencyKey));
  };
}

async function exchange(
  { context, sandbox, check, copies }: PluralNetwork,
  isolate: Isolate,
  request: Request,
  idempotencyKey: string | undefined,
): Promise<Response> {
  const { time, random, outages, trace } = context;
  const { method, url } = request;
  const body = method === 'GET' ? '' : await request.text();
  const call = describeCall(url, body, idempotencyKey);
  const note = (what: string): void => {
    const about = call.paymentId ?? call.orderId;
    trace.add('P', isolate.name, `${call.operation} ${about === undefined ? '' : `${shortId(about)} `}${what}`);
  };
  const travel = (): Promise<void> =>
    time.sleep(context.fault('pluralLate') ? random.integer(0, longestTravelMs) : random.integer(1, 400));
  context.counts.upstreamCalls += 1;
  await travel();
  if (time.nowMs < outages.pluralUntilMs || context.fault('pluralLostBefore')) {
    note('lost on the way there');
    throw connectionReset();
  }
  if (context.fault('pluralBusy')) {
    note('429');
    return respond(
      429,
      '{"code":"API_RATE_LIMIT","message":"Too many requests"}',
      random.chance(0.5) ? '1' : undefined,
    );
  }
  if (context.fault('pluralFailed')) {
    note('503, nothing done');
    return respond(503, '{"code":"INTERNAL_ERROR","message":"Try again later"}');
  }
  const copy = copies.get(call.orderId ?? '');
  if (call.operation === 'getOrder' && copy && time.nowMs - copy.atMs < oldestCopyMs && context.fault('pluralStale')) {
    await travel();
    note('200, from a copy');
    return respond(200, copy.text);
  }
  check.onArrival(isolate, call);
  const response = await sandbox.fetch(
    new Request(url, { method, headers: request.headers, ...(method === 'GET' ? {} : { body }) }),
  );
  const text = await response.text();
  check.onEffect(isolate, call, response.status);
  if (call.operation === 'getOrder' && response.ok) copies.set(call.orderId ?? '', { text, atMs: time.nowMs });
  if (context.fault('pluralHung')) {
    note(`${response.status}, never answered`);
    return new Promise(() => undefined);
  }
  if (context.fault('pluralLostAfter')) {
    note(`${response.status}, answer lost`);
    throw connectionReset();
  }
  await travel();
  if (context.fault('pluralFailedAfter')) {
    note(`${response.status}, seen as 502`);
    return respond(502, '<h1>Bad gateway</h1>');
  }
  if (context.fault('pluralNonsense')) {
    note(`${response.status}, seen as nonsense`);
    return respond(200, nonsense(random.integer(0, 5), text));
  }
  note(`${response.status}`);
  return new Response(text, { status: response.status, headers: response.headers });
}

function describeCall(url: string, body: string, idempotencyKey: string | undefined): UpstreamCall {
  const { pathname } = new URL(url);
  const operation = operations.find(([pattern]) => pattern.test(pathname))?.[1] ?? 'unknown';
  const fields = (body === '' ? {} : JSON.parse(body)) as {
    payment_id?: string;
    payments?: readonly { merchant_payment_reference: string }[];
  };
  return {
    operation,
    idempotencyKey,
    orderId: /\/orders\/([^/]+)/.exec(pathname)?.[1],
    paymentId: fields.payment_id,
    reference: fields.payments?.[0]?.merchant_payment_reference,
  };
}

const connectionReset = (): TypeError =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('Connection reset'), { code: 'ECONNRESET' }) });

const respond = (status: number, body: string, retryAfter?: string): Response =>
  new Response(body, {
    status,
    headers: { 'content-type': 'application/json', ...(retryAfter !== undefined && { 'retry-after': retryAfter }) },
  });

/** Returns a body that is no answer: cut, empty, HTML, an error under 200, or JSON of another shape. */
const nonsense = (kind: number, text: string): string =>
  ['', '<!doctype html><h1>Gateway</h1>', 'null', '[]', '{"code":"INTERNAL_ERROR","message":"oops"}'][kind] ??
  text.slice(0, text.length / 2);
