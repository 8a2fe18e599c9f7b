// Takes screenshots of every page, phone and desktop, light and dark.
// Usage: node test/support/screenshots.mjs FOLDER [STEP …]
// Requires the build and Chromium (CHROMIUM_PATH, else /usr/bin/chromium).
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startFixtures } from './running-shop.ts';

const [folder, ...only] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Usage: node test/support/screenshots.mjs FOLDER [STEP …]');
  process.exit(1);
}
await mkdir(folder, { recursive: true });

const sizes = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];
const fixtures = await startFixtures();

async function takeScreenshots(page, step) {
  if (only.length > 0 && !only.includes(step)) return;
  for (const size of sizes) {
    await page.setViewport({ ...size, deviceScaleFactor: 1 });
    for (const scheme of ['light', 'dark']) {
      await page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: scheme },
        // Disables transitions, so that no screenshot is taken between two colours.
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (tooWide > 0) console.log(`${step} at ${size.width} px is ${tooWide} px too wide`);
      await page.screenshot({ path: join(folder, `${step}-${size.width}-${scheme}.png`), fullPage: true });
    }
  }
  console.log(step);
}

/** Returns a customer with an order, at the checkout. */
async function customerWithOrder() {
  const customer = await fixtures.newCustomer();
  await customer.order();
  return customer;
}

const ann = await fixtures.newCustomer();
await ann.page.goto(`${fixtures.shop.origin}/orders`);
await takeScreenshots(ann.page, '01-no-orders');
await ann.page.goto(`${fixtures.shop.origin}/`);
await takeScreenshots(ann.page, '02-teas');
await ann.page.goto(`${fixtures.shop.origin}/teas/shola-oolong`);
await takeScreenshots(ann.page, '03-tea');
await ann.order();
await takeScreenshots(ann.page, '04-checkout');
await ann.page.$eval('[data-open="test-cards"]', (button) => button.click());
await takeScreenshots(ann.page, '05-test-cards');
await ann.page.$eval('[data-close]', (button) => button.click());
await ann.pay('pays');
await ann.waitForStatus('awaitingOtp');
await takeScreenshots(ann.page, '06-code');
await ann.enterCode('111111');
await ann.fieldError();
await takeScreenshots(ann.page, '07-wrong-code');
await ann.enterCode('222222');
await ann.waitForText('may block your card');
await takeScreenshots(ann.page, '08-second-miss');
await ann.enterCode('333333');
await ann.waitForStatus('exhausted');
await takeScreenshots(ann.page, '09-ended-pay-again');
await ann.pay('debit');
await ann.enterCode('123456');
await ann.waitForReceipt();
await takeScreenshots(ann.page, '10-receipt-paid');
await ann.close();

const reserving = await customerWithOrder();
await reserving.pay('fee', 'later');
await reserving.waitForStatus('awaitingOtp');
await takeScreenshots(reserving.page, '11-code-with-fee');
await reserving.enterCode('123456');
await reserving.waitForReceipt();
await takeScreenshots(reserving.page, '12-receipt-reserved');
await reserving.close();

const declined = await customerWithOrder();
await declined.pay('no-funds');
await declined.enterCode('123456');
await declined.waitForStatus('failed');
await takeScreenshots(declined.page, '13-declined');
await declined.close();

const atBank = await customerWithOrder();
await atBank.pay('bank-page-only');
await atBank.page.waitForSelector('#otp');
await takeScreenshots(atBank.page, '14-bank-page');
await atBank.page.goto(`${fixtures.shop.origin}/checkout`);
await atBank.waitForText('bank’s page');
await takeScreenshots(atBank.page, '15-card-without-native-otp');
await atBank.page.goto(`${fixtures.shop.origin}/orders`);
await takeScreenshots(atBank.page, '16-orders-unfinished');
await atBank.close();

const waiting = await customerWithOrder();
await waiting.pay('very-slow');
await waiting.enterCode('123456');
await waiting.waitForStatus('confirming');
await takeScreenshots(waiting.page, '17-confirming');
await fixtures.advanceShopClock(61);
await waiting.reload();
await waiting.waitForStatus('unresolved');
await takeScreenshots(waiting.page, '18-unresolved');
await waiting.close();

const leaving = await customerWithOrder();
await leaving.pay('pays');
await leaving.waitForStatus('awaitingOtp');
await leaving.press('cancel');
await leaving.waitForStatus('cancelled');
await takeScreenshots(leaving.page, '19-cancelled');
await leaving.close();

const unlucky = await customerWithOrder();
await fixtures.sandbox.script({ operation: 'createPayment', fault: 'reset', times: 2 });
await unlucky.pay('pays');
await takeScreenshots(unlucky.page, '20-start-unknown');
await unlucky.close();

const late = await customerWithOrder();
const merchant = fixtures.merchant.page;
await merchant.goto(`${fixtures.shop.origin}/merchant/login`);
await takeScreenshots(merchant, '21-merchant-login');
await fixtures.merchant.open();
await takeScreenshots(merchant, '22-merchant');
await fixtures.merchant.open('/merchant?q=none');
await takeScreenshots(merchant, '23-merchant-nothing-fits');
for (const [step, status] of [
  ['24-merchant-paid', 'paid'],
  ['25-merchant-reserved', 'authorized'],
]) {
  await fixtures.merchant.open(`/merchant?status=${status}`);
  await Promise.all([merchant.waitForNavigation(), merchant.click('.order-table tbody th a')]);
  await takeScreenshots(merchant, step);
}
await fixtures.merchant.open('/merchant/insight');
await takeScreenshots(merchant, '26-insight');
await merchant.goto(`${fixtures.sandbox.origin}/sandbox/`);
await takeScreenshots(merchant, '27-sandbox');
await merchant.$$eval('#cards, #send-webhook, #custom-fault', (all) => all.forEach((one) => (one.open = true)));
await takeScreenshots(merchant, '28-sandbox-open');
await Promise.all([merchant.waitForNavigation(), merchant.click('#orders a[href*="order="]')]);
await takeScreenshots(merchant, '29-timeline');
await merchant.goto(`${fixtures.shop.origin}/playground`);
await merchant.waitForSelector('plural-otp:state(awaitingOtp)');
await takeScreenshots(merchant, '30-playground');
await late.page.goto(`${fixtures.shop.origin}/return?problem=unverified`);
await takeScreenshots(late.page, '31-return-unverified');
await late.page.goto(`${fixtures.shop.origin}/checkout`);
await fixtures.sandbox.stop();
await late.pay('pays');
await takeScreenshots(late.page, '32-service-down');
await late.close();
await fixtures.close();
