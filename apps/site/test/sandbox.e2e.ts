import type { Frame } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { type BuiltSite, expectQuietTab, openSite, visit, type Visitor } from './support/built-site.ts';

let site: BuiltSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site.close();
});

interface SandboxVisitor extends Visitor {
  /** Frame with the sandbox's own page. */
  readonly control: Frame;
  /** Starts a payment with a test card. */
  pay(cardId: string): Promise<void>;
}

async function visitSandbox(width = 1280, theme = 'light'): Promise<SandboxVisitor> {
  const visitor = await visit(site, 'sandbox/', async (page) => {
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: theme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
  });
  const { page } = visitor;
  await page.waitForSelector('html[data-live="true"]');
  const control = await (await page.waitForSelector('[data-sandbox="control"]'))?.contentFrame();
  if (!control) throw new Error('The page has no frame.');
  await control.waitForSelector('#calls');
  return {
    ...visitor,
    control,
    async pay(cardId) {
      await page.select('[data-sandbox="card"]', cardId);
      await page.click('[data-sandbox="pay"] button');
    },
  };
}

test('a payment is seen on the sandbox’s own page as it happens: its message, order, calls and webhook', async () => {
  const visitor = await visitSandbox();
  const { page, control } = visitor;
  await visitor.pay('pays');
  await visitor.waitForStatus('awaitingOtp');
  const otp = await control.waitForSelector('#phone .otp');
  await page.type('plural-otp input', (await otp?.evaluate((code) => code.textContent)) ?? '');
  await visitor.press('submit');
  await visitor.waitForStatus('authorized');
  await page.waitForFunction(() => document.querySelector('[data-sandbox="verdict"]')?.textContent.startsWith('paid'));
  await control.waitForSelector('#orders .pill.good');
  await control.waitForSelector('#webhooks .pill.good');
  await control.waitForSelector('#calls [data-operation="submitOtp"]');
  expectQuietTab(site, visitor);
});

test('its forms steer the sandbox: a fault, a setting and the clock', async () => {
  const visitor = await visitSandbox();
  const { control } = visitor;
  await control.locator('button[name="preset"]').click();
  await control.waitForSelector('#faults .pill');
  const clock = async (): Promise<number> =>
    control.$eval('#now', ({ textContent }) => Date.parse(`1970-01-01T${textContent.slice(0, 8)}Z`));
  const before = await clock();
  await control.locator('button[name="action"][value="advance"]').click();
  await control.waitForFunction(
    () => document.querySelector('#status')?.textContent === 'The clock was moved by 30 s.',
  );
  await control.waitForFunction(
    (start) =>
      (Date.parse(`1970-01-01T${document.querySelector('#now')?.textContent.slice(0, 8)}Z`) - start + 86_400_000) %
        86_400_000 >=
      30_000,
    {},
    before,
  );
  await control.$eval('#settings', (details) => details.setAttribute('open', ''));
  await control.$eval('[aria-label="merchantName"]', (field) => {
    (field as HTMLInputElement).value = 'Blue Hills Tea';
    field.closest('form')?.querySelector('button')?.click();
  });
  await control.waitForFunction(() => document.querySelector('#status')?.textContent === 'merchantName is set.');
  expectQuietTab(site, visitor);
});

test('the timeline of an order and the details of a call open in the frame, and the way back leads to all orders', async () => {
  const visitor = await visitSandbox();
  const { control } = visitor;
  await visitor.pay('pays');
  await visitor.waitForStatus('awaitingOtp');
  await control.locator('#orders a[href*="order="]').click();
  await control.waitForSelector('.timeline li');
  await control.locator('#calls [data-operation="createOrder"] summary').click();
  await control.waitForSelector('#calls [data-operation="createOrder"] pre');
  // It is updated while it is open.
  await visitor.page.type('plural-otp input', '123456');
  await visitor.press('submit');
  await control.waitForFunction(() =>
    [...document.querySelectorAll('.timeline .lane-call')].some(({ textContent }) => textContent.includes('submitOtp')),
  );
  await control.locator('a[href^="/sandbox/"]').click();
  await control.waitForSelector('#orders');
  expectQuietTab(site, visitor);
});

test('the bank’s page of an order opens in the shop’s place, and brings the customer back paid', async () => {
  const visitor = await visitSandbox();
  const { page, control } = visitor;
  await visitor.pay('sms-lost');
  await visitor.waitForStatus('awaitingOtp');
  await control.locator('#orders a[target="_blank"]').click();
  const bank = await (await page.waitForSelector('[data-sandbox="bank"] iframe'))?.contentFrame();
  await bank?.waitForSelector('#otp');
  await bank?.type('#otp', '123456');
  await bank?.click('button[value="confirm"]');
  await visitor.waitForStatus('authorized');
  await page.waitForFunction(() => document.querySelector('[data-sandbox="verdict"]')?.textContent.startsWith('paid'));
  expectQuietTab(site, visitor);
});

test.each([
  [1280, 'light'],
  [390, 'dark'],
])('axe finds no violation in page and frame at %i pixels, %s', async (width, theme) => {
  const visitor = await visitSandbox(width, theme);
  await visitor.pay('pays');
  await visitor.waitForStatus('awaitingOtp');
  await visitor.control.waitForSelector('#calls [data-operation="createPayment"]');
  expect(await axeViolations(visitor.page)).toEqual([]);
  expect(await axeViolations(visitor.control)).toEqual([]);
  for (const part of [visitor.page, visitor.control])
    expect(await part.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  expectQuietTab(site, visitor);
});

test('without script it says what is missing', async () => {
  const { page } = await visit(site, 'sandbox/', (tab) => tab.setJavaScriptEnabled(false));
  expect(await page.$eval('.no-script', ({ textContent }) => textContent)).toContain('needs JavaScript');
});

test('home page and documentation lead to the playground and the sandbox', async () => {
  for (const path of ['', 'start/quickstart/']) {
    const { page } = await visit(site, path);
    for (const tool of ['playground/', 'sandbox/'])
      expect(await page.$$(`nav a[href="${new URL(site.url).pathname}${tool}"]`)).not.toHaveLength(0);
  }
});
