/** A page that a merchant made from the playground's code, with a stand-in for the merchant's backend. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'puppeteer-core';
import { expect, onTestFinished } from 'vitest';

const built = new URL('.', import.meta.resolve('@plural-otp/element/integrity.json'));
const head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">';
const view = { phase: 'ready', next: ['redirect'], revision: 1, reference: 'NL7K-42QX' };
const steps: Record<string, object> = {
  '/plural/otp/generate': { ...view, phase: 'awaitingOtp', next: ['submit'], revision: 2 },
  '/plural/otp/submit': { ...view, phase: 'authorized', next: [], revision: 3 },
};

/** The page in a tab, and what it requested. */
export interface SnippetPage {
  readonly page: Page;
  readonly paths: readonly string[];
  /** Ids of the carts that the page paid, one for each press of Pay that reached the backend. */
  readonly carts: readonly string[];
  readonly errors: readonly string[];
}

/** Opens a page whose body is `body`. `files` are served at their paths, beside those that the element's package has. */
export async function openSnippetPage(
  browser: Browser,
  body: string,
  files: Record<string, string> = {},
): Promise<SnippetPage> {
  const paths: string[] = [];
  const carts: string[] = [];
  let current: object = view;
  const server = createServer((request, response) => {
    const path = request.url?.replace(/\?.*/, '') ?? '';
    paths.push(path);
    const send = (type: string, content: string | Buffer): void =>
      void response.setHeader('content-type', type).end(content);
    if (path === '/pay') {
      request.once('data', (body: Buffer) => {
        carts.push((JSON.parse(body.toString()) as { cart: string }).cart);
        send('application/json', JSON.stringify({ session: 'sealed', view: current }));
      });
    } else if (path.startsWith('/plural/')) {
      current = steps[path] ?? current;
      send('application/json', JSON.stringify(current));
    } else if (path === '/') send('text/html', `${head}<title>Pay</title>${body}`);
    else if (path === '/thank-you') send('text/html', `${head}<title>Thank you</title>`);
    else if (files[path] !== undefined) send('text/javascript', files[path]);
    else send(path.endsWith('.css') ? 'text/css' : 'text/javascript', readFileSync(new URL(`.${path}`, built)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const page = await browser.newPage();
  onTestFinished(async () => {
    await page.close();
    server.closeAllConnections();
    server.close();
  });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    // React recommends its own tools on each page.
    if (message.type() !== 'info' && message.type() !== 'log') errors.push(message.text());
  });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { waitUntil: 'networkidle0' });
  return { page, paths, carts, errors };
}

/** Presses Pay, once more after a reload, types the OTP, and expects one payment of one cart that the page then forgets. */
export async function expectOnePayment({ page, paths, carts, errors }: SnippetPage): Promise<void> {
  expect(paths, 'starts no payment on load').not.toContain('/pay');
  const press = async (): Promise<void> => {
    await page.locator('button ::-p-text(Pay)').click();
    await page.waitForSelector('plural-otp:state(awaitingOtp) > input');
  };
  await press();
  await page.reload({ waitUntil: 'networkidle0' });
  expect(carts).toHaveLength(1);
  await press();
  expect(new Set(carts).size).toBe(1);
  expect(carts[0]).toMatch(/^[\da-f-]{36}$/);
  expect(await page.content(), 'keeps the session out of the markup').not.toContain('sealed');
  // The focus followed from Pay to the field.
  await page.waitForSelector('plural-otp > input:focus');
  await page.keyboard.type('482913');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.pathname === '/thank-you');
  expect(new URL(page.url()).searchParams.get('reference')).toBe('NL7K-42QX');
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  expect(errors).toEqual([]);
}
