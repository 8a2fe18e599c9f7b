/** A merchant's server as a client of the sandbox, and sandboxes for tests. */
import {
  createSandbox,
  type Credentials,
  credentials,
  type Sandbox,
  type SandboxOptions,
  scenarios,
} from '@plural-otp/sandbox';

/** A response as a merchant's server receives it. */
export interface CallResult {
  readonly status: number;
  // Untyped, because its shape is what the tests check.
  readonly body: JsonMember;
}
/** A JSON value that tests read member by member. */
export interface JsonMember {
  readonly [key: string]: JsonMember | undefined;
}

/** Returns a string member; anything else as JSON, so that a failing test shows it. */
export function toText(member: unknown): string {
  return typeof member === 'string' ? member : JSON.stringify(member);
}

/** Creates a clock that stands still until it is advanced. */
export function createManualClock(startMs: number = Date.UTC(2026, 0, 5, 6, 30)): {
  now: () => number;
  advance: (seconds: number) => void;
} {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance: (seconds) => {
      nowMs += seconds * 1000;
    },
  };
}

/** Sends a request over any transport. */
export type Send = (request: Request) => Promise<Response>;

/** A merchant's server, which calls the API over any transport. */
export class Merchant {
  readonly send: Send;
  readonly origin: string;
  token = '';

  constructor(send: Send, origin = 'https://plural.test') {
    this.send = send;
    this.origin = origin;
  }

  /** Calls any path with a JSON body. */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<CallResult> {
    const response = await this.send(
      new Request(`${this.origin}${path}`, {
        method,
        headers: {
          ...(this.token !== '' && { authorization: `Bearer ${this.token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
    return { status: response.status, body: (await response.json()) as JsonMember };
  }

  /** Requests an access token for all further calls. */
  async signIn({
    clientId,
    clientSecret,
  }: Pick<Credentials, 'clientId' | 'clientSecret'> = credentials): Promise<this> {
    const { body } = await this.call('POST', '/api/auth/v1/token', {
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'client_credentials',
    });
    this.token = toText(body['access_token']);
    return this;
  }

  createOrder(more: object = {}): Promise<CallResult> {
    return this.call('POST', '/api/pay/v1/orders', { ...orderBody(), ...more });
  }

  getOrder(orderId: string): Promise<CallResult> {
    return this.call('GET', `/api/pay/v1/orders/${orderId}`);
  }

  createPayment(orderId: string, more: object = {}): Promise<CallResult> {
    return this.call('POST', `/api/pay/v1/orders/${orderId}/payments`, { payments: [{ ...paymentBody(), ...more }] });
  }

  generate(paymentId: string): Promise<CallResult> {
    return this.call('POST', '/api/pay/v1/otp/generate', { payment_id: paymentId });
  }

  submit(paymentId: string, otp: string): Promise<CallResult> {
    return this.call('POST', '/api/pay/v1/otp/submit', { payment_id: paymentId, otp });
  }

  resend(paymentId: string): Promise<CallResult> {
    return this.call('POST', '/api/pay/v1/otp/resend', { payment_id: paymentId });
  }

  /** Creates an order with a payment by the scenario's card. */
  async start(
    scenarioId = 'pays',
    order: { order_amount?: object; pre_auth?: boolean; [name: string]: unknown } = {},
  ): Promise<Started> {
    const created = await this.createOrder(order);
    const orderId = toText(created.body['data']?.['order_id']);
    return this.startAnother(orderId, scenarioId, order.order_amount);
  }

  /** Creates a further payment of an order. */
  async startAnother(orderId: string, scenarioId = 'pays', amount?: object): Promise<Started> {
    const linked = await this.createPayment(orderId, {
      ...(amount !== undefined && { payment_amount: amount }),
      payment_option: { card_details: { ...cardBody, card_number: getCardNumber(scenarioId) } },
    });
    const order = linked.body['data'];
    const payments = order?.['payments'] as readonly JsonMember[] | undefined;
    return {
      orderId,
      paymentId: toText(payments?.at(-1)?.['id']),
      challengeUrl: toText(order?.['challenge_url']),
    };
  }

  /** Returns the status of an order, then of each payment. */
  async statuses(orderId: string): Promise<readonly string[]> {
    const { body } = await this.getOrder(orderId);
    const payments = body['data']?.['payments'] as readonly JsonMember[] | undefined;
    return [toText(body['data']?.['status']), ...(payments ?? []).map((payment) => toText(payment['status']))];
  }
}

/** A payment that was created. */
export interface Started {
  readonly orderId: string;
  readonly paymentId: string;
  readonly challengeUrl: string;
}

/** A sandbox with a clock of its own and a merchant. */
export interface TestSandbox {
  readonly sandbox: Sandbox;
  readonly merchant: Merchant;
  readonly clock: ReturnType<typeof createManualClock>;
}

/** Creates a sandbox with a manual clock, and a merchant with a token. */
export async function createTestSandbox(options: SandboxOptions = {}): Promise<TestSandbox> {
  const clock = createManualClock();
  const sandbox = createSandbox({ now: clock.now, ...options });
  return { sandbox, clock, merchant: await new Merchant((request) => sandbox.fetch(request)).signIn() };
}

let references = 0;
const nextReference = (): string => `reference-${(references += 1)}`;

/** Amount of every order and payment, unless a test sets another. */
export const amount = { value: 35_000, currency: 'INR' } as const;

/** Creates a valid body of `createOrder` with a new reference. */
export const orderBody = (): object => ({
  merchant_order_reference: nextReference(),
  order_amount: amount,
  callback_url: 'https://shop.test/return?basket=7',
});

/** Valid card details. */
export const cardBody = {
  name: 'Asha Rao',
  card_number: '4012001037141112',
  cvv: '123',
  expiry_month: '03',
  expiry_year: '2030',
} as const;

/** Valid details of a saved card. */
export const tokenBody = {
  name: 'Asha Rao',
  cvv: '123',
  last4_digit: '1112',
  expiry_month: '03',
  expiry_year: '2030',
  token: '4012001037141112',
  cryptogram: 'AgAAAAAABk4DWZ4C28yUQAAAAAA=',
  token_txn_type: 'ALT_TOKEN',
} as const;

/** Creates a valid payment for the body of `createPayment`, with a new reference. */
export const paymentBody = (): object => ({
  merchant_payment_reference: nextReference(),
  payment_method: 'CARD',
  payment_amount: amount,
  payment_option: { card_details: cardBody },
});

function getCardNumber(scenarioId: string): string {
  const scenario = scenarios.find(({ id }) => id === scenarioId);
  if (scenario === undefined) throw new Error(`Unknown scenario ${scenarioId}.`);
  return scenario.number;
}
