import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPlural } from '@plural-otp/core';
import { createOtpHandler, memoryStore, type OtpHandler } from '@plural-otp/edge';
import { toNodeListener } from '@plural-otp/edge/node';
import { createSandbox, credentials, type Sandbox } from '@plural-otp/sandbox';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { root } from './support/examples.ts';

const example = join(root, 'docs/examples/plain-dom');
const flowDist = join(root, 'packages/flow/dist');
const axeSource = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const chromium = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

let server: Server;
let sandbox: Sandbox;
let handler: OtpHandler;
let origin: string;
let browser: Browser;
let page: Page;
let sessions: Record<string, string>;

const resolveFile = (path: string): string =>
  path.startsWith('/flow/') ? join(flowDist, path.slice(6)) : join(example, path.slice(1));

async function newPayment(card: string): Promise<string> {
  const plural = createTestPlural();
  const { order_id: orderId } = await plural.createOrder({
    merchant_order_reference: `order-${crypto.randomUUID().slice(0, 8)}`,
    order_amount: { value: 110_000, currency: 'INR' },
    callback_url: handler.returnUrl,
  });
  const card_details = { name: 'Test Card', card_number: card, cvv: '123', expiry_month: '12', expiry_year: '2039' };
  const { client } = await handler.startPayment({
    orderId,
    payment: {
      merchant_payment_reference: `pay-${crypto.randomUUID().slice(0, 8)}`,
      payment_method: 'CARD',
      payment_amount: { value: 110_000, currency: 'INR' },
      payment_option: { card_details },
    },
  });
  return client.session;
}

const createTestPlural = () =>
  createPlural({
    environment: { baseUrl: 'http://127.0.0.1:3001' },
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    fetch: (input, init) => sandbox.fetch(new Request(input, init)),
  });

async function open(card = '4012001037141112'): Promise<void> {
  const name = crypto.randomUUID();
  sessions[name] = await newPayment(card);
  await page.goto(`${origin}/?payment=${name}`);
}
const waitForMessage = (text: string): Promise<unknown> =>
  page.waitForFunction((wanted: string) => document.getElementById('message')?.textContent?.includes(wanted), {}, text);
const focusedId = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');

async function axe(): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } };
    return (await axe.run()).violations.map(({ id }) => id);
  });
}

// With CI=true, a missing Chromium fails instead of skipping.
describe.skipIf(!existsSync(chromium) && process.env['CI'] !== 'true')('a custom screen in plain DOM', () => {
  beforeAll(async () => {
    sessions = {};
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', origin);
      if (pathname.startsWith('/plural/')) return toNodeListener(handler)(request, response);
      try {
        const text = readFileSync(resolveFile(pathname === '/' ? '/index.html' : pathname), 'utf8');
        const session = sessions[searchParams.get('payment') ?? ''] ?? '';
        response.setHeader('content-type', types[extname(pathname) || '.html'] ?? 'text/plain');
        response.end(text.replace('what startPayment gave', session));
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    sandbox = createSandbox({ origin: 'http://127.0.0.1:3001' });
    handler = createOtpHandler({ plural: createTestPlural(), origin, store: memoryStore(), onVerdict: false });
    browser = await puppeteer.launch({
      executablePath: chromium,
      headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    });
  });
  beforeEach(async () => {
    page = await browser.newPage();
    return () => page.close();
  });
  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  });

  test('takes a wrong OTP, then the right one, by keyboard alone', async () => {
    await open();
    await waitForMessage('Enter the OTP your bank sent');
    expect(await page.$eval('#amount', (node) => node.textContent)).toBe('₹1,100.00');
    expect(await focusedId()).toBe('code');
    expect(await axe()).toEqual([]);

    await page.keyboard.type('000000');
    await page.keyboard.press('Enter');
    await waitForMessage('not accepted');
    expect(await axe()).toEqual([]);

    // The field has focus, and the rejected OTP is selected.
    expect(await focusedId()).toBe('code');
    await page.keyboard.type('123456');
    await page.keyboard.press('Enter');
    await waitForMessage('Paid');
    expect(await focusedId()).toBe('message');
    expect(await page.$eval('#step', (node) => (node as HTMLElement).hidden)).toBe(true);
    expect(await axe()).toEqual([]);
    expect(sandbox.state.counts.submitOtp).toBe(2);
  });

  test('makes the bank’s page the primary action after the second wrong OTP', async () => {
    await open();
    await waitForMessage('Enter the OTP your bank sent');
    for (const [code, answer] of [
      ['000000', 'not accepted'],
      ['000001', 'may block your card'],
    ] as const) {
      await page.keyboard.type(code);
      await page.keyboard.press('Enter');
      await waitForMessage(answer);
    }
    expect(await page.$eval('#bank', (node) => node.className)).toBe('main');
    expect(await page.$eval('#bank', (node) => (node as HTMLAnchorElement).href)).toContain('http://127.0.0.1:3001/');
    expect(await page.$eval('#pay', (node) => node.className)).toBe('');
    expect(await axe()).toEqual([]);
  });

  test('enables resend after its delay, by keyboard too', async () => {
    await open('4111111111111111');
    await waitForMessage('Enter the OTP your bank sent');
    await page.waitForFunction(() => document.getElementById('resend')?.getAttribute('aria-disabled') === 'false');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focusedId()).toBe('resend');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.getElementById('resend')?.textContent?.includes('in '));
    const phone = sandbox.state.messages.filter(({ orderId }) => orderId === sandbox.state.messages.at(-1)?.orderId);
    expect(phone).toHaveLength(2);
  });

  test('offers the bank’s page for a card without native OTP, and requests no OTP', async () => {
    const before = sandbox.state.counts.generateOtp;
    await open('5105105105105100');
    await waitForMessage('on its own page');
    expect(await page.$eval('#bank', (node) => node.className)).toBe('main');
    expect(sandbox.state.counts.generateOtp).toBe(before);
    expect(await axe()).toEqual([]);
  });

  test('restores the step after a reload, and a cancelled payment stays cancelled', async () => {
    await open();
    await waitForMessage('Enter the OTP your bank sent');
    const sent = sandbox.state.counts.generateOtp;
    await page.reload();
    await waitForMessage('Enter the OTP your bank sent');
    expect(sandbox.state.counts.generateOtp).toBe(sent);
    await page.click('#cancel');
    await waitForMessage('You cancelled');
    await page.reload();
    await waitForMessage('You cancelled');
  });

  test('has at most 60 lines', () => {
    const lines = readFileSync(join(example, 'step.js'), 'utf8').trim().split('\n');
    expect(lines.length).toBeLessThanOrEqual(60);
  });
});
