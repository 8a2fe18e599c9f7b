import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PluralOtpElement } from '@plural-otp/element';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createCustomer } from './support/customer.ts';
import { freePort, type RunningProcess, runToEnd, scripts } from './support/processes.ts';
import { account, callsDuring, startSandbox, startShop, startFixtures, type Fixtures } from './support/running-shop.ts';

let fixtures: Fixtures;
let folder: string;
beforeAll(async () => {
  [fixtures, folder] = await Promise.all([startFixtures(), mkdtemp(join(tmpdir(), 'demo-merchant-'))]);
});
afterAll(async () => {
  await fixtures.close();
  await rm(folder, { recursive: true });
});

/** Kills a process when its test ends, passed or failed. */
function forThisTest<Process extends RunningProcess>(running: Process): Process {
  onTestFinished(() => running.kill());
  return running;
}

/** Calls a payment route as the page does, with the page's session. */
function callFromPage(
  page: Fixtures['merchant']['page'],
  route: string,
  change: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  return page.evaluate(
    async (path, changed) => {
      const client = document.querySelector<PluralOtpElement>('plural-otp')?.client;
      const key = path === 'payment' ? {} : { idempotencyKey: crypto.randomUUID() };
      const body = { session: client?.session, ...key, ...changed };
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`/plural/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: response.status, text: await response.text() };
    },
    route,
    change,
  );
}

test('a resend that comes too early is rejected without a call to the bank', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  const calls = await callsDuring(fixtures.sandbox, async () => {
    const { status, text } = await callFromPage(customer.page, 'otp/resend');
    expect([status, JSON.parse(text)]).toMatchObject([200, { problem: { code: 'RESEND_TOO_EARLY' } }]);
  });
  expect(calls).toEqual({});
  await customer.close();
});

test('a tampered session is rejected without a call to Plural', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  const session = await customer.page.$eval('plural-otp', (step) => {
    const sealed = step.client?.session ?? '';
    return sealed.slice(0, -8) + sealed.slice(-8).split('').reverse().join('');
  });
  const calls = await callsDuring(fixtures.sandbox, async () => {
    for (const route of ['payment', 'otp/generate', 'otp/resend']) {
      expect(await callFromPage(customer.page, route, { session })).toMatchObject({ status: 401 });
    }
    const submitted = await callFromPage(customer.page, 'otp/submit', { session, otp: '123456' });
    expect([submitted.status, JSON.parse(submitted.text)]).toEqual([401, { problem: { code: 'SESSION_EXPIRED' } }]);
    expect(submitted.text).not.toContain('123456');
  });
  expect(calls).toEqual({});
  await customer.close();
});

test('a page left open too long renews its session, and the payment continues', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  await fixtures.advanceShopClock(16 * 60);
  const calls = await callsDuring(fixtures.sandbox, async () => {
    const renewed = customer.page.waitForResponse((response) => response.url().endsWith('/checkout/session'));
    await customer.enterCode('123456');
    const { session } = (await (await renewed).json()) as { session: string };
    await customer.page.waitForFunction(
      (renewedSession) => document.querySelector<PluralOtpElement>('plural-otp')?.client?.session === renewedSession,
      {},
      session,
    );
    await customer.enterCode('123456');
    await customer.waitForReceipt();
  });
  expect(calls).not.toHaveProperty('generateOtp');
  expect(calls).toMatchObject({ submitOtp: 1 });
  await customer.close();
});

test('while Plural is slow the button says what it waits for, and a second click starts no second payment', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await fixtures.sandbox.script({ operation: 'createPayment', fault: 'delay', delayMs: 1500 });
  const label = await customer.page.$eval('#card-form button[type="submit"]', (button) => {
    button.click();
    button.click();
    return button.textContent;
  });
  expect(label).toBe('Contacting your bank…');
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  expect((await fixtures.sandbox.order(number))?.payments).toHaveLength(1);
  await customer.close();
});

test('the same form submitted three times at once starts one payment', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  const statuses = await customer.page.evaluate(async (order) => {
    const body = new URLSearchParams({ order, attempt: '1', card: 'pays', charge: 'now', device: '' });
    const send = () => fetch('/checkout/pay', { method: 'POST', body, redirect: 'manual' });
    return (await Promise.all([send(), send(), send()])).map(({ type }) => type);
  }, number);
  expect(statuses).toEqual(['opaqueredirect', 'opaqueredirect', 'opaqueredirect']);
  expect((await fixtures.sandbox.order(number))?.payments).toHaveLength(1);
  await customer.close();
});

test('while the bank is slow the button says what it waits for, and the OTP is requested once', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  const calls = await callsDuring(fixtures.sandbox, async () => {
    const paying = customer.pay('slow-calls');
    await customer.waitForText('Contacting your bank…');
    await paying;
    await customer.waitForStatus('awaitingOtp');
  });
  expect(calls).toMatchObject({ generateOtp: 1 });
  await customer.close();
});

test('a form from another site, an unknown card and another browser’s order are rejected with a message', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  const foreign = await fetch(`${fixtures.shop.origin}/merchant/sweep`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'https://elsewhere.example',
      'sec-fetch-site': 'cross-site',
    },
    body: 'x=1',
  });
  expect([foreign.status, await foreign.text()]).toEqual([403, expect.stringContaining('sent from another site')]);

  const calls = await callsDuring(fixtures.sandbox, async () => {
    await customer.page.$eval('select[name="card"]', (list) => {
      list.selectedOptions[0]?.setAttribute('value', 'no-such-card');
    });
    await customer.page.click('#card-form button[type="submit"]');
    await customer.waitForText('This card is no longer on the list');
  });
  expect(calls).toEqual({});

  const stranger = await fixtures.newCustomer();
  const response = await stranger.page.goto(`${fixtures.shop.origin}/orders/${number}`);
  expect(response?.status()).toBe(404);
  expect(await stranger.page.$eval('main', (main) => main.textContent)).not.toContain('₹');
  await Promise.all([customer.close(), stranger.close()]);
});

test('a component file that was changed on the way does not run, and the bank’s page is offered', async () => {
  const customer = await fixtures.newCustomer();
  await customer.page.setRequestInterception(true);
  customer.page.on('request', (request) => {
    const changed = request.url().endsWith('/plural-otp.min.js');
    const response = { status: 200, contentType: 'text/javascript', body: 'globalThis.stolen = true' };
    void (changed ? request.respond(response) : request.continue());
  });
  await customer.order();
  await customer.pay('pays');
  await customer.waitForText('could not be loaded');
  expect(await customer.page.evaluate(() => 'stolen' in globalThis)).toBe(false);
  const bank = await customer.page.$eval('.otp-unavailable a.button', (link) => link.href);
  expect(new URL(bank).origin).toBe(fixtures.sandbox.origin);
  await customer.close();
});

test('without the payment service the order is saved, and can be paid once the service is back', async () => {
  const [sandboxPort, shopPort] = [await freePort(), await freePort()];
  const shop = forThisTest(
    await startShop(shopPort, {
      DEMO_DATA: join(folder, 'alone.sqlite'),
      PLURAL_BASE_URL: `http://127.0.0.1:${sandboxPort}`,
    }),
  );
  const context = await fixtures.browser.createBrowserContext();
  const customer = createCustomer(await context.newPage(), shop.origin);
  const number = await customer.order();
  await customer.waitForText('The cards cannot be listed right now');

  let sandbox = forThisTest(await startSandbox(sandboxPort));
  await customer.reload();
  await customer.page.waitForSelector('#card-form');
  await sandbox.stop();
  await customer.pay('pays', 'later');
  await customer.waitForText('The payment service is not responding');
  await customer.waitForText('Nothing was charged');
  await customer.waitForText('The amount is reserved now');

  sandbox = forThisTest(await startSandbox(sandboxPort));
  await customer.pay('debit');
  await customer.enterCode('123456');
  expect(await customer.waitForReceipt()).toContain('the amount is reserved');
  expect((await sandbox.order(number))?.payments).toHaveLength(1);
  await customer.close();
  expect(await shop.stop()).toBe(0);
});

