/**
 * Delivers what is undelivered in a database, in a process of its own, which kills itself with SIGKILL in the middle:
 * `KILL_AT` names a moment of a delivery, and `KILL_AFTER` the number of deliveries before it. Ends by itself when
 * nothing is left. `SEED_ORDERS` first adds that many paid orders nobody was told of.
 *
 * The store is an example of docs/stores.md. `HOOK=transaction` uses its `transaction`; `HOOK=plain` writes the effect by
 * an ordinary statement.
 */
import { createPlural, type Order, type Plural } from '@plural-otp/core';
import { createOtpHandler } from '@plural-otp/edge';
import { sqlStore, type SqlQuery, type SqlTransaction } from '@plural-otp/edge/stores/sql';

interface Example {
  query: SqlQuery;
  transaction: SqlTransaction;
}
declare const process: {
  env: Record<string, string | undefined>;
  pid: number;
  kill(pid: number, signal: string): void;
  exit(code: number): never;
};

const { EXAMPLE = '', PLACEHOLDER, HOOK, KILL_AT, KILL_AFTER = '0', AHEAD_MS = '0', SEED_ORDERS = '0' } = process.env;
const placeholder = PLACEHOLDER === '$' ? '$' : '?';
const isTransactional = HOOK === 'transaction';
const now = (): number => Date.now() + Number(AHEAD_MS);

let deliveries = 0;
const reach = (moment: string): void => {
  if (moment === KILL_AT && deliveries > Number(KILL_AFTER)) process.kill(process.pid, 'SIGKILL');
};

const { query, transaction } = (await import(EXAMPLE)) as Example;
const insertEffect = placeholder === '$' ? 'INSERT INTO effects VALUES ($1)' : 'INSERT INTO effects VALUES (?)';

/** Watches the statement that marks a verdict delivered. */
const watch =
  (on: SqlQuery): SqlQuery =>
  async (text, params) => {
    const isMark =
      text.startsWith('UPDATE plural_otp_payments SET value') && String(params[0]).includes('deliveredAtMs');
    if (isMark) reach('before the mark');
    const rows = await on(text, params);
    if (isMark) reach('after the mark');
    return rows;
  };
const watchedTransaction: SqlTransaction = async (work) => {
  const result = await transaction((inside) => work(watch(inside)));
  reach('after it all');
  return result;
};

const amount = { value: 35_000, currency: 'INR' };
const toOrder = (orderId: string): Order => ({
  order_id: orderId,
  status: 'PROCESSED',
  merchant_order_reference: `reference of ${orderId}`,
  order_amount: amount,
  payments: [
    {
      id: `${orderId}-p1`,
      status: 'PROCESSED',
      payment_amount: amount,
      merchant_payment_reference: `payment-of-${orderId}`,
    },
  ],
});
const created = new Set<string>();
const bare = createPlural({
  environment: { baseUrl: 'http://127.0.0.1:1' },
  clientId: 'client',
  clientSecret: 'secret',
  fetch: () => Promise.reject(new Error('there is no network here')),
});
const plural: Plural = {
  ...bare,
  getOrder: async (orderId) =>
    created.has(orderId) ? { ...toOrder(orderId), status: 'PENDING', payments: [] } : toOrder(orderId),
  getCardDetails: () => Promise.reject(new Error('there are no card details here')),
  async createPayment(orderId) {
    const [payment] = toOrder(orderId).payments;
    if (!payment) throw new Error('no payment');
    return { ...toOrder(orderId), status: 'PENDING', payments: [{ ...payment, status: 'PENDING' }] };
  },
};
const handler = createOtpHandler({
  plural,
  origin: 'https://shop.example',
  store: sqlStore(watch(query), { placeholder, now, ...(isTransactional && { transaction: watchedTransaction }) }),
  async onVerdict({ key }, { query: inside = query }) {
    deliveries += 1;
    reach('before the effect');
    await inside(insertEffect, [key]);
    reach('after the effect');
  },
  onProblem: () => undefined,
  now,
});

for (let index = 0; index < Number(SEED_ORDERS); index += 1) {
  const orderId = `v1-${crypto.randomUUID()}`;
  created.add(orderId);
  await handler.startPayment({
    orderId,
    nativeOtp: false,
    payment: {
      merchant_payment_reference: `payment-of-${orderId}`,
      payment_method: 'CARD',
      payment_amount: amount,
      payment_option: {
        card_details: {
          name: 'A Customer',
          card_number: '4012001037141112',
          cvv: '123',
          expiry_month: '12',
          expiry_year: '2039',
        },
      },
      device_info: { device_channel: 'browser' },
    },
  });
}
if (Number(SEED_ORDERS) === 0) {
  const { checked, delivered } = await handler.sweep({ concurrency: 4 });
  if (!isTransactional && delivered > 0) reach('after it all');
  process.exit(checked + delivered === 0 ? 0 : 3);
}
process.exit(0);
