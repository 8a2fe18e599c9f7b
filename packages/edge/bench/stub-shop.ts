/** A shop without a network: the real handler on a memory store, over a Plural that responds at once. */

import { createPlural, type Order, type Plural } from '@plural-otp/core';
import {
  createOtpHandler,
  memoryStore,
  type OtpHandler,
  type OtpHandlerOptions,
  type PaymentStore,
} from '@plural-otp/edge';

export const origin = 'https://shop.example';
const amount = { value: 35_000, currency: 'INR' };

/** An upstream that responds at once, with the interface of `fetch`. */
const upstreamFetch = async (_url: string, _init: RequestInit): Promise<Response> =>
  new Response('{"status":"SUCCESS"}', { headers: { 'content-type': 'application/json' } });

/** The upstream call of a submit: JSON out, JSON in. The same for the handler and for the bare one. */
export async function submitUpstream(paymentId: string, otp: string): Promise<{ status: string }> {
  const response = await upstreamFetch('http://127.0.0.1:1/otp/submit', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
    body: JSON.stringify({ payment_id: paymentId, otp }),
  });
  return (await response.json()) as { status: string };
}

function stubPlural(): Plural {
  const plural = createPlural({
    environment: { baseUrl: 'http://127.0.0.1:1' },
    clientId: 'bench-client',
    clientSecret: 'bench-secret',
    fetch: () => Promise.reject(new Error('the bench has no network')),
  });
  const orders = new Map<string, Order>();
  const getOrder = async (orderId: string): Promise<Order> =>
    orders.get(orderId) ?? {
      order_id: orderId,
      status: 'CREATED',
      merchant_order_reference: `reference-of-${orderId}`,
      order_amount: amount,
      payments: [],
    };
  return {
    ...plural,
    getOrder,
    getCardDetails: () => Promise.reject(new Error('no card details')),
    async createPayment(orderId, { payments }) {
      const [payment] = payments;
      const created = { id: `${orderId}-p1`, status: 'PENDING', payment_amount: amount, is_native_otp_supported: true };
      const reference = payment?.merchant_payment_reference;
      const order: Order = {
        ...(await getOrder(orderId)),
        status: 'PENDING',
        challenge_url: 'http://127.0.0.1:1/acs?token=bench',
        payments: [{ ...created, merchant_payment_reference: reference }],
      };
      orders.set(orderId, order);
      return order;
    },
    generateOtp: async () => ({ next: ['SUBMIT_OTP', 'RESEND_OTP'], resendAfterSeconds: 30 }),
    resendOtp: async () => ({ next: ['SUBMIT_OTP', 'RESEND_OTP'], resendAfterSeconds: 30 }),
    submitOtp: (paymentId, otp) => submitUpstream(paymentId, otp),
  };
}

/** A payment whose OTP was sent. */
export interface PromptedPayment {
  session: string;
  /** Restores the record as it was when the OTP was sent. */
  rewind(): Promise<void>;
}

/** A handler with payments whose OTP was sent. */
export interface StubShop {
  handler: OtpHandler;
  payments: PromptedPayment[];
}

/** Creates a shop with so many payments. */
export async function createStubShop(count: number, onEvent?: OtpHandlerOptions['onEvent']): Promise<StubShop> {
  const store = memoryStore();
  const { saved, recordingStore } = recordSaves(store);
  const handler = createOtpHandler({
    plural: stubPlural(),
    origin,
    store: recordingStore,
    onVerdict: false,
    onProblem: () => undefined,
    ...(onEvent && { onEvent }),
  });
  const payments: PromptedPayment[] = [];
  for (let index = 0; index < count; index += 1) {
    const orderId = `v1-bench-${index}`;
    const { client } = await handler.startPayment({
      orderId,
      nativeOtp: true,
      payment: {
        merchant_payment_reference: `payment-${index}`,
        payment_method: 'CARD',
        payment_amount: amount,
        payment_option: {
          card_details: {
            name: 'A Customer',
            card_number: '4012001037141112',
            cvv: '123',
            expiry_month: '12',
            expiry_year: '2039',
          },
        },
        device_info: { device_channel: 'browser' },
      },
    });
    const { session } = client;
    const response = await handler.fetch(post('otp/generate', { session, idempotencyKey: crypto.randomUUID() }));
    const view = (await response.json()) as { phase?: string };
    if (view.phase !== 'awaitingOtp') throw new Error(`no OTP was sent: ${JSON.stringify(view)}`);
    const last = saved.at(-1);
    if (!last) throw new Error('nothing was saved');
    const [key, value, terms] = last;
    saved.length = 0;
    payments.push({
      session,
      async rewind() {
        const version = (await store.load(key))?.version;
        await store.save(key, value, { ...terms, version });
      },
    });
  }
  recordingStore.save = (...args) => store.save(...args);
  return { handler, payments };
}

/** Wraps a store so that its saves are recorded. */
function recordSaves(store: PaymentStore): { saved: Parameters<PaymentStore['save']>[]; recordingStore: PaymentStore } {
  const saved: Parameters<PaymentStore['save']>[] = [];
  const recordingStore: PaymentStore = {
    ...store,
    save(...args) {
      saved.push(args);
      return store.save(...args);
    },
  };
  return { saved, recordingStore };
}

/** Creates a request as a server receives it from the step. */
export function post(route: string, body: object): Request {
  const text = JSON.stringify(body);
  return new Request(`${origin}/plural/${route}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': String(text.length),
      'sec-fetch-site': 'same-origin',
      origin,
    },
    body: text,
  });
}

/** The least any backend of this step does: parse JSON, call upstream, respond with JSON. */
export async function bareHandler(request: Request): Promise<Response> {
  if (new URL(request.url).pathname !== '/plural/otp/submit') return new Response(null, { status: 404 });
  const { session, otp } = (await request.json()) as { session: string; otp: string };
  const { status } = await submitUpstream('v1-bench', otp);
  return Response.json({ phase: 'confirming', next: ['check'], revision: 4, reference: session.slice(0, 8), status });
}
