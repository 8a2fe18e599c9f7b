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
  sees(...statuses: Status[]): Promise<void>;
  /** Types a code and presses the button. */
  enter(code: string): Promise<void>;
  /** Presses a button or link of the step, by its part, once it may be pressed. */
  press(part: 'resend' | 'bank' | 'cancel' | 'check'): Promise<void>;
  /** Waits for the receipt; gives its words. */
  receipt(): Promise<string>;
  /** What the field is said to be wrong with. */
  fieldError(): Promise<string>;
  /** Loads the page again. */
  reload(): Promise<void>;
  /** Waits for words anywhere on the page, the step's own included. */
  reads(text: string): Promise<void>;
  leave(): Promise<void>;
}

const otpStep = 'plural-otp';

export function customerAt(page: Page, shop: string): Customer {
  page.setDefaultTimeout(25_000);
  const part = (name: string): string => `${otpStep} >>> [part~="${name}"]`;
  /** Says what the page shows when what was waited for never came. */
  const waited = async <Value>(what: string, waiting: Promise<Value>): Promise<Value> => {
    try {
      return await waiting;
    } catch (error) {
      throw new Error(`Waited in vain: ${what}. The page shows:\n${await textOf(page)}`, { cause: error });
    }
  };
  const onNextPage = async (action: () => Promise<unknown>): Promise<void> => {
    await waited('the next page', Promise.all([page.waitForNavigation({ waitUntil: 'load' }), action()]));
  };
  const seen = (selector: string): Promise<ElementHandle | null> =>
    waited(selector, page.waitForSelector(selector, { visible: true }));
  const sees = async (...statuses: Status[]): Promise<void> => {
    await seen(statuses.map((status) => `${otpStep}:state(${status})`).join(', '));
  };
  return {
    page,
    sees,
    async order() {
      await page.goto(`${shop}/`);
      await onNextPage(() => page.click('.tea h3 a'));
      await onNextPage(() => page.click('.buy button'));
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
      await onNextPage(() => page.click('#pay button[type="submit"]'));
    },
    async enter(code) {
      await sees('awaitingOtp', 'unresolved');
      const input = await seen(`${otpStep} input:enabled`);
      await emptied(input);
      await input?.type(code);
      await page.click(part('submit'));
    },
    async press(name) {
      const button = await seen(`${part(name)}:not([aria-disabled="true"])`);
      await button?.click();
    },
    async receipt() {
      await seen('#receipt');
      return page.$eval('main', (main) => main.innerText);
    },
    async fieldError() {
      const error = await seen(`${otpStep} > [slot="error"]`);
      return (await error?.evaluate((node) => node.textContent)) ?? '';
    },
    reload: () => onNextPage(() => page.reload()),
    async reads(text) {
      const shown = page.waitForFunction(
        (wanted) => {
          const step = document.querySelector('plural-otp');
          const inside = step?.shadowRoot?.querySelector<HTMLElement>('[part~="base"]');
          return `${document.body.innerText}\n${inside?.innerText ?? ''}`.includes(wanted);
        },
        {},
        text,
      );
      await waited(`the words "${text}"`, shown);
    },
    leave: () => page.browserContext().close(),
  };
}

async function emptied(input: ElementHandle | null): Promise<void> {
  await input?.focus();
  await input?.evaluate((field) => (field as HTMLInputElement).select());
  await input?.press('Backspace');
}

/** The words of the page and of the step's shadow root, as they are shown. */
export function textOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const step = document.querySelector('plural-otp');
    const inside = step?.shadowRoot?.querySelector<HTMLElement>('[part~="base"]');
    return `${document.body.innerText}\n${inside?.innerText ?? ''}`;
  });
}
