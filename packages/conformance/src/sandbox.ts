/** Client of the sandbox's control routes (docs/sandbox.md). */

/** A payment in the sandbox's state. */
export interface SandboxPayment {
  readonly id: string;
  readonly status: string;
}

export interface SandboxOrder {
  readonly order_id: string;
  readonly status: string;
  readonly payments: readonly SandboxPayment[];
}

/** Number of calls that reached the sandbox, by operation. */
export type CallCounts = Readonly<Partial<Record<string, number>>>;

export interface SandboxControl {
  /** Hex key that returns are signed with. */
  readonly returnSecretKey: string;
  /** Secret that webhooks are signed with. */
  readonly webhookSecret: string;
  /** The OTP that the issuer accepts. */
  readonly otp: string;
  /** Returns the number of calls so far, by operation. */
  counts(): Promise<CallCounts>;
  /** Returns the HTTP status of the latest call of an operation. */
  lastStatus(operation: string): Promise<number | null | undefined>;
  /** Returns the number of SMS messages sent for a payment. */
  messages(paymentId: string): Promise<number>;
  orders(): Promise<readonly SandboxOrder[]>;
  /** Applies faults to the next responses. */
  script(...faults: readonly object[]): Promise<void>;
  /** Restores script and settings; orders and clock stay. */
  restore(): Promise<void>;
  configure(settings: object): Promise<void>;
  advance(seconds: number): Promise<void>;
  /** Pays on the issuer's page, without the backend. */
  payAtBank(paymentId: string): Promise<void>;
}

interface Scenarios {
  readonly credentials: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly returnSecretKey: string;
    readonly webhookSecret: string;
  };
  readonly otp: string;
}

/**
 * Connects to the control routes.
 *
 * @throws {Error} when no sandbox responds at the address.
 */
export async function connectSandbox(url: string, fetch: typeof globalThis.fetch): Promise<SandboxControl> {
  async function call(path: string, body?: object, headers: Record<string, string> = {}): Promise<unknown> {
    const response = await fetch(
      url + path,
      body && {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      },
    );
    const text = await response.text();
    if (!response.ok) throw new Error(`the sandbox responded to ${path} with ${response.status}`);
    return JSON.parse(text);
  }
  const { credentials, otp } = (await call('/sandbox/scenarios')) as Scenarios;
  const { settings: initial } = (await call('/sandbox/settings')) as { settings: object };

  const requests = async () =>
    (await call('/sandbox/requests')) as {
      counts: CallCounts;
      requests: readonly { operation: string; status: number | null }[];
    };
  return {
    returnSecretKey: credentials.returnSecretKey,
    webhookSecret: credentials.webhookSecret,
    otp,
    counts: async () => (await requests()).counts,
    lastStatus: async (operation) =>
      (await requests()).requests
        .concat()
        .reverse()
        .find((request) => request.operation === operation)?.status,
    async messages(paymentId) {
      const { messages } = (await call('/sandbox/messages')) as { messages: readonly { paymentId: string }[] };
      return messages.filter((message) => message.paymentId === paymentId).length;
    },
    async orders() {
      const { orders } = (await call('/sandbox/orders')) as { orders: readonly { order: SandboxOrder }[] };
      return orders.map(({ order }) => order);
    },
    script: async (...faults) => void (await call('/sandbox/script', faults)),
    async restore() {
      await fetch(`${url}/sandbox/script`, { method: 'DELETE' });
      await call('/sandbox/settings', initial);
    },
    configure: async (settings) => void (await call('/sandbox/settings', settings)),
    advance: async (advanceSeconds) => void (await call('/sandbox/clock', { advanceSeconds })),
    async payAtBank(paymentId) {
      const { access_token: token } = (await call('/api/auth/v1/token', {
        client_id: credentials.clientId,
        client_secret: credentials.clientSecret,
        grant_type: 'client_credentials',
      })) as { access_token: string };
      await call(
        '/api/pay/v1/otp/submit',
        { payment_id: paymentId, otp },
        {
          authorization: `Bearer ${token}`,
          'request-id': crypto.randomUUID(),
          'request-timestamp': '2026-01-05T09:00:00Z',
        },
      );
    },
  };
}
