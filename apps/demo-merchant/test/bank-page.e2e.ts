import { signReturn } from '@plural-otp/core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Customer } from './support/customer.ts';
import { account, callsDuring, startWorld, type World } from './support/running-shop.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** Confirms or cancels on the bank's page, and comes back to the shop. */
async function atTheBank(customer: Customer, act: 'confirm' | 'cancel', code = '123456'): Promise<void> {
  const { page } = customer;
  await page.waitForSelector('button[value="confirm"]');
  expect(new URL(page.url()).origin).toBe(world.sandbox.origin);
  if (act === 'confirm') await page.type('#otp', code);
  await page.click(`button[value="${act}"]`);
  await page.waitForFunction((shop) => location.origin === shop, {}, world.shop.origin);
}

test('a card without native OTP goes to the bank’s page at once, and comes back paid by a verified return', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  const calls = await callsDuring(world.sandbox, async () => {
    await customer.pay('bank-page-only');
    await atTheBank(customer, 'confirm');
    expect(await customer.receipt()).toContain('Thank you, it is paid');
  });
  expect(calls).toMatchObject({ createPayment: 1 });
  expect(calls).not.toHaveProperty('generateOtp');
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Paid', verdicts: ['paid'] });
  expect(await world.merchant.journal()).toContain('came back with');
  await customer.leave();
});

test('a payment given up on the bank’s page leaves the order open for another card', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  await customer.pay('bank-page-only');
  await atTheBank(customer, 'cancel');
  await customer.sees('failed');
  await customer.pay('pays');
  await customer.enter('123456');
  await customer.receipt();
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Paid', verdicts: ['failed', 'paid'] });
  await customer.leave();
});

test('from the code’s field to the bank’s page and back: paid, with one payment', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.sees('awaitingOtp');
  const calls = await callsDuring(world.sandbox, async () => {
    await customer.press('bank');
    await atTheBank(customer, 'confirm');
    await customer.receipt();
  });
  expect(calls).not.toHaveProperty('createPayment');
  expect(calls).not.toHaveProperty('generateOtp');
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Paid', verdicts: ['paid'] });
  await customer.leave();
});

test('back from the bank’s page without deciding: the field is there again, and no code is asked for', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.sees('awaitingOtp');
  const calls = await callsDuring(world.sandbox, async () => {
    await customer.press('bank');
    await customer.page.waitForSelector('button[value="confirm"]');
    await customer.page.goBack();
    await customer.sees('awaitingOtp');
    await customer.enter('123456');
    await customer.receipt();
  });
  expect(calls).not.toHaveProperty('generateOtp');
  expect(calls).not.toHaveProperty('resendOtp');
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Paid' });
  await customer.leave();
});

async function comeBackWith(customer: Customer, fields: Record<string, string>): Promise<void> {
  const { page } = customer;
  await page.goto(`${world.sandbox.origin}/sandbox/clock`);
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
      `${world.shop.origin}/plural/return`,
      Object.entries(fields),
    ),
  ]);
}

test('a forged return changes nothing: the order stays open, and the customer reads neutral words', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.sees('awaitingOtp');
  const orderId = (await world.sandbox.order(number))?.order_id ?? '';
  await comeBackWith(customer, { order_id: orderId, status: 'PROCESSED', signature: 'ab'.repeat(32) });
  await customer.reads('We could not read what your bank sent with you');
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Not paid', verdicts: [] });
  expect(await world.merchant.journal()).toContain('RETURN_UNVERIFIED');

  await customer.page.goto(`${world.shop.origin}/checkout`);
  await customer.enter('123456');
  await customer.receipt();
  await customer.leave();
});

test('a true signature under a false status is not believed: the order has the last word', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  await customer.pay('pays');
  await customer.sees('awaitingOtp');
  const orderId = (await world.sandbox.order(number))?.order_id ?? '';
  const fields = { order_id: orderId, status: 'PROCESSED' };
  await comeBackWith(customer, await signReturn(fields, { secretKey: account.PLURAL_RETURN_SECRET_KEY }));
  await customer.sees('awaitingOtp');
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Not paid', verdicts: [] });
  await customer.leave();
});

test('a return that is repeated shows the same receipt and keeps one verdict', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  const posted: string[] = [];
  customer.page.on('request', (request) => {
    if (request.url().endsWith('/plural/return')) posted.push(request.postData() ?? '');
  });
  await customer.pay('bank-page-only');
  await atTheBank(customer, 'confirm');
  await customer.receipt();
  const fields = Object.fromEntries(new URLSearchParams(posted[0] ?? ''));
  expect(fields).toHaveProperty('signature');
  await comeBackWith(customer, fields);
  expect(await customer.receipt()).toContain('Thank you, it is paid');
  expect(await world.merchant.row(number)).toMatchObject({ standing: 'Paid', verdicts: ['paid'] });
  await customer.leave();
});

test('a return in another browser shows where the payment stands, and nothing else of the order', async () => {
  const customer = await world.newCustomer();
  const number = await customer.order();
  let returned = '';
  customer.page.on('response', (response) => {
    if (response.url().endsWith('/plural/return')) returned = response.headers()['location'] ?? '';
  });
  await customer.pay('bank-page-only');
  await atTheBank(customer, 'confirm');
  await customer.receipt();

  const stranger = await world.newCustomer();
  await stranger.page.goto(new URL(returned, world.shop.origin).href);
  await stranger.reads('your bank confirmed the payment');
  expect(await stranger.page.$eval('body', (body) => body.textContent)).not.toContain(number);
  await Promise.all([customer.leave(), stranger.leave()]);
});
