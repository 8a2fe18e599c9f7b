import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../../packages/edge/test/support/databases.ts';
import { examples, root } from './support/examples.ts';
import { startListening, type Listening } from './support/listening.ts';

const folder = join(root, 'docs/.readme');
const quickstart = examples().find(({ where, language }) => where.startsWith('README.md') && language === 'ts');
const chromium = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
let sandbox: Listening;
let server: ChildProcess;
let origin: string;
let printed = '';

beforeAll(async () => {
  sandbox = await startListening(process.execPath, [join(root, 'apps/sandbox/dist/main.js'), '--port', '0']);
  origin = `http://127.0.0.1:${await freePort()}`;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'server.ts');
  const ported = quickstart?.code
    .replaceAll('http://127.0.0.1:3001', sandbox.origin)
    .replaceAll('http://127.0.0.1:3000', origin)
    .replace('.listen(3000,', `.listen(${new URL(origin).port},`);
  writeFileSync(file, ported ?? '');
  server = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (text) => (printed += String(text)));
  await vi.waitFor(
    async () => {
      if (server.exitCode !== null) throw new Error(`the server ended: ${printed}`);
      expect((await fetch(origin)).status).toBe(200);
    },
    { timeout: 30_000 },
  );
});
afterAll(async () => {
  server.kill();
  await sandbox.end();
  rmSync(folder, { recursive: true, force: true });
});

test('the quickstart names the ports that the test replaces', () => {
  for (const text of ["baseUrl: 'http://127.0.0.1:3001'", "origin: 'http://127.0.0.1:3000'", '.listen(3000,'])
    expect(quickstart?.code).toContain(text);
});

test('the quickstart starts one payment per cart, however often it is asked', async () => {
  const cart = crypto.randomUUID();
  const pay = async () => {
    const response = await fetch(`${origin}/pay`, { method: 'POST', body: JSON.stringify({ cart, attempt: 1 }) });
    return (await response.json()) as { view: { reference: string } };
  };
  const { view } = await pay();
  expect((await pay()).view.reference).toBe(view.reference);
});

describe.skipIf(!existsSync(chromium) && process.env['CI'] !== 'true')('the quickstart in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(() => browser.close());

  /** Types an OTP into the open field. */
  async function enter(page: Page, otp: string): Promise<void> {
    const field = await page.waitForSelector('plural-otp input:not([readonly])', { visible: true });
    await field?.click({ count: 3 });
    await field?.type(otp);
    await page.keyboard.press('Enter');
  }
  const isInState = (page: Page, state: string) =>
    page.waitForFunction((name) => document.querySelector('plural-otp')?.matches(`:state(${name})`), {}, state);

  test('takes a payment whole: Pay, the OTP, and the verdict in the shop’s log', async () => {
    const page = await browser.newPage();
    await page.goto(origin);
    await page.click('button');
    await enter(page, '123456');
    await isInState(page, 'authorized');
    await vi.waitFor(() => expect(printed).toMatch(/^paid [\w-]{36}$/m), 10_000);
  });

  test('lets a customer whose payment failed press Pay again: another payment of the same cart, which pays', async () => {
    const page = await browser.newPage();
    await page.goto(origin);
    await page.click('button');
    for (const otp of ['000001', '000002', '000003']) {
      const answered = page.waitForResponse((response) => response.url().endsWith('/otp/submit'));
      await enter(page, otp);
      await answered;
    }
    await isInState(page, 'exhausted');
    await page.click('button');
    await enter(page, '123456');
    await isInState(page, 'authorized');
    await vi.waitFor(() => expect(printed).toMatch(/^failed ([\w-]{36})$[^]*^paid \1$/m), 10_000);
  });
});
