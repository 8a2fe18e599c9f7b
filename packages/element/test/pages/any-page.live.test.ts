import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { importMap, getIntegrity, startTestShop, type TestShop } from './shop.ts';
import { launchBrowser, openPage, type PageVisit } from './visit.ts';

const strictPolicy = (...policies: string[]): Record<string, string> => ({
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
const markup = `<label slot="label" for="bank-code">OTP from your bank</label>
  <input slot="input" id="bank-code" type="text" inputmode="numeric" autocomplete="one-time-code">`;

let shop: TestShop;
let browser: Browser;
let path: string;
let pages = 0;
const visits: PageVisit[] = [];

/** Opens a new page with `html`. */
async function open(html: string, headers?: Record<string, string>): Promise<PageVisit> {
  path = `/page-${(pages += 1)}`;
  shop.page(path, html, headers);
  const opened = await openPage(browser, `${shop.origin}${path}`);
  visits.push(opened);
  return opened;
}
const createTag = async (attributes = '', children = ''): Promise<string> =>
  `<plural-otp session="${(await shop.start()).session}" ${attributes}>${children}</plural-otp>`;
const getOtpRequests = ({ requests }: PageVisit): string[] => requests.filter((each) => each.startsWith('/plural/'));

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
  test('script tag with integrity: one file, and no other requests but those to the endpoint', async () => {
    const visit =
      await open(`<link rel="stylesheet" href="/element/plural-otp.css" integrity="${getIntegrity('plural-otp.css')}">
      <script type="module" src="/element/plural-otp.min.js" integrity="${getIntegrity('plural-otp.min.js')}" crossorigin="anonymous"></script>
      ${await createTag('otp-length="6"')}`);
    await visit.enterCode('123456');
    await visit.waitForStatus('authorized');
    expect(visit.requests.filter((each) => !each.startsWith('/plural/'))).toEqual([
      path,
      '/element/plural-otp.css',
      '/element/plural-otp.min.js',
    ]);
    expect(getOtpRequests(visit).slice(0, 3)).toEqual([
      '/plural/payment',
      '/plural/otp/generate',
      '/plural/otp/submit',
    ]);
    expect(new Set(getOtpRequests(visit).slice(3))).toEqual(new Set(['/plural/payment']));
    expect(visit.problems).toEqual([]);
  });

  test('script tag whose file does not match the hash: none of it runs', async () => {
    shop.file('/tampered.js', 'document.title = "tampered"');
    const visit = await open(
      `<script type="module" src="/tampered.js" integrity="${getIntegrity('plural-otp.min.js')}"></script>${await createTag()}`,
    );
    await expect.poll(() => visit.problems.join()).toMatch(/integrity/);
    expect(await visit.page.title()).toBe('');
    expect(await visit.page.evaluate(() => customElements.get('plural-otp') === undefined)).toBe(true);
    expect(getOtpRequests(visit)).toEqual([]);
  });

  test('ESM import of the published modules, without a bundler', async () => {
    const visit = await open(`<script type="importmap">${importMap}</script>${await createTag()}
      <script type="module">
        import { PluralOtpElement } from '@plural-otp/element';
        document.querySelector('plural-otp').addEventListener('plural-otp-authorized', ({ detail }) => {
          document.title = String(document.querySelector('plural-otp') instanceof PluralOtpElement && detail.reference.length >= 8);
        });
      </script>`);
    await visit.enterCode('123456');
    await visit.page.waitForFunction(() => document.title);
    expect(await visit.page.title()).toBe('true');
    expect(visit.problems.filter((each) => !each.startsWith('Lit is in dev mode'))).toEqual([]);
  });

  test('two steps on one page: each submits its own code for its own payment', async () => {
    const visit = await open(`${file}${await createTag('id="first"')}${await createTag('id="second"')}`);
    await visit.enterCode('111111', '#first');
    await visit.enterCode('123456', '#second');
    await visit.waitForAcceptance('#second');
    await visit.waitForStatus('awaitingOtp', '#first');
    const message = await visit.page.$eval('#first > [slot=error]', ({ textContent }) => textContent);
    expect(message).toContain('not accepted');
    expect(getOtpRequests(visit).filter((each) => each.endsWith('submit'))).toHaveLength(2);
    const ids = await visit.page.$$eval('[id]', (nodes) => nodes.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('moved in the DOM: a half-typed code stays, and no second code is requested', async () => {
    const visit = await open(`${file}<main>${await createTag()}</main><aside></aside>`);
    const input = await visit.page.waitForSelector('plural-otp > input', { visible: true });
    await input?.type('123');
    await visit.page.evaluate(() => document.querySelector('aside')?.append(document.querySelector('plural-otp')!));
    await visit.enterCode('456', 'aside > plural-otp');
    await visit.waitForAcceptance('aside > plural-otp');
    expect(getOtpRequests(visit).filter((each) => each.endsWith('generate'))).toHaveLength(1);
    expect(visit.problems).toEqual([]);
  });

  test('removed while a submit is in flight, the step is silent; reinserted, it learns the outcome and resends nothing', async () => {
    const visit = await open(`${file}<main>${await createTag()}</main>`);
    const submit = shop.blockResponse('/plural/otp/submit');
    await visit.enterCode('123456');
    await submit.arrived;
    const step = await visit.page.evaluateHandle(() => {
      const step = document.querySelector('plural-otp')!;
      const emitted: string[] = [];
      Object.assign(window, { emitted });
      for (const name of ['plural-otp-state', 'plural-otp-authorized', 'plural-otp-failed']) {
        step.addEventListener(name, ({ type }) => emitted.push(type));
      }
      step.remove();
      return step;
    });
    const before = getOtpRequests(visit).length;
    submit.release();
    // A request of the page returns after the withheld response, which has thus arrived at no listener.
    await visit.page.evaluate(() => fetch('/pay').then((response) => response.text()));
    expect(await visit.page.evaluate(() => (window as unknown as { emitted: string[] }).emitted)).toEqual([]);
    expect(getOtpRequests(visit)).toHaveLength(before);
    await visit.page.evaluate((step) => document.querySelector('main')?.append(step), step);
    await visit.waitForStatus('authorized');
    expect(getOtpRequests(visit).filter((each) => each.endsWith('submit'))).toHaveLength(1);
    expect(visit.problems).toEqual([]);
  });

  test.each([
    ['the script tag twice', `${file}<script type="module" src="/element/plural-otp.min.js?again"></script>`],
    [
      'script tag and import',
      `<script type="importmap">${importMap}</script>${file}<script type="module">import '@plural-otp/element'; document.title = 'imported';</script>`,
    ],
  ])('defined twice, by %s: the first definition stays and nothing throws', async (_, scripts) => {
    const visit = await open(`${scripts}${await createTag()}`);
    await visit.enterCode('123456');
    await visit.waitForAcceptance();
    expect(visit.requests.filter((each) => /(?:min|index)\.js$/.test(each)).length).toBeGreaterThan(1);
    expect(getOtpRequests(visit).filter((each) => each.endsWith('generate'))).toHaveLength(1);
    expect(visit.problems.filter((each) => !each.startsWith('Lit is in dev mode'))).toEqual([]);
  });

  test('inside another shadow root: label and hint belong to the field, and events leave it', async () => {
    const { session } = await shop.start();
    const visit = await open(`${file}<merchant-checkout></merchant-checkout><script nonce="page" type="module">
      customElements.define('merchant-checkout', class extends HTMLElement {
        connectedCallback() {
          this.attachShadow({ mode: 'open' }).innerHTML = '<plural-otp session="${session}"></plural-otp>';
        }
      });
      document.addEventListener('plural-otp-authorized', ({ target }) => (document.title = target.localName));
    </script>`);
    const step = 'merchant-checkout >>> plural-otp';
    const input = await visit.page.waitForSelector('merchant-checkout >>> input', { visible: true });
    const { name, description } = (await visit.page.accessibility.snapshot({ root: input! })) ?? {};
    expect(name?.replace(/[\u2066-\u2069]/gu, '')).toBe('Enter the OTP from HDFC Bank');
    expect(description).toContain('SMS');
    await input?.type('123456');
    await input?.press('Enter');
    await visit.waitForStatus('authorized', step);
    expect(await visit.page.title()).toBe('merchant-checkout');
    expect(visit.problems).toEqual([]);
  });

  test('inside a form: the code is not sent, listed or reset, and the form’s own button still submits the rest', async () => {
    const visit =
      await open(`${file}<form action="/order"><input name="note" value="x">${await createTag()}<button>Buy</button></form>
      <script nonce="page">document.forms[0].addEventListener('submit', (event) => {
        event.preventDefault();
        document.title += [...new FormData(event.target)].join('&') + ';';
      });</script>`);
    const input = await visit.page.waitForSelector('plural-otp > input', { visible: true });
    await input?.type('1234');
    await visit.page.evaluate(() => document.forms[0]?.reset());
    expect(await input?.evaluate(({ value }) => value)).toBe('1234');
    await input?.type('56');
    await input?.press('Enter');
    await visit.waitForAcceptance();
    expect(await visit.page.title()).toBe('');
    expect(await visit.page.evaluate(() => document.forms[0]?.elements.length)).toBe(2);
    await visit.page.click('form > button');
    expect(await visit.page.title()).toBe('note,x;');
  });

  test('server-rendered markup: text, caret and focus of a code typed before the script loaded are kept', async () => {
    const script = shop.blockResponse('/element/plural-otp.min.js');
    const visit = await open(`${file}${await createTag('', markup)}`);
    await script.arrived;
    const input = await visit.page.waitForSelector('input#bank-code');
    await input?.type('12456');
    await input?.evaluate((input) => input.setSelectionRange(2, 2));
    script.release();
    await visit.waitForStatus('awaitingOtp');
    const readInput = (input: HTMLInputElement): unknown => [
      input.value,
      input.selectionStart,
      document.activeElement === input,
    ];
    expect(await input?.evaluate(readInput)).toEqual(['12456', 2, true]);
    expect(await visit.page.$$eval('plural-otp > *', (nodes) => nodes.length)).toBe(2);
    await visit.page.keyboard.type('3');
    await visit.page.keyboard.press('Enter');
    await visit.waitForAcceptance();
    expect(visit.problems).toEqual([]);
  });
});

describe('under a strict Content-Security-Policy', () => {
  test('a rejected code and an accepted one: no violation is reported', async () => {
    const visit = await open(`${file}${await createTag('otp-length="6"')}`, strictPolicy('plural-otp'));
    await visit.enterCode('111111');
    await visit.page.waitForSelector('plural-otp > [slot=error]');
    await visit.page.keyboard.type('123456');
    await visit.page.keyboard.press('Enter');
    await visit.waitForAcceptance();
    expect(visit.problems).toEqual([]);
  });

  test('a policy that does not name the element’s is reported, so that silence above is evidence', async () => {
    const visit = await open(`${file}${await createTag()}`, strictPolicy('other'));
    await expect.poll(() => visit.problems.join()).toMatch(/trusted-types/i);
  });

  test('next to the page’s own Lit, with both policies named: both render', async () => {
    const own = `<script type="importmap" nonce="page">${importMap}</script>
      <own-badge></own-badge><script nonce="page" type="module">
      import { html, LitElement } from 'lit';
      customElements.define('own-badge', class extends LitElement { render() { return html\`<b>Secure</b>\`; } });
      </script>`;
    const visit = await open(`${own}${file}${await createTag()}`, strictPolicy('plural-otp', 'lit-html'));
    await visit.page.waitForSelector('own-badge >>> b');
    await visit.enterCode('123456');
    await visit.waitForAcceptance();
    expect(visit.problems.filter((each) => !each.startsWith('Lit is in dev mode'))).toEqual([]);
  });
});

describe('layout', () => {
  /** Measures the layout-shift score until a code is requested, and how far the page below moves until the field is shown. */
  async function measureShift(head: string, step: string): Promise<{ score: number; movedBy: number }> {
    const script = shop.blockResponse('/element/plural-otp.min.js');
    const payment = shop.blockResponse('/plural/payment');
    const generate = shop.blockResponse('/plural/otp/generate');
    const visit = await open(`<head>${head}<script nonce="page">
      let score = 0;
      new PerformanceObserver((list) => { for (const { value } of list.getEntries()) score += value; })
        .observe({ type: 'layout-shift', buffered: true });
      </script>${file}</head><h1>Pay</h1>${step}<p id="below">Need help? Call us.</p>`);
    const below = await visit.page.waitForSelector('#below');
    const top = async (): Promise<number> => {
      // After two frames, changes are painted and their entries delivered.
      await visit.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      return (await below?.evaluate((node) => node.getBoundingClientRect().top)) ?? NaN;
    };
    await script.arrived;
    const before = await top();
    // Without the fade, which hides from the score whatever moves while it lasts.
    await visit.page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    script.release();
    // A step with its first view reads the payment later, or never.
    await Promise.race([payment.arrived, generate.arrived]);
    await top();
    payment.release();
    await generate.arrived;
    await top();
    const score = (await visit.page.evaluate('score')) as number;
    generate.release();
    await visit.waitForStatus('awaitingOtp');
    return { score, movedBy: (await top()) - before };
  }
  const css = '<link rel="stylesheet" href="/element/plural-otp.css">';

  /** Creates an empty element with its first view. */
  const createTagWithView = async (): Promise<string> => {
    const client = JSON.stringify(await shop.start());
    return `<plural-otp></plural-otp><script>Object.assign(document.querySelector('plural-otp'), ${client})</script>`;
  };

  test.each([
    ['an empty element with its first view', createTagWithView],
    ['the page’s own markup', () => createTag('', markup)],
  ])('with plural-otp.css, nothing moves when %s is upgraded', async (_, step) => {
    expect(await measureShift(css, await step())).toEqual({ score: 0, movedBy: 0 });
  });

  test('with plural-otp.css and no view, the page below stays and only the text in the step changes', async () => {
    const { score, movedBy } = await measureShift(css, await createTag());
    expect(movedBy).toBe(0);
    expect(score).toBeLessThan(0.005);
  });

  test('without plural-otp.css, the page below moves, so that the measurement can fail', async () => {
    const { score, movedBy } = await measureShift('', await createTag());
    expect(score).toBeGreaterThan(0.005);
    expect(movedBy).toBeGreaterThan(100);
  });
});
