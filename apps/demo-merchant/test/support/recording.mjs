/**
 * Records the README's moving picture, docs/pictures/pay.webp: from Pay to paid on the shop's checkout in Chromium, the
 * bank's message sliding in. Needs ImageMagick's `convert` with WebP. Usage: node test/support/recording.mjs [FILE]
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startFixtures } from './running-shop.ts';

const target = process.argv[2] ?? fileURLToPath(new URL('../../../../docs/pictures/pay.webp', import.meta.url));
const maxBytes = 1_500_000;
const frames = [];
const folder = await mkdtemp(join(tmpdir(), 'recording-'));
const fixtures = await startFixtures();
try {
  await fixtures.sandbox.configure({ merchantName: 'Nilgiri Leaf' });
  const customer = await fixtures.newCustomer();
  const { page } = customer;
  await page.setViewport({ width: 390, height: 700, deviceScaleFactor: 1.5 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
  /** Adds a frame that is shown for some time, once nothing moves. */
  const record = async (shownMs) => {
    await page.evaluate(() => {
      const roots = [document, document.querySelector('plural-otp')?.shadowRoot].filter(Boolean);
      const moving = roots
        .flatMap((root) => root.getAnimations())
        .filter(({ effect }) => effect.getTiming().iterations === 1);
      return Promise.all(moving.map(({ finished }) => finished.catch(() => undefined))).then(() => undefined);
    });
    const file = join(folder, `${String(frames.length).padStart(3, '0')}.png`);
    await page.screenshot({ path: file });
    frames.push({ file, shownMs });
  };
  await page.goto(fixtures.shop.origin);
  await page.setCookie({ name: 'nilgiri_demo_bar', value: 'no', url: fixtures.shop.origin });
  await customer.order();
  await record(1800);
  await customer.pay('pays');
  await customer.waitForStatus('awaitingOtp');
  await record(900);
  await page.waitForSelector('#phone', { visible: true });
  await record(2200);
  for (const digit of '123456') {
    await page.type('plural-otp input', digit);
    await record(260);
  }
  await record(500);
  await page.click('plural-otp >>> [part~=submit]');
  await customer.waitForStatus('authorized');
  await record(1500);
  await customer.waitForReceipt();
  await record(3500);
  await customer.close();
} finally {
  await fixtures.close();
}
const parts = frames.flatMap(({ file, shownMs }) => ['-delay', String(Math.round(shownMs / 10)), file]);
await promisify(execFile)('convert', [...parts, '-loop', '0', '-define', 'webp:method=6', '-quality', '70', target]);
await rm(folder, { recursive: true });
const { size } = await stat(target);
const seconds = frames.reduce((sum, { shownMs }) => sum + shownMs, 0) / 1000;
console.log(`${target}: ${frames.length} frames, ${seconds} s, ${Math.round(size / 1000)} kB`);
if (size > maxBytes) {
  console.error(`The picture is larger than ${maxBytes / 1000} kB.`);
  process.exitCode = 1;
}
