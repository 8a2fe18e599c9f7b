// Pictures of every step, phone and desktop, light and dark: node test/support/screenshots.mjs FOLDER [STEP …]
// Needs the build and Chromium (CHROMIUM_PATH, else /usr/bin/chromium).
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startWorld } from './running-shop.ts';

const [folder, ...only] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Name the folder for the pictures: node test/support/screenshots.mjs FOLDER');
  process.exit(1);
}
await mkdir(folder, { recursive: true });

const sizes = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];
const world = await startWorld();

async function picture(page, step) {
  if (only.length > 0 && !only.includes(step)) return;
  for (const size of sizes) {
    await page.setViewport({ ...size, deviceScaleFactor: 1 });
    for (const scheme of ['light', 'dark']) {
      await page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: scheme },
        // Without transitions, so that no picture is taken between two colours.
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (tooWide > 0) console.log(`${step} at ${size.width} px is ${tooWide} px too wide`);
      await page.screenshot({ path: join(folder, `${step}-${size.width}-${scheme}.png`), fullPage: true });
    }
  }
  console.log(step);
}

/** A customer with an order, at the checkout. */
async function customerWithOrder() {
  const customer = await world.newCustomer();
  await customer.order();
  return customer;
}

const ann = await world.newCustomer();
await ann.page.goto(`${world.shop.origin}/orders`);
await picture(ann.page, '01-no-orders');
await ann.page.goto(`${world.shop.origin}/`);
await picture(ann.page, '02-teas');
await ann.page.goto(`${world.shop.origin}/teas/shola-oolong`);
await picture(ann.page, '03-tea');
await ann.order();
await picture(ann.page, '04-checkout');
await ann.page.click('.more-cards summary');
await picture(ann.page, '05-more-cards');
await ann.pay('pays');
await ann.sees('awaitingOtp');
await picture(ann.page, '06-code');
await ann.enter('111111');
await ann.fieldError();
await picture(ann.page, '07-wrong-code');
await ann.enter('222222');
await ann.reads('safer way');
await picture(ann.page, '08-second-miss');
await ann.enter('333333');
await ann.sees('exhausted');
await picture(ann.page, '09-ended-pay-again');
await ann.pay('debit');
await ann.enter('123456');
await ann.receipt();
await picture(ann.page, '10-receipt-paid');
await ann.leave();

const reserving = await customerWithOrder();
await reserving.pay('fee', 'later');
await reserving.sees('awaitingOtp');
await picture(reserving.page, '11-code-with-fee');
await reserving.enter('123456');
await reserving.receipt();
await picture(reserving.page, '12-receipt-reserved');
await reserving.leave();

const declined = await customerWithOrder();
await declined.pay('no-funds');
await declined.enter('123456');
await declined.sees('failed');
await picture(declined.page, '13-declined');
await declined.leave();

const atBank = await customerWithOrder();
await atBank.pay('bank-page-only');
await atBank.page.waitForSelector('#otp');
await picture(atBank.page, '14-bank-page');
await atBank.page.goto(`${world.shop.origin}/checkout`);
await atBank.reads('bank’s page');
await picture(atBank.page, '15-card-without-native-otp');
await atBank.page.goto(`${world.shop.origin}/orders`);
await picture(atBank.page, '16-orders-unfinished');
await atBank.leave();

const waiting = await customerWithOrder();
await waiting.pay('very-slow');
await waiting.enter('123456');
await waiting.sees('confirming');
await picture(waiting.page, '17-confirming');
await world.advanceShopClock(61);
await waiting.reload();
await waiting.sees('unresolved');
await picture(waiting.page, '18-unresolved');
await waiting.leave();

const leaving = await customerWithOrder();
await leaving.pay('pays');
await leaving.sees('awaitingOtp');
await leaving.press('cancel');
await leaving.sees('cancelled');
await picture(leaving.page, '19-given-up');
await leaving.leave();

const unlucky = await customerWithOrder();
await world.sandbox.script({ operation: 'createPayment', fault: 'reset', times: 2 });
await unlucky.pay('pays');
await picture(unlucky.page, '20-start-unclear');
await unlucky.leave();

const late = await customerWithOrder();
await world.merchant.page.goto(`${world.shop.origin}/merchant`);
await picture(world.merchant.page, '21-merchant');
await late.page.goto(`${world.shop.origin}/return?problem=unverified`);
await picture(late.page, '22-return-unverified');
await late.page.goto(`${world.shop.origin}/checkout`);
await world.sandbox.stop();
await late.pay('pays');
await picture(late.page, '23-service-down');
await late.leave();
await world.close();
