/** The kit's own handler as a backend under test. */
import { randomUUID } from 'node:crypto';
import { createPlural } from '@plural-otp/core';
import { createOtpHandler, memoryStore, type OtpHandler } from '@plural-otp/edge';
import { credentials, createSandbox, type Sandbox } from '@plural-otp/sandbox';

/** The edge handler with a conformance hook and a sandbox, in one process and without sockets. */
export interface TestBackend {
  readonly sandbox: Sandbox;
  readonly handler: OtpHandler;
  /** Dispatches to backend, hook or sandbox by URL. */
  readonly fetch: typeof globalThis.fetch;
  readonly url: string;
  readonly hook: string;
  readonly sandboxUrl: string;
}

type Handle = (request: Request) => Promise<Response>;

/** Interceptors that alter requests and responses of a test backend. */
export interface Interceptors {
  /** Intercepts requests to the handler. */
  onRequest?: (
    request: Request,
    handle: Handle,
    context: { sandbox: Sandbox; handler: OtpHandler },
  ) => Promise<Response>;
  /** Intercepts calls of the handler to Plural. */
  onPluralCall?: (request: Request, send: Handle) => Promise<Response>;
  /** Intercepts requests to the hook. */
  onHookCall?: (body: Record<string, unknown>, respond: () => Promise<Response>) => Promise<Response>;
}

const shopOrigin = 'http://127.0.0.1:3000';
const sandboxOrigin = 'http://127.0.0.1:3001';

export function createTestBackend({ onRequest, onPluralCall, onHookCall }: Interceptors = {}): TestBackend {
  let offsetMs = 0;
  const now = (): number => Date.now() + offsetMs;
  // The sandbox has a clock of its own, which its control route advances.
  const sandbox = createSandbox({ origin: sandboxOrigin });
  const plural = createPlural({
    environment: { baseUrl: sandboxOrigin },
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    now,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      return onPluralCall ? onPluralCall(request, (sent) => sandbox.fetch(sent)) : sandbox.fetch(request);
    },
  });
  const verdicts: { paymentId: string; outcome: string }[] = [];
  const handler = createOtpHandler({
    plural,
    origin: shopOrigin,
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

  async function handleHook(body: Record<string, unknown>): Promise<Response> {
    if (typeof body['card'] === 'string') return start(body['card']);
    if (typeof body['advanceSeconds'] === 'number') {
      offsetMs += body['advanceSeconds'] * 1000;
      return Response.json({ nowMs: now() });
    }
    const opened = await handler.openReference(String(body['verdictsOf']));
    const delivered = verdicts.filter(({ paymentId }) => paymentId === opened?.paymentId);
    return Response.json({ verdicts: delivered.map(({ outcome }) => outcome) });
  }

  return {
    sandbox,
    handler,
    url: `${shopOrigin}/plural`,
    hook: `${shopOrigin}/conformance`,
    sandboxUrl: sandboxOrigin,
    async fetch(input, init) {
      const request = new Request(input, init);
      const { host, pathname } = new URL(request.url);
      if (host === new URL(sandboxOrigin).host) return sandbox.fetch(request);
      if (pathname === '/conformance') {
        const body = (await request.json()) as Record<string, unknown>;
        return onHookCall ? onHookCall(body, () => handleHook(body)) : handleHook(body);
      }
      return onRequest ? onRequest(request, handler.fetch, { sandbox, handler }) : handler.fetch(request);
    },
  };
}
