/** A payment as the sandbox knows it. */
export interface SandboxPayment {
  readonly id: string;
  readonly status: string;
}

export interface SandboxOrder {
  readonly order_id: string;
  readonly status: string;
  readonly payments: readonly SandboxPayment[];
}

/** The calls that reached the sandbox, by operation. */
export type Counts = Readonly<Partial<Record<string, number>>>;

/** The sandbox's control routes (docs/sandbox.md), and what it hands out. */
export interface SandboxControl {
  /** The hex key returns are signed with, and the secret of webhooks. */
  readonly returnSecretKey: string;
  readonly webhookSecret: string;
  /** The code that is right. */
  readonly otp: string;
  counts(): Promise<Counts>;
  /** HTTP status of the newest call of an operation. */
  lastStatus(operation: string): Promise<number | null | undefined>;
  /** How many messages the customer's phone got for a payment. */
  messages(paymentId: string): Promise<number>;
  orders(): Promise<readonly SandboxOrder[]>;
  /** Bends the next answers. */
  script(...faults: readonly object[]): Promise<void>;
  /** Everything as at its start, but for orders and the clock. */
  restore(): Promise<void>;
  configure(settings: object): Promise<void>;
  advance(seconds: number): Promise<void>;
  /** The bank takes the right code on its own page, past the backend. */
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

/** Opens the control routes. Throws when there is no sandbox at the address. */
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
    if (!response.ok) throw new Error(`the sandbox answered ${path} with ${response.status}`);
    return JSON.parse(text);
  }
  const { credentials, otp } = (await call('/sandbox/scenarios')) as Scenarios;
  const { settings: initial } = (await call('/sandbox/settings')) as { settings: object };

  const requests = async () =>
    (await call('/sandbox/requests')) as {
      counts: Counts;
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
