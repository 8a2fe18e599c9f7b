/**
 * Changes at the bank that no call of the kit causes: a declined payment that turns out paid, a decision hours later,
 * another amount, an order that is cancelled. The sandbox has no control for them, so its state is changed by hand, in
 * the way its own code does.
 */
import type { Sandbox } from '@plural-otp/sandbox';
import type { WalkContext } from '../context.ts';
import { shortId } from '../report/trace.ts';

type Order = ReturnType<Sandbox['state']['orders']['get']> & object;
type Payment = Order['payments'][number];

const hourMs = 3_600_000;
const openStatuses: ReadonlySet<string> = new Set(['CREATED', 'PENDING', 'ATTEMPTED', 'FAILED']);

/** The bank behind the sandbox. */
export class Bank {
  readonly #context: WalkContext;
  readonly #sandbox: Sandbox;
  readonly #readOrder: (orderId: string) => Promise<object>;

  constructor(context: WalkContext, sandbox: Sandbox, readOrder: (orderId: string) => Promise<object>) {
    this.#context = context;
    this.#sandbox = sandbox;
    this.#readOrder = readOrder;
  }

  /** Reverses a decline of the last six hours within twenty hours; declines an open payment first if there is none. */
  reverse(orderId: string): void {
    const { time, random } = this.#context;
    const isRecent = ({ status, updatedAtMs }: Payment): boolean =>
      status === 'FAILED' && time.nowMs - updatedAtMs < 6 * hourMs;
    const found = this.#find(orderId, isRecent) ?? this.#find(orderId, ({ status }) => status === 'PENDING');
    if (!found) return;
    this.#context.count('bankReverses');
    if (found.payment.status === 'PENDING') this.#decline(found);
    const isTold = random.chance(0.5);
    time.setTimeout(
      () => void this.#setPaid(found, isTold),
      random.integer(0, random.pick([1000, 120_000, 20 * hourMs])),
    );
  }

  /** Postpones a decision that is still to come by up to a day. */
  postpone(orderId: string): void {
    const { dueEvents } = this.#sandbox.state;
    const order = this.#sandbox.state.orders.get(orderId);
    const at = dueEvents.findIndex(
      (event) => event.kind === 'decide' && order?.payments.some(({ id }) => id === event.paymentId),
    );
    const event = dueEvents[at];
    if (!event) return;
    this.#context.count('bankWaits');
    const { random, trace } = this.#context;
    dueEvents[at] = { ...event, atMs: event.atMs + random.integer(0, 24 * hourMs) };
    dueEvents.sort((one, other) => one.atMs - other.atMs);
    trace.add('B', '', `decides ${shortId(orderId)} later`);
  }

  /** Has the bank take another amount than the order's. */
  changeAmount(orderId: string): void {
    const open = this.#find(orderId, ({ status }) => status === 'PENDING');
    if (!open) return;
    this.#context.count('bankChangesAmount');
    const { payment } = open;
    Object.assign(payment, { amount: { ...payment.amount, value: payment.amount.value - 100 } });
    this.#context.trace.add('B', '', `takes another amount for ${shortId(payment.id)}`);
  }

  /** Cancels an order that has no captured money, from Plural's dashboard. */
  cancelOrder(orderId: string): void {
    const order = this.#sandbox.state.orders.get(orderId);
    if (!order || order.payments.length === 0) return;
    if (!openStatuses.has(order.status) && order.status !== 'AUTHORIZED') return;
    this.#context.count('merchantCancels');
    for (const payment of order.payments)
      if (payment.status === 'PENDING' || payment.status === 'AUTHORIZED') this.#set(order, payment, 'CANCELLED');
    this.#setOrder(order, 'CANCELLED');
  }

  /** Captures an authorized payment, in full or in part. */
  capture(orderId: string): void {
    const authorized = this.#find(orderId, ({ status }) => status === 'AUTHORIZED');
    if (!authorized || authorized.order.status !== 'AUTHORIZED') return;
    this.#context.count('merchantCaptures');
    const { order, payment } = authorized;
    this.#set(order, payment, 'PROCESSED');
    this.#setOrder(order, this.#context.random.pick(['PROCESSED', 'PARTIALLY_CAPTURED'] as const));
  }

  /** Refunds a payment, in full or in part. */
  refund(orderId: string): void {
    const order = this.#sandbox.state.orders.get(orderId);
    if (order?.status !== 'PROCESSED') return;
    this.#context.count('merchantRefunds');
    this.#setOrder(order, this.#context.random.pick(['PARTIALLY_REFUNDED', 'FULLY_REFUNDED'] as const));
  }

  /**
   * Pays every payment that failed or was given up, days later, and sends the webhook. Returns the orders it paid.
   */
  async payLate(): Promise<readonly string[]> {
    const paid: string[] = [];
    for (const order of this.#sandbox.state.orders.values()) {
      const payment = order.payments.find(({ status }) => status === 'FAILED' || status === 'PENDING');
      if (!payment || !openStatuses.has(order.status) || !this.#context.random.chance(0.7)) continue;
      paid.push(order.id);
      await this.#setPaid({ order, payment }, true);
    }
    return paid;
  }

  #find(orderId: string, fits: (payment: Payment) => boolean): { order: Order; payment: Payment } | undefined {
    const order = this.#sandbox.state.orders.get(orderId);
    const payments = order?.payments.filter(fits) ?? [];
    return order && payments.length > 0 ? { order, payment: this.#context.random.pick(payments) } : undefined;
  }

  #decline({ order, payment }: { order: Order; payment: Payment }): void {
    payment.error = { code: 'PAYMENT_DECLINED', message: 'The bank declined the payment' };
    this.#set(order, payment, 'FAILED');
    if (openStatuses.has(order.status)) this.#setOrder(order, 'ATTEMPTED');
  }

  async #setPaid({ order, payment }: { order: Order; payment: Payment }, isTold: boolean): Promise<void> {
    // A cancellation is final, and one reversal is enough.
    if ((payment.status !== 'FAILED' && payment.status !== 'PENDING') || order.status === 'CANCELLED') return;
    const status = order.preAuth ? 'AUTHORIZED' : 'PROCESSED';
    delete payment.error;
    this.#set(order, payment, status);
    if (openStatuses.has(order.status)) this.#setOrder(order, status);
    if (isTold) await this.#emit(order.id, `ORDER_${status}`);
  }

  #set(order: Order, payment: Payment, status: Payment['status']): void {
    payment.status = status;
    payment.updatedAtMs = this.#context.time.nowMs;
    this.#append(order, `payment ${payment.id} ${status}`);
  }

  #setOrder(order: Order, status: Order['status']): void {
    order.status = status;
    this.#append(order, `order ${status}`);
  }

  #append(order: Order, event: string): void {
    order.updatedAtMs = this.#context.time.nowMs;
    order.history.push({ atMs: this.#context.time.nowMs, event });
    this.#context.trace.add(
      'B',
      '',
      event.replace(/ v1-\S+/, (id) => ` ${shortId(id.trim())}`),
    );
  }

  /** Puts the webhook of a change into the sandbox's outbox; its next request sends it. */
  async #emit(orderId: string, eventType: string): Promise<void> {
    const data = await this.#readOrder(orderId);
    const body = JSON.stringify({ event_type: eventType, data });
    this.#sandbox.state.outbox.push({ eventType, orderId, scenarioId: null, body });
    this.#sandbox.advance(0);
  }
}
