/** Examines shops that end with their test. */

import { createPlural } from '@plural-otp/core';
import { credentials } from '@plural-otp/sandbox';
import { onTestFinished } from 'vitest';
import type { Finding } from '../../src/check.ts';
import { examineShop, type ExamineOptions } from '../../src/examine.ts';
import { startShop, type TestShop, type WrongSetup } from './shop.ts';

/** Starts a shop that ends with the test. */
export async function open(wrong: WrongSetup = {}): Promise<TestShop> {
  const shop = await startShop(wrong);
  onTestFinished(() => shop.close());
  return shop;
}

/** Examines a running shop. */
export const examine = (shop: TestShop, more: Partial<ExamineOptions> = {}): Promise<Finding[]> =>
  examineShop({ settings: shop.settings, url: shop.url, installed: { '@plural-otp/edge': '0.1.0' }, ...more });

/** Finds the finding of a check. */
export const find = (findings: readonly Finding[], check: string): Finding | undefined =>
  findings.find((finding) => finding.check === check);

/** Creates a payment in the sandbox, as a shop does. */
export async function payAt({ bank, url }: TestShop, device_info?: object): Promise<void> {
  const { clientId, clientSecret } = credentials;
  const plural = createPlural({ environment: { baseUrl: bank }, clientId, clientSecret });
  const order_amount = { value: 100, currency: 'INR' };
  const reference = crypto.randomUUID();
  const order = await plural.createOrder({
    merchant_order_reference: reference,
    order_amount,
    callback_url: `${url.origin}/plural/return`,
  });
  const card_details = {
    name: 'Asha',
    card_number: '4012001037141112',
    cvv: '123',
    expiry_month: '12',
    expiry_year: '2030',
  };
  await plural.createPayment(order.order_id, {
    payments: [
      {
        merchant_payment_reference: `${reference}-1`,
        payment_method: 'CARD',
        payment_amount: order_amount,
        payment_option: { card_details },
        ...(device_info !== undefined && { device_info }),
      },
    ],
  } as Parameters<typeof plural.createPayment>[1]);
}

/** Details that a browser tells of itself. */
export const device = { browser_screen_width: '390', browser_user_agent: 'test', device_channel: 'browser' };
