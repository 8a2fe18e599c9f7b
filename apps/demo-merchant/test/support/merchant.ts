/** The merchant in Chromium, for tests. */

import type { Page } from 'puppeteer-core';
import { demoPassword } from '../../src/settings.ts';

/** Order as the merchant's page shows it. */
export interface OrderRow {
  readonly orderStatus: string;
  /** Outcomes of the verdicts, oldest first. */
  readonly verdicts: readonly string[];
  /** Sources of the verdicts, in the same order. */
  readonly sources: readonly string[];
}

/** Merchant with a tab on the page "Payments and orders". */
export interface Merchant {
  readonly page: Page;
  /** Returns what the page of an order shows. */
  row(orderNumber: string): Promise<OrderRow>;
  /** Presses a button on the page of an order. Returns the message of the next page. */
  press(orderNumber: string, action: 'capture' | 'cancel'): Promise<string>;
  /** Presses "Check now". Returns the message of the next page. */
  checkNow(): Promise<string>;
  /** Opens a page of the merchant, and logs in where the shop asks. */
  open(path?: string): Promise<void>;
  /** Returns the latest activity, each entry as it was stored. */
  activity(): Promise<string>;
}

/** Words of an order's status for customers, which tests compare. */
const statusWords: Readonly<Record<string, string>> = {
  open: 'Not paid',
  failed: 'Payment failed',
  authorized: 'Reserved',
  cancelled: 'Cancelled',
  paid: 'Paid',
};

/** Creates a merchant in a tab. */
export function createMerchant(page: Page, shop: string): Merchant {
  const open = async (path = '/merchant'): Promise<void> => {
    await page.goto(`${shop}${path}`);
    if (!page.url().startsWith(`${shop}/merchant/login`)) return;
    await page.type('#password', demoPassword);
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  };
  const pressAndReadStatus = async (path: string, selector: string): Promise<string> => {
    await open(path);
    await Promise.all([page.waitForNavigation(), page.click(selector)]);
    return page.$eval('[role="status"]', (status) => status.textContent.trim());
  };
  return {
    page,
    open,
    async row(orderNumber) {
      await open(`/merchant/orders/${orderNumber}`);
      const read = await page.$eval('.merchant-order', (order) => {
        const verdicts = [...order.querySelectorAll<HTMLElement>('[data-verdict]')];
        return {
          status: order.querySelector<HTMLElement>('[data-order-status]')?.dataset['orderStatus'] ?? '',
          verdicts: verdicts.map(({ dataset }) => dataset['verdict'] ?? ''),
          sources: verdicts.map(({ dataset }) => dataset['source'] ?? ''),
        };
      });
      return { orderStatus: statusWords[read.status] ?? '', verdicts: read.verdicts, sources: read.sources };
    },
    press: (orderNumber, action) =>
      pressAndReadStatus(`/merchant/orders/${orderNumber}`, `form[action$="/${action}"] button`),
    checkNow: () => pressAndReadStatus('/merchant', 'form[action="/merchant/sweep"] button'),
    async activity() {
      await open();
      return page.$$eval('[data-entry]', (entries) =>
        entries.map((entry) => (entry as HTMLElement).dataset['entry']).join('\n'),
      );
    },
  };
}
