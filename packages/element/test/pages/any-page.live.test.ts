import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { importMap, getIntegrity, startTestShop, type TestShop } from './shop.ts';
import { launchBrowser, openPage, type PageVisit } from './visit.ts';

const strict = (...policies: string[]): Record<string, string> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'nonce-page'",
    "style-src 'none'",
    "connect-src 'self'",
    "img-src 'self'",
    "require-trusted-types-for 'script'",
    `trusted-types ${policies.join(' ')}`,
  ].join('; '),
});
const file = '<script nonce="page" type="module" src="/element/plural-otp.min.js"></script>';
const markup = `<label slot="label" for="bank-code">Code from your bank</label>
  <input slot="input" id="bank-code" type="text" inputmode="numeric" autocomplete="one-time-code">`;

let shop: TestShop;
let browser: Browser;
let path: string;
let pages = 0;
const visits: PageVisit[] = [];

/** A page of its own for each test, opened. */
async function open(html: string, headers?: Record<string, string>): Promise<PageVisit> {
  path = `/page-${(pages += 1)}`;
  shop.page(path, html, headers);
  const opened = await openPage(browser, `${shop.origin}${path}`);
  visits.push(opened);
  return opened;
}
const tag = async (attributes = '', children = ''): Promise<string> =>
  `<plural-otp session="${(await shop.start()).session}" ${attributes}>${children}</plural-otp>`;
const calls = ({ requests }: PageVisit): string[] => requests.filter((each) => each.startsWith('/plural/'));

beforeAll(async () => {
  [shop, browser] = await Promise.all([startTestShop(), launchBrowser()]);
});
afterEach(async () => {
  for (const { page } of visits.splice(0)) await page.close();
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});

