import { createPlural, type PaymentRequest, type Plural } from '@plural-otp/core';
import { createOtpHandler, memoryStore, type OtpHandler, type PaymentVerdict } from '@plural-otp/edge';
import { createSandbox, credentials, rightOtp, type Sandbox } from '@plural-otp/sandbox';

/** A merchant on an emulated Plural, with the verdicts it received. */
export interface Fixtures {
  sandbox: Sandbox;
  plural: Plural;
  handler: OtpHandler;
  verdicts: PaymentVerdict[];
  /** Posts to a route of the handler as the shop's own page does. */
  post: (route: string, body: object) => Promise<Response>;
  /** Creates an order of ₹1,100 and returns its id. */
  createOrder: () => Promise<string>;
}

/** Creates a merchant and an emulated Plural in one process; `origin` is that of the shop's own page. */
export function createFixtures(origin = 'http://127.0.0.1:3000'): Fixtures {
  const sandbox = createSandbox({ origin: 'http://127.0.0.1:3001' });
  const plural = createPlural({
    environment: { baseUrl: 'http://127.0.0.1:3001' },
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    fetch: (request) => sandbox.fetch(request),
  });
  const verdicts: PaymentVerdict[] = [];
  const handler = createOtpHandler({
    plural,
    origin,
    store: memoryStore(),
    limits: { orderReadEverySeconds: 0 },
    returnSignature: { secretKey: credentials.returnSecretKey },
    onVerdict: (verdict) => void verdicts.push(verdict),
  });
  let orders = 0;
  return {
    sandbox,
    plural,
    handler,
    verdicts,
    post: (route, body) =>
      handler.fetch(
        new Request(`${origin}/plural/${route}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin, 'sec-fetch-site': 'same-origin' },
          body: JSON.stringify(body),
        }),
      ),
    async createOrder() {
      const order = await plural.createOrder({
        merchant_order_reference: `order-${(orders += 1)}`,
        order_amount: { value: 110_000, currency: 'INR' },
      });
      return order.order_id;
    },
  };
}

/** A payment with the sandbox's card that supports native OTP. */
export const cardPayment: PaymentRequest = {
  merchant_payment_reference: 'payment-1',
  payment_method: 'CARD',
  payment_amount: { value: 110_000, currency: 'INR' },
  payment_option: {
    card_details: {
      name: 'Test Card',
      card_number: '4012001037141112',
      cvv: '123',
      expiry_month: '12',
      expiry_year: '2030',
    },
  },
};

export { rightOtp };
