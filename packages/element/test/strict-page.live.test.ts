import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync } from 'node:zlib';
import puppeteer, { type Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

const policy = [
  "default-src 'none'",
  "script-src 'nonce-page'",
  "style-src 'none'",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types plural-otp',
].join('; ');
const view = { phase: 'ready', next: ['redirect', 'check'], revision: 1, reference: 'NL7K-42QX-0001' };
const page = `<!doctype html><title>Pay</title>
<script nonce="page">addEventListener('securitypolicyviolation', (event) => (window.violations ??= []).push(event.effectiveDirective));</script>
<script nonce="page" type="module" src="/plural-otp.min.js"></script>
<plural-otp session="sealed" otp-length="6"></plural-otp>`;
const bodies: Record<string, { type: string; body: string | Buffer }> = {
  '/': { type: 'text/html', body: page },
  '/nonce': {
    type: 'text/html',
    body: page.replace('<script', '<script nonce="page">litNonce = "page"</script><script'),
  },
  '/plural-otp.min.js': {
    type: 'text/javascript',
    body: readFileSync(new URL('../dist/plural-otp.min.js', import.meta.url)),
  },
  '/plural/payment': { type: 'application/json', body: JSON.stringify(view) },
  '/plural/otp/generate': {
    type: 'application/json',
    body: JSON.stringify({
      ...view,
      phase: 'awaitingOtp',
      next: ['submit', 'resend'],
      revision: 2,
      resendInSeconds: 30,
    }),
  },
  '/plural/otp/submit': {
    type: 'application/json',
    body: JSON.stringify({ ...view, phase: 'authorized', next: [], revision: 3 }),
  },
};
const style = "style-src 'nonce-page'";
let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = createServer((request, response) => {
    const found = bodies[request.url ?? ''];
    response.writeHead(found ? 200 : 404, {
      'content-security-policy': request.url === '/nonce' ? policy.replace("style-src 'none'", style) : policy,
      'content-type': found?.type ?? 'text/plain',
    });
    response.end(found?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await puppeteer.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
});
afterAll(async () => {
  await browser?.close();
  server.close();
});

test('the single file submits a code under a policy without inline styles or other scripts, and causes no violation', async () => {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const input = await page.waitForSelector('plural-otp > input');
  await input?.type('123456');
  await input?.press('Enter');
  await page.waitForFunction(() => document.querySelector('plural-otp')?.matches(':state(authorized)'));
  expect(await page.evaluate(() => (window as { violations?: string[] }).violations)).toBeUndefined();
});

test('a browser that adopts no style sheets gets style nodes with the page’s nonce, and shows the field', async () => {
  const page = await browser.newPage();
  // Safari before 16.4, which is above the stated minimum.
  await page.evaluateOnNewDocument(() => {
    for (const prototype of [Document.prototype, ShadowRoot.prototype])
      Reflect.deleteProperty(prototype, 'adoptedStyleSheets');
    for (const name of ['replace', 'replaceSync']) Reflect.deleteProperty(CSSStyleSheet.prototype, name);
  });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/nonce`);
  await page.waitForSelector('plural-otp > input');
  const found = await page.evaluate(() => {
    const { shadowRoot } = document.querySelector('plural-otp')!;
    const { borderTopStyle, letterSpacing } = getComputedStyle(document.querySelector('plural-otp > input')!);
    const { display } = getComputedStyle(shadowRoot!.querySelector('.slots')!);
    return {
      hasStyleNodes: shadowRoot!.querySelectorAll('style').length > 0,
      borderTopStyle,
      isSpaced: letterSpacing !== 'normal',
      display,
    };
  });
  expect(found).toEqual({ hasStyleNodes: true, borderTopStyle: 'none', isSpaced: true, display: 'flex' });
  expect(await page.evaluate(() => (window as { violations?: string[] }).violations)).toBeUndefined();
});

test('each file that a page loads has its brotli next to it, from which a browser gets the pinned bytes', async () => {
  const dist = new URL('../dist/', import.meta.url);
  const hashes = JSON.parse(readFileSync(new URL('integrity.json', dist), 'utf8')) as Record<string, string>;
  expect(Object.keys(hashes)).toEqual(expect.arrayContaining(['plural-otp.min.js', 'plural-otp.css', 'locales/hi.js']));
  for (const [name, hash] of Object.entries(hashes)) {
    const decoded = brotliDecompressSync(readFileSync(new URL(`${name}.br`, dist)));
    expect(`sha384-${createHash('sha384').update(decoded).digest('base64')}`, name).toBe(hash);
  }
});
