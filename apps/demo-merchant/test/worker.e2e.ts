import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signReturn, signWebhook } from '@plural-otp/core/testing';
import type { Miniflare } from 'miniflare';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../src/runtimes/bundle.ts';
import { startWorkerd } from '../src/runtimes/workerd.ts';
import { type Customer, createCustomer } from './support/customer.ts';
import { type Merchant, createMerchant } from './support/merchant.ts';
import { freePort } from './support/processes.ts';
import { eventually } from './support/eventually.ts';
import { account, type Sandbox, startBrowser, startSandbox } from './support/running-shop.ts';

let folder: string;
let sandbox: Sandbox;
let browser: Browser;
let workerd: Miniflare;
let origin: string;
let merchant: Merchant;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-merchant-'));
  const [port, sandboxPort] = [await freePort(), await freePort()];
  origin = `http://127.0.0.1:${port}`;
  [sandbox, browser] = await Promise.all([startSandbox(sandboxPort), startBrowser()]);
  workerd = await startWorkerd({
    script: await bundle(new URL('support/worker-clock.ts', import.meta.url), 'esm'),
    variables: { ...account, PLURAL_BASE_URL: sandbox.origin, PORT: String(port) },
    port,
    folder,
  });
  merchant = createMerchant(await browser.newPage(), origin);
});
afterAll(async () => {
  await browser.close();
  await workerd.dispose();
  await sandbox.stop();
  await rm(folder, { recursive: true });
});

const newCustomer = async (): Promise<Customer> => {
  const context = await browser.createBrowserContext();
  return createCustomer(await context.newPage(), origin);
};

/** Submits the right OTP and closes the tab before the response: Plural has the money, and no webhook reports it. */
async function payAndCloseTab(): Promise<{ number: string; orderId: string }> {
  const customer = await newCustomer();
  const number = await customer.order();
  await customer.pay('no-webhook');
  await customer.waitForStatus('awaitingOtp');
  await sandbox.script({ operation: 'submitOtp', fault: 'hang' });
  await customer.enterCode('123456');
  const { order_id: orderId = '' } = (await sandbox.order(number)) ?? {};
  await eventually('Plural has the money', async () => (await sandbox.order(number))?.status === 'PROCESSED');
  await customer.close();
  expect(await merchant.row(number)).toMatchObject({ orderStatus: 'Not paid', verdicts: [] });
  return { number, orderId };
}

/** Moves the Worker's clock and fires the alarm of every payment. */
const advanceClock = (seconds: number): Promise<Response> => fetch(`${origin}/clock?advanceSeconds=${seconds}`);

/** Orders and pays without a browser. Returns the redirect of the payment form, and the order number. */
async function payByForms(): Promise<{ location: string; number: string }> {
  const post = async (path: string, form: Record<string, string>, cookie = ''): Promise<Headers> => {
    const headers = { 'sec-fetch-site': 'same-origin', cookie };
    const body = new URLSearchParams(form);
    return (await fetch(`${origin}${path}`, { method: 'POST', headers, body, redirect: 'manual' })).headers;
  };
  const ordered = await post('/basket', { tea: 'winter-frost', quantity: '1' });
  const number = new URL(ordered.get('location') ?? '', origin).searchParams.get('order') ?? '';
  const cookie = ordered.get('set-cookie')?.split(';')[0];
  const paid = await post('/checkout/pay', { order: number, attempt: '1', card: 'pays' }, cookie);
  return { location: paid.get('location') ?? '', number };
}

test('many concurrent customers, before the Worker has called Plural at all, get one payment each', async () => {
  const starts = await Promise.all(Array.from({ length: 12 }, payByForms));
  for (const { location, number } of starts) expect(location).toBe(`/checkout?order=${number}`);
  const payments = await Promise.all(starts.map(async ({ number }) => (await sandbox.order(number))?.payments.length));
  expect(payments).toEqual(starts.map(() => 1));
});

test('the alarm of a payment that nothing reported finds it once it is due, and not before', async () => {
  const { number } = await payAndCloseTab();
  expect((await advanceClock(1)).status).toBe(200);
  expect(await merchant.row(number)).toMatchObject({ orderStatus: 'Not paid', verdicts: [] });

  expect((await advanceClock(61)).status).toBe(200);
  expect(await merchant.row(number)).toEqual({ orderStatus: 'Paid', verdicts: ['paid'], sources: ['sweep'] });
});

test('concurrent webhooks, returns and alarms pay the order once in the shop’s database', async () => {
  const { number, orderId } = await payAndCloseTab();
  const fields = await signReturn(
    { order_id: orderId, status: 'PROCESSED' },
    { secretKey: account.PLURAL_RETURN_SECRET_KEY },
  );
  const event = { event_type: 'ORDER_PROCESSED', data: { order_id: orderId } };
  // The shop's clock is two minutes ahead of this one.
  const timestamp = Math.floor(Date.now() / 1000) + 122;
  const webhook = async (): Promise<number> => {
    const signed = await signWebhook({ body: event, secret: account.PLURAL_WEBHOOK_SECRET, timestamp });
    return (await fetch(`${origin}/plural/webhook`, { method: 'POST', ...signed })).status;
  };
  const comeBack = async (): Promise<number> => {
    const body = new URLSearchParams(fields);
    return (await fetch(`${origin}/plural/return`, { method: 'POST', body, redirect: 'manual' })).status;
  };
  const statuses = await Promise.all([
    ...Array.from({ length: 10 }, webhook),
    ...Array.from({ length: 5 }, comeBack),
    advanceClock(61).then(({ status }) => status),
  ]);
  expect(statuses.filter((status) => status >= 400 && status !== 503)).toEqual([]);

  await eventually('the order is paid', async () => (await merchant.row(number)).orderStatus === 'Paid');
  expect(await webhook()).toBe(204);
  const orders = await workerd.getD1Database('DB');
  const { results } = await orders.prepare('SELECT key FROM verdicts WHERE order_number = ?').bind(number).all();
  const payment = (await sandbox.order(number))?.payments[0];
  expect(results).toEqual([{ key: `${payment?.id}:paid` }]);
});
