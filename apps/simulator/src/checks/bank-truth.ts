/** The true state of each payment at the bank, read from the sandbox's own state and history. */
import type { PaymentVerdict } from '@plural-otp/edge';
import type { Sandbox } from '@plural-otp/sandbox';

type Orders = Sandbox['state']['orders'];
type Order = Orders extends Map<string, infer Value> ? Value : never;
type Payment = Order['payments'][number];

/** Outcomes of which the merchant has to have been told one last; `undefined` stands for nothing. */
export type ExpectedOutcomes = readonly (PaymentVerdict['outcome'] | undefined)[];

const openOrFailed: ReadonlySet<string> = new Set(['CREATED', 'PENDING', 'ATTEMPTED', 'FAILED']);

const isAuthorizedOrder = ({ status }: Order): boolean => status === 'AUTHORIZED' || status === 'PARTIALLY_CAPTURED';

const everHadMoney = ({ history }: Order, { id }: Payment): boolean =>
  history.some(({ event }) => event === `payment ${id} PROCESSED` || event === `payment ${id} AUTHORIZED`);

/** Compares what the merchant is told with what happened. */
export class BankTruth {
  readonly #sandbox: Sandbox;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  get orders(): readonly Order[] {
    return [...this.#sandbox.state.orders.values()].filter(({ type }) => type === 'CHARGE');
  }

  /** Returns why a verdict is false, or `undefined` for a true one. */
  findFalsehood({ orderId, paymentId, outcome, amount }: PaymentVerdict): string | undefined {
    const order = this.#sandbox.state.orders.get(orderId);
    const payment = order?.payments.find(({ id }) => id === paymentId);
    if (!order || !payment) return 'there is no such payment';
    const ever = (line: string): boolean => order.history.some(({ event }) => event.startsWith(line));
    switch (outcome) {
      case 'paid':
        if (payment.status !== 'PROCESSED') return `it is ${payment.status}`;
        if (!ever('order PROCESSED')) return `the order is ${order.status}`;
        return payment.amount.value === amount.value ? undefined : `the bank took ${payment.amount.value}`;
      case 'authorized':
        if (!order.preAuth || !ever(`payment ${paymentId} AUTHORIZED`)) return `it is ${payment.status}`;
        return payment.amount.value === amount.value ? undefined : `the bank took ${payment.amount.value}`;
      case 'cancelled':
        return ever('order CANCELLED') ? undefined : `the order is ${order.status}`;
      default:
        return ever(`payment ${paymentId} FAILED`) || ever('order FAILED') ? undefined : `it is ${payment.status}`;
    }
  }

  /** Returns what the merchant has to know of a payment once everything has come to rest. */
  expectedOutcomes(order: Order, payment: Payment): ExpectedOutcomes {
    const hasMoney = payment.status === 'PROCESSED' || payment.status === 'AUTHORIZED';
    if (hasMoney && payment.amount.value !== order.amount.value) return [undefined, 'failed', 'cancelled'];
    // What an authorization becomes later is the merchant's own doing, which need not be told.
    if (order.preAuth && payment.status === 'PROCESSED') return ['paid', 'authorized'];
    if (order.preAuth && payment.status === 'CANCELLED') return ['cancelled', 'failed', 'authorized'];
    if (payment.status === 'PROCESSED') return ['paid'];
    // The order of two payments with money may speak of the other one, and then it proves no authorization.
    const isAlone = order.payments.every((other) => other === payment || !everHadMoney(order, other));
    if (hasMoney && (isAlone || isAuthorizedOrder(order))) return ['authorized'];
    if (hasMoney) return ['authorized', undefined, 'failed', 'cancelled'];
    if (order.status === 'CANCELLED') return ['cancelled', 'failed'];
    // Another payment has the order's money: this one is superseded, or was told before.
    if (!openOrFailed.has(order.status)) return [undefined, 'failed', 'cancelled'];
    if (payment.status === 'FAILED') return ['failed', 'cancelled'];
    return order.status === 'FAILED' ? ['failed'] : [undefined];
  }
}
