/** A stub of Plural behind an injected fetch: replies as a test says and records its requests. */

import {
  createPlural,
  type CreatePaymentBody,
  type PaymentRequest,
  type Plural,
  type PluralOptions,
} from '@plural-otp/core';

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
}

export type Reply =
  | Response
  | Error
  | ((requests: ReceivedRequest, count: number) => Response | Error | Promise<Response>);

export const tokenPath = '/api/auth/v1/token';
export const baseUrl = 'http://127.0.0.1:9';

export interface StubPlural {
  plural: Plural;
  /** Every request but the token calls. */
  requests: ReceivedRequest[];
  tokenCalls: ReceivedRequest[];
}

/** Creates a client of the stub. The replies are used in turn, and the last one for every further request. */
export function stubPlural(
  replies: Reply | Reply[],
  options: Partial<PluralOptions> & { token?: Reply } = {},
): StubPlural {
  const requests: ReceivedRequest[] = [];
  const tokenCalls: ReceivedRequest[] = [];
  const { token = () => Response.json({ access_token: `token-${tokenCalls.length}`, expires_in: 3600 }), ...rest } =
    options;
  const list = Array.isArray(replies) ? replies : [replies];

  const fetch = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const text = await request.text();
    const record: ReceivedRequest = {
      method: request.method,
      path: pathname,
      headers: request.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
    const isToken = pathname === tokenPath;
    const received = isToken ? tokenCalls : requests;
    received.push(record);
    const reply = isToken ? token : (list[Math.min(received.length, list.length) - 1] as Reply);
    const response = typeof reply === 'function' ? await reply(record, received.length) : reply;
    if (response instanceof Error) throw response;
    return response.clone();
  };

  const plural = createPlural({
    environment: { baseUrl },
    clientId: 'client-id',
    clientSecret: 'client-secret',
    fetch,
    ...rest,
  });
  return { plural, requests, tokenCalls };
}

export const order = {
  order_id: 'v1-4405071524-aa-qlAtAf',
  merchant_order_reference: 'order-1',
  status: 'CREATED',
  order_amount: { value: 1100, currency: 'INR' },
  pre_auth: false,
  payments: [],
};

export const orderBody = { merchant_order_reference: 'order-1', order_amount: { value: 1100, currency: 'INR' } };

export const paymentBody: CreatePaymentBody & { payments: [PaymentRequest] } = {
  payments: [
    {
      merchant_payment_reference: 'payment-1',
      payment_method: 'CARD',
      payment_amount: { value: 1100, currency: 'INR' },
      payment_option: {
        card_details: {
          name: 'Asha Rao',
          card_number: '4012-0010 3714 1112',
          cvv: '123',
          expiry_month: '03',
          expiry_year: '30',
        },
      },
    },
  ],
};

export const cardBody = {
  amount: '1100',
  card_details: [{ payment_identifier: '4012 0010 3714 1112', payment_reference_type: 'CARD' }],
};

export const paymentId = 'v1-250219120455-aa-Lc5FbR-cc-a';

/** Every call but the token call, as a caller would make it, with a response that Plural documents for it. */
export const calls = {
  createOrder: { run: (plural: Plural) => plural.createOrder(orderBody), response: { data: order } },
  getOrder: { run: (plural: Plural) => plural.getOrder(order.order_id), response: { data: order } },
  getOrderByReference: { run: (plural: Plural) => plural.getOrderByReference('order-1'), response: { data: order } },
  createPayment: {
    run: (plural: Plural) => plural.createPayment(order.order_id, paymentBody),
    response: { data: order },
  },
  getCardDetails: {
    run: (plural: Plural) => plural.getCardDetails(cardBody),
    response: { card_payment_details: [{ is_native_otp_supported: true }] },
  },
  generateOtp: {
    run: (plural: Plural) => plural.generateOtp(paymentId),
    response: { next: ['SUBMIT_OTP', 'RESEND_OTP'], meta_data: { resend_after: '180' } },
  },
  submitOtp: { run: (plural: Plural) => plural.submitOtp(paymentId, '012345'), response: { status: 'SUCCESS' } },
  resendOtp: {
    run: (plural: Plural) => plural.resendOtp(paymentId),
    response: { status: 'SUCCESS', next: ['SUBMIT_OTP'], meta_data: { resend_after: 60 } },
  },
  captureOrder: {
    run: (plural: Plural) => plural.captureOrder(order.order_id, { merchant_capture_reference: 'capture-1' }),
    response: { data: order },
  },
  cancelOrder: { run: (plural: Plural) => plural.cancelOrder(order.order_id), response: { data: order } },
  refundOrder: {
    run: (plural: Plural) =>
      plural.refundOrder(order.order_id, {
        merchant_order_reference: 'refund-1',
        order_amount: { value: 100, currency: 'INR' },
      }),
    response: { data: { ...order, type: 'REFUND', parent_order_id: order.order_id } },
  },
} as const satisfies Record<string, { run: (plural: Plural) => Promise<unknown>; response: unknown }>;

export type CallName = keyof typeof calls;
/** A call of the endpoint table. */
export type CalledOperation = 'getToken' | CallName;
export const callNames: CallName[] = Object.keys(calls) as CallName[];
