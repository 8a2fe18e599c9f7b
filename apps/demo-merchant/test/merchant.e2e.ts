import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { callsDuring, type Fixtures, startFixtures } from './support/running-shop.ts';

let fixtures: Fixtures;
let page: Page;
let shop: string;
/** A reserved order, whose tests capture it in part. */
let reserved: string;
/** A paid order, whose tests refund it. */
let paid: string;

beforeAll(async () => {
  fixtures = await startFixtures();
  ({ page } = fixtures.merchant);
  shop = fixtures.shop.origin;
  reserved = await buy('later');
  paid = await buy('now');
}, 120_000);
afterAll(() => fixtures.close());
beforeEach(() => page.bringToFront());

/** Lets a new customer pay. Returns the order number. */
async function buy(charge: 'now' | 'later'): Promise<string> {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('pays', charge);
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  await customer.close();
  return number;
}

const text = (): Promise<string> => page.$eval('main', (main) => main.innerText.replaceAll(/\s+/g, ' '));
const notice = (): Promise<string> => page.$eval('#notice', (status) => status.textContent.trim());

/** Presses Tab until the focused element has this text or name, as somebody without a mouse does. */
async function tabTo(wanted: RegExp): Promise<void> {
  for (let press = 0; press < 80; press += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const active = document.activeElement as HTMLInputElement | null;
      return active?.labels?.[0]?.textContent ?? active?.textContent ?? '';
    });
    if (wanted.test(name.replaceAll(/\s+/g, ' ').trim())) return;
  }
  throw new Error(`Tab never reached ${wanted}`);
}

const pressEnter = (): Promise<unknown> => Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);

test('nobody enters without the password, nor by a cookie of his own, and is led back to where he went', async () => {
  await page.goto(`${shop}/merchant/orders/${paid}`);
  expect(new URL(page.url()).pathname).toBe('/merchant/login');
  for (const cookie of ['', 'nilgiri_merchant=1', `nilgiri_merchant=9999999999999.${'0'.repeat(64)}`]) {
    for (const path of ['/merchant/orders.csv', '/merchant/live']) {
      expect((await fetch(`${shop}${path}`, { headers: { cookie } })).status).toBe(401);
    }
    const insight = await fetch(`${shop}/merchant/insight`, { headers: { cookie }, redirect: 'manual' });
    expect(insight.headers.get('location')).toBe('/merchant/login?next=%2Fmerchant%2Finsight');
    const headers = { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };
    const capture = await fetch(`${shop}/merchant/orders/${reserved}/capture`, {
      method: 'POST',
      headers,
      redirect: 'manual',
    });
    expect(capture.headers.get('location')).toContain('/merchant/login');
  }
  await page.type('#password', 'wrong');
  await pressEnter();
  expect(await text()).toContain('That password is not right');
  await page.type('#password', 'nilgiri');
  await pressEnter();
  expect(new URL(page.url()).pathname).toBe(`/merchant/orders/${paid}`);
  const login = await fetch(`${shop}/merchant/login?next=//evil.example`);
  expect(/name="next" value="([^"]*)"/.exec(await login.text())?.[1]).toBe('/merchant');
});

test('the sums are those of all orders, and the order stands under "Needs you"', async () => {
  await fixtures.merchant.open();
  const shown = await text();
  expect(shown).toContain('Paid ₹640.00 1 order');
  expect(shown).toContain('Reserved, not captured ₹640.00 1 order');
  expect(shown).toMatch(new RegExp(`Reserved ${reserved} · ₹640.00 · HDFC VISA •• 1112`));
  expect(shown).toMatch(/OTP accepted 2/);
});

test('an order is found by its number and by the reference of its customer, and is exported', async () => {
  await fixtures.merchant.open(`/merchant/orders/${paid}`);
  const reference = await page.$eval('.timeline code.fine', (code) => code.textContent);
  await fixtures.merchant.open();
  await tabTo(/^Order, Plural’s id/);
  await page.keyboard.type(reference);
  await pressEnter();
  expect(await page.$$eval('[data-order]', (rows) => rows.map((row) => row.getAttribute('data-order')))).toEqual([
    paid,
  ]);
  const cookies = await page.browserContext().cookies();
  const value = cookies.find(({ name }) => name === 'nilgiri_merchant')?.value;
  const csv = await fetch(`${shop}/merchant/orders.csv?status=paid`, {
    headers: { cookie: `nilgiri_merchant=${value}` },
  });
  const [head, line] = (await csv.text()).split('\r\n');
  expect(head).toBe('order,placed,tea,quantity,status,total_inr,refunded_inr,learned_from,changed');
  expect(line).toMatch(new RegExp(`^${paid},[^,]+,Winter Frost,1,paid,640.00,0.00,[a-z]+,`));
});

