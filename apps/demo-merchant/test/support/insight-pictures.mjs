// Takes pictures of the insight page over a crowd's week: those of its README, or with a folder the whole page, one
// payment and the payments of a part, each for phone and desktop, light and dark.
// Usage: node test/support/insight-pictures.mjs [FOLDER]
// Requires the build and Chromium (CHROMIUM_PATH, else /usr/bin/chromium).
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInsight } from '@plural-otp/insight';
import { sqliteInsight } from '@plural-otp/insight/node';
import { createInsightPage } from '@plural-otp/insight/page';
import { launch } from 'puppeteer-core';
import { fillWithCrowd } from '../../src/runtimes/crowd.ts';

const [folder] = process.argv.slice(2);
const pictures = fileURLToPath(new URL('../../../../docs/pictures', import.meta.url));
const look = await readFile(new URL('../../src/public/insight-look.css', import.meta.url));
// The same crowd, so that a picture changes only with the page. Its trouble is in the last hours.
const [nowMs, seed] = [Date.UTC(2026, 10, 30, 3), 7];
const variables = {
  PLURAL_BASE_URL: 'http://127.0.0.1:3001',
  PLURAL_CLIENT_ID: 'sandbox-client',
  PLURAL_CLIENT_SECRET: 'sandbox-secret',
  PLURAL_RETURN_SECRET_KEY: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  PLURAL_WEBHOOK_SECRET: 'abc1234',
};
const looks = [
  [390, 'light'],
  [390, 'dark'],
  [1280, 'light'],
  [1280, 'dark'],
];

const data = await mkdtemp(join(tmpdir(), 'plural-insight-pictures-'));
const file = join(data, 'shop.sqlite');
await fillWithCrowd({ data: file, stateFile: join(data, 'sandbox.json'), variables, seed, nowMs });
const insight = createInsight({
  store: sqliteInsight(file),
  secret: 'pictures of insight',
  simulated: true,
  now: () => nowMs,
});
const page = createInsightPage(insight, {
  basePath: '/merchant/insight',
  authorize: 'local',
  home: { url: '/merchant', name: 'Payments' },
  styleSheetUrl: '/look.css',
});

async function answer(url, response) {
  if (url === '/look.css') return response.writeHead(200, { 'content-type': 'text/css' }).end(look);
  const shown = await page.fetch(new Request(`http://127.0.0.1${url}`));
  return response.writeHead(shown.status, Object.fromEntries(shown.headers)).end(await shown.text());
}

const server = createServer(({ url = '/' }, response) => void answer(url, response)).listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});

async function open(width, scheme, path) {
  const tab = await browser.newPage();
  await tab.setViewport({ width, height: 900, deviceScaleFactor: 1 });
  await tab.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await tab.goto(`${origin}/merchant/insight?range=7d${path}`);
  const tooWide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (tooWide > 0) throw new Error(`${path} is ${tooWide} px too wide at ${width} px`);
  return tab;
}

async function takeAll() {
  await mkdir(folder, { recursive: true });
  const part = '&step=sent&end=away';
  const [row] = await insight.recent(({ verdict }) => verdict !== null);
  const views = { page: '', part, payment: `&id=${row?.id ?? ''}`, orders: '&unit=orders&issuer=HDFC' };
  for (const [name, path] of Object.entries(views)) {
    for (const [width, scheme] of looks) {
      const tab = await open(width, scheme, path);
      await tab.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`), fullPage: true });
      await tab.close();
    }
  }
}

/** Takes the pictures of the README: down to the end of the second figure. */
async function takeReadme() {
  for (const scheme of ['light', 'dark']) {
    const tab = await open(1280, scheme, '');
    const height = await tab.$eval('#issuers', (title) =>
      Math.round(title.closest('section').getBoundingClientRect().bottom + 16),
    );
    const clip = { x: 0, y: 0, width: 1280, height };
    await tab.screenshot({ path: join(pictures, `insight-${scheme}.png`), clip, captureBeyondViewport: true });
    await tab.close();
  }
}

try {
  await (folder === undefined ? takeReadme() : takeAll());
} finally {
  await browser.close();
  server.close();
  await rm(data, { recursive: true, force: true });
}
