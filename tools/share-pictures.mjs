/**
 * Draws what other programs show of the pages, in Chromium: the icon on a phone's home screen (touch-icon.png) and the
 * picture of a shared link (share.png), of the shop and of the site.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { teas } from '../apps/demo-merchant/src/catalogue.ts';
import { hills, tin } from '../apps/demo-merchant/src/pages/artwork.ts';
import { root } from './run.mjs';

const shop = join(root, 'apps/demo-merchant/src/public');
const site = join(root, 'apps/site/public');
const read = (folder, name) => readFileSync(join(folder, name), 'utf8');

/** A mark with room around it, because phones round the corners. */
const icon = (mark, ground) => `<style>
  body { display: grid; place-items: center; background: ${ground} }
  svg { width: 124px; height: 124px }
</style>${mark}`;

const shopLink = `<style>${read(shop, 'frame.css')}${read(shop, 'shop.css')}
  body { position: relative; background: #f5e3c3; font-family: 'Noto Serif', Georgia, serif }
  .hills { position: absolute; inset: 0; width: 100%; height: 100% }
  h1 { position: absolute; inset: 72px auto auto 80px; margin: 0; color: #1c2b24; font-size: 84px; line-height: 1.1 }
  p { position: absolute; inset: 188px auto auto 84px; margin: 0; color: #1c2b24; font: 34px/1.3 'Noto Sans', sans-serif }
  .tins { position: absolute; inset: auto 70px 40px auto; display: flex; gap: 24px }
  .tins svg { width: 176px; height: auto }
</style>${hills.markup}<h1>Nilgiri Leaf</h1><p>A demo shop: pay by card with your<br>bank’s OTP, without leaving the page</p>
<div class="tins">${teas.map((tea) => tin(tea).markup).join('')}</div>`;

const siteLink = `<style>
  body { background: #10275c; color: #fff; font-family: 'Noto Sans', system-ui, sans-serif }
  main { padding: 84px 88px }
  svg { width: 96px; height: 96px; border-radius: 24px; outline: 2px solid #ffffff40 }
  h1 { margin: 36px 0 12px; font-size: 76px; line-height: 1.1 }
  p { margin: 0; font-size: 34px; color: #dbe6ff }
  ol { display: flex; gap: 20px; margin: 48px 0 0; padding: 0; list-style: none }
  li { display: grid; place-items: center; width: 84px; height: 100px; border-radius: 16px; background: #fff;
    color: #0c1b3a; font: 600 48px 'Noto Sans Mono', ui-monospace, monospace }
  li:empty { background: #ffffff30; outline: 2px solid #ffffff90 }
</style><main>${read(site, 'mark.svg')}<h1>Plural Native OTP kit</h1><p>The bank’s OTP, typed on your own page</p>
<ol><li>4<li>8<li>2<li>9<li><li></ol></main>`;

const pictures = [
  { file: join(shop, 'touch-icon.png'), body: icon(read(shop, 'mark.svg'), '#fffdf9'), width: 180, height: 180 },
  { file: join(shop, 'share.png'), body: shopLink, width: 1200, height: 630 },
  { file: join(site, 'touch-icon.png'), body: icon(read(site, 'mark.svg'), '#1d56d0'), width: 180, height: 180 },
  { file: join(site, 'share.png'), body: siteLink, width: 1200, height: 630 },
];

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});
try {
  for (const { file, body, width, height } of pictures) {
    const page = await browser.newPage();
    await page.setViewport({ width, height });
    await page.setContent(`<!doctype html><style>html, body { margin: 0; height: 100% }</style><body>${body}`);
    await page.screenshot({ path: file });
    await page.close();
  }
} finally {
  await browser.close();
}
