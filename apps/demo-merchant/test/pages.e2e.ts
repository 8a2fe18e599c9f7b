import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findViolations } from './support/accessibility.ts';
import type { Customer } from './support/customer.ts';
import { type Fixtures, startFixtures } from './support/running-shop.ts';

const narrowest = 320;
const widths = [390, 1280];

let fixtures: Fixtures;
let customer: Customer;
/** Numbers of a paid and of a reserved order. */
let paid: string;
let reserved: string;

beforeAll(async () => {
  fixtures = await startFixtures();
  customer = await fixtures.newCustomer();
  reserved = await buy('later');
  paid = await buy('now');
}, 120_000);
afterAll(() => fixtures.close());

async function buy(charge: 'now' | 'later'): Promise<string> {
  const number = await customer.order();
  await customer.pay('pays', charge);
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  return number;
}

/** Goes over a page as it is shown, at each width and in both colour schemes, and lists what is wrong. */
async function findProblems(page: Page): Promise<string[]> {
  await page.bringToFront();
  const problems: string[] = [];
  for (const width of [narrowest, ...widths]) {
    await page.setViewport({ width, height: 844 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) problems.push(`${overflow} px too wide at ${width} px`);
    if (width === narrowest) continue;
    for (const scheme of ['light', 'dark']) {
      // Without transitions, so that no colour is measured on its way.
      const features = { 'prefers-color-scheme': scheme, 'prefers-reduced-motion': 'reduce' };
      await page.emulateMediaFeatures(Object.entries(features).map(([name, value]) => ({ name, value })));
      const found = await findViolations(page);
      problems.push(...found.map((violation) => `${width} px, ${scheme}: ${violation}`));
    }
  }
  return problems;
}

const rule = '%s: axe finds nothing at 390 and 1280 px, light and dark, and the page fits from 320 px on';

describe('the shop', () => {
  const atCheckout = async (): Promise<void> => {
    // So low that the demo bar is at the end of the page, and covers nothing that is clicked.
    await customer.page.setViewport({ width: 800, height: 600 });
    await customer.order();
  };
  const atStep = async (): Promise<void> => {
    await atCheckout();
    await customer.pay('pays');
    await customer.waitForStatus('awaitingOtp');
  };
  const open = async (path: string): Promise<void> => void (await customer.page.goto(`${fixtures.shop.origin}${path}`));

  test.each<[string, () => Promise<void>]>([
    ['teas', () => open('/')],
    ['a tea', () => open('/teas/shola-oolong')],
    ['the checkout', atCheckout],
    [
      'the drawer of test cards',
      async () => {
        await atCheckout();
        await customer.page.$eval('[data-open="test-cards"]', (button) => (button as HTMLElement).click());
        await customer.page.waitForSelector('#test-cards', { visible: true });
      },
    ],
    ['the OTP step', atStep],
    [
      'a wrong OTP',
      async () => {
        await atStep();
        await customer.enterCode('111111');
        await customer.fieldError();
      },
    ],
    [
      'a declined payment',
      async () => {
        await atCheckout();
        await customer.pay('no-funds');
        await customer.enterCode('123456');
        await customer.waitForStatus('failed');
      },
    ],
    ['a receipt', () => open(`/orders/${paid}`)],
    ['a receipt of a reservation', () => open(`/orders/${reserved}`)],
    ['the orders of a browser', () => open('/orders')],
    ['an address that does not exist', () => open('/nowhere')],
    [
      'the playground',
      async () => {
        await open('/playground#state=missedTwice&length=6&snippet=vue&accent=%23aa3355');
        await customer.waitForText('may block your card');
      },
    ],
  ])(rule, async (_page, prepare) => {
    await prepare();
    expect(await findProblems(customer.page)).toEqual([]);
  });
});

describe('the merchant', () => {
  test('the login: axe finds nothing at 390 and 1280 px, light and dark, and the page fits from 320 px on', async () => {
    const { page } = fixtures.merchant;
    await page.goto(`${fixtures.shop.origin}/merchant/login`);
    expect(await findProblems(page)).toEqual([]);
  });

  test.each<[string, () => string]>([
    ['the payments', () => '/merchant'],
    ['an order that nothing fits', () => '/merchant?q=none'],
    ['a paid order', () => `/merchant/orders/${paid}`],
    ['a reserved order', () => `/merchant/orders/${reserved}`],
    ['insight', () => '/merchant/insight'],
  ])(rule, async (_page, path) => {
    await fixtures.merchant.open(path());
    expect(await findProblems(fixtures.merchant.page)).toEqual([]);
  });
});

describe('the sandbox', () => {
  const openSandbox = async (): Promise<Page> => {
    const page = await customer.page.browserContext().newPage();
    await page.goto(`${fixtures.sandbox.origin}/sandbox/`);
    return page;
  };

  test.each<[string, (page: Page) => Promise<unknown>]>([
    ['the page', () => Promise.resolve()],
    [
      'the page with everything open',
      async (page) => {
        await page.$$eval('details', (all) => all.forEach((details) => details.setAttribute('open', '')));
        await page.waitForFunction(() => !document.querySelector('details[data-part]:not(:has(> :nth-child(2)))'));
      },
    ],
    ['a timeline', (page) => Promise.all([page.waitForNavigation(), page.click('#orders a[href*="order="]')])],
  ])(rule, async (_page, prepare) => {
    const page = await openSandbox();
    await prepare(page);
    expect(await findProblems(page)).toEqual([]);
    await page.close();
  });
});
