import { signReturn } from '@plural-otp/core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Customer } from './support/customer.ts';
import { account, callsDuring, startFixtures, type Fixtures } from './support/running-shop.ts';

let fixtures: Fixtures;
beforeAll(async () => {
  fixtures = await startFixtures();
});
afterAll(() => fixtures.close());

/** Confirms or cancels on the bank's page, which returns the customer to the shop. */
async function completeOnBankPage(customer: Customer, action: 'confirm' | 'cancel', code = '123456'): Promise<void> {
  const { page } = customer;
  await page.waitForSelector('button[value="confirm"]');
  expect(new URL(page.url()).origin).toBe(fixtures.sandbox.origin);
  if (action === 'confirm') await page.type('#otp', code);
  await page.click(`button[value="${action}"]`);
  await page.waitForFunction((shop) => location.origin === shop, {}, fixtures.shop.origin);
}

test('a card without native OTP redirects to the bank’s page, and a verified return brings the customer back paid', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await customer.pay('bank-page-only');
    await completeOnBankPage(customer, 'confirm');
    expect(await customer.waitForReceipt()).toContain('Payment received');
  });
  expect(calls).toMatchObject({ createPayment: 1 });
  expect(calls).not.toHaveProperty('generateOtp');
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  expect(await fixtures.merchant.activity()).toContain('returned with PROCESSED');
  await customer.close();
});

test('a payment cancelled on the bank’s page leaves the order open for another card', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('bank-page-only');
  await completeOnBankPage(customer, 'cancel');
  await customer.waitForStatus('failed');
  await customer.pay('pays');
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['failed', 'paid'] });
  await customer.close();
});

test('a customer who switches from the OTP field to the bank’s page pays once', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await customer.press('bank');
    await completeOnBankPage(customer, 'confirm');
    await customer.waitForReceipt();
  });
  expect(calls).not.toHaveProperty('createPayment');
  expect(calls).not.toHaveProperty('generateOtp');
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('a customer who returns from the bank’s page undecided can enter the OTP, and no new one is requested', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  const calls = await callsDuring(fixtures.sandbox, async () => {
    await customer.press('bank');
    await customer.page.waitForSelector('button[value="confirm"]');
    await customer.page.goBack();
    await customer.waitForStatus('awaitingOtp');
    await customer.enterCode('123456');
    await customer.waitForReceipt();
  });
  expect(calls).not.toHaveProperty('generateOtp');
  expect(calls).not.toHaveProperty('resendOtp');
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid' });
  await customer.close();
});

/** Posts a return to the shop from another site, as the bank's page does. */
async function postReturn(customer: Customer, fields: Record<string, string>): Promise<void> {
  const { page } = customer;
  await page.goto(`${fixtures.sandbox.origin}/sandbox/clock`);
  await Promise.all([
    page.waitForNavigation(),
    page.evaluate(
      (action, entries) => {
        const form = document.createElement('form');
        form.method = 'post';
        form.action = action;
        for (const [name, value] of entries) {
          const input = Object.assign(document.createElement('input'), { type: 'hidden', name, value });
          form.append(input);
        }
        document.body.append(form);
        form.submit();
      },
      `${fixtures.shop.origin}/plural/return`,
      Object.entries(fields),
    ),
  ]);
}

test('a forged return changes nothing, and the customer reads a neutral message', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  const orderId = (await fixtures.sandbox.order(number))?.order_id ?? '';
  await postReturn(customer, { order_id: orderId, status: 'PROCESSED', signature: 'ab'.repeat(32) });
  await customer.waitForText('We could not verify the reply from your bank');
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Not paid', verdicts: [] });
  expect(await fixtures.merchant.activity()).toContain('RETURN_UNVERIFIED');

  await customer.page.goto(`${fixtures.shop.origin}/checkout`);
  await customer.enterCode('123456');
  await customer.waitForReceipt();
  await customer.close();
});

test('a valid signature with a false status is ignored, because the order decides', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  const orderId = (await fixtures.sandbox.order(number))?.order_id ?? '';
  const fields = { order_id: orderId, status: 'PROCESSED' };
  await postReturn(customer, await signReturn(fields, { secretKey: account.PLURAL_RETURN_SECRET_KEY }));
  await customer.waitForStatus('awaitingOtp');
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Not paid', verdicts: [] });
  await customer.close();
});

test('a repeated return shows the same receipt and stores one verdict', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  const posted: string[] = [];
  customer.page.on('request', (request) => {
    if (request.url().endsWith('/plural/return')) posted.push(request.postData() ?? '');
  });
  await customer.pay('bank-page-only');
  await completeOnBankPage(customer, 'confirm');
  await customer.waitForReceipt();
  const fields = Object.fromEntries(new URLSearchParams(posted[0] ?? ''));
  expect(fields).toHaveProperty('signature');
  await postReturn(customer, fields);
  expect(await customer.waitForReceipt()).toContain('Payment received');
  expect(await fixtures.merchant.row(number)).toMatchObject({ orderStatus: 'Paid', verdicts: ['paid'] });
  await customer.close();
});

test('a return in another browser shows the status of the payment, and nothing else of the order', async () => {
  const customer = await fixtures.newCustomer();
  const number = await customer.order();
  let returned = '';
  customer.page.on('response', (response) => {
    if (response.url().endsWith('/plural/return')) returned = response.headers()['location'] ?? '';
  });
  await customer.pay('bank-page-only');
  await completeOnBankPage(customer, 'confirm');
  await customer.waitForReceipt();

  const stranger = await fixtures.newCustomer();
  await stranger.page.goto(new URL(returned, fixtures.shop.origin).href);
  await stranger.waitForText('your bank confirmed the payment');
  expect(await stranger.page.$eval('body', (body) => body.textContent)).not.toContain(number);
  await Promise.all([customer.close(), stranger.close()]);
});
