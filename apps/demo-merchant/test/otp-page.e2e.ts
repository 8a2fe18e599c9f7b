/** The OTP page as a phone shows it: what is in sight above the keyboard, and what moves. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Customer } from './support/customer.ts';
import { type Fixtures, startFixtures } from './support/running-shop.ts';

let fixtures: Fixtures;
beforeAll(async () => {
  fixtures = await startFixtures();
});
afterAll(() => fixtures.close());

/** Boxes of one state, in CSS pixels of the window. */
interface Layout {
  readonly field: readonly number[];
  /** Bottom of the primary button. */
  readonly buttonBottom: number;
  readonly headerHeight: number;
  readonly scrolled: number;
}

function readLayout({ page }: Customer): Promise<Layout> {
  return page.evaluate(() => {
    const step = document.querySelector('plural-otp')!;
    const { left, top, width, height } = step.querySelector('input')!.getBoundingClientRect();
    return {
      field: [left, top, width, height],
      buttonBottom: step.shadowRoot!.querySelector('.primary, [part~=submit]')!.getBoundingClientRect().bottom,
      headerHeight: document.querySelector('header')!.getBoundingClientRect().height,
      scrolled: scrollY,
    };
  });
}

const phones = [
  { width: 390, height: 844, keyboard: 336 },
  { width: 360, height: 640, keyboard: 280 },
];

for (const { width, height, keyboard } of phones) {
  test(`${width} × ${height}: field and button stay above the keyboard in every typing state, and the field never moves`, async () => {
    const customer = await fixtures.newCustomer();
    const { page } = customer;
    await page.setViewport({ width, height, isMobile: true, hasTouch: true });
    await customer.order();
    await customer.pay('quick-resend');
    await customer.waitForStatus('awaitingOtp');
    const layouts = new Map<string, Layout>();
    const record = async (state: string): Promise<void> => {
      // Cross-fades are over, so that boxes are at rest.
      await page.waitForFunction(() =>
        document
          .querySelector('plural-otp')!
          .shadowRoot!.getAnimations()
          .every(({ playState }) => playState !== 'running'),
      );
      layouts.set(state, await readLayout(customer));
    };

    await record('first show');
    await customer.enterCode('12');
    await customer.waitForText('Check that it is complete.');
    await record('too short');
    await customer.press('resend');
    await customer.waitForText('Only the latest one will work.');
    await record('resent');
    await customer.enterCode('111111');
    await customer.waitForText('was not accepted');
    await record('first miss');
    await page.setOfflineMode(true);
    await customer.waitForText('You are offline.');
    await record('offline');
    await page.setOfflineMode(false);
    await page.waitForSelector('plural-otp >>> [part~="submit"]:not([aria-disabled])');
    await customer.enterCode('222222');
    await customer.waitForText('may block your card');
    await record('second miss');

    const first = layouts.get('first show')!;
    expect(first.headerHeight).toBeLessThanOrEqual(56);
    for (const [state, { field, buttonBottom, scrolled }] of layouts) {
      expect(field, `${state}: the field moved`).toEqual(first.field);
      const [, top = 0, , fieldHeight = 0] = field;
      expect(top + fieldHeight, `${state}: the field`).toBeLessThanOrEqual(height - keyboard);
      expect(buttonBottom, `${state}: the button`).toBeLessThanOrEqual(height - keyboard);
      expect(scrolled, `${state}: the page was scrolled`).toBe(0);
    }
    expect([...layouts.keys()]).toHaveLength(6);
    await customer.close();
  });
}

test('“Payment confirmed” stands for 900 ms before the page leaves for the receipt', async () => {
  const customer = await fixtures.newCustomer();
  const { page } = customer;
  // Timers of the page, with the milliseconds that each waits for. None is shortened.
  await page.evaluateOnNewDocument(() => {
    const { setTimeout: start } = globalThis;
    const waits: number[] = [];
    Object.assign(globalThis, { waits });
    globalThis.setTimeout = ((run: () => void, ms: number, ...rest: never[]) => {
      if (document.querySelector('plural-otp')?.matches(':state(authorized)')) waits.push(ms);
      return start(run, ms, ...rest);
    }) as typeof setTimeout;
  });
  await customer.order();
  await customer.pay('pays');
  await customer.enterCode('123456');
  await customer.waitForText('Payment confirmed');
  expect(page.url()).toContain('/checkout');
  const waits = await page.evaluate(() => (globalThis as unknown as { waits: number[] }).waits);
  expect(waits).toContain(900);
  expect(await customer.waitForReceipt()).toContain('₹640.00');
  await customer.close();
});
