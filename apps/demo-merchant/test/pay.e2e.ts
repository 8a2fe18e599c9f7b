import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsDuring, startFixtures, type Fixtures } from './support/running-shop.ts';

let fixtures: Fixtures;
beforeAll(async () => {
  fixtures = await startFixtures();
});
afterAll(() => fixtures.close());

test('the right OTP pays the order, and the shop stores one verdict', async () => {
  const customer = await fixtures.newCustomer();
  const consoleErrors: string[] = [];
  customer.page.on('console', (message) => message.type() === 'error' && consoleErrors.push(message.text()));
  customer.page.on('pageerror', (error) => consoleErrors.push(String(error)));
  const number = await customer.order();
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await customer.pay('pays');
    await customer.enterCode('123456');
    expect(await customer.waitForReceipt()).toContain('Payment received');
  });
  expect(calls).toMatchObject({ createOrder: 1, createPayment: 1, generateOtp: 1, submitOtp: 1 });
  expect(await fixtures.sandbox.order(number)).toMatchObject({
    status: 'PROCESSED',
    payments: [{ status: 'PROCESSED' }],
  });
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  // No page violates its content security policy.
  expect(consoleErrors).toEqual([]);
  await customer.close();
});

test('device data of the customer reaches Plural with the payment', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  const last = (await fixtures.sandbox.find('requests', { operation: 'createPayment' })).at(-1);
  expect(last?.request).toMatchObject({
    payments: [
      {
        merchant_payment_reference: `${number}-1`,
        device_info: { device_channel: 'browser', browser_javascript_enabled_val: 'true' },
      },
    ],
  });
  await customer.close();
});

test('a pre-authorised amount is reserved, and can be captured on the merchant’s page', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('debit', 'later');
  await customer.enterCode('123456');
  expect(await customer.waitForReceipt()).toContain('the amount is reserved');
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Reserved', verdicts: ['authorized'] });

  const calls = await callsDuring(fixtures.sandbox, () => fixtures.merchant.press(number, 'capture'));
  expect(calls).toMatchObject({ captureOrder: 1 });
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['authorized', 'paid'] });
  expect(await fixtures.sandbox.order(number)).toMatchObject({ status: 'PROCESSED' });
  await customer.reload();
  expect(await customer.waitForReceipt()).toContain('Payment received');
  await customer.close();
});

test('a pre-authorised amount can be released on the merchant’s page', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('pays', 'later');
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  expect(await fixtures.merchant.press(number, 'cancel')).toContain(`${number} is cancelled`);
  expect(await fixtures.merchant.row(number)).toMatchObject({
    orderStatus: 'Cancelled',
    verdicts: ['authorized', 'cancelled'],
  });
  expect(await fixtures.sandbox.order(number)).toMatchObject({ status: 'CANCELLED' });
  await customer.reload();
  expect(await customer.waitForReceipt()).toContain('cancelled');
  await customer.close();
});

test('when the response to a capture is lost the order decides, and nothing is captured twice', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('pays', 'later');
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  await fixtures.sandbox.script({ operation: 'captureOrder', fault: 'cut' });
  const calls = await callsDuring(fixtures.sandbox, () => fixtures.merchant.press(number, 'capture'));
  expect(calls).toMatchObject({ captureOrder: 1 });
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid' });
  await customer.close();
});

