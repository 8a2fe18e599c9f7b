import { expect } from '@open-wc/testing';
import type { PluralOtpElement } from '../src/index.ts';
import { awaitingOtp, nextFrame, isChromium, Step, waitUntil, createView } from './support/harness.ts';

const field = `<label slot="label" for="code">Code from your bank</label>
  <p slot="hint">Your bank sends it.</p>
  <input slot="input" id="code" inputmode="numeric" autocomplete="one-time-code">`;
const pages: [what: string, markup: string, css: string][] = [
  ['an empty step', '', ''],
  ['a field', field, ''],
  ['a plain field, hint last', '<label for="code">Code</label><input id="code"><p slot="hint">From your bank.</p>', ''],
  ['a field and a summary', `<h3 slot="summary">Nilgiri Leaf, ₹1,250.00</h3>${field}`, ''],
  ['a field that waits for its start', field, 'manual'],
  ['a field on a page that reverts everything', field, '* { all: revert }'],
];

describe('upgrade', () => {
  let page: HTMLIFrameElement;
  afterEach(() => page.remove());

  /** A page as a server sent it, with `plural-otp.css` unless told otherwise, before its script came. */
  async function sent(markup: string, css: string, sheet = true): Promise<Document> {
    const href = new URL('../src/plural-otp.css', import.meta.url).href;
    page = document.createElement('iframe');
    page.style.cssText = 'inline-size: 480px; block-size: 900px; border: 0';
    const [attribute, style] = css === 'manual' ? [css, ''] : ['', css];
    page.srcdoc = `<!doctype html><html lang="en"><head>${sheet ? `<link rel="stylesheet" href="${href}">` : ''}
      <style>${style} h3 { font: 600 1rem/1.5 system-ui }</style></head>
      <body><plural-otp ${attribute}>${markup}</plural-otp><p id="after">Delivery in two days.</p></body></html>`;
    document.body.append(page);
    await waitUntil(() => page.contentDocument?.querySelector('#after'), 'the page');
    const within = page.contentDocument as Document;
    await waitUntil(() => within.styleSheets.length > Number(sheet), 'its sheets');
    await nextFrame();
    return within;
  }

  async function upgrade(within: Document): Promise<Step> {
    const script = within.createElement('script');
    script.type = 'module';
    script.src = new URL('../src/index.ts', import.meta.url).href;
    within.head.append(script);
    const element = within.querySelector('plural-otp') as PluralOtpElement;
    await waitUntil(() => element.shadowRoot?.querySelector('.step'), 'the upgrade');
    await nextFrame();
    await nextFrame();
    return new Step(element);
  }

  const places = (within: Document): Record<string, number[]> =>
    Object.fromEntries(
      [...within.querySelectorAll('plural-otp > *, #after')].map((node) => {
        const { left, top, width, height } = node.getBoundingClientRect();
        return [`${node.tagName} ${node.slot}`, [left, top, width, height].map(Math.round)];
      }),
    );
  /** Plain nodes get their slot at the upgrade. */
  const unslotted = (all: Record<string, number[]>): [string, number[]][] =>
    Object.entries(all).map(([name, box]) => [name.split(' ')[0] ?? '', box]);

  for (const [what, markup, css] of pages) {
    it(`nothing moves or changes its size, not by one pixel: ${what}`, async () => {
      const within = await sent(markup, css);
      const before = places(within);
      await upgrade(within);
      expect(unslotted(places(within))).to.deep.equal(unslotted(before));
      expect(Object.keys(before)).to.have.length(within.querySelectorAll('plural-otp > *').length + 1);
    });
  }

  it('nothing moves in Urdu, whose lines stand further apart', async () => {
    const within = await sent(field, '');
    within.documentElement.lang = 'ur';
    const words = within.createElement('script');
    words.type = 'module';
    words.src = new URL('../src/locales/ur.ts', import.meta.url).href;
    const loaded = new Promise((done) => words.addEventListener('load', done));
    within.head.append(words);
    await loaded;
    const before = places(within);
    const step = await upgrade(within);
    expect(step.query('.step').lang).to.equal('ur-IN');
    expect(places(within)).to.deep.equal(before);
  });

  it('what follows the step stays where it is, from before the script to the end of the payment', async () => {
    const within = await sent(field, '');
    const after = within.querySelector('#after') as Element;
    const { top } = after.getBoundingClientRect();
    const step = await upgrade(within);
    await step.mount();
    const tops: number[] = [];
    const answers = [createView({ phase: 'ready' }), awaitingOtp(), createView({ phase: 'authorized' })];
    for (const [at, answer] of answers.entries()) {
      await (await step.backend.call(at)).respond(answer);
      await step.element.updateComplete;
      tops.push(after.getBoundingClientRect().top);
      if (at === 1) step.element.check();
    }
    expect(step.findEvent('authorized')).not.to.equal(undefined);
    expect(tops).to.deep.equal([top, top, top]);
  });

  if (isChromium) {
    /** The page's layout shift, told by the browser once something after it has moved for sure. */
    async function shiftOf(within: Document, act: () => Promise<unknown>): Promise<number> {
      const { PerformanceObserver } = within.defaultView as Window & typeof globalThis;
      const shifts: PerformanceEntry[] = [];
      new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({ type: 'layout-shift' });
      await act();
      const last = within.querySelector('#after') as HTMLElement;
      const [before, mark] = [shifts.length, last.getBoundingClientRect()];
      last.style.marginBlockStart = '300px';
      await waitUntil(() => shifts.length > before, 'the shift we made ourselves');
      const own = shifts.findLast((entry) =>
        (entry as PerformanceEntry & { sources: { previousRect: DOMRect }[] }).sources.some(
          ({ previousRect }) => Math.abs(previousRect.top - mark.top) < 2,
        ),
      );
      expect(own, 'our own shift').not.to.equal(undefined);
      return shifts
        .filter((entry) => entry !== own)
        .reduce((sum, entry) => sum + (entry as PerformanceEntry & { value: number }).value, 0);
    }

    for (const [what, markup, css] of pages) {
      it(`layout shift is 0: ${what}`, async () => {
        const within = await sent(markup, css);
        expect(await shiftOf(within, () => upgrade(within))).to.equal(0);
      });
    }

    it('without plural-otp.css the browser does count a shift', async () => {
      const within = await sent('', '', false);
      expect(await shiftOf(within, () => upgrade(within))).to.be.above(0);
    });
  }
});
