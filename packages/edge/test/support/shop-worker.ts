/** A shop on Cloudflare Workers, with a clock that runs fast, for the tests in `workerd-shop.live.test.ts`. */
import { createPlural, type Plural } from '@plural-otp/core';
import { createOtpHandler, type OtpHandler } from '../../src/index.ts';
import { durableObjectStore, PaymentStoreObject, type PaymentNamespace } from '../../src/stores/durable-object.ts';
import type { PaymentObjectState } from '../../src/stores/payment-store-object.ts';
import { accelerateAlarms, setClockSpeed } from './worker-time.ts';

setClockSpeed(50);

const origin = 'https://shop.example';

interface Env {
  PAYMENTS: PaymentNamespace;
  PLURAL_URL: string;
}

/** What the shop was told, and what it sent, since its isolate began. */
export interface ShopLog {
  /** Verdict keys, one per call of `onVerdict` that resolved. */
  delivered: string[];
  /** Number of calls of `onVerdict`. */
  attempts: number;
  /** Number of requests to objects: by requests of customers, and by alarms. */
  objectRequests: { customers: number; alarms: number };
  wakes: number;
  problems: string[];
}

const log: ShopLog = {
  delivered: [],
  attempts: 0,
  objectRequests: { customers: 0, alarms: 0 },
  wakes: 0,
  problems: [],
};
/** Calls of `onVerdict` that still fail. */
let hookFailures = 0;
const handlers = new Map<string, OtpHandler>();

const createClient = ({ PLURAL_URL: baseUrl }: Env): Plural =>
  createPlural({ environment: { baseUrl }, clientId: 'sandbox-client', clientSecret: 'sandbox-secret' });

/** The handler of customers or of alarms: they share the store, and their requests to it are counted apart. */
function getHandler(env: Env, of: 'customers' | 'alarms'): OtpHandler {
  const found = handlers.get(of);
  if (found) return found;
  const counting: PaymentNamespace = {
    idFromName: (name) => env.PAYMENTS.idFromName(name),
    get(id) {
      log.objectRequests[of] += 1;
      return env.PAYMENTS.get(id);
    },
  };
  const handler = createOtpHandler({
    plural: createClient(env),
    origin,
    store: durableObjectStore(counting),
    onVerdict({ key }) {
      log.attempts += 1;
      if (hookFailures > 0) {
        hookFailures -= 1;
        throw new Error('the shop is down');
      }
      log.delivered.push(key);
    },
    onProblem: ({ code }) => void log.problems.push(code),
  });
  handlers.set(of, handler);
  return handler;
}

/** The class of the shop's objects. */
export class Payments extends PaymentStoreObject<Env> {
  constructor(state: PaymentObjectState, env: Env) {
    super(
      { storage: accelerateAlarms(state.storage), blockConcurrencyWhile: state.blockConcurrencyWhile.bind(state) },
      env,
    );
  }
  override wake(key: string) {
    log.wakes += 1;
    return getHandler(this.env, 'alarms').wake(key);
  }
}

/** Starts a payment; its customer asks for the OTP, submits it, and closes the page. */
async function pay(env: Env): Promise<string> {
  const handler = getHandler(env, 'customers');
  const amount = { value: 35_000, currency: 'INR' };
  const reference = crypto.randomUUID();
  const { order_id: orderId } = await createClient(env).createOrder({
    merchant_order_reference: reference,
    order_amount: amount,
    callback_url: handler.returnUrl,
  });
  const card = { name: 'A Customer', card_number: '4012001037141112', cvv: '8675' };
  const { client, paymentId } = await handler.startPayment({
    orderId,
    payment: {
      merchant_payment_reference: `${reference}-1`,
      payment_method: 'CARD',
      payment_amount: amount,
      payment_option: { card_details: { ...card, expiry_month: '12', expiry_year: '2030' } },
      device_info: { browser_user_agent: 'test', device_channel: 'browser' },
    },
  });
  const post = async (route: string, body: object): Promise<void> => {
    const { status } = await handler.fetch(
      new Request(`${origin}/plural/${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
        body: JSON.stringify({ session: client.session, idempotencyKey: crypto.randomUUID(), ...body }),
      }),
    );
    if (status !== 200) throw new Error(`${route} responded with ${status}`);
  };
  await post('otp/generate', {});
  await post('otp/submit', { otp: '123456' });
  return paymentId;
}

type Instruction = { do: 'log' } | { do: 'failHooks'; count: number } | { do: 'pay' };

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const instruction = (await request.json()) as Instruction;
    if (instruction.do === 'failHooks') hookFailures = instruction.count;
    return Response.json(instruction.do === 'pay' ? await pay(env) : log);
  },
};
