/** Client of the sandbox's control routes (docs/sandbox.md). What it changes is set aside first, and put back at the end. */
import { NoResponse, type Send } from './send.ts';

/** Thrown when the sandbox cannot be reached, or does not respond in time. */
export class SandboxLost extends Error {
  constructor(reason: unknown) {
    super(
      reason instanceof NoResponse ? reason.message : 'the sandbox cannot be reached',
      reason instanceof Error ? { cause: reason.cause } : {},
    );
  }
}

/** A payment in the sandbox's state. */
export interface SandboxPayment {
  readonly id: string;
  readonly status: string;
  readonly merchant_payment_reference: string;
  readonly payment_amount: { readonly value: number; readonly currency: string };
  readonly convenience_fee_breakdown?: { readonly applicable_fee_amount: { readonly value: number } };
}

export interface SandboxOrder {
  readonly order_id: string;
  readonly merchant_order_reference: string;
  readonly order_amount: { readonly value: number; readonly currency: string };
  readonly callback_url?: string;
  readonly status: string;
  readonly payments: readonly SandboxPayment[];
}

/** A call that reached the sandbox. */
export interface LoggedCall {
  readonly number: number;
  /** HTTP status of the response; null while a scripted fault holds it, and when the connection broke before it. */
  readonly status: number | null;
  /** Scripted fault that was applied. */
  readonly fault?: string;
}

/** Number of calls that reached the sandbox, by operation. */
export type CallCounts = Readonly<Partial<Record<string, number>>>;

export interface OrderState {
  readonly order: SandboxOrder;
  /** Calls about this order. */
  readonly calls: CallCounts;
  /** Number of SMS messages sent. */
  readonly otpsSent: number;
}

