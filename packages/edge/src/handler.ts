import { isPluralError } from '@plural-otp/core';
import { emptyResponse, problemResponse, errorResponse, unavailableResponse, viewResponse } from './http/responses.ts';
import { parseForm, parseJson, readBody } from './http/body.ts';
import {
  routePolicies,
  hasContentType,
  isSameOrigin,
  isPlainUtf8,
  matchRoute,
  type RouteName,
} from './http/route-policy.ts';
import {
  openReference,
  resumePayment,
  type OpenedReference,
  type ResumePaymentInput,
} from './operations/resume-payment.ts';
import { preflightResponse, applyCorsHeaders } from './http/cors.ts';
import { registerContext } from './handler-internals.ts';
import { waitUntilFrom } from './lib/wait-until.ts';
import type { OtpHandlerOptions } from './options.ts';
import { browserRoutes } from './routes/browser-routes.ts';
import { createContext, type HandlerContext } from './context.ts';
import { handleReturn } from './routes/return.ts';
import { deliveryTimeoutMs } from './reconciliation/reconcile-order.ts';
import { settle, type SettleResult } from './operations/settle.ts';
import { startPayment } from './operations/start-payment.ts';
import type { StartedPayment, StartPaymentInput } from './operations/started-payment.ts';
import { sweep, type SweepOptions, type SweepResult } from './operations/sweep.ts';
import { TIMED_OUT, withTimeout } from './lib/timeout.ts';
import { handleWebhook } from './routes/webhook.ts';

/** The handler. Its methods are bound. */
export interface OtpHandler {
  /**
   * Answers every request below the base path, and never rejects. Of `context` only a function `waitUntil` is used,
   * to end what has begun when the customer is gone.
   */
  readonly fetch: (request: Request, execution?: unknown) => Promise<Response>;
  /** Makes a payment and opens its step. */
  readonly startPayment: (input: StartPaymentInput) => Promise<StartedPayment>;
  /** The step of a payment anew, for a page that was loaded again; sends nothing. */
  readonly resumePayment: (input: ResumePaymentInput) => Promise<StartedPayment | undefined>;
  /** Reads the order now, decides, and delivers what is owed. */
  readonly settle: (orderId: string) => Promise<SettleResult>;
  /** Looks at every payment whose verdict is owed and due: call it every 30 seconds or so. */
  readonly sweep: (options?: SweepOptions) => Promise<SweepResult>;
  /** Finds a payment by its reference, as in a return page's URL. */
  readonly openReference: (reference: string) => Promise<OpenedReference | undefined>;
  /** The `callback_url` of each order. */
  readonly returnUrl: string;
  /** The webhook URL for Plural's dashboard. */
  readonly webhookUrl: string;
}

/**
 * Makes the handler between `<plural-otp>` and Plural.
 *
 * @throws {PluralError} `OPTIONS_INVALID`, at once, with every option that is wrong.
 */
export function createOtpHandler(options: OtpHandlerOptions): OtpHandler {
  const context = createContext(options);
  const { origin, basePath } = context.settings;
  const handler = Object.freeze<OtpHandler>({
    fetch: (request, execution) => handleRequest(context, request, execution),
    startPayment: (input) => startPayment(context, input),
    resumePayment: (input) => resumePayment(context, input),
    settle: (orderId) => settle(context, orderId),
    sweep: (sweepOptions) => sweep(context, sweepOptions),
    openReference: (reference) => openReference(context, reference),
    returnUrl: `${origin}${basePath}/return`,
    webhookUrl: `${origin}${basePath}/webhook`,
  });
  return registerContext(handler, context);
}

async function handleRequest(shared: HandlerContext, request: Request, execution: unknown): Promise<Response> {
  const { settings } = shared;
  const name = matchRoute(new URL(request.url).pathname, settings);
  if (name === undefined) return applyCorsHeaders(errorResponse(404), request, settings);
  const context = { ...shared, waitUntil: waitUntilFrom(execution) };
  const work = catchErrors(context, request, name);
  // A deed goes on when the customer is gone, also where the runtime would end it with the request.
  context.waitUntil(work);
  return applyCorsHeaders(await work, request, settings);
}

async function catchErrors(context: HandlerContext, request: Request, name: RouteName): Promise<Response> {
  try {
    return await dispatch(context, request, name);
  } catch (error) {
    context.reportError(error);
    return isPluralError(error) ? unavailableResponse() : problemResponse(500, 'INTERNAL');
  }
}

async function dispatch(context: HandlerContext, request: Request, name: RouteName): Promise<Response> {
  const { settings, timers } = context;
  const { headers, method } = request;
  const policy = routePolicies[name];
  const preflight = preflightResponse(request, name, settings);
  if (preflight) return preflight;
  if (!policy.methods.includes(method)) return problemResponse(405, 'INTERNAL', { allow: policy.methods.join(', ') });
  if (name === 'return') return handleReturnRequest(context, request);
  if (policy.requireSameOrigin && !isSameOrigin(headers, settings)) return errorResponse(403);
  const { contentType } = policy;
  if (contentType !== undefined && !(hasContentType(headers, contentType) && isPlainUtf8(headers)))
    return errorResponse(415);
  const bytes = await readBody(request, policy.maxBodyBytes, timers);
  if (bytes === 'tooLarge') return errorResponse(413);
  if (bytes === 'tooSlow') return errorResponse(408);
  return name === 'webhook' ? handleWebhookRequest(context, headers, bytes) : handleBrowserRoute(context, name, bytes);
}

async function handleBrowserRoute(context: HandlerContext, name: RouteName, bytes: Uint8Array): Promise<Response> {
  const page = browserRoutes[name]?.(parseJson(bytes));
  if (!page) return errorResponse(400);
  const session = await context.sealer.open(page.session);
  if (!session || context.now() > session.readUntilMs) return problemResponse(401, 'SESSION_EXPIRED');
  return viewResponse(await page.handle(context, session));
}

/** Whatever came, the customer is sent on to the merchant's page: they may have paid. */
async function handleReturnRequest(context: HandlerContext, request: Request): Promise<Response> {
  const location = await handleReturn(context, await readReturnFields(context, request));
  return emptyResponse(303, { location });
}

async function readReturnFields({ timers }: HandlerContext, request: Request): Promise<URLSearchParams | undefined> {
  if (request.method === 'GET') return new URL(request.url).searchParams;
  const { contentType = '', maxBodyBytes: bodyBytes } = routePolicies.return;
  if (!hasContentType(request.headers, contentType)) return undefined;
  const bytes = await readBody(request, bodyBytes, timers);
  return typeof bytes === 'string' ? undefined : parseForm(bytes);
}

async function handleWebhookRequest(context: HandlerContext, headers: Headers, bytes: Uint8Array): Promise<Response> {
  const work = handleWebhook(context, headers, bytes);
  context.waitUntil(work);
  const result = await withTimeout(context.timers, deliveryTimeoutMs, work);
  // Plural gives up after about five seconds. The verdict is owed in the store, so the sweep ends what goes on here.
  if (result === TIMED_OUT) return emptyResponse(202);
  if (result === 'rejected') return errorResponse(403);
  return result === 'retry' ? unavailableResponse() : emptyResponse(204);
}
