import { isPluralError } from '@plural-otp/core';
import { emptyAnswer, problemAnswer, refusal, unavailable, viewAnswer } from './http/responses.ts';
import { parseForm, parseJson, readBody } from './http/body.ts';
import {
  checkTable,
  hasContentType,
  isFromKnownOrigin,
  isPlainText,
  routeAt,
  type RouteName,
} from './http/route-policy.ts';
import {
  openReference,
  resumePayment,
  type OpenedReference,
  type ResumePaymentInput,
} from './operations/resume-payment.ts';
import { preflight, shareWith } from './http/cors.ts';
import { linkParts } from './handler-internals.ts';
import { keeperOf } from './lib/wait-until.ts';
import type { OtpHandlerOptions } from './options.ts';
import { pageRoutes } from './routes/browser-routes.ts';
import { createParts, type Parts } from './context.ts';
import { returned } from './routes/return.ts';
import { deliveryPatienceMs } from './reconciliation/reconcile-order.ts';
import { settleOrder, type SettleResult } from './operations/settle.ts';
import { startPayment } from './operations/start-payment.ts';
import type { StartedPayment, StartPaymentInput } from './operations/started-payment.ts';
import { sweep, type SweepOptions, type SweepResult } from './operations/sweep.ts';
import { late, within } from './lib/timeout.ts';
import { takeWebhook } from './routes/webhook.ts';

/** The handler. Its methods are bound. */
export interface OtpHandler {
  /**
   * Answers every request below the base path, and never rejects. Of `context` only a function `waitUntil` is used,
   * to end what has begun when the customer is gone.
   */
  readonly fetch: (request: Request, context?: unknown) => Promise<Response>;
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
  const parts = createParts(options);
  const { origin, basePath } = parts.settings;
  const handler = Object.freeze<OtpHandler>({
    fetch: (request, context) => answer(parts, request, context),
    startPayment: (input) => startPayment(parts, input),
    resumePayment: (input) => resumePayment(parts, input),
    settle: (orderId) => settleOrder(parts, orderId),
    sweep: (sweepOptions) => sweep(parts, sweepOptions),
    openReference: (reference) => openReference(parts, reference),
    returnUrl: `${origin}${basePath}/return`,
    webhookUrl: `${origin}${basePath}/webhook`,
  });
  return linkParts(handler, parts);
}

async function answer(shared: Parts, request: Request, context: unknown): Promise<Response> {
  const { settings } = shared;
  const name = routeAt(new URL(request.url).pathname, settings);
  if (name === undefined) return shareWith(refusal(404), request, settings);
  const parts = { ...shared, keep: keeperOf(context) };
  const work = guarded(parts, request, name);
  // A deed goes on when the customer is gone, also where the runtime would end it with the request.
  parts.keep(work);
  return shareWith(await work, request, settings);
}

async function guarded(parts: Parts, request: Request, name: RouteName): Promise<Response> {
  try {
    return await routed(parts, request, name);
  } catch (error) {
    parts.reportError(error);
    return isPluralError(error) ? unavailable() : problemAnswer(500, 'INTERNAL');
  }
}

async function routed(parts: Parts, request: Request, name: RouteName): Promise<Response> {
  const { settings, wait } = parts;
  const { headers, method } = request;
  const checks = checkTable[name];
  const asked = preflight(request, name, settings);
  if (asked) return asked;
  if (!checks.methods.includes(method)) return problemAnswer(405, 'INTERNAL', { allow: checks.methods.join(', ') });
  if (name === 'return') return toPage(parts, request);
  if (checks.knownOrigin && !isFromKnownOrigin(headers, settings)) return refusal(403);
  const { contentType } = checks;
  if (contentType !== undefined && !(hasContentType(headers, contentType) && isPlainText(headers))) return refusal(415);
  const bytes = await readBody(request, checks.bodyBytes, wait);
  if (bytes === 'tooLarge') return refusal(413);
  if (bytes === 'tooSlow') return refusal(408);
  return name === 'webhook' ? forWebhook(parts, headers, bytes) : forPage(parts, name, bytes);
}

async function forPage(parts: Parts, name: RouteName, bytes: Uint8Array): Promise<Response> {
  const page = pageRoutes[name]?.(parseJson(bytes));
  if (!page) return refusal(400);
  const session = await parts.seals.open(page.session);
  if (!session || parts.now() > session.readUntilMs) return problemAnswer(401, 'SESSION_EXPIRED');
  return viewAnswer(await page.run(parts, session));
}

/** Whatever came, the customer is sent on to the merchant's page: they may have paid. */
async function toPage(parts: Parts, request: Request): Promise<Response> {
  const location = await returned(parts, await returnFields(parts, request));
  return emptyAnswer(303, { location });
}

async function returnFields({ wait }: Parts, request: Request): Promise<URLSearchParams | undefined> {
  if (request.method === 'GET') return new URL(request.url).searchParams;
  const { contentType = '', bodyBytes } = checkTable.return;
  if (!hasContentType(request.headers, contentType)) return undefined;
  const bytes = await readBody(request, bodyBytes, wait);
  return typeof bytes === 'string' ? undefined : parseForm(bytes);
}

async function forWebhook(parts: Parts, headers: Headers, bytes: Uint8Array): Promise<Response> {
  const work = takeWebhook(parts, headers, bytes);
  parts.keep(work);
  const end = await within(parts.wait, deliveryPatienceMs, work);
  // Plural gives up after about five seconds. The verdict is owed in the store, so the sweep ends what goes on here.
  if (end === late) return emptyAnswer(202);
  if (end === 'refused') return refusal(403);
  return end === 'again' ? unavailable() : emptyAnswer(204);
}
