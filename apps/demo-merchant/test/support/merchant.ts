import type { Page } from 'puppeteer-core';

/** An order as the merchant's page shows it. */
export interface OrderRow {
  readonly orderStatus: string;
  /** Outcomes, the first first. */
  readonly verdicts: readonly string[];
  /** How each was found out, in the same order. */
  readonly sources: readonly string[];
}

/** The person behind the shop, with a browser on the merchant's page. */
export interface Merchant {
  readonly page: Page;
  row(orderNumber: string): Promise<OrderRow>;
  /** Presses a button of the order's row; gives what the page then says. */
  press(orderNumber: string, action: 'capture' | 'cancel'): Promise<string>;
  /** Presses "Look now"; gives what the page then says. */
  checkNow(): Promise<string>;
  activity(): Promise<string>;
}

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
