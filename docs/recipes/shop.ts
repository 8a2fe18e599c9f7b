/** The shop that all recipes share: three routes and the sweep, over any store. */

import { createPlural, deviceInfoFrom, isPluralError, type CardDetails, type PluralErrorCode } from '@plural-otp/core';
import {
  createOtpHandler,
  type PaymentStore,
  type SweepOptions,
  type SweepResult,
  type WakeResult,
} from '@plural-otp/edge';
import type { Verdicts } from './verdicts.ts';

/** Variables that the deployment sets. All but the first two are secrets. */
const settings = [
  'SHOP_ORIGIN', // origin that browsers use, such as https://shop.example
  'PLURAL_ENVIRONMENT', // uat, production, or the URL of a sandbox
  'PLURAL_CLIENT_ID',
  'PLURAL_CLIENT_SECRET',
  'PLURAL_RETURN_SECRET_KEY',
  'PLURAL_WEBHOOK_SECRET',
] as const;
export type ShopEnv = Readonly<Record<(typeof settings)[number], string>> & {
  /**
   * Origin at which browsers reach a sandbox that this server reaches by another name, over http: in a container network.
   * Allows http to the host of `PLURAL_ENVIRONMENT`. Leave it out everywhere else.
   */
  readonly PLURAL_SANDBOX_ORIGIN?: string;
};

/** Routes of the shop, as fetch handlers. */
export interface Shop {
  /** Dispatches to the routes below by path, for runtimes without a router. */
  readonly fetch: (request: Request, context?: object) => Promise<Response>;
  /** Handles `/plural/*`. */
  readonly plural: (request: Request, context?: object) => Promise<Response>;
  /** Handles `POST /pay`. */
  readonly pay: (request: Request) => Promise<Response>;
  /** Handles `GET /thank-you?reference=…`. */
  readonly thankYou: (request: Request) => Promise<Response>;
  /** Checks due payments; call it about every minute, and again at once while it says `more`. */
  readonly sweep: (options?: SweepOptions) => Promise<SweepResult>;
  /** Does what is due on one record, for a store or queue that keeps its own schedule. */
  readonly wake: (key: string) => Promise<WakeResult>;
}

/** Replace with your database: prices never come from the browser. */
const pricesInPaise: ReadonlyMap<string, number> = new Map([['darjeeling-100g', 64_000]]);

/**
 * Reads the settings from the environment.
 * @throws Error that names every missing setting
 */
export function shopEnv(source: Readonly<Record<string, unknown>>): ShopEnv {
  const missing = settings.filter((name) => typeof source[name] !== 'string' || source[name] === '');
  if (missing.length > 0) throw new Error(`Set ${missing.join(', ')}`);
  const { PLURAL_SANDBOX_ORIGIN: sandboxOrigin } = source;
  const env = Object.fromEntries(settings.map((name) => [name, source[name]]));
  const isSet = sandboxOrigin !== undefined && sandboxOrigin !== '';
  return { ...env, ...(isSet && { PLURAL_SANDBOX_ORIGIN: sandboxOrigin }) } as ShopEnv;
}

/** Returns Plural's system, and the host of a sandbox's bank page where browsers reach it by another name. */
function toSystem({ PLURAL_ENVIRONMENT: name, PLURAL_SANDBOX_ORIGIN: sandboxOrigin }: ShopEnv) {
  if (name === 'uat' || name === 'production') return { environment: name, challengeHosts: [] } as const;
  if (sandboxOrigin === undefined) return { environment: { baseUrl: name }, challengeHosts: [] };
  const environment = { baseUrl: name, insecureHost: new URL(name).hostname };
  return { environment, challengeHosts: [new URL(sandboxOrigin).host] };
}

