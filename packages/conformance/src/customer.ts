import { routes, type PaymentView, type Phase } from '@plural-otp/flow/contract';
import { viewIn, type Answer, type Asked, type Backend } from './backend.ts';
import { hold } from './assert.ts';

/** One tab on the step: holds the session, and makes an act for each deed unless it is given one. */
export interface Customer {
  session: string;
  /** As the backend gave it when the payment began. */
  readonly first: PaymentView;
  readonly card: string;
  readonly orderId: string;
  readonly paymentId: string;
  generate(idempotencyKey?: string): Promise<PaymentView>;
  submit(otp: string, idempotencyKey?: string): Promise<PaymentView>;
  resend(idempotencyKey?: string): Promise<PaymentView>;
  look(): Promise<PaymentView>;
  leave(to: 'bank' | 'cancel', idempotencyKey?: string): Promise<PaymentView>;
  /** Looks, a second apart, until the payment stands in one of these phases; a `Breach` when it never does. */
  sees(...phases: readonly Phase[]): Promise<PaymentView>;
  /** The route's own body with this session. */
  readonly body: (route: string) => Record<string, string>;
  /** Sends anything at all. */
  readonly send: (route: string, asked?: Asked) => Promise<Answer>;
}

export interface CustomerParts {
  backend: Backend;
  session: string;
  first: PaymentView;
  card: string;
  orderId: string;
  paymentId: string;
  wrongOtp: string;
  pass: (seconds: number) => Promise<void>;
}

const looks = 8;
export const newAct = (): string => crypto.randomUUID();

export function customerWith(parts: CustomerParts): Customer {
  const { backend, first, card, orderId, paymentId, wrongOtp, pass } = parts;
  const view = async (route: string, deed: object): Promise<PaymentView> => {
    const seen = viewIn(await backend.send(route, { body: { session: customer.session, ...deed } }));
    if (seen.session !== undefined) customer.session = seen.session;
    return seen;
  };
  const customer: Customer = {
    session: parts.session,
    first,
    card,
    orderId,
    paymentId,
    generate: (idempotencyKey = newAct()) => view(routes.generate, { idempotencyKey }),
    submit: (otp, idempotencyKey = newAct()) => view(routes.submit, { otp, idempotencyKey }),
    resend: (idempotencyKey = newAct()) => view(routes.resend, { idempotencyKey }),
    look: () => view(routes.payment, {}),
    leave: (to, idempotencyKey = newAct()) => view(routes.leave, { to, idempotencyKey }),
    async sees(...phases) {
      let seen = await customer.look();
      for (let look = 1; look < looks && !phases.includes(seen.phase); look += 1) {
        await pass(1);
        seen = await customer.look();
      }
      hold(phases.includes(seen.phase), `the payment to become ${phases.join(' or ')}`, `${seen.phase}, to the end`);
      return seen;
    },
    body: (route) => ({
      session: customer.session,
      ...(route === routes.payment ? {} : { idempotencyKey: newAct() }),
      ...(route === routes.submit ? { otp: wrongOtp } : {}),
      ...(route === routes.leave ? { to: 'bank' } : {}),
    }),
    send: (route, asked) => backend.send(route, asked ?? { body: customer.body(route) }),
  };
  return customer;
}