test('an OTP submitted by autofill, Enter and two clicks in two tabs at once reaches the bank once', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  const second = await customer.page.browserContext().newPage();
  await second.goto(customer.page.url());
  await second.waitForSelector('plural-otp:state(awaitingOtp)');
  const posts: string[] = [];
  const allAtOnce = (page: Page, tab: string): Promise<void> => {
    page.on('request', (request) => request.url().endsWith('/otp/submit') && posts.push(tab));
    return page.$eval('plural-otp', (step) => {
      const input = step.querySelector('input');
      const button = step.shadowRoot?.querySelector<HTMLElement>('[part~="submit"]');
      if (!input || !button) throw new Error('the step has no field');
      step.autosubmit = true;
      input.value = '123456';
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true, cancelable: true }),
      );
      button.click();
      button.click();
    });
  };
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await fixtures.sandbox.script({ operation: 'submitOtp', fault: 'delay', delayMs: 1000 });
    await Promise.all([allAtOnce(customer.page, 'first'), allAtOnce(second, 'second')]);
    expect(await customer.waitForReceipt()).toContain('Payment received');
    await second.waitForSelector('#receipt');
  });
  // Each tab submits to the shop once, and the shop submits to Plural once.
  expect(posts.sort()).toEqual(['first', 'second']);
  expect(calls).toMatchObject({ submitOtp: 1 });
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('a wrong OTP is reported at the field, and the right one pays the same payment', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await customer.pay('pays');
    await customer.enterCode('111111');
    expect(await customer.fieldError()).toContain('not accepted');
    await customer.enterCode('123456');
    await customer.waitForReceipt();
  });
  expect(calls).toMatchObject({ createPayment: 1, generateOtp: 1, submitOtp: 2 });
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('for a card with a fee the step shows the total, and the receipt the amount charged', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await customer.pay('fee');
  await customer.waitForStatus('awaitingOtp');
  const total = await customer.page.$eval(
    'plural-otp',
    (step) => step.shadowRoot?.querySelector('[part~="amount"]')?.textContent,
  );
  expect(total).not.toBe('₹640.00');
  await customer.enterCode('123456');
  expect(await customer.waitForReceipt()).toContain(`${total?.trim()} was charged`);
  await customer.close();
});

test('a stale checkout page starts nothing and shows the payment in progress', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  const { page } = customer;
  const stale = await page.browserContext().newPage();
  await stale.goto(page.url());
  await page.bringToFront();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  await stale.bringToFront();
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await stale.click('#card-form button[type="submit"]');
    await stale.waitForSelector('plural-otp:state(awaitingOtp)');
  });
  expect(calls).toEqual({});
  expect((await fixtures.sandbox.order(number))?.payments).toHaveLength(1);
  await customer.close();
});

test('letters are not an OTP, and nothing is sent', async () => {
  const customer = await fixtures.newCustomer();
  await customer.order();
  await customer.pay('pays');
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await customer.enterCode('abcdef');
    expect(await customer.fieldError()).not.toBe('');
  });
  expect(calls).not.toHaveProperty('submitOtp');
  await customer.close();
});

test('a resend is available after its delay, and its OTP pays', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await customer.pay('quick-resend');
    await customer.waitForStatus('awaitingOtp');
    await customer.press('resend');
    await customer.waitForText('A new OTP is on its way');
    await customer.enterCode('123456');
    await customer.waitForReceipt();
  });
  expect(calls).toMatchObject({ generateOtp: 1, resendOtp: 1, submitOtp: 1 });
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid' });
  await customer.close();
});

test('the third wrong OTP ends the payment, and a new payment pays the same order', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  for (const code of ['111111', '222222', '333333']) await customer.enterCode(code);
  await customer.waitForStatus('exhausted');
  await customer.pay('debit');
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  const order = await fixtures.sandbox.order(number);
  expect(order?.payments.map(({ status, merchant_payment_reference }) => [merchant_payment_reference, status])).toEqual(
    [
      [`${number}-1`, 'FAILED'],
      [`${number}-2`, 'PROCESSED'],
    ],
  );
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['failed', 'paid'] });
  await customer.close();
});

test('a declined payment leaves the order open for another card', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('no-funds');
  await customer.enterCode('123456');
  await customer.waitForStatus('failed');
  await customer.waitForText('Check your balance');
  await customer.pay('pays');
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['failed', 'paid'] });
  await customer.close();
});

test('the whole checkout works with the keyboard alone', async () => {
  const customer = await fixtures.newCustomer();
  const { page } = customer;
  await page.goto(`${fixtures.shop.origin}/teas/winter-frost`);
  const tabTo = async (selector: string): Promise<void> => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab never reached ${selector}`);
  };
  await tabTo('.buy button');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  await tabTo('#card-number');
  await tabTo('#card-form button[type="submit"]');
  await page.keyboard.press('Enter');
  await customer.waitForStatus('awaitingOtp');
  await page.waitForSelector('plural-otp input:focus');
  await page.keyboard.type('123456');
  await page.keyboard.press('Enter');
  expect(await customer.waitForReceipt()).toContain('Payment received');
  await customer.close();
});
