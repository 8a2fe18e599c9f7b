/** A customer in Chromium, for tests: does what the pages offer and reads what they show. */

import type { ElementHandle, Page } from 'puppeteer-core';
import { eventually } from './eventually.ts';

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

/** Customer with a tab in the shop. */
export interface Customer {
  readonly page: Page;
  /** Chooses the first tea and goes to the checkout. Returns the order number. */
  order(): Promise<string>;
  /** Chooses a card, presses Pay, and waits for the step, the next page or a problem. */
  pay(cardId: string, charge?: 'now' | 'later'): Promise<void>;
  /** Waits until the step has one of the statuses. */
  waitForStatus(...statuses: Status[]): Promise<void>;
  /** Types a code and presses Confirm. */
  enterCode(code: string): Promise<void>;
  /** Presses a button or link of the step, by its CSS part, once it is enabled. */
  press(part: 'resend' | 'bank' | 'cancel' | 'check'): Promise<void>;
  /** Waits for the receipt. Returns its text. */
  waitForReceipt(): Promise<string>;
  /** Waits for the error message of the field, and returns it. */
  fieldError(): Promise<string>;
  /** Reloads the page. */
  reload(): Promise<void>;
  /** Waits for text anywhere on the page, including the step. */
  waitForText(text: string): Promise<void>;
  /** Closes the browser context. */
  close(): Promise<void>;
}

const otpStep = 'plural-otp';

const timeoutMs = 25_000;

/** Creates a customer in a tab. */
export function createCustomer(page: Page, shop: string): Customer {
  page.setDefaultTimeout(timeoutMs);
  const part = (name: string): string => `${otpStep} >>> [part~="${name}"]`;
  /** Adds the text of the page to the error if the wait fails. */
  const withPageText = async <Value>(what: string, waiting: Promise<Value>): Promise<Value> => {
    try {
      return await waiting;
    } catch (error) {
      throw new Error(`Timed out waiting for ${what}. The page shows:\n${await getVisibleText(page)}`, {
        cause: error,
      });
    }
  };
  const withNavigation = async (action: () => Promise<unknown>): Promise<void> => {
    await withPageText('the next page', Promise.all([page.waitForNavigation({ waitUntil: 'load' }), action()]));
  };
  /** Polls from outside the page, where a wait need not outlive the navigation to the next one. */
  const waitFor = async <Value>(what: string, probe: () => Promise<Value>): Promise<NonNullable<Value>> => {
    let problem: unknown;
    const probeUnlessLeaving = (): Promise<Value | undefined> =>
      probe().catch((error: unknown) => {
        problem = error;
        return undefined;
      });
    const waiting = eventually(what, probeUnlessLeaving, timeoutMs).catch((error: unknown) => {
      throw problem ?? error;
    });
    return withPageText(what, waiting);
  };
  const waitForVisible = (selector: string): Promise<ElementHandle> =>
    waitFor(selector, async () => {
      const handle = await page.$(selector);
      return (await handle?.isVisible()) ? handle : undefined;
    });
  const waitForStatus = async (...statuses: Status[]): Promise<void> => {
    await waitForVisible(statuses.map((status) => `${otpStep}:state(${status})`).join(', '));
  };
  return {
    page,
    waitForStatus,
    async order() {
      await page.goto(`${shop}/`);
      await withNavigation(() => page.click('.tea h3 a'));
      await withNavigation(() => page.click('.buy button'));
      return page.$eval('.page-title span', (title) => title.textContent);
    },
    async pay(cardId, charge) {
      await chooseCard(page, cardId);
      if (charge !== undefined)
        await page.$eval(`input[name="charge"][value="${charge}"]`, (input) => (input as HTMLElement).click());
      await page.click('#pay .pay button[type="submit"]:not([form])');
      // The button is busy until the step is in its place, the next page has come, or a problem is shown.
      await waitFor('the end of the request', () =>
        page.evaluate(
          () => document.readyState === 'complete' && !document.querySelector('.pay button[aria-disabled="true"]'),
        ),
      );
    },
    async enterCode(code) {
      await waitForStatus('awaitingOtp', 'unresolved');
      // The field of an unresolved payment opens by a button.
      const opener = await page.$(part('newer'));
      await opener?.click();
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
      await waitFor(`the text "${text}"`, async () => (await getVisibleText(page)).includes(text));
    },
    close: () => page.browserContext().close(),
  };
}

/** Chooses a saved card, or a test card in the drawer. */
export async function chooseCard(page: Page, cardId: string): Promise<void> {
  // Clicks by script, because a mouse would have to scroll to each card.
  await page.$eval(`[name="with"][value="${cardId}"], [data-card="${cardId}"]`, (choice) => {
    if (!(choice instanceof HTMLButtonElement)) return (choice as HTMLElement).click();
    document.querySelector<HTMLButtonElement>('[data-open="test-cards"]')?.click();
    return choice.click();
  });
}

async function clearInput(input: ElementHandle | null): Promise<void> {
  await input?.focus();
  await input?.evaluate((field) => (field as HTMLInputElement).select());
  await input?.press('Backspace');
}

/** Returns the visible text of the page and of the step's shadow root. */
export function getVisibleText(page: Page): Promise<string> {
  return page.evaluate(() => {
    const step = document.querySelector('plural-otp');
    const inside = step?.shadowRoot?.querySelector<HTMLElement>('[part~="base"]');
    return `${document.body.innerText}\n${inside?.innerText ?? ''}`.replace(/[\u2068\u2069]/g, '');
  });
}
