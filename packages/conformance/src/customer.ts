/** A simulated customer: one browser tab that holds a session and calls the backend's routes. */
import { routes, type LeaveBody, type PaymentView, type Phase } from '@plural-otp/flow/contract';
import { assert } from './assert.ts';
import { parseViewResponse, type Backend, type BackendRequest, type BackendResponse } from './backend.ts';

/** One tab. Makes a new idempotency key for each action, unless it is given one. */
export interface Customer {
  /** The current session; a renewed one in a view replaces it. */
  session: string;
  /** The view that was returned when the payment was started. */
  readonly initialView: PaymentView;
  readonly card: string;
  /** The shop's reference of the order at Plural. */
  readonly order: string;
  readonly orderId: string;
  readonly paymentId: string;
  generate(idempotencyKey?: string): Promise<PaymentView>;
  submit(otp: string, idempotencyKey?: string): Promise<PaymentView>;
  resend(idempotencyKey?: string): Promise<PaymentView>;
  getView(): Promise<PaymentView>;
  leave(to: LeaveBody['to'], idempotencyKey?: string): Promise<PaymentView>;
  /**
   * Polls once a second until the payment reaches one of these phases.
   *
   * @throws {ConformanceError} after eight polls without it.
   */
  waitForPhase(...phases: readonly Phase[]): Promise<PaymentView>;
  /** Returns a valid body of a route, with this session. */
  readonly body: (route: string) => Record<string, string>;
  /** Sends any request; by default a valid one. */
  readonly send: (route: string, request?: BackendRequest) => Promise<BackendResponse>;
}

export interface CustomerOptions {
  backend: Backend;
  session: string;
  initialView: PaymentView;
  card: string;
  order: string;
  orderId: string;
  paymentId: string;
  wrongOtp: string;
  advance: (seconds: number) => Promise<void>;
}

const maxPolls = 8;

/** Returns a random UUID. */
export const newIdempotencyKey = (): string => crypto.randomUUID();

export function createCustomer(options: CustomerOptions): Customer {
  const { backend, initialView, card, order, orderId, paymentId, wrongOtp, advance } = options;
  const call = async (route: string, members: object): Promise<PaymentView> => {
    const view = parseViewResponse(await backend.send(route, { body: { session: customer.session, ...members } }));
    if (view.session !== undefined) customer.session = view.session;
    return view;
  };
  const customer: Customer = {
    session: options.session,
    initialView,
    card,
    order,
    orderId,
    paymentId,
    generate: (idempotencyKey = newIdempotencyKey()) => call(routes.generate, { idempotencyKey }),
    submit: (otp, idempotencyKey = newIdempotencyKey()) => call(routes.submit, { otp, idempotencyKey }),
    resend: (idempotencyKey = newIdempotencyKey()) => call(routes.resend, { idempotencyKey }),
    getView: () => call(routes.payment, {}),
    leave: (to, idempotencyKey = newIdempotencyKey()) => call(routes.leave, { to, idempotencyKey }),
    async waitForPhase(...phases) {
      let view = await customer.getView();
      for (let poll = 1; poll < maxPolls && !phases.includes(view.phase); poll += 1) {
        await advance(1);
        view = await customer.getView();
      }
      assert(phases.includes(view.phase), `the phase to become ${phases.join(' or ')}`, `${view.phase} until timeout`);
      return view;
    },
    body: (route) => ({
      session: customer.session,
      ...(route === routes.payment ? {} : { idempotencyKey: newIdempotencyKey() }),
      ...(route === routes.submit ? { otp: wrongOtp } : {}),
      ...(route === routes.leave ? { to: 'bank' } : {}),
    }),
    send: (route, request) => backend.send(route, request ?? { body: customer.body(route) }),
  };
  return customer;
}
