/** Loads the sweep in virtual time: the real handler on a memory store, over a Plural that takes 100 ms for an order. */

import { createPlural, type Order, type PaymentRequest, type Plural } from '@plural-otp/core';
import { createOtpHandler, memoryStore, type HandlerTimers, type OtpHandler } from '@plural-otp/edge';

const orderReadMs = 100;
const minuteMs = 60_000;
const amount = { value: 35_000, currency: 'INR' };

/** Time that passes only while nothing else can happen. */
class VirtualTime {
  nowMs = Date.UTC(2026, 0, 5);
  /** Amount of work that takes no virtual time and has not ended, such as encryption. */
  busy = 0;
  readonly #events: { atMs: number; run: () => void }[] = [];
  readonly now = (): number => this.nowMs;
  readonly timers: HandlerTimers = {
    sleep: (ms) =>
      new Promise((resolve) => {
        this.at(this.nowMs + ms, resolve);
      }),
    startTimeout: (ms, onTimeout) => {
      const event = this.at(this.nowMs + ms, onTimeout);
      return () => {
        event.run = () => undefined;
      };
    },
  };

  at(atMs: number, run: () => void): { run: () => void } {
    const event = { atMs, run };
    // From the end, because most events are soon.
    let index = this.#events.length;
    while (index > 0 && (this.#events[index - 1]?.atMs ?? 0) < atMs) index -= 1;
    this.#events.splice(index, 0, event);
    return event;
  }
  /** Lets everything happen that does until `work` has ended. */
  async until(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    void work.finally(() => {
      isOver = true;
    });
    for (;;) {
      do {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      } while (this.busy > 0);
      if (isOver) break;
      const { nowMs } = this;
      const next = this.#events.pop();
      if (!next) throw new Error('nothing more happens');
      this.nowMs = Math.max(nowMs, next.atMs);
      next.run();
      while (this.#events.at(-1)?.atMs === next.atMs) this.#events.pop()?.run();
    }
    await work;
  }
}

interface LoadShop {
  time: VirtualTime;
  /** Starts a payment of a new order, and returns the order's id. */
  start: () => Promise<string>;
  /** Has an order paid at Plural. */
  pay: (orderId: string) => void;
  handler: OtpHandler;
  /** Time each order's verdict was delivered (epoch milliseconds). */
  deliveredAtMs: Map<string, number>;
}

function createLoadShop(hookMs: number): LoadShop {
  const time = new VirtualTime();
  const orders = new Map<string, Order>();
  const deliveredAtMs = new Map<string, number>();
  const readOrder = (orderId: string): Order => {
    const order = orders.get(orderId);
    if (!order) throw new Error('no such order');
    return order;
  };
  const plural: Plural = {
    ...createPlural({
      environment: { baseUrl: 'http://127.0.0.1:1' },
      clientId: 'bench-client',
      clientSecret: 'bench-secret',
      fetch: () => Promise.reject(new Error('the bench has no network')),
    }),
    async getOrder(orderId) {
      const order = readOrder(orderId);
      if (order.payments.length > 0) await time.timers.sleep(orderReadMs);
      return readOrder(orderId);
    },
    async createPayment(orderId, { payments }) {
      const [payment] = payments;
      const order: Order = {
        ...readOrder(orderId),
        status: 'PENDING',
        payments: [
          {
            id: `${orderId}-p1`,
            status: 'PENDING',
            payment_amount: amount,
            merchant_payment_reference: payment?.merchant_payment_reference,
          },
        ],
      };
      orders.set(orderId, order);
      return order;
    },
  };
  const handler = createOtpHandler({
    plural,
    origin: 'https://shop.example',
    store: memoryStore({ now: time.now }),
    now: time.now,
    timers: time.timers,
    async onVerdict({ orderId }) {
      await time.timers.sleep(hookMs);
      deliveredAtMs.set(orderId, time.nowMs);
    },
  });
  return {
    time,
    handler,
    deliveredAtMs,
    async start() {
      const orderId = `v1-load-${orders.size}`;
      orders.set(orderId, { order_id: orderId, status: 'CREATED', order_amount: amount, payments: [] });
      time.busy += 1;
      await handler.startPayment({ orderId, nativeOtp: true, payment: createPaymentRequest(orderId) });
      time.busy -= 1;
      return orderId;
    },
    pay(orderId) {
      const order = readOrder(orderId);
      const payments = order.payments.map((payment) => ({ ...payment, status: 'PROCESSED' }));
      orders.set(orderId, { ...order, status: 'PROCESSED', payments });
    },
  };
}

const createPaymentRequest = (orderId: string): PaymentRequest => ({
  merchant_payment_reference: `payment-of-${orderId}`,
  payment_method: 'CARD',
  payment_amount: amount,
  payment_option: {
    card_details: { name: 'A', card_number: '4012001037141112', cvv: '123', expiry_month: '12', expiry_year: '2039' },
  },
  device_info: { device_channel: 'browser' },
});

/** What one load showed. */
export interface AbandonedLoad {
  /** Seconds from the payment at Plural to its delivered verdict, sorted. */
  delaysSeconds: number[];
  /** Number of paid orders whose verdict was not delivered in the end. */
  missing: number;
  checked: number;
  /** Number of sweeps that left something due. */
  unfinishedSweeps: number;
}

/**
 * Abandons so many payments a minute, each minute one of them paid at the bank half a minute later without a return or
 * a webhook, and sweeps once a minute, as the recipes do.
 */
export async function abandonPayments(perMinute: number, minutes: number): Promise<AbandonedLoad> {
  const { time, handler, start, pay, deliveredAtMs } = createLoadShop(50);
  const paidAtMs = new Map<string, number>();
  let checked = 0;
  let unfinishedSweeps = 0;
  const customers = async (): Promise<void> => {
    for (let index = 0; index < perMinute * minutes; index += 1) {
      const isPaid = index % perMinute === 7;
      const orderId = await start();
      if (isPaid) {
        time.at(time.nowMs + minuteMs / 2, () => {
          paidAtMs.set(orderId, time.nowMs);
          pay(orderId);
        });
      }
      await time.timers.sleep(minuteMs / perMinute);
    }
  };
  const sweeps = async (): Promise<void> => {
    for (let minute = 0; minute < minutes + 3; minute += 1) {
      const nextMs = time.nowMs + minuteMs;
      const result = await handler.sweep();
      checked += result.checked;
      if (result.more) unfinishedSweeps += 1;
      await time.timers.sleep(nextMs - time.nowMs);
    }
  };
  await time.until(Promise.all([customers(), sweeps()]));
  const delaysSeconds = [...paidAtMs].flatMap(([orderId, atMs]) => {
    const toldAtMs = deliveredAtMs.get(orderId);
    return toldAtMs === undefined ? [] : [(toldAtMs - atMs) / 1000];
  });
  const missing = paidAtMs.size - delaysSeconds.length;
  return { delaysSeconds: delaysSeconds.sort((one, other) => one - other), missing, checked, unfinishedSweeps };
}

/** Measures how many seconds one process takes to deliver so many verdicts, with a hook that takes 50 ms. */
export async function drainVerdicts(count: number): Promise<{ seconds: number; delivered: number }> {
  const { time, handler, start, pay, deliveredAtMs } = createLoadShop(50);
  const starting = async (): Promise<void> => {
    for (let index = 0; index < count; index += 100) {
      const orderIds = await Promise.all(Array.from({ length: Math.min(100, count - index) }, start));
      for (const orderId of orderIds) pay(orderId);
    }
  };
  await time.until(starting());
  await time.until(time.timers.sleep(minuteMs));
  const beganAtMs = time.nowMs;
  const draining = async (): Promise<void> => {
    for (let more = true; more;) ({ more } = await handler.sweep());
  };
  await time.until(draining());
  return { seconds: (time.nowMs - beganAtMs) / 1000, delivered: deliveredAtMs.size };
}