describe('on the page', () => {
  test('script tag with integrity: one file, and no other request but the endpoint’s', async () => {
    const there =
      await open(`<link rel="stylesheet" href="/element/plural-otp.css" integrity="${getIntegrity('plural-otp.css')}">
      <script type="module" src="/element/plural-otp.min.js" integrity="${getIntegrity('plural-otp.min.js')}" crossorigin="anonymous"></script>
      ${await tag('otp-length="6"')}`);
    await there.enterCode('123456');
    await there.waitForStatus('authorized');
    expect(there.requests.filter((each) => !each.startsWith('/plural/'))).toEqual([
      path,
      '/element/plural-otp.css',
      '/element/plural-otp.min.js',
    ]);
    expect(calls(there).slice(0, 3)).toEqual(['/plural/payment', '/plural/otp/generate', '/plural/otp/submit']);
    expect(new Set(calls(there).slice(3))).toEqual(new Set(['/plural/payment']));
    expect(there.problems).toEqual([]);
  });

  test('script tag whose file is not the one of the hash: nothing of it runs', async () => {
    shop.file('/tampered.js', 'document.title = "tampered"');
    const there = await open(
      `<script type="module" src="/tampered.js" integrity="${getIntegrity('plural-otp.min.js')}"></script>${await tag()}`,
    );
    await expect.poll(() => there.problems.join()).toMatch(/integrity/);
    expect(await there.page.title()).toBe('');
    expect(await there.page.evaluate(() => customElements.get('plural-otp') === undefined)).toBe(true);
    expect(calls(there)).toEqual([]);
  });

  test('ESM import of the published modules, without a bundler', async () => {
    const there = await open(`<script type="importmap">${importMap}</script>${await tag()}
      <script type="module">
        import { PluralOtpElement } from '@plural-otp/element';
        document.querySelector('plural-otp').addEventListener('plural-otp-authorized', ({ detail }) => {
          document.title = String(document.querySelector('plural-otp') instanceof PluralOtpElement && detail.reference.length >= 8);
        });
      </script>`);
    await there.enterCode('123456');
    await there.page.waitForFunction(() => document.title);
    expect(await there.page.title()).toBe('true');
    expect(there.problems.filter((each) => !each.startsWith('Lit is in dev mode'))).toEqual([]);
  });

  test('twice on a page: each step takes its own code for its own payment', async () => {
    const there = await open(`${file}${await tag('id="first"')}${await tag('id="second"')}`);
    await there.enterCode('111111', '#first');
    await there.enterCode('123456', '#second');
    await there.waitForAcceptance('#second');
    await there.waitForStatus('awaitingOtp', '#first');
    const told = await there.page.$eval('#first > [slot=error]', ({ textContent }) => textContent);
    expect(told).toContain('not accepted');
    expect(calls(there).filter((each) => each.endsWith('submit'))).toHaveLength(2);
    const ids = await there.page.$$eval('[id]', (nodes) => nodes.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('moved in the DOM: the code half typed stays, and no second code is asked for', async () => {
    const there = await open(`${file}<main>${await tag()}</main><aside></aside>`);
    const input = await there.page.waitForSelector('plural-otp > input', { visible: true });
    await input?.type('123');
    await there.page.evaluate(() => document.querySelector('aside')?.append(document.querySelector('plural-otp')!));
    await there.enterCode('456', 'aside > plural-otp');
    await there.waitForAcceptance('aside > plural-otp');
    expect(calls(there).filter((each) => each.endsWith('generate'))).toHaveLength(1);
    expect(there.problems).toEqual([]);
  });

  test('removed while a code is on its way: silent; put back, it learns the end and sends nothing again', async () => {
    const there = await open(`${file}<main>${await tag()}</main>`);
    const submit = shop.blockResponse('/plural/otp/submit');
    await there.enterCode('123456');
    await submit.arrived;
    const step = await there.page.evaluateHandle(() => {
      const step = document.querySelector('plural-otp')!;
      const told: string[] = [];
      Object.assign(window, { told });
      for (const name of ['plural-otp-state', 'plural-otp-authorized', 'plural-otp-failed']) {
        step.addEventListener(name, ({ type }) => told.push(type));
      }
      step.remove();
      return step;
    });
    const before = calls(there).length;
    submit.release();
    // The answer came, and found nobody: a request of the page's own comes back after it.
    await there.page.evaluate(() => fetch('/pay').then((answer) => answer.text()));
    expect(await there.page.evaluate(() => (window as unknown as { told: string[] }).told)).toEqual([]);
    expect(calls(there)).toHaveLength(before);
    await there.page.evaluate((step) => document.querySelector('main')?.append(step), step);
    await there.waitForStatus('authorized');
    expect(calls(there).filter((each) => each.endsWith('submit'))).toHaveLength(1);
    expect(there.problems).toEqual([]);
  });

  test.each([
    ['the script tag twice', `${file}<script type="module" src="/element/plural-otp.min.js?again"></script>`],
    [
      'script tag and import',
      `<script type="importmap">${importMap}</script>${file}<script type="module">import '@plural-otp/element'; document.title = 'imported';</script>`,
    ],
  ])('defined twice, by %s: the first definition stands and nothing throws', async (_, scripts) => {
    const there = await open(`${scripts}${await tag()}`);
    await there.enterCode('123456');
    await there.waitForAcceptance();
    expect(there.requests.filter((each) => /(?:min|index)\.js$/.test(each)).length).toBeGreaterThan(1);
    expect(calls(there).filter((each) => each.endsWith('generate'))).toHaveLength(1);
    expect(there.problems.filter((each) => !each.startsWith('Lit is in dev mode'))).toEqual([]);
  });

  test('inside another shadow root: label and hint belong to the field, and events leave it', async () => {
    const { session } = await shop.start();
    const there = await open(`${file}<merchant-checkout></merchant-checkout><script nonce="page" type="module">
      customElements.define('merchant-checkout', class extends HTMLElement {
        connectedCallback() {
          this.attachShadow({ mode: 'open' }).innerHTML = '<plural-otp session="${session}"></plural-otp>';
        }
      });
      document.addEventListener('plural-otp-authorized', ({ target }) => (document.title = target.localName));
    </script>`);
    const step = 'merchant-checkout >>> plural-otp';
    const input = await there.page.waitForSelector('merchant-checkout >>> input', { visible: true });
    const { name, description } = (await there.page.accessibility.snapshot({ root: input! })) ?? {};
    expect(name).toBe('Code from your bank');
    expect(description).toContain('text message');
    await input?.type('123456');
    await input?.press('Enter');
    await there.waitForStatus('authorized', step);
    expect(await there.page.title()).toBe('merchant-checkout');
    expect(there.problems).toEqual([]);
  });

  test('in the merchant’s form: not sent, not listed, not reset, and the form’s own button still sends the rest', async () => {
    const there =
      await open(`${file}<form action="/order"><input name="note" value="x">${await tag()}<button>Buy</button></form>
      <script nonce="page">document.forms[0].addEventListener('submit', (event) => {
        event.preventDefault();
        document.title += [...new FormData(event.target)].join('&') + ';';
      });</script>`);
    const input = await there.page.waitForSelector('plural-otp > input', { visible: true });
    await input?.type('1234');
    await there.page.evaluate(() => document.forms[0]?.reset());
    expect(await input?.evaluate(({ value }) => value)).toBe('1234');
    await input?.type('56');
    await input?.press('Enter');
    await there.waitForAcceptance();
    expect(await there.page.title()).toBe('');
    expect(await there.page.evaluate(() => document.forms[0]?.elements.length)).toBe(2);
    await there.page.click('form > button');
    expect(await there.page.title()).toBe('note,x;');
  });

  test('markup from the server: text, caret and focus of a code typed before the script came are kept', async () => {
    const script = shop.blockResponse('/element/plural-otp.min.js');
    const there = await open(`${file}${await tag('', markup)}`);
    await script.arrived;
    const input = await there.page.waitForSelector('input#bank-code');
    await input?.type('12456');
    await input?.evaluate((input) => input.setSelectionRange(2, 2));
    script.release();
    await there.waitForStatus('awaitingOtp');
    const kept = (input: HTMLInputElement): unknown => [
      input.value,
      input.selectionStart,
      document.activeElement === input,
    ];
    expect(await input?.evaluate(kept)).toEqual(['12456', 2, true]);
    expect(await there.page.$$eval('plural-otp > *', (nodes) => nodes.length)).toBe(2);
    await there.page.keyboard.type('3');
    await there.page.keyboard.press('Enter');
    await there.waitForAcceptance();
    expect(there.problems).toEqual([]);
  });
});

describe('under the strict policy', () => {
  test('a refused code and a right one: no violation is reported', async () => {
    const there = await open(`${file}${await tag('otp-length="6"')}`, strict('plural-otp'));
    await there.enterCode('111111');
    await there.page.waitForSelector('plural-otp > [slot=error]');
    await there.page.keyboard.type('123456');
    await there.page.keyboard.press('Enter');
    await there.waitForAcceptance();
    expect(there.problems).toEqual([]);
  });

  test('a policy that does not name the element’s is reported: silence above means something', async () => {
    const there = await open(`${file}${await tag()}`, strict('other'));
    await expect.poll(() => there.problems.join()).toMatch(/trusted-types/i);
  });

  test('beside the page’s own Lit, with both policies named: both render', async () => {
    const own = `<script type="importmap" nonce="page">${importMap}</script>
      <own-badge></own-badge><script nonce="page" type="module">
      import { html, LitElement } from 'lit';
      customElements.define('own-badge', class extends LitElement { render() { return html\`<b>Secure</b>\`; } });
      </script>`;
    const there = await open(`${own}${file}${await tag()}`, strict('plural-otp', 'lit-html'));
    await there.page.waitForSelector('own-badge >>> b');
    await there.enterCode('123456');
    await there.waitForAcceptance();
    expect(there.problems.filter((each) => !each.startsWith('Lit is in dev mode'))).toEqual([]);
  });
});

describe('layout', () => {
  /** The layout-shift score until the bank is asked for a code, and how far the page below went until the code is asked for. */
  async function shiftOf(head: string, step: string): Promise<{ score: number; movedBy: number }> {
    const script = shop.blockResponse('/element/plural-otp.min.js');
    const generate = shop.blockResponse('/plural/otp/generate');
    const there = await open(`<head>${head}<script nonce="page">
      let score = 0;
      new PerformanceObserver((list) => { for (const { value } of list.getEntries()) score += value; })
        .observe({ type: 'layout-shift', buffered: true });
      </script>${file}</head><h1>Pay</h1>${step}<p id="below">Need help? Call us.</p>`);
    const below = await there.page.waitForSelector('#below');
    const top = async (): Promise<number> => {
      // What was changed is on the screen, and its entries are delivered.
      await there.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      return (await below?.evaluate((node) => node.getBoundingClientRect().top)) ?? NaN;
    };
    await script.arrived;
    const before = await top();
    script.release();
    await generate.arrived;
    await top();
    const score = (await there.page.evaluate('score')) as number;
    generate.release();
    await there.waitForStatus('awaitingOtp');
    return { score, movedBy: (await top()) - before };
  }
  const css = '<link rel="stylesheet" href="/element/plural-otp.css">';

  /** An empty element that was given its first view. */
  const known = async (): Promise<string> => {
    const client = JSON.stringify(await shop.start());
    return `<plural-otp></plural-otp><script>Object.assign(document.querySelector('plural-otp'), ${client})</script>`;
  };

  test.each([
    ['an empty element with its first view', known],
    ['the page’s own markup', () => tag('', markup)],
  ])('with plural-otp.css, nothing moves when %s is upgraded', async (_, step) => {
    expect(await shiftOf(css, await step())).toEqual({ score: 0, movedBy: 0 });
  });

  test('with plural-otp.css and no view, the page below stays and only the words in the step change', async () => {
    const { score, movedBy } = await shiftOf(css, await tag());
    expect(movedBy).toBe(0);
    expect(score).toBeLessThan(0.005);
  });

  test('without plural-otp.css, the page below moves: the measure can tell', async () => {
    const { score, movedBy } = await shiftOf('', await tag());
    expect(score).toBeGreaterThan(0.005);
    expect(movedBy).toBeGreaterThan(100);
  });
});
