import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { launch, type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInsight, memoryInsight } from '../src/index.ts';
import { createInsightPage } from '../src/page/index.ts';
import { plantShop } from './support/planted-shop.ts';

const nowMs = Date.UTC(2026, 10, 29, 12);
const chromium = [process.env['CHROMIUM_PATH'] ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(chromium === undefined && process.env['CI'] !== 'true')('the page in Chromium', () => {
  let server: Server;
  let browser: Browser;
  let tab: Page;
  let url: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    const insight = createInsight({ store: memoryInsight(), secret: 'sixteen letters!', now: () => nowMs });
    const planted = plantShop(5, 1500, [nowMs - 3 * 86_400_000, nowMs - 60_000]);
    await insight.ingest(planted.flatMap(({ events }) => events).filter(({ at }) => at <= nowMs));
    const page = createInsightPage(insight, { authorize: 'local' });
    server = createServer((request, response) => {
      const answer = async (): Promise<void> => {
        const answered = await page.fetch(new Request(`http://127.0.0.1${request.url ?? '/'}`));
        response.writeHead(answered.status, Object.fromEntries(answered.headers));
        response.end(await answered.text());
      };
      void answer();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/insight`;
    browser = await launch({ executablePath: chromium ?? '', args: ['--no-sandbox', '--disable-gpu'] });
    tab = await browser.newPage();
    tab.on('console', (message) => void complaints.push(message.text()));
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const looks = [
    ['a desktop', 1280, 'light', 'none'],
    ['a desktop in the dark', 1280, 'dark', 'none'],
    ['a phone', 390, 'light', 'none'],
    ['the narrowest page', 320, 'dark', 'none'],
    ['forced colours', 1280, 'dark', 'active'],
  ] as const;

  test.each(looks)('on %s has no axe violation and no sideways scroll', async (_name, width, scheme, forced) => {
    await tab.setViewport({ width, height: 900 });
    await tab.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'forced-colors', value: forced },
    ]);
    await tab.goto(`${url}?range=7d&step=sent&end=away`);
    expect(await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    // In the devtools' own world, which the page's policy does not reach.
    const violations = await tab.evaluate(
      `${axe}; axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + nodes.map(({ html, any }) => html.slice(0, 150) + JSON.stringify(any[0].data)).slice(0, 3)))`,
    );
    expect(violations).toEqual([]);
  });

  test('is reached by the keyboard alone: every range, filter, link and scrolling table has the focus in turn', async () => {
    await tab.goto(url);
    const wanted = await tab.evaluate(() => {
      const nodes = document.querySelectorAll(
        'a[href], button, select, input:not([type=hidden]), summary, [tabindex="0"]',
      );
      const reachable = [...nodes].filter((node) => node.matches('summary') || !node.closest('details:not([open])'));
      for (const [index, node] of reachable.entries()) node.setAttribute('data-index', String(index));
      return reachable.map((node) => node.outerHTML.slice(0, 80));
    });
    const seen = new Set<number>();
    for (let press = 0; press < wanted.length + 2; press += 1) {
      await tab.keyboard.press('Tab');
      seen.add(await tab.evaluate(() => Number(document.activeElement?.getAttribute('data-index') ?? -1)));
    }
    expect(wanted.filter((_, index) => !seen.has(index))).toEqual([]);
    expect(wanted.length).toBeGreaterThan(30);
  });

  test('breaks nothing of its policy', () => {
    expect(complaints.filter((text) => /Content Security Policy|Refused/.test(text))).toEqual([]);
  });
});
