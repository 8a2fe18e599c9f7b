/**
 * Draws the pictures of README.md, docs/pictures/step-light.png and step-dark.png, from the built element: three states
 * of the step side by side, in Chromium.
 */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { root } from './run.mjs';

const display = {
  merchantName: 'Nilgiri Leaf',
  amount: { value: 125_000, currency: 'INR' },
  network: 'VISA',
  issuer: 'HDFC Bank',
  lastDigits: '1112',
  destination: '•••••• 4217',
};
const view = (phase, next, rest = {}) => ({
  phase,
  next,
  revision: 1,
  reference: 'NL7K-42QX',
  challengeUrl: 'https://bank.example/challenge',
  display,
  ...rest,
});
const steps = [
  { view: view('awaitingOtp', ['submit', 'resend', 'redirect'], { resendInSeconds: 24 }), typed: '4829' },
  { view: view('confirming', []) },
  { view: view('authorized', []) },
];

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>Pictures</title><link rel="icon" href="data:,">
<style>
  body { margin: 0; padding: 40px; background: light-dark(#eef1f6, #0b0d12); font: 16px/1.4 system-ui }
  main { display: grid; grid-template-columns: repeat(3, 380px); gap: 32px; align-items: start; justify-content: center }
  plural-otp { --plural-otp-min-block-size: 25rem; --plural-otp-surface: light-dark(#fff, #14171e);
    filter: drop-shadow(0 1px 1px rgb(0 0 0 / .06)) drop-shadow(0 10px 20px rgb(0 0 0 / .08)) }
</style>
<main></main>
<script type="module">
  import '/plural-otp.min.js';
  import '/marks.js';
  for (const { view, typed } of ${JSON.stringify(steps)}) {
    const element = document.createElement('plural-otp');
    const unanswered = () => new Promise(() => {});
    element.transport = { payment: unanswered, generate: unanswered, submit: unanswered, resend: unanswered, leave: unanswered };
    element.otpLength = 6;
    element.view = view;
    document.querySelector('main').append(element);
    for (let turn = 0; turn < 5; turn += 1) {
      await element.updateComplete;
      await new Promise((resolve) => setTimeout(resolve));
    }
    if (typed === undefined) continue;
    element.querySelector('input').focus();
    document.execCommand('insertText', false, typed);
  }
  document.title = 'ready';
</script></html>`;

const dist = (name) => readFile(join(root, 'packages/element/dist', name));
const scripts = { '/plural-otp.min.js': await dist('plural-otp.min.js'), '/marks.js': await dist('marks.js') };
const server = createServer(({ url = '' }, response) => {
  const script = scripts[url];
  response.setHeader('content-type', script ? 'text/javascript' : 'text/html').end(script ?? page);
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});
try {
  for (const scheme of ['light', 'dark']) {
    const tab = await browser.newPage();
    await tab.setViewport({ width: 1284, height: 480, deviceScaleFactor: 2 });
    await tab.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await tab.goto(`http://127.0.0.1:${server.address().port}/`);
    await tab.waitForFunction(() => document.title === 'ready');
    await tab.screenshot({ path: join(root, `docs/pictures/step-${scheme}.png`), fullPage: true });
  }
} finally {
  await browser.close();
  server.close();
}