/** Creates the shop over a store and a place for verdicts. */
export function createShop(env: ShopEnv, store: PaymentStore, verdicts: Verdicts): Shop {
  const { environment, challengeHosts } = toSystem(env);
  const plural = createPlural({
    environment,
    clientId: env.PLURAL_CLIENT_ID,
    clientSecret: env.PLURAL_CLIENT_SECRET,
  });
  const handler = createOtpHandler({
    plural,
    origin: env.SHOP_ORIGIN,
    challengeHosts,
    store,
    returnSignature: { secretKey: env.PLURAL_RETURN_SECRET_KEY },
    returnPage: '/thank-you',
    webhook: { secret: env.PLURAL_WEBHOOK_SECRET },
    // Delivery is at least once: ship based on the stored row, never from here.
    onVerdict: (verdict) => verdicts.save(verdict),
    onProblem: (problem) => console.error('payment problem:', JSON.stringify(problem)),
  });

  async function pay(request: Request): Promise<Response> {
    const form = readForm(await request.json().catch(() => undefined));
    if (!form) return Response.json({ problem: 'REQUEST_INVALID' }, { status: 400 });
    const amount = { value: form.amountPaise, currency: 'INR' };
    try {
      // Idempotent: with the same reference, Plural's first order is returned.
      const { order_id: orderId } = await plural.createOrder({
        merchant_order_reference: form.order,
        order_amount: amount,
        callback_url: handler.returnUrl,
      });
      const { client } = await handler.startPayment({
        orderId,
        payment: {
          merchant_payment_reference: `${form.order}-${form.attempt}`,
          payment_method: 'CARD',
          payment_amount: amount,
          payment_option: { card_details: form.card },
          device_info: deviceInfoFrom(request, form.device),
        },
        display: { merchantName: 'Example Tea' },
      });
      // No other part of the payment is for the browser.
      return Response.json(client, { headers: { 'cache-control': 'no-store' } });
    } catch (error) {
      if (!isPluralError(error)) throw error;
      console.error('payment not started:', error.code, error.operation ?? '');
      return Response.json({ problem: error.code }, { status: statuses[error.code] ?? 503 });
    }
  }

  async function thankYou(request: Request): Promise<Response> {
    const reference = new URL(request.url).searchParams.get('reference') ?? '';
    const payment = await handler.openReference(reference);
    const wantsPage = request.headers.get('accept')?.includes('text/html') === true;
    if (!payment) {
      return wantsPage ? receiptPage('unknown', 404) : Response.json({ problem: 'NOT_FOUND' }, { status: 404 });
    }
    const { phase, merchantOrderReference } = payment;
    const outcomes = await verdicts.listOutcomes(merchantOrderReference);
    // Never return the order's id: references are read aloud and logged, but the id gives access to the payment.
    return wantsPage ? receiptPage(toReceipt(phase, outcomes)) : Response.json({ phase, outcomes });
  }

  return {
    plural: handler.fetch,
    pay,
    thankYou,
    sweep: (options) => handler.sweep(options),
    wake: (key) => handler.wake(key),
    async fetch(request, context) {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith('/plural/')) return handler.fetch(request, context);
      if (pathname === '/pay' && request.method === 'POST') return pay(request);
      if (pathname === '/thank-you' && request.method === 'GET') return thankYou(request);
      return new Response('Not found', { status: 404 });
    },
  };
}

/** What the customer reads after the bank's page: title, text, and the link to the shop. */
const receipts = {
  paid: ['Paid', 'Thank you. We have received your order.', 'Back to the shop'],
  unpaid: ['Not paid', 'The payment was not made. You can pay again.', 'Back to the checkout'],
  checking: [
    'Being checked',
    'We do not know yet whether the payment was made. This page looks again by itself. If you have not confirmed the payment, go on in the shop: it stays one payment.',
    'Back to the checkout',
  ],
  unknown: ['Not found', 'We know no payment of this reference.', 'Back to the shop'],
} as const;

/** Decides what a payment is called. It is paid by the order or by a verdict, and open as long as neither says otherwise. */
function toReceipt(phase: string, outcomes: readonly string[]): keyof typeof receipts {
  const states = [phase, ...outcomes];
  if (states.some((state) => /^(?:paid|authorized|superseded)$/.test(state))) return 'paid';
  return states.some((state) => /^(?:failed|cancelled)$/.test(state)) ? 'unpaid' : 'checking';
}

function receiptPage(kind: keyof typeof receipts, status = 200): Response {
  const [title, text, link] = receipts[kind];
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  };
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
${kind === 'checking' ? '<meta http-equiv="refresh" content="10">' : ''}
<title>${title} – Example Tea</title>
<link rel="stylesheet" href="/shop.css">
<header>Example Tea</header>
<main><h1>${title}</h1><p>${text}</p><p><a href="/">${link}</a></p></main>
</html>`;
  return new Response(page, { status, headers });
}

/** HTTP status of each error; 503 for the others. */
const statuses: Partial<Record<PluralErrorCode, number>> = {
  REQUEST_INVALID: 422,
  API_REJECTED: 422,
  ORDER_ALREADY_PAID: 409,
  PAYMENT_UNDECIDED: 409,
};

/** Validated body of `POST /pay`. */
interface PayForm {
  /** UUID that gives access to the payment's session. With customer accounts, take it from the customer's session. */
  order: string;
  /** Number of the payment attempt: 1 until the element says `payAgain`. The same number is the same payment. */
  attempt: number;
  amountPaise: number;
  card: CardDetails;
  device: Record<string, unknown>;
}

function readForm(body: unknown): PayForm | undefined {
  const { order, attempt, item, card, device } = (body ?? {}) as Record<string, unknown>;
  const amountPaise = typeof item === 'string' ? pricesInPaise.get(item) : undefined;
  const isValid =
    typeof order === 'string' &&
    /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(order) &&
    typeof attempt === 'number' &&
    [1, 2, 3, 4, 5].includes(attempt) &&
    amountPaise !== undefined;
  // `startPayment` validates the card.
  return isValid
    ? { order, attempt, amountPaise, card: card as CardDetails, device: (device ?? {}) as Record<string, unknown> }
    : undefined;
}
