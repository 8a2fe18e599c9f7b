/** `createOtpHandler`: assembles context, routes and operations behind one object. */

import { createContext } from './context.ts';
import { registerContext } from './handler-internals.ts';
import {
  openReference,
  resumePayment,
  type OpenedReference,
  type ResumePaymentInput,
} from './operations/resume-payment.ts';
import { settle, type SettleResult } from './operations/settle.ts';
import { startPayment } from './operations/start-payment.ts';
import type { StartedPayment, StartPaymentInput } from './operations/started-payment.ts';
import { wake, type WakeResult } from './operations/wake.ts';
import { sweep, type SweepOptions, type SweepResult } from './operations/sweep.ts';
import type { OtpHandlerOptions } from './options.ts';
import { handleRequest } from './routes/route-table.ts';

/** The merchant's side of a payment step, created by `createOtpHandler`. Its methods are bound. */
export interface OtpHandler {
  /**
   * Handles every request below the base path. Never rejects. Of `execution`, the runtime's own context, only a
   * function `waitUntil` is used, so that work completes after the response is sent or the customer is gone.
   */
  readonly fetch: (request: Request, execution?: unknown) => Promise<Response>;
  /**
   * Creates a payment at Plural and opens its step. Idempotent per `merchant_payment_reference`.
   *
   * @example
   * ```ts
   * import { deviceInfoFrom, type PaymentRequest } from '@plural-otp/core';
   * import type { OtpHandler, StartedPayment } from '@plural-otp/edge';
   *
   * type Card = PaymentRequest['payment_option'];
   *
   * export async function pay(handler: OtpHandler, request: Request, orderId: string, attempt: number, card: Card) {
   *   const { client }: StartedPayment = await handler.startPayment({
   *     orderId,
   *     payment: {
   *       merchant_payment_reference: `${orderId}-${attempt}`,
   *       payment_method: 'CARD',
   *       payment_amount: { value: 35_000, currency: 'INR' },
   *       payment_option: card,
   *       device_info: deviceInfoFrom(request),
   *     },
   *   });
   *   return Response.json(client);
   * }
   * ```
   */
  readonly startPayment: (input: StartPaymentInput) => Promise<StartedPayment>;
  /**
   * Returns the step of a payment with a new session, for a page that was reloaded. Sends nothing to Plural. Resolves
   * to `undefined` when no such payment was started here.
   *
   * @example
   * ```ts
   * import type { OtpHandler } from '@plural-otp/edge';
   *
   * export async function reload(handler: OtpHandler, orderId: string): Promise<Response> {
   *   const resumed = await handler.resumePayment({ orderId });
   *   return resumed ? Response.json(resumed.client) : new Response(null, { status: 404 });
   * }
   * ```
   */
  readonly resumePayment: (input: ResumePaymentInput) => Promise<StartedPayment | undefined>;
  /**
   * Reads the order now, decides, and delivers every undelivered verdict. Builds the record of an order again whose
   * record was lost, so name only orders whose payments this handler started.
   *
   * @example
   * ```ts
   * import type { OtpHandler } from '@plural-otp/edge';
   *
   * export async function isPaid(handler: OtpHandler, orderId: string): Promise<boolean> {
   *   const { verdict } = await handler.settle(orderId);
   *   return verdict?.outcome === 'paid';
   * }
   * ```
   */
  readonly settle: (orderId: string) => Promise<SettleResult>;
  /**
   * Reconciles every payment that is due, until nothing is or its budget is over: those no request, return or webhook
   * resolved, and those whose `onVerdict` failed. Call it every minute or so, in any number of processes: it is what
   * makes delivery at-least-once.
   *
   * @throws {PluralError} `OPTIONS_INVALID`, with every option that is wrong; `STORE_FAILED`.
   *
   * @example
   * ```ts
   * import type { OtpHandler } from '@plural-otp/edge';
   *
   * export function startSweeping(handler: OtpHandler, reportError: (error: unknown) => void): void {
   *   setInterval(() => void handler.sweep().catch(reportError), 30_000);
   * }
   * ```
   */
  readonly sweep: (options?: SweepOptions) => Promise<SweepResult>;
  /**
   * Reconciles one payment if it is due, for an engine that keeps its own schedule: an alarm, a queue, a job runner. It
   * gets `key` from the `schedule` of the store. A slow `sweep` remains necessary as a safety net.
   *
   * @example
   * ```ts
   * import type { OtpHandler } from '@plural-otp/edge';
   *
   * export async function runJob(
   *   handler: OtpHandler,
   *   key: string,
   *   enqueue: (key: string, atMs: number) => Promise<void>,
   * ): Promise<void> {
   *   const { againAtMs } = await handler.wake(key);
   *   if (againAtMs !== null) await enqueue(key, againAtMs);
   * }
   * ```
   */
  readonly wake: (key: string) => Promise<WakeResult>;
  /**
   * Finds a payment by its reference, as in a return page's URL, typed by a customer, or read out on the telephone.
   * Resolves to `undefined` when there is none. Its session is read-only: it shows the payment, and refuses every action
   * of the customer with `SESSION_READ_ONLY`.
   *
   * @example
   * ```ts
   * import type { OtpHandler } from '@plural-otp/edge';
   *
   * export async function thankYouPage(handler: OtpHandler, url: URL): Promise<string> {
   *   const opened = await handler.openReference(url.searchParams.get('reference') ?? '');
   *   return opened?.phase === 'authorized' ? 'Thank you.' : 'Your payment is being confirmed.';
   * }
   * ```
   */
  readonly openReference: (reference: string) => Promise<OpenedReference | undefined>;
  /** The `callback_url` of each order. */
  readonly returnUrl: string;
  /** The webhook URL to enter in Plural's dashboard. */
  readonly webhookUrl: string;
}

/**
 * Creates the handler between `<plural-otp>` and Plural: sealed sessions, attempt limits, return and webhook routes,
 * and the verdict on each payment.
 *
 * @throws {PluralError} `OPTIONS_INVALID`, at once, with every option that is wrong.
 *
 * @example
 * ```ts
 * import { createPlural } from '@plural-otp/core';
 * import { createOtpHandler, memoryStore, type PaymentVerdict } from '@plural-otp/edge';
 *
 * export const createCheckout = (
 *   secrets: { clientId: string; clientSecret: string; returnSecretKey: string; webhookSecret: string },
 *   saveVerdict: (verdict: PaymentVerdict) => Promise<void>,
 * ) =>
 *   createOtpHandler({
 *     plural: createPlural({ environment: 'uat', ...secrets }),
 *     origin: 'https://shop.example',
 *     store: memoryStore(),
 *     returnSignature: { secretKey: secrets.returnSecretKey },
 *     returnPage: '/thank-you',
 *     webhook: { secret: secrets.webhookSecret },
 *     onVerdict: saveVerdict,
 *   });
 * ```
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
    wake: (key) => wake(context, key),
    openReference: (reference) => openReference(context, reference),
    returnUrl: `${origin}${basePath}/return`,
    webhookUrl: `${origin}${basePath}/webhook`,
  });
  return registerContext(handler, context);
}
