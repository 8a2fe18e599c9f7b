import { expect } from '@open-wc/testing';
import type { PluralOtpElement } from '../src/index.ts';
import { awaitingOtp, nextFrame, isChromium, Step, waitUntil, createView } from './support/harness.ts';

const field = `<label slot="label" for="code">OTP from your bank</label>
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

  /** Opens a server-rendered page in a frame, without its script; `sheet` adds `plural-otp.css`. */
  async function openPage(markup: string, css: string, sheet = true, url?: string): Promise<Document> {
    const href = url ?? new URL('../src/plural-otp.css', import.meta.url).href;
    page = document.createElement('iframe');
    page.style.cssText = 'inline-size: 480px; block-size: 900px; border: 0';
    const [attribute, style] = css === 'manual' ? [css, ''] : ['', css];
    page.srcdoc = `<!doctype html><html lang="en"><head>${sheet ? `<link rel="stylesheet" href="${href}">` : ''}
      <style>${style} h3 { font: 600 1rem/1.5 system-ui }</style></head>
      <body><plural-otp ${attribute}>${markup}</plural-otp><p id="after">Delivery in two days.</p></body></html>`;
    document.body.append(page);
    await waitUntil(() => page.contentDocument?.querySelector('#after'), 'the page');
    const pageDocument = page.contentDocument as Document;
    await waitUntil(() => pageDocument.styleSheets.length > Number(sheet), 'its sheets');
    await nextFrame();
    return pageDocument;
  }

  async function upgrade(pageDocument: Document): Promise<Step> {
    const script = pageDocument.createElement('script');
    script.type = 'module';
    script.src = new URL('../src/index.ts', import.meta.url).href;
    pageDocument.head.append(script);
    const element = pageDocument.querySelector('plural-otp') as PluralOtpElement;
    await waitUntil(() => element.shadowRoot?.querySelector('.step'), 'the upgrade');
    await nextFrame();
    await nextFrame();
    return new Step(element);
  }

  const getBoxes = (pageDocument: Document): Record<string, number[]> =>
    Object.fromEntries(
      [...pageDocument.querySelectorAll('plural-otp > *, #after')].map((node) => {
        const { left, top, width, height } = node.getBoundingClientRect();
        return [`${node.tagName} ${node.slot}`, [left, top, width, height].map(Math.round)];
      }),
    );
  /** Removes slot names, because nodes without one get it at the upgrade. */
  const withoutSlots = (all: Record<string, number[]>): [string, number[]][] =>
    Object.entries(all).map(([name, box]) => [name.split(' ')[0] ?? '', box]);

  for (const [what, markup, css] of pages) {
    it(`nothing moves or changes its size by one pixel: ${what}`, async () => {
      const pageDocument = await openPage(markup, css);
      const before = getBoxes(pageDocument);
      await upgrade(pageDocument);
      expect(withoutSlots(getBoxes(pageDocument))).to.deep.equal(withoutSlots(before));
      expect(Object.keys(before)).to.have.length(pageDocument.querySelectorAll('plural-otp > *').length + 1);
    });
  }

  it('nothing moves where the browser is as old as Chromium 90 and Safari 15, without `:has()`', async () => {
    const text = await (await fetch(new URL('../src/plural-otp.css', import.meta.url))).text();
    expect(text).to.contain(':has(');
    const url = URL.createObjectURL(new Blob([text.replaceAll(':has(', ':-x-has(')], { type: 'text/css' }));
    const pageDocument = await openPage(field, '', true, url);
    const before = getBoxes(pageDocument);
    await upgrade(pageDocument);
    URL.revokeObjectURL(url);
    expect(withoutSlots(getBoxes(pageDocument))).to.deep.equal(withoutSlots(before));
  });

  it('nothing moves in Urdu, which has taller lines', async () => {
    const pageDocument = await openPage(field, '');
    pageDocument.documentElement.lang = 'ur';
    const locale = pageDocument.createElement('script');
    locale.type = 'module';
    locale.src = new URL('../src/locales/ur.ts', import.meta.url).href;
    const loaded = new Promise((done) => locale.addEventListener('load', done));
    pageDocument.head.append(locale);
    await loaded;
    const before = getBoxes(pageDocument);
    const step = await upgrade(pageDocument);
    expect(step.query('.step').lang).to.equal('ur-IN');
    expect(getBoxes(pageDocument)).to.deep.equal(before);
  });

  it('content after the step does not move, from before the script to the end of the payment', async () => {
    const pageDocument = await openPage(field, '');
    const after = pageDocument.querySelector('#after') as Element;
    const { top } = after.getBoundingClientRect();
    const step = await upgrade(pageDocument);
    await step.mount();
    const tops: number[] = [];
    const views = [createView({ phase: 'ready' }), awaitingOtp(), createView({ phase: 'authorized' })];
    for (const [at, view] of views.entries()) {
      await (await step.backend.call(at)).respond(view);
      await step.element.updateComplete;
      tops.push(after.getBoundingClientRect().top);
      if (at === 1) step.element.check();
    }
    expect(step.findEvent('authorized')).not.to.equal(undefined);
    expect(tops).to.deep.equal([top, top, top]);
  });

  if (isChromium) {
    /** Measures the layout shift of a change. A shift made afterwards proves that the browser has reported all of it. */
    async function measureShift(pageDocument: Document, change: () => Promise<unknown>): Promise<number> {
      const { PerformanceObserver } = pageDocument.defaultView as Window & typeof globalThis;
      const shifts: PerformanceEntry[] = [];
      new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({ type: 'layout-shift' });
      await change();
      const last = pageDocument.querySelector('#after') as HTMLElement;
      const [before, box] = [shifts.length, last.getBoundingClientRect()];
      last.style.marginBlockStart = '300px';
      await waitUntil(() => shifts.length > before, 'the shift made by the test');
      const own = shifts.findLast((entry) =>
        (entry as PerformanceEntry & { sources: { previousRect: DOMRect }[] }).sources.some(
          ({ previousRect }) => Math.abs(previousRect.top - box.top) < 2,
        ),
      );
      expect(own, 'shift made by the test').not.to.equal(undefined);
      return shifts
        .filter((entry) => entry !== own)
        .reduce((sum, entry) => sum + (entry as PerformanceEntry & { value: number }).value, 0);
    }

    for (const [what, markup, css] of pages) {
      it(`layout shift is 0: ${what}`, async () => {
        const pageDocument = await openPage(markup, css);
        expect(await measureShift(pageDocument, () => upgrade(pageDocument))).to.equal(0);
      });
    }

    it('without plural-otp.css the browser reports a shift', async () => {
      const pageDocument = await openPage('', '', false);
      expect(await measureShift(pageDocument, () => upgrade(pageDocument))).to.be.above(0);
    });
  }
});
