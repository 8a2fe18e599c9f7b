import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signReturn } from '@plural-otp/core/testing';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getCommand, type Runtime, runtimes } from '../src/runtimes/launch-commands.ts';
import { type Customer, createCustomer } from './support/customer.ts';
import { type Merchant, createMerchant } from './support/merchant.ts';
import { freePort, type RunningProcess, runToEnd, scripts, start } from './support/processes.ts';
import { eventually } from './support/eventually.ts';
import { account, callsDuring, type Sandbox, startBrowser, startSandbox, startShopOn } from './support/running-shop.ts';

let folder: string;
let sandbox: Sandbox;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-merchant-'));
  [sandbox, browser] = await Promise.all([startSandbox(await freePort()), startBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await sandbox.stop();
  await rm(folder, { recursive: true });
});

/** Returns the delivery states of the webhooks for an order. */
async function getWebhookStates(orderId: string): Promise<string[]> {
  return (await sandbox.find('webhooks', { orderId })).map(({ state }) => state);
}

describe.each(runtimes)('the shop on %s', (runtime: Runtime) => {
  let port: number;
  let shop: RunningProcess;
  let merchant: Merchant;
  const env = (): Record<string, string> => ({ DEMO_DATA: join(folder, runtime), PLURAL_BASE_URL: sandbox.origin });
  const startShop = (): Promise<RunningProcess> => startShopOn(runtime, port, env());

  beforeAll(async () => {
    port = await freePort();
    shop = await startShop();
    await sandbox.setWebhookUrl(`${shop.origin}/plural/webhook`);
    merchant = createMerchant(await browser.newPage(), shop.origin);
  });
  // Stopped, not killed, because workerd is a child of the started process.
  afterAll(() => shop.stop());

  const newCustomer = async (): Promise<Customer> => {
    const context = await browser.createBrowserContext();
    return createCustomer(await context.newPage(), shop.origin);
  };

  test('a payment with a wrong OTP, a reload, duplicate webhooks and a return is paid once', async () => {
    const customer = await newCustomer();
    const consoleErrors: string[] = [];
    customer.page.on('console', (message) => message.type() === 'error' && consoleErrors.push(message.text()));
    const number = await customer.order();
    const calls = await callsDuring(sandbox, async () => {
      await customer.pay('duplicate-webhook');
      await customer.enterCode('111111');
      expect(await customer.fieldError()).toContain('not accepted');
      await customer.reload();
      expect(await customer.fieldError()).toContain('not accepted');
      await customer.enterCode('123456');
      expect(await customer.waitForReceipt()).toContain('Payment received');
    });
    expect(calls).toMatchObject({ createOrder: 1, createPayment: 1, generateOtp: 1, submitOtp: 2 });
    expect(consoleErrors).toEqual([]);

    const { order_id = '', status } = (await sandbox.order(number)) ?? {};
    expect(status).toBe('PROCESSED');
    await eventually('every webhook has come twice', async () => {
      const states = await getWebhookStates(order_id);
      return states.length >= 2 && states.every((state) => state === 'delivered');
    });
    const fields = await signReturn({ order_id, status: 'PROCESSED' }, { secretKey: account.PLURAL_RETURN_SECRET_KEY });
    const returned = await fetch(`${shop.origin}/plural/return`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    expect([returned.status, returned.headers.get('location')]).toEqual([303, expect.stringContaining('/return?ref')]);
    expect(await merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
    expect(await merchant.activity()).toContain('returned with PROCESSED');
    await customer.close();
  });

  // On Node the other suites test these.
  if (runtime === 'node') return;

  test('a customer can pay on the bank’s page, and a verified return brings them back paid', async () => {
    const customer = await newCustomer();
    const { page } = customer;
    const number = await customer.order();
    await customer.pay('bank-page-only', 'later');
    await page.waitForSelector('button[value="confirm"]');
    await page.type('#otp', '123456');
    await page.click('button[value="confirm"]');
    expect(await customer.waitForReceipt()).toContain('the amount is reserved');
    expect(await merchant.press(number, 'capture')).toContain(`${number} is paid`);
    expect(await merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['authorized', 'paid'] });
    await customer.close();
  });

  test('a second shop on the same port exits with a message, and the first keeps running', async () => {
    const second = await runToEnd(getCommand(runtime), { ...account, ...env(), PORT: String(port) });
    expect(second).toEqual({
      code: 1,
      text: `Port ${port} is already in use; set PORT.`,
    });
    expect((await fetch(shop.origin)).status).toBe(200);
  });

  test('after a restart in the middle of a payment it continues, or the page says that it cannot', async () => {
    const customer = await newCustomer();
    const number = await customer.order();
    await customer.pay('pays');
    await customer.waitForStatus('awaitingOtp');
    expect(await shop.stop()).toBe(0);
    shop = await startShop();

    if (runtime === 'edge-runtime') {
      expect(shop.output()).toContain('lost when it ends');
      const response = await customer.page.reload();
      expect(response?.status()).toBe(404);
    } else {
      const calls = await callsDuring(sandbox, async () => {
        await customer.reload();
        await customer.enterCode('123456');
        await customer.waitForReceipt();
      });
      expect(calls).not.toHaveProperty('generateOtp');
      expect(await merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
    }
    await customer.close();
  });
});

test('the demo command accepts the name of a runtime, and stops everything that it started', async () => {
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const env = { PORT: String(port), SANDBOX_PORT: String(sandboxPort), DEMO_DATA: join(folder, 'demo') };
  const demo = await start(scripts.demo, { port, ready: 'Press Ctrl+C', args: ['workerd'], env });
  expect(demo.output()).toContain('workerd');
  expect((await fetch(demo.origin)).status).toBe(200);
  await demo.stop();
  for (const origin of [demo.origin, `http://127.0.0.1:${sandboxPort}`]) {
    const isDown = (): Promise<boolean> =>
      fetch(origin).then(
        () => false,
        () => true,
      );
    await eventually(`no server at ${origin}`, isDown);
  }
});

test('a payment that was started before the demo command was restarted is completed after it', async () => {
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const env = { PORT: String(port), SANDBOX_PORT: String(sandboxPort), DEMO_DATA: join(folder, 'restarted.sqlite') };
  const startDemo = (): Promise<RunningProcess> => start(scripts.demo, { port, ready: 'Press Ctrl+C', env });
  const demo = await startDemo();
  const context = await browser.createBrowserContext();
  const customer = createCustomer(await context.newPage(), demo.origin);
  await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  await demo.stop();
  const again = await startDemo();
  await customer.enterCode('123456');
  expect(await customer.waitForReceipt()).toMatch(/paid/i);
  await customer.close();
  await again.stop();
});

test('the demo command lists the runtimes when it gets an unknown one', async () => {
  const command = { program: process.execPath, args: [scripts.demo, 'abacus'] };
  const { code, text } = await runToEnd(command, {});
  expect([code, text]).toEqual([1, expect.stringContaining(runtimes.join(', '))]);
});
