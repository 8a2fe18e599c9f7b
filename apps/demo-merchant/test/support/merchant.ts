/** The merchant in Chromium, for tests. */

import type { Page } from 'puppeteer-core';

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
  /** Returns the row of an order. */
  row(orderNumber: string): Promise<OrderRow>;
  /** Presses a button in the row of an order. Returns the message of the next page. */
  press(orderNumber: string, action: 'capture' | 'cancel'): Promise<string>;
  /** Presses "Check now". Returns the message of the next page. */
  checkNow(): Promise<string>;
  /** Returns the text of the recent activity. */
  activity(): Promise<string>;
}

/** Creates a merchant in a tab. */
export function createMerchant(page: Page, shop: string): Merchant {
  const open = (): Promise<unknown> => page.goto(`${shop}/merchant`);
  const pressAndReadStatus = async (selector: string): Promise<string> => {
    await open();
    await Promise.all([page.waitForNavigation(), page.click(selector)]);
    return page.$eval('[role="status"]', (status) => status.textContent.trim());
  };
  return {
    page,
    async row(orderNumber) {
      await open();
      return page.$eval(`tr[data-order="${orderNumber}"]`, (row) => {
        const verdicts = [...row.querySelectorAll<HTMLElement>('[data-verdict]')];
        return {
          orderStatus: row.querySelector('.badge')?.textContent ?? '',
          verdicts: verdicts.map(({ dataset }) => dataset['verdict'] ?? ''),
          sources: verdicts.map(({ dataset }) => dataset['source'] ?? ''),
        };
      });
    },
    press: (orderNumber, action) =>
      pressAndReadStatus(`tr[data-order="${orderNumber}"] form[action$="/${action}"] button`),
    checkNow: () => pressAndReadStatus('form[action="/merchant/sweep"] button'),
    async activity() {
      await open();
      return page.$eval('[aria-labelledby="activity"]', (section) => section.textContent);
    },
  };
}
