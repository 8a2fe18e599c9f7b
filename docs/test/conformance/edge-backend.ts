/** The kit's own handler as a backend under test. */
import { randomUUID } from 'node:crypto';
import { createPlural, isPluralError, type Plural } from '@plural-otp/core';
import {
  createOtpHandler,
  memoryStore,
  type HandlerTimers,
  type OtpHandler,
  type PaymentStore,
} from '@plural-otp/edge';
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
  /** Namespace of the sandbox that the backend uses. */
  namespace?: string;
  /** Intercepts requests to the hook. */
  onHookCall?: (body: Record<string, unknown>, respond: () => Promise<Response>) => Promise<Response>;
}

const shopOrigin = 'http://127.0.0.1:3000';
const sandboxOrigin = 'http://127.0.0.1:3001';

/** Shortens the waits of three and six seconds before the handler reads an order again; the others are as given. */
const shortSleep: HandlerTimers['sleep'] = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms > 1000 ? 50 : ms);
  });

const startTimeout: HandlerTimers['startTimeout'] = (ms, onTimeout) => {
  const timer = setTimeout(onTimeout, ms);
  return () => clearTimeout(timer);
};

/** A process that was ended: what it still writes or waits for never happens. */
const ended = new Promise<never>(() => {});

/** The store as one process has it: after the process ended, no call has an effect or a result. */
function createProcessStore(store: PaymentStore, isRunning: () => boolean): PaymentStore {
  const unlessEnded = async <T>(call: () => Promise<T>): Promise<T> => {
    const result = isRunning() ? await call() : await ended;
    return isRunning() ? result : ended;
  };
  return {
    load: (key) => unlessEnded(() => store.load(key)),
    save: (key, value, terms) => unlessEnded(() => store.save(key, value, terms)),
    claim: (nowMs, untilMs, limit) => unlessEnded(() => store.claim(nowMs, untilMs, limit)),
  };
}

export function createTestBackend({ onRequest, onPluralCall, onHookCall, namespace }: Interceptors = {}): TestBackend {
  let offsetMs = 0;
  const now = (): number => Date.now() + offsetMs;
  // The sandbox has a clock of its own, which its control route advances.
  const sandbox = createSandbox({ origin: sandboxOrigin });
  const database = memoryStore({ now });
  const verdicts: { paymentId: string; outcome: string }[] = [];
  let rejections = 0;
  let endsAtRejection = false;
  let crash = Promise.withResolvers<never>();
  let running = startProcess();

  /** Starts the shop's server: whatever is not in the database is its own. */
  function startProcess(): { plural: Plural; handler: OtpHandler } {
    const crashed = crash;
    const isRunning = (): boolean => crashed === crash;
    const plural = createPlural({
      environment: { baseUrl: sandboxOrigin },
      clientId: namespace === undefined ? credentials.clientId : `${credentials.clientId}-${namespace}`,
      clientSecret: credentials.clientSecret,
      now,
      fetch: async (input, init) => {
        const request = new Request(input, init);
        if (!isRunning()) return ended;
        return onPluralCall ? onPluralCall(request, (sent) => sandbox.fetch(sent)) : sandbox.fetch(request);
      },
    });
    const handler = createOtpHandler({
      plural,
      origin: shopOrigin,
      store: createProcessStore(database, isRunning),
      returnSignature: { secretKey: credentials.returnSecretKey },
      returnPage: '/order',
      webhook: { secret: credentials.webhookSecret },
      onVerdict: async ({ paymentId, outcome }) => {
        if (!isRunning()) await ended;
        if (rejections > 0) {
          rejections -= 1;
          if (endsAtRejection) {
            restart();
            await ended;
          }
          throw new Error('the shop failed');
        }
        verdicts.push({ paymentId, outcome });
      },
      now,
      timers: { sleep: shortSleep, startTimeout },
    });
    return { plural, handler };
  }

  /** Ends the process as a crash would, and starts another one. */
  function restart(): void {
    const { reject } = crash;
    crash = Promise.withResolvers<never>();
    crash.promise.catch(() => {});
    reject(new TypeError('the process ended'));
    running = startProcess();
  }

  /** Responds as the running process does; a crash meanwhile breaks the connection. */
  const untilCrash = (respond: () => Promise<Response>): Promise<Response> => Promise.race([respond(), crash.promise]);

  async function start({ card, order, attempt = 1 }: StartRequest): Promise<Response> {
    const { plural, handler } = running;
    const reference = order ?? `order-${randomUUID().slice(0, 8)}`;
    const amount = { value: 110_000, currency: 'INR' };
    try {
      const { order_id: orderId } = await plural.createOrder({
        merchant_order_reference: reference,
        order_amount: amount,
        callback_url: handler.returnUrl,
      });
      const { client } = await handler.startPayment({
        orderId,
        payment: {
          merchant_payment_reference: `${reference}-${attempt}`,
          payment_method: 'CARD',
          payment_amount: amount,
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
    } catch (error) {
      if (!isPluralError(error)) throw error;
      return Response.json({ problem: error.code }, { status: error.outcome === 'unknown' ? 503 : 409 });
    }
  }

  async function handleHook(body: HookRequest): Promise<Response> {
    if (body.restart === true) {
      restart();
      return new Response(null, { status: 204 });
    }
    if (body.card !== undefined) return start({ ...body, card: body.card });
    if (body.rejectVerdicts !== undefined) {
      rejections = body.rejectVerdicts;
      endsAtRejection = body.crash === true;
      return new Response(null, { status: 204 });
    }
    if (body.sweep === true) {
      await running.handler.sweep();
      return new Response(null, { status: 204 });
    }
    if (body.advanceSeconds !== undefined) {
      offsetMs += body.advanceSeconds * 1000;
      return Response.json({ nowMs: now() });
    }
    if (body.openReference !== undefined) {
      const reading = await running.handler.openReference(body.openReference);
      return Response.json(reading?.client ?? {}, { status: reading ? 200 : 404 });
    }
    const opened = await running.handler.openReference(String(body.verdictsOf));
    const delivered = verdicts.filter(({ paymentId }) => paymentId === opened?.paymentId);
    return Response.json({ verdicts: delivered.map(({ outcome }) => outcome) });
  }

  async function respond(request: Request): Promise<Response> {
    if (new URL(request.url).pathname === '/conformance') {
      const body = (await request.json()) as HookRequest;
      return onHookCall ? onHookCall({ ...body }, () => handleHook(body)) : handleHook(body);
    }
    const { handler } = running;
    return onRequest ? onRequest(request, handler.fetch, { sandbox, handler }) : handler.fetch(request);
  }

  return {
    sandbox,
    get handler() {
      return running.handler;
    },
    url: `${shopOrigin}/plural`,
    hook: `${shopOrigin}/conformance`,
    sandboxUrl: sandboxOrigin,
    async fetch(input, init) {
      const request = new Request(input, init);
      const isSandbox = new URL(request.url).host === new URL(sandboxOrigin).host;
      return isSandbox ? sandbox.fetch(request) : untilCrash(() => respond(request));
    },
  };
}

interface StartRequest {
  card: string;
  order?: string;
  attempt?: number;
}

/** A request of the conformance hook. */
interface HookRequest extends Partial<StartRequest> {
  advanceSeconds?: number;
  verdictsOf?: string;
  openReference?: string;
  rejectVerdicts?: number;
  crash?: boolean;
  sweep?: boolean;
  restart?: boolean;
}
