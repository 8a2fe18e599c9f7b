/**
 * Measures the memory that the sandbox retains per order.
 *
 * Usage: node apps/sandbox/bench/memory.mjs [orders], with Node 24 or later.
 *
 * Each order is created, paid by card with a wrong and a right OTP, and read, through the whole handler. The heap is
 * measured after garbage collection. Exit code 1 when an order retains more than the limit, or the logs grow without
 * bound.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createSandbox, credentials } from '../src/index.ts';

const orders = Number(process.argv[2] ?? 10_000);
const maxBytesPerOrder = 4_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const sandbox = createSandbox();
let token = '';
({ access_token: token } = await call('POST', '/api/auth/v1/token', {
  client_id: credentials.clientId,
  client_secret: credentials.clientSecret,
  grant_type: 'client_credentials',
}));

// The logs are full before the first measurement, so that only the orders add to it.
await pay(0, 1_000);
const rows = [row(1_000)];
for (let step = 1; step <= 5; step += 1) {
  await pay(1_000 + ((step - 1) * orders) / 5, 1_000 + (step * orders) / 5);
  rows.push(row(1_000 + (step * orders) / 5));
}
console.table(rows);

const [first, middle, last] = [rows[0], rows[2], rows.at(-1)];
const perOrder = bytesPerOrder(first, last);
console.log(
  `${orders} further orders: ${(last.heapMB - first.heapMB).toFixed(1)} MB, ${Math.round(perOrder)} bytes each`,
);
if (!(perOrder <= maxBytesPerOrder)) fail(`the limit is ${maxBytesPerOrder} bytes per order`);
if (bytesPerOrder(middle, last) > 1.5 * bytesPerOrder(first, middle))
  fail('later orders retain more than earlier ones');

async function pay(from, to) {
  const amount = { value: 35_000, currency: 'INR' };
  for (let i = from; i < to; i += 1) {
    const { data: order } = await call('POST', '/api/pay/v1/orders', {
      merchant_order_reference: `order-${i}`,
      order_amount: amount,
      callback_url: 'https://shop.test/return',
    });
    const card_details = {
      name: 'Asha Rao',
      card_number: '4012001037141112',
      cvv: '123',
      expiry_month: '12',
      expiry_year: '2039',
    };
    const { data } = await call('POST', `/api/pay/v1/orders/${order.order_id}/payments`, {
      payments: [
        {
          merchant_payment_reference: `payment-${i}`,
          payment_method: 'CARD',
          payment_amount: amount,
          payment_option: { card_details },
        },
      ],
    });
    const payment_id = data.payments[0].id;
    await call('POST', '/api/pay/v1/otp/generate', { payment_id });
    await call('POST', '/api/pay/v1/otp/submit', { payment_id, otp: '000000' });
    await call('POST', '/api/pay/v1/otp/submit', { payment_id, otp: '123456' });
    const paid = await call('GET', `/api/pay/v1/orders/${order.order_id}`);
    if (paid.data.status !== 'PROCESSED') fail(`order ${i} is ${paid.data.status}`);
  }
}

async function call(method, path, body) {
  const response = await sandbox.fetch(`https://plural.test${path}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return response.json();
}

function row(count) {
  collect();
  return { orders: count, heapMB: process.memoryUsage().heapUsed / 1e6 };
}

function bytesPerOrder(from, to) {
  return ((to.heapMB - from.heapMB) * 1e6) / (to.orders - from.orders);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
