/** Other clients of a sandbox: shops that start, fail and finish payments of their own meanwhile. */
import { credentials } from '@plural-otp/sandbox';

/** No request is sent on a connection that the sandbox is closing as idle. */
const once = { 'content-type': 'application/json', connection: 'close' };

export interface OtherClients {
  /** Number of payments that they brought to an end so far. */
  readonly payments: number;
  stop(): Promise<void>;
}

/** Starts some clients of a sandbox; `fetch` reaches it. */
export function startOtherClients(
  sandboxOrigin: string,
  count: number,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): OtherClients {
  const stop = new AbortController();
  let payments = 0;

  async function pay(token: string): Promise<void> {
    const reference = `other-${crypto.randomUUID().slice(0, 13)}`;
    const amount = { value: 50_000, currency: 'INR' };
    const call = async (path: string, body: object): Promise<{ data?: Partial<Record<string, unknown>> }> => {
      const response = await fetch(sandboxOrigin + path, {
        method: 'POST',
        headers: { ...once, authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
      return (await response.json()) as { data?: Partial<Record<string, unknown>> };
    };
    const order = await call('/api/pay/v1/orders', { merchant_order_reference: reference, order_amount: amount });
    await call('/sandbox/script', { operation: 'resendOtp', order: reference, fault: 'status', status: 503 });
    const card = {
      name: 'Other',
      card_number: '4012001037141112',
      cvv: '123',
      expiry_month: '12',
      expiry_year: '2039',
    };
    const paid = await call(`/api/pay/v1/orders/${String(order.data?.['order_id'])}/payments`, {
      payments: [
        {
          merchant_payment_reference: `${reference}-1`,
          payment_method: 'CARD',
          payment_amount: amount,
          payment_option: { card_details: card },
        },
      ],
    });
    const [payment] = (paid.data?.['payments'] ?? []) as { id: string }[];
    for (const [action, otp] of [['generate'], ['submit', '000000'], ['resend'], ['submit', '123456']] as const)
      await call(`/api/pay/v1/otp/${action}`, { payment_id: payment?.id, ...(otp !== undefined && { otp }) });
    payments += 1;
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const response = await fetch(`${sandboxOrigin}/api/auth/v1/token`, {
        method: 'POST',
        headers: once,
        body: JSON.stringify({
          client_id: credentials.clientId,
          client_secret: credentials.clientSecret,
          grant_type: 'client_credentials',
        }),
      });
      const { access_token: token } = (await response.json()) as { access_token: string };
      // The tests move the clock, so a token does not last.
      await pay(token);
      await new Promise<void>((resolve) => {
        setTimeout(resolve, 100);
      });
    }
  }

  const runs = Array.from({ length: count }, run);
  return {
    get payments() {
      return payments;
    },
    async stop() {
      stop.abort();
      await Promise.all(runs);
    },
  };
}
