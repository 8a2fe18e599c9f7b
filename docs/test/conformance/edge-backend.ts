import { randomUUID } from 'node:crypto';
import { createPlural } from '@plural-otp/core';
import { createOtpHandler, memoryStore, type OtpHandler } from '@plural-otp/edge';
import { credentials, createSandbox, type Sandbox } from '@plural-otp/sandbox';

/** The edge handler behind a conformance hook, beside a sandbox: both on one clock, with no socket between. */
export interface ConformBackend {
  readonly sandbox: Sandbox;
  readonly handler: OtpHandler;
  /** Answers for the backend, its hook and the sandbox, by host. */
  readonly fetch: typeof globalThis.fetch;
  readonly url: string;
  readonly hook: string;
  readonly sandboxUrl: string;
}

type Fetch = (request: Request) => Promise<Response>;

/** Changes what a backend does, between the runner and the handler, or between the handler and Plural. */
export interface Sabotage {
  /** Stands in front of the handler. */
  atDoor?: (request: Request, handle: Fetch, parts: { sandbox: Sandbox; handler: OtpHandler }) => Promise<Response>;
  /** Stands between the handler and Plural. */
  atPlural?: (request: Request, send: Fetch) => Promise<Response>;
  /** Stands in front of the hook. */
  atHook?: (body: Record<string, unknown>, answer: () => Promise<Response>) => Promise<Response>;
}

const shop = 'http://127.0.0.1:3000';
const bank = 'http://127.0.0.1:3001';

export function conformBackend({ atDoor, atPlural, atHook }: Sabotage = {}): ConformBackend {
  let aheadMs = 0;
  const now = (): number => Date.now() + aheadMs;
  // The sandbox is moved by its own control route, and keeps its own time.
  const sandbox = createSandbox({ origin: bank });
  const plural = createPlural({
    environment: { baseUrl: bank },
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    now,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      return atPlural ? atPlural(request, (sent) => sandbox.fetch(sent)) : sandbox.fetch(request);
    },
  });
  const verdicts: { paymentId: string; outcome: string }[] = [];
  const handler = createOtpHandler({
    plural,
    origin: shop,
    store: memoryStore({ now }),
    returnSignature: { secretKey: credentials.returnSecretKey },
    returnPage: '/order',
    webhook: { secret: credentials.webhookSecret },
    onVerdict: ({ paymentId, outcome }) => void verdicts.push({ paymentId, outcome }),
    now,
  });

  async function start(card: string): Promise<Response> {
    const { order_id: orderId } = await plural.createOrder({
      merchant_order_reference: `order-${randomUUID().slice(0, 8)}`,
      order_amount: { value: 110_000, currency: 'INR' },
      callback_url: handler.returnUrl,
    });
    const { client } = await handler.startPayment({
      orderId,
      payment: {
        merchant_payment_reference: `pay-${randomUUID().slice(0, 8)}`,
        payment_method: 'CARD',
        payment_amount: { value: 110_000, currency: 'INR' },
        payment_option: {
          card_details: {
            name: 'Test Card',
            card_number: card,
            cvv: '123',
            expiry_month: '12',
            expiry_year: '2039',
          },
        },
        device_info: { browser_user_agent: 'conformance', device_channel: 'browser' },
      },
    });
    return Response.json(client);
  }

  async function answerHook(body: Record<string, unknown>): Promise<Response> {
    if (typeof body['card'] === 'string') return start(body['card']);
    if (typeof body['advanceSeconds'] === 'number') {
      aheadMs += body['advanceSeconds'] * 1000;
      return Response.json({ nowMs: now() });
    }
    const opened = await handler.openReference(String(body['verdictsOf']));
    const told = verdicts.filter(({ paymentId }) => paymentId === opened?.paymentId);
    return Response.json({ verdicts: told.map(({ outcome }) => outcome) });
  }

  return {
    sandbox,
    handler,
    url: `${shop}/plural`,
    hook: `${shop}/conformance`,
    sandboxUrl: bank,
    async fetch(input, init) {
      const request = new Request(input, init);
      const { host, pathname } = new URL(request.url);
      if (host === new URL(bank).host) return sandbox.fetch(request);
      if (pathname === '/conformance') {
        const body = (await request.json()) as Record<string, unknown>;
        return atHook ? atHook(body, () => answerHook(body)) : answerHook(body);
      }
      return atDoor ? atDoor(request, handler.fetch, { sandbox, handler }) : handler.fetch(request);
    },
  };
}