test('with wrong credentials the customer reads that it is the shop’s mistake, and the log names the variables and no secret', async () => {
  const port = await freePort();
  const shop = forThisTest(
    await startShop(port, {
      DEMO_DATA: join(folder, 'wrong.sqlite'),
      PLURAL_BASE_URL: fixtures.sandbox.origin,
      PLURAL_CLIENT_SECRET: 'not-the-secret-it-should-be',
    }),
  );
  const context = await fixtures.browser.createBrowserContext();
  const customer = createCustomer(await context.newPage(), shop.origin);
  await customer.order();
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await customer.pay('pays');
    await customer.waitForText('this is our mistake');
    await customer.waitForText('Nothing was charged');
  });
  expect(calls).not.toHaveProperty('createOrder');
  expect(shop.output()).toContain('check PLURAL_CLIENT_ID, PLURAL_CLIENT_SECRET');
  expect(shop.output()).not.toContain('not-the-secret-it-should-be');
  await customer.close();
});

test('all missing variables are reported at once, before the shop listens', async () => {
  const { code, text } = await runToEnd(scripts.shop, { PORT: 'eighty', PLURAL_CLIENT_ID: 'an-id' });
  expect(code).toBe(1);
  for (const name of ['PLURAL_BASE_URL', 'PLURAL_CLIENT_SECRET', 'PLURAL_RETURN_SECRET_KEY', 'PLURAL_WEBHOOK_SECRET']) {
    expect(text).toContain(`${name} is not set`);
  }
  expect(text).toContain('PORT is not a port');
  expect(text).toContain('npm run demo');
  expect(text).not.toContain('an-id');
  expect(text).not.toMatch(/\n\s+at /);
});

test('an invalid return key, a port in use and a file that cannot be written are each reported at the start', async () => {
  const settings = { ...account, PLURAL_BASE_URL: fixtures.sandbox.origin, DEMO_DATA: join(folder, 'start.sqlite') };
  const port = String(await freePort());
  const key = await runToEnd(scripts.shop, { ...settings, PORT: port, PLURAL_RETURN_SECRET_KEY: 'no hex at all' });
  expect([key.code, key.text]).toEqual([1, expect.stringContaining('PLURAL_RETURN_SECRET_KEY')]);
  expect(key.text).not.toContain('no hex at all');

  const taken = new URL(fixtures.shop.origin).port;
  const second = await runToEnd(scripts.shop, { ...settings, PORT: taken });
  expect([second.code, second.text]).toEqual([1, expect.stringContaining(`Port ${taken} is already in use`)]);

  const file = await runToEnd(scripts.shop, { ...settings, PORT: port, DEMO_DATA: '/dev/null/shop.sqlite' });
  expect([file.code, file.text]).toEqual([1, expect.stringContaining('Set DEMO_DATA')]);
});
