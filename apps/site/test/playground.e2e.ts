import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { base } from './support/base.ts';
import { type BuiltSite, expectQuietTab, openSite, visit, type Visitor } from './support/built-site.ts';

let site: BuiltSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site.close();
});

async function visitPlayground(hash = '', width = 1280, theme = 'light'): Promise<Visitor> {
  const visitor = await visit(site, `playground/${hash}`, async (page) => {
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: theme },
      // What fades in has its contrast once it is there.
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
  });
  await visitor.page.waitForSelector('[data-scene][aria-pressed="true"]');
  return visitor;
}

test('the playground shows every state of the step, and requests nothing for it', async () => {
  const visitor = await visitPlayground();
  const before = visitor.requests.length;
  const scenes = await visitor.page.$$eval('[data-scene]', (chips) =>
    chips.map((chip) => chip.getAttribute('data-scene') ?? ''),
  );
  expect(scenes.length).toBeGreaterThan(30);
  const shown = new Set<string>();
  for (const scene of scenes) {
    const status = await visitor.page.evaluate(async (id) => {
      const { scenes: all } = JSON.parse(document.getElementById('playground')?.textContent ?? '') as {
        scenes: { id: string; status: string }[];
      };
      document.querySelector<HTMLElement>(`[data-scene="${id}"]`)?.click();
      return all.find((each) => each.id === id)?.status ?? '';
    }, scene);
    await visitor.page.waitForSelector(`[data-scene="${scene}"][aria-pressed="true"]`);
    await visitor.waitForStatus(status);
    shown.add(status);
  }
  expect(shown.size).toBeGreaterThanOrEqual(12);
  expect(visitor.requests.slice(before).filter((url) => !url.endsWith('/mark.svg'))).toEqual([]);
  expectQuietTab(site, visitor);
});

test('a payment that the visitor makes ends paid, and the address leads to the same settings', async () => {
  const visitor = await visitPlayground('#theme=warm&lang=hi');
  expect(await visitor.page.$eval('link[data-theme="warm"]', (link) => link.media)).toBe('all');
  await visitor.page.waitForFunction(() =>
    /[\u0900-\u097f]/.test(document.querySelector('plural-otp > label')?.textContent ?? ''),
  );
  await visitor.page.click('#play');
  await visitor.waitForStatus('awaitingOtp');
  await visitor.page.type('plural-otp input', '123456');
  await visitor.press('submit');
  await visitor.waitForStatus('authorized');
  expectQuietTab(site, visitor);
});

test('the code for a page pins the files that the site serves', async () => {
  const visitor = await visitPlayground();
  const code = await visitor.page.$eval('#snippet code', ({ textContent }) => textContent);
  const pinned = /src="\/(plural-otp\.min\.js)"\s+integrity="(sha384-[^"]+)"/.exec(code);
  const script = await visitor.page.$eval(`script[src="${base}element/${pinned?.[1]}"]`, (tag) =>
    tag.getAttribute('integrity'),
  );
  expect(pinned?.[2]).toBe(script);
});

test.each([
  [1280, 'light'],
  [390, 'dark'],
])('axe finds no violation at %i pixels, %s', async (width, theme) => {
  const visitor = await visitPlayground('', width, theme);
  expect(await axeViolations(visitor.page)).toEqual([]);
  expect(await visitor.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  expectQuietTab(site, visitor);
});

test('without script it says what is missing, and leads home', async () => {
  const { page } = await visit(site, 'playground/', (tab) => tab.setJavaScriptEnabled(false));
  expect(await page.$eval('.alert', ({ textContent }) => textContent)).toContain('needs JavaScript');
  expect(await page.$$eval('.title-actions a', (links) => links.map((link) => link.getAttribute('href')))).toEqual([
    base,
  ]);
});
