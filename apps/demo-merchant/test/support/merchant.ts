import type { Page } from 'puppeteer-core';

/** An order as the merchant's page shows it. */
export interface DeskRow {
  readonly standing: string;
  /** Outcomes, the first first. */
  readonly verdicts: readonly string[];
  /** How each was found out, in the same order. */
  readonly sources: readonly string[];
}

/** The person behind the shop, with a browser on the merchant's page. */
export interface Merchant {
  readonly page: Page;
  row(orderNumber: string): Promise<DeskRow>;
  /** Presses a button of the order's row; gives what the page then says. */
  press(orderNumber: string, idempotencyKey: 'capture' | 'cancel'): Promise<string>;
  /** Presses "Look now"; gives what the page then says. */
  lookNow(): Promise<string>;
  journal(): Promise<string>;
}

export function merchantAt(page: Page, shop: string): Merchant {
  const open = (): Promise<unknown> => page.goto(`${shop}/merchant`);
  const pressed = async (selector: string): Promise<string> => {
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
          standing: row.querySelector('.badge')?.textContent ?? '',
          verdicts: verdicts.map(({ dataset }) => dataset['verdict'] ?? ''),
          sources: verdicts.map(({ dataset }) => dataset['source'] ?? ''),
        };
      });
    },
    press: (orderNumber, idempotencyKey) =>
      pressed(`tr[data-order="${orderNumber}"] form[action$="/${idempotencyKey}"] button`),
    lookNow: () => pressed('form[action="/merchant/sweep"] button'),
    async journal() {
      await open();
      return page.$eval('[aria-labelledby="journal"]', (section) => section.textContent);
    },
  };
}
