import type { ElementHandle, Page } from 'puppeteer-core';

/** Statuses of `<plural-otp>` that the tests wait for. */
export type Status =
  | 'awaitingOtp'
  | 'confirming'
  | 'unresolved'
  | 'authorized'
  | 'failed'
  | 'exhausted'
  | 'superseded'
  | 'cancelled';

/** A person with a browser: does what the page offers, and sees what it shows. */
export interface Customer {
  readonly page: Page;
  /** Chooses the first tea and goes to the checkout; gives the order's number. */
  order(): Promise<string>;
  /** Chooses a card and presses pay; the next page is there when it returns. */
  pay(cardId: string, charge?: 'now' | 'later'): Promise<void>;
  /** Waits until the step stands in one of these. */
  waitForStatus(...statuses: Status[]): Promise<void>;
  /** Types a code and presses the button. */
  enterCode(code: string): Promise<void>;
  /** Presses a button or link of the step, by its part, once it may be pressed. */
  press(part: 'resend' | 'bank' | 'cancel' | 'check'): Promise<void>;
  /** Waits for the receipt; gives its words. */
  waitForReceipt(): Promise<string>;
  /** What the field is said to be wrong with. */
  fieldError(): Promise<string>;
  /** Loads the page again. */
  reload(): Promise<void>;
  /** Waits for words anywhere on the page, the step's own included. */
  waitForText(text: string): Promise<void>;
  close(): Promise<void>;
}

const otpStep = 'plural-otp';

export function createCustomer(page: Page, shop: string): Customer {
  page.setDefaultTimeout(25_000);
  const part = (name: string): string => `${otpStep} >>> [part~="${name}"]`;
  /** Says what the page shows when what was waited for never came. */
  const withPageText = async <Value>(what: string, waiting: Promise<Value>): Promise<Value> => {
    try {
      return await waiting;
    } catch (error) {
      throw new Error(`Waited in vain: ${what}. The page shows:\n${await getVisibleText(page)}`, { cause: error });
    }
  };
  const withNavigation = async (action: () => Promise<unknown>): Promise<void> => {
    await withPageText('the next page', Promise.all([page.waitForNavigation({ waitUntil: 'load' }), action()]));
  };
  const waitForVisible = (selector: string): Promise<ElementHandle | null> =>
    withPageText(selector, page.waitForSelector(selector, { visible: true }));
  const waitForStatus = async (...statuses: Status[]): Promise<void> => {
    await waitForVisible(statuses.map((status) => `${otpStep}:state(${status})`).join(', '));
  };
  return {
    page,
    waitForStatus: waitForStatus,
    async order() {
      await page.goto(`${shop}/`);
      await withNavigation(() => page.click('.tea h3 a'));
      await withNavigation(() => page.click('.buy button'));
      return page.$eval('.page-title span', (title) => title.textContent);
    },
    async pay(cardId, charge) {
      const choose = (name: string, value: string): Promise<void> =>
        page.$eval(`input[name="${name}"][value="${value}"]`, (input) => {
          (input.closest('details') ?? { open: false }).open = true;
          (input as HTMLElement).click();
        });
      await choose('card', cardId);
      if (charge !== undefined) await choose('charge', charge);
      await withNavigation(() => page.click('#pay button[type="submit"]'));
    },
    async enterCode(code) {
      await waitForStatus('awaitingOtp', 'unresolved');
      const input = await waitForVisible(`${otpStep} input:enabled`);
      await clearInput(input);
      await input?.type(code);
      await page.click(part('submit'));
    },
    async press(name) {
      const button = await waitForVisible(`${part(name)}:not([aria-disabled="true"])`);
      await button?.click();
    },
    async waitForReceipt() {
      await waitForVisible('#receipt');
      return page.$eval('main', (main) => main.innerText);
    },
    async fieldError() {
      const error = await waitForVisible(`${otpStep} > [slot="error"]`);
      return (await error?.evaluate((node) => node.textContent)) ?? '';
    },
    reload: () => withNavigation(() => page.reload()),
    async waitForText(text) {
      const shown = page.waitForFunction(
        (wanted) => {
          const step = document.querySelector('plural-otp');
          const inside = step?.shadowRoot?.querySelector<HTMLElement>('[part~="base"]');
          return `${document.body.innerText}\n${inside?.innerText ?? ''}`.includes(wanted);
        },
        {},
        text,
      );
      await withPageText(`the words "${text}"`, shown);
    },
    close: () => page.browserContext().close(),
  };
}

async function clearInput(input: ElementHandle | null): Promise<void> {
  await input?.focus();
  await input?.evaluate((field) => (field as HTMLInputElement).select());
  await input?.press('Backspace');
}

/** The words of the page and of the step's shadow root, as they are shown. */
export function getVisibleText(page: Page): Promise<string> {
  return page.evaluate(() => {
    const step = document.querySelector('plural-otp');
    const inside = step?.shadowRoot?.querySelector<HTMLElement>('[part~="base"]');
    return `${document.body.innerText}\n${inside?.innerText ?? ''}`;
  });
}