test('a part of a reservation is captured by keyboard, once, and the rest is released', async () => {
  await fixtures.merchant.open(`/merchant/orders/${reserved}`);
  await page.evaluate(() => ((document.querySelector('#capture-amount') as HTMLInputElement).value = '640.01'));
  await tabTo(/^Capture order/);
  const refused = await callsDuring(fixtures.sandbox, pressEnter);
  expect(refused['captureOrder']).toBeUndefined();
  expect(await notice()).toContain('Enter an amount from ₹0.01 to ₹640.00');

  await tabTo(/^Amount in rupees/);
  await page.keyboard.type('400.50');
  const calls = await callsDuring(fixtures.sandbox, pressEnter);
  expect(calls['captureOrder']).toBe(1);
  expect(await notice()).toContain(`Order ${reserved} is paid: ₹400.50 captured`);
  expect(await text()).toContain('Paid, ₹400.50');
  await fixtures.merchant.open();
  expect(await text()).toContain('Paid ₹1,040.50 2 orders');
});

test('a refund is sent once: not by a second click, a reload or a stale form', async () => {
  const path = `/merchant/orders/${paid}`;
  await fixtures.merchant.open(path);
  await page.$eval('#refund-amount', (input) => ((input as HTMLInputElement).value = '100'));
  const calls = await callsDuring(fixtures.sandbox, async () => {
    const done = page.waitForNavigation();
    await page.evaluate(() => {
      const button = document.querySelector<HTMLElement>('form[action$="/refund"] button');
      button?.click();
      button?.click();
    });
    await done;
    await page.reload();
    // The form of a page that was opened before the refund, for all that is left.
    await page.evaluate(
      (action) => fetch(action, { method: 'POST', body: new URLSearchParams({ refund: '1', amount: '540' }) }),
      `${path}/refund`,
    );
  });
  expect(calls['refundOrder']).toBe(1);
  await fixtures.merchant.open(path);
  expect(await text()).toContain('₹100.00 · refunded');
  expect(await page.$eval('#refund-amount', (input) => (input as HTMLInputElement).value)).toBe('540.00');
});

test('a refund whose answer is lost is looked up, and not sent again', async () => {
  await fixtures.merchant.open(`/merchant/orders/${paid}`);
  await fixtures.sandbox.script({ operation: 'refundOrder', fault: 'reset', takesEffect: true });
  await page.$eval('#refund-amount', (input) => ((input as HTMLInputElement).value = '40'));
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await Promise.all([page.waitForNavigation(), page.click('form[action$="/refund"] button')]);
  });
  expect(calls['refundOrder']).toBe(1);
  expect(await notice()).toContain('₹40.00');
  expect(await text()).toContain('₹40.00 · refunded');
});

test('an open page shows a new payment by itself, and leaves a field alone in which somebody types', async () => {
  await fixtures.merchant.open();
  await page.waitForSelector('[data-live-state="live"]');
  await page.type('input[name="q"]', 'half a sea');
  const number = await buy('now');
  await eventually('the new order', async () => (await text()).includes(number));
  expect(await page.$eval('input[name="q"]', (input) => [input.value, input === document.activeElement])).toEqual([
    'half a sea',
    true,
  ]);
});

test('earlier activity is folded, and stays open and focused while the page updates itself', async () => {
  await fixtures.merchant.open();
  const shown = (): Promise<number> =>
    page.$$eval('[data-entry]', (entries) => entries.filter((entry) => entry.checkVisibility()).length);
  expect(await shown()).toBe(8);
  await page.click('#earlier > summary');
  const opened = await shown();
  expect(opened).toBeGreaterThan(8);
  await page.waitForSelector('[data-live-state="live"]');
  const number = await buy('now');
  const latest = (): Promise<string> => page.$eval('#latest', ({ textContent }) => textContent ?? '');
  await eventually('its activity', async () => (await latest()).includes(number));
  expect(await shown()).toBeGreaterThanOrEqual(opened);
  expect(await page.evaluate(() => document.activeElement?.matches('#earlier > summary'))).toBe(true);
});

test('with the sandbox away the page works, and says what an action could not do', async () => {
  const waiting = await buy('later');
  await fixtures.merchant.open(`/merchant/orders/${waiting}`);
  await fixtures.sandbox.script({ operation: 'captureOrder', fault: 'reset' });
  await fixtures.sandbox.script({ operation: 'getOrder', fault: 'reset', times: 50 });
  await Promise.all([page.waitForNavigation(), page.click('form[action$="/capture"] button')]);
  expect(await notice()).toMatch(/being checked|still reserved/);
  await fixtures.sandbox.clearScript();
  expect(await fixtures.merchant.row(waiting)).toMatchObject({ orderStatus: 'Reserved' });
});

test('what comes from outside is text on every page of the merchant', async () => {
  const hostile = '"><img src=x onerror=alert(1)>';
  await fixtures.merchant.open(
    `/merchant?${new URLSearchParams({ q: hostile, span: hostile, status: hostile }).toString()}`,
  );
  expect(await page.$('main img')).toBeNull();
  expect(await page.$eval('input[name="q"]', (input) => input.value)).toBe(hostile);
  await page.setCookie({
    name: 'nilgiri_notice',
    value: `0${encodeURIComponent(hostile)}`,
    url: shop,
    path: '/merchant',
  });
  await fixtures.merchant.open(`/merchant/orders/${paid}`);
  expect(await notice()).toBe(hostile);
  for (const path of [
    `/merchant/orders/${encodeURIComponent(hostile)}`,
    '/merchant/orders/NL-NONE',
    '/merchant/unknown',
  ])
    expect((await page.goto(`${shop}${path}`))?.status()).toBe(404);
});