export interface SandboxControl {
  /** Hex key that returns are signed with. */
  readonly returnSecretKey: string;
  /** Secret that webhooks are signed with. */
  readonly webhookSecret: string;
  /** The OTP that the issuer accepts. */
  readonly otp: string;
  /** Returns the latest orders, of any client. */
  orders(): Promise<readonly OrderState[]>;
  /** Returns the order with this merchant reference. */
  find(reference: string): Promise<OrderState | undefined>;
  /**
   * Returns the calls of an operation about an order, of a higher number than `after`. Without any, waits up to `waitMs`
   * for one.
   */
  findCalls(
    reference: string,
    operation: string,
    options?: { after?: number; waitMs?: number },
  ): Promise<readonly LoggedCall[]>;
  /** Applies faults to the next responses about one order, by its id or reference. */
  script(order: string, ...faults: readonly object[]): Promise<void>;
  /** Removes the faults of one order. */
  clearFaults(order: string): Promise<void>;
  configure(settings: object): Promise<void>;
  /** Sets every setting to its default. */
  resetSettings(): Promise<void>;
  advance(seconds: number): Promise<void>;
  /** Creates an order at the API, as another client of the merchant would. */
  createOrder(reference: string, amount: SandboxOrder['order_amount']): Promise<void>;
  /** Pays on the issuer's page, without the backend. */
  payAtBank(paymentId: string): Promise<void>;
  /**
   * Decides a pending payment in place of the bank, in whatever step it is. After `hold` the right OTP is accepted, and
   * nothing is decided until one of the others.
   */
  decide(paymentId: string, decision: 'approve' | 'decline' | 'hold'): Promise<void>;
  /**
   * Puts script, settings and clock back to what they were. Every later call is rejected.
   *
   * @throws {Error} that names what could not be put back. The rest was.
   */
  close(): Promise<void>;
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

interface Settings {
  readonly settings: object;
  readonly table: readonly { readonly name: string; readonly default: unknown }[];
}

interface Clock {
  readonly now: string;
  readonly aheadSeconds: number;
  readonly frozen: boolean;
}

interface ScriptedFault {
  readonly fault: object;
  readonly skip: number;
  readonly remaining: number;
}

/**
 * Connects to the control routes, and sets scripted faults and settings aside.
 *
 * @throws {Error} when no sandbox responds at the address.
 */
export async function connectSandbox(
  url: string,
  sendRequest: Send,
  namespace: string | undefined,
): Promise<SandboxControl> {
  const send: Send = (address, init, options) => {
    const headers = new Headers(init?.headers);
    if (namespace !== undefined) headers.set('sandbox-namespace', namespace);
    return sendRequest(address, { ...init, headers }, options);
  };
  let isClosed = false;
  const changes = new Set<Promise<unknown>>();
  const ordersWithFaults = new Set<string>();

  async function request(path: string, init?: RequestInit): Promise<unknown> {
    const response = await send(url + path, init, { repeats: init === undefined }).catch((error: unknown) => {
      throw new SandboxLost(error);
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the sandbox responded to ${path} with ${response.status}`);
    return JSON.parse(text);
  }
  async function call(path: string, body?: object, headers: Record<string, string> = {}): Promise<unknown> {
    if (isClosed) throw new Error('the run has ended');
    if (body === undefined) return request(path);
    const change = request(path, post(body, headers));
    changes.add(change);
    try {
      return await change;
    } finally {
      changes.delete(change);
    }
  }
  async function callApi(path: string, body: object): Promise<void> {
    const { access_token: token } = (await call('/api/auth/v1/token', {
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      grant_type: 'client_credentials',
    })) as { access_token: string };
    await call(path, body, {
      authorization: `Bearer ${token}`,
      'request-id': crypto.randomUUID(),
      'request-timestamp': '2026-01-05T09:00:00Z',
    });
  }
  const removeFaults = (query = ''): Promise<unknown> => request(`/sandbox/script${query}`, { method: 'DELETE' });
  const orders = async (query = ''): Promise<readonly OrderState[]> =>
    ((await call(`/sandbox/orders${query}`)) as { orders: readonly OrderState[] }).orders;

  const { credentials, otp } = (await call('/sandbox/scenarios')) as Scenarios;
  const { settings: initialSettings, table } = (await call('/sandbox/settings')) as Settings;
  const { faults: initialFaults } = (await call('/sandbox/script')) as { faults: readonly ScriptedFault[] };
  const initialClock = (await call('/sandbox/clock')) as Clock;
  const defaults = Object.fromEntries(table.map((row) => [row.name, row.default]));
  let hasDefaults = false;

  async function restoreFaults(): Promise<void> {
    for (const order of ordersWithFaults) await control.clearFaults(order);
    const faults = initialFaults.map(({ fault, skip, remaining }) => ({ ...fault, skip, times: remaining }));
    if (faults.length > 0) await request('/sandbox/script', post(faults));
  }
  async function restoreClock(): Promise<void> {
    const { now, frozen, aheadSeconds } = initialClock;
    const set = (await request('/sandbox/clock', post({ now, frozen }))) as Clock;
    // The time of the run, by the sandbox's own count: it is as far from the real time as it was, to the millisecond.
    const passedSeconds = frozen ? 0 : aheadSeconds - set.aheadSeconds;
    if (passedSeconds > 0) await request('/sandbox/clock', post({ advanceSeconds: passedSeconds }));
  }

  const control: SandboxControl = {
    returnSecretKey: credentials.returnSecretKey,
    webhookSecret: credentials.webhookSecret,
    otp,
    orders: () => orders(),
    find: async (reference) => (await orders(`?reference=${encodeURIComponent(reference)}`)).at(-1),
    async findCalls(reference, operation, { after = 0, waitMs = 0 } = {}) {
      const query = new URLSearchParams({ reference, operation, after: String(after), waitMs: String(waitMs) });
      return ((await call(`/sandbox/requests?${query}`)) as { requests: readonly LoggedCall[] }).requests;
    },
    async script(order, ...faults) {
      ordersWithFaults.add(order);
      await call(
        '/sandbox/script',
        faults.map((fault) => ({ ...fault, order })),
      );
    },
    async clearFaults(order) {
      if (ordersWithFaults.delete(order)) await removeFaults(`?order=${encodeURIComponent(order)}`);
    },
    async configure(settings) {
      hasDefaults = false;
      await call('/sandbox/settings', settings);
    },
    async resetSettings() {
      if (!hasDefaults) await call('/sandbox/settings', defaults);
      hasDefaults = true;
    },
    advance: async (advanceSeconds) => void (await call('/sandbox/clock', { advanceSeconds })),
    createOrder: (reference, amount) =>
      callApi('/api/pay/v1/orders', { merchant_order_reference: reference, order_amount: amount }),
    payAtBank: (paymentId) => callApi('/api/pay/v1/otp/submit', { payment_id: paymentId, otp }),
    decide: async (paymentId, decision) => void (await call('/sandbox/payments', { paymentId, decision })),
    async close() {
      isClosed = true;
      await Promise.allSettled(changes);
      const failures: string[] = [];
      for (const [part, restore] of [
        ['faults', restoreFaults],
        ['settings', () => request('/sandbox/settings', post(initialSettings))],
        ['clock', restoreClock],
      ] as const)
        try {
          await restore();
        } catch (error) {
          failures.push(`${part} (${error instanceof Error ? error.message : 'unknown error'})`);
        }
      if (failures.length > 0) throw new Error(`The sandbox's state was not put back: ${failures.join(', ')}.`);
    },
  };
  try {
    await removeFaults();
    await control.resetSettings();
  } catch (error) {
    await control.close().catch(() => undefined);
    throw error;
  }
  return control;
}

/** Puts the sandbox back to what it was, and reports where that fails: a run must not lose its results by it. */
export async function closeSandbox(
  sandbox: SandboxControl,
  onFailure: (error: Error) => void = ({ message }) => console.warn(message),
): Promise<void> {
  await sandbox.close().catch(onFailure);
}

const post = (body: object, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
