/**
 * A shop, its server, Plural and the bank in one tab: the packages as they ship, connected by function calls in place of
 * a network. Nothing leaves the tab. Its hosts end in `.example`, which no network resolves.
 */
import { createPlural, deviceInfoFrom } from '@plural-otp/core';
import { createOtpHandler, memoryStore, type PaymentVerdict, type StartedPayment } from '@plural-otp/edge';
import { createSandbox, credentials, scenarios, type PhoneMessage, type RequestLogEntry } from '@plural-otp/sandbox';

const shopOrigin = 'https://shop.example';
const bankOrigin = 'https://bank.example';
const merchantName = 'Nilgiri Leaf';
const amount = { value: 64_000, currency: 'INR' };

/** Something that the shop's server learned or did, with the number of API calls that came before it. */
export interface ShopNote {
  readonly afterCalls: number;
  readonly kind: 'verdict' | 'webhook' | 'clock' | 'sweep';
  readonly text: string;
}

/** Session and first view of a started payment, for its page. */
export type StartedClient = StartedPayment['client'];

/** Options of {@link createShopInTab}. */
export interface ShopInTabOptions {
  /** Called after each API call, message, webhook and verdict. */
  readonly onChange: () => void;
  /** False: the sandbox sends no webhook. @default true */
  readonly webhooks?: boolean;
}

/** One shop with a sandbox of its own. */
export interface ShopInTab {
  /** Origin and path of the handler, for the transport. */
  readonly endpoint: string;
  /** Origin of the sandbox. */
  readonly bankOrigin: string;
  /** Starts a payment with a test card of the sandbox. */
  start(cardId: string): Promise<StartedPayment>;
  /** Returns the payment with a new session, as a shop does when its customer returns. */
  resume(orderId: string): Promise<StartedPayment | undefined>;
  /** Sends a request of the shop's page to the handler. */
  fetchFromPage(input: string, init?: RequestInit): Promise<Response>;
  /** Sends a navigation of the customer's browser to whoever has the URL: the bank, or the shop. */
  navigate(request: Request): Promise<Response>;
  /** Moves the clocks of shop and sandbox forward, and sweeps. */
  letTimePass(seconds: number): Promise<void>;
  readonly calls: () => readonly RequestLogEntry[];
  readonly messages: () => readonly PhoneMessage[];
  readonly notes: () => readonly ShopNote[];
}

/** Creates the shop. */
export function createShopInTab({ onChange, webhooks = true }: ShopInTabOptions): ShopInTab {
  const notes: ShopNote[] = [];
  let clockOffsetMs = 0;
  const note = (kind: ShopNote['kind'], text: string): void => {
    notes.push({ afterCalls: sandbox.state.requests.length, kind, text });
    onChange();
  };

  const sandbox = createSandbox({
    merchantName,
    origin: bankOrigin,
    webhookUrl: `${shopOrigin}/plural/webhook`,
    webhookMode: webhooks ? 'normal' : 'never',
    fetch: async (request) => {
      const response = await handler.fetch(request);
      note('webhook', `webhook: ${response.status}`);
      return response;
    },
  });
  const plural = createPlural({
    environment: { baseUrl: 'https://plural.example' },
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    fetch: async (input, init) => {
      const call = sandbox.fetch(new Request(input, init));
      onChange();
      try {
        return await call;
      } finally {
        onChange();
      }
    },
  });
  const handler = createOtpHandler({
    plural,
    origin: shopOrigin,
    challengeHosts: [new URL(bankOrigin).host],
    store: memoryStore(),
    returnSignature: { secretKey: credentials.returnSecretKey },
    webhook: { secret: credentials.webhookSecret },
    now: () => Date.now() + clockOffsetMs,
    onVerdict: ({ outcome, source }: PaymentVerdict) => note('verdict', `verdict: ${outcome}, found by ${source}`),
  });

  return {
    endpoint: `${shopOrigin}/plural`,
    bankOrigin,
    async start(cardId) {
      const card = scenarios.find(({ id }) => id === cardId);
      if (card === undefined) throw new TypeError(`The sandbox has no test card "${cardId}".`);
      const reference = `NL-${crypto.randomUUID().slice(0, 8).toUpperCase()}`;
      const order = await plural.createOrder({
        merchant_order_reference: reference,
        order_amount: amount,
        callback_url: handler.returnUrl,
      });
      return handler.startPayment({
        orderId: order.order_id,
        display: { merchantName, destination: '•••••• 4217' },
        payment: {
          merchant_payment_reference: `${reference}-1`,
          payment_method: 'CARD',
          payment_amount: amount,
          payment_option: {
            card_details: {
              name: 'Asha Rao',
              card_number: card.number,
              cvv: '123',
              expiry_month: '12',
              expiry_year: '2039',
            },
          },
          device_info: deviceInfoFrom(new Request(shopOrigin)),
        },
      });
    },
    resume: (orderId) => handler.resumePayment({ orderId }),
    fetchFromPage: (input, { keepalive: _, ...init } = {}) => handler.fetch(asSentByBrowser(new Request(input, init))),
    navigate: async (request) => {
      const isBank = new URL(request.url).origin === bankOrigin;
      const response = await (isBank ? sandbox.fetch(request) : handler.fetch(request));
      onChange();
      return response;
    },
    async letTimePass(seconds) {
      clockOffsetMs += seconds * 1000;
      note('clock', `${seconds / 60} minutes pass`);
      sandbox.advance(seconds);
      const { checked } = await handler.sweep();
      note('sweep', `sweep: ${checked} order${checked === 1 ? '' : 's'} read`);
    },
    calls: () => sandbox.state.requests,
    messages: () => sandbox.state.messages,
    notes: () => notes,
  };
}

/**
 * Adds the header by which a browser states where a request comes from, and which the handler's check against CSRF
 * reads. A page cannot set it on a request that it makes itself.
 */
function asSentByBrowser(request: Request): Request {
  const headers = new Headers(request.headers);
  // Outside a request, headers have no forbidden names.
  headers.set('sec-fetch-site', 'same-origin');
  return Object.defineProperty(request, 'headers', { value: headers });
}
